"""``/matrix/``: which authority may give what to which other, by the commitments on file."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.rights import OWN
from portal import permissions
from portal.tables import csv_response, json_response
from registry.inspections import pairing
from registry.inspections.models import CommitmentState, Information
from registry.inspections.web.doors import KnownPage, reader_of

LIST = "list"
MISSING = "A commitment that is not on file here is not for that reason missing; confidential ones show to their two sides alone."
_COLUMNS = (
    "giver",
    "giver_name",
    "giver_economy",
    "receiver",
    "receiver_name",
    "receiver_economy",
    "state",
    "information",
    "sectors",
    "from",
    "last_day",
    "ended_on",
    "public",
    "citation",
    "source",
    "recorded_on",
    "address",
)


class MatrixPage(KnownPage):
    """The matrix as a grid, or (``?view=list``) as a list of what each authority may give."""

    def get(self, request):
        """Everything that the reader may know, by both clocks."""
        by = reader_of(request)
        found = pairing.matrix(by, request.clocks)
        query = request.clocks.query
        context = {
            "matrix": found,
            "as_list": request.GET.get("view") == LIST,
            "own": by.authority_id,
            "may_write": may(by, "commitment.write"),
            "downloads": [
                {"text": text, "href": f"/matrix.{ending}{'?' if query else ''}{query}", "type": kind}
                for text, ending, kind in (
                    ("CSV", "csv", "text/csv"),
                    ("JSON", "json", "application/json"),
                )
            ],
        }
        return render(request, "inspections/matrix.html", context)


class MatrixFile(KnownPage):
    """``/matrix.csv`` and ``.json``: the same, one commitment a row."""

    def get(self, request, ending):
        """The commitments that the page's cells speak of."""
        found = pairing.matrix(reader_of(request), request.clocks)
        rows = [_told(request, row) for row in found.commitments]
        if ending == "csv":
            return csv_response(
                "commitments", list(_COLUMNS), ([_flat(row[name]) for name in _COLUMNS] for row in rows)
            )
        return json_response(
            {
                "on": request.clocks.on,
                "known_at": request.clocks.known_at,
                "note": MISSING,
                "authorities": [
                    {
                        "code": each.code,
                        "name": each.name,
                        "economy": each.economy.code if each.economy else None,
                    }
                    for each in found.columns
                ],
                "count": len(rows),
                "commitments": rows,
            }
        )


class PairPage(KnownPage):
    """``/matrix/<giver>/<receiver>/``: what is on file from one authority to another."""

    def get(self, request, giver, receiver):
        """All of it that the reader may know, the newest first."""
        by = reader_of(request)
        found = pairing.pair(by, giver, receiver, request.clocks)
        if found is None:
            raise Http404
        context = {
            "pair": found,
            "may_write": may(by, "commitment.write") and by.authority_id == found.there.giver.pk,
            "breadcrumbs": way_back(),
        }
        return render(request, "inspections/pair.html", context)


def may(by: Acting, action: str) -> bool:
    """Whether the reader's roles at the own authority allow it."""
    return by.authority_id is not None and permissions.may(by, action, OWN)


def way_back(*further: tuple[str, str]) -> list[dict]:
    """The matrix, and what lies between it and the page."""
    way = ((_("Commitments"), "/matrix/"), *further)
    return [{"text": text, "href": href} for text, href in way]


def _told(request, row) -> dict:
    clocks = request.clocks
    ended = row.ended_at if row.ended_at is not None and row.ended_at <= clocks.asked_at else None
    return {
        "giver": row.giver.code,
        "giver_name": row.giver.name,
        "giver_economy": row.giver.economy.code if row.giver.economy else None,
        "receiver": row.receiver.code,
        "receiver_name": row.receiver.name,
        "receiver_economy": row.receiver.economy.code if row.receiver.economy else None,
        "state": str(CommitmentState(row.state(clocks.on, clocks.asked_at)).value),
        "information": [each for each in Information.values if each in row.information],
        "sectors": [sector.code for sector in pairing.widest(row.sector_codes)],
        "from": row.valid.lower,
        "last_day": row.last_day,
        "ended_on": ended.date() if ended else None,
        "public": row.is_public,
        "citation": row.citation,
        "source": row.source_url,
        "recorded_on": row.confirmed_at.date(),
        "address": request.build_absolute_uri(row.get_absolute_url()),
    }


def _flat(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, list) else value

"""What a part says, as a proposal keeps it: the words of the sections at the desk."""

from collections import defaultdict
from collections.abc import Iterable

from agreements import texts
from agreements.acting import Acting
from agreements.models import DocumentAsked
from registry.batches import meanings
from registry.batches.cells import CODES
from registry.batches.meanings import Directions, day
from registry.batches.models import ImportPart, StagedRow
from registry.models import Contact
from registry.scoping import Line


class Contents:
    """The contents of some parts of a batch, read in a fixed number of queries."""

    def __init__(self, by: Acting, batch, parts: list[ImportPart]):
        numbers = [number for part in parts for number in part.rows]
        rows = StagedRow.objects.filter(batch_id=batch.pk, number__in=numbers)
        self.rows = {row.number: row for row in rows}
        codes = {_codes(row) for row in self.rows.values()}
        self.meanings = meanings.lines(Directions(by), codes)
        self.contacts = _contacts({part.body_id for part in parts if part.body_id})
        self.source = f"File of {batch.authority.code}, SHA-256 {batch.sha256}"
        self.asked = {}

    def of(self, part: ImportPart) -> dict:
        """The content of the proposal that the part becomes."""
        rows, details = [self.rows[number] for number in part.rows], part.details
        content = {
            "body": self._body(part, rows[0], details),
            "accreditation": _accreditation(details),
            "contacts": {"contacts": self._contacts(part, details)},
        }
        if part.annex_id is None:
            return content
        lines = dict.fromkeys(self._line(row) for row in rows)
        return content | {
            "partner": {},
            "scope": {"lines": [line.told() for line in lines]},
            "declaration": {
                "declared": True,
                "effective_on": day(rows[0].from_on).isoformat(),
                "until": day(rows[0].until_on).isoformat() if rows[0].until_on else "",
            },
        }

    def lacks(self, part: ImportPart) -> list[str]:
        """The documents that the partner requires with the designation: a file brings none."""
        if part.annex_id is None:
            return []
        direction = (part.annex_id, part.exporting_id, part.importing_id)
        if direction not in self.asked:
            economies = texts.current().economies
            codes = (economies[part.exporting_id].code, economies[part.importing_id].code)
            asked = DocumentAsked.objects.for_designation(part.annex_id, *codes)
            self.asked[direction] = [document for document in asked if document.is_required]
        kinds = {self._line(self.rows[number]).kind for number in part.rows}
        return [one.name for one in self.asked[direction] if not one.kinds or kinds & set(one.kinds)]

    def _line(self, row: StagedRow) -> Line:
        line = self.meanings[_codes(row)].line
        return Line(line.sector, line.kind, line.requirement, row.site, row.product, row.procedure)

    def _body(self, part: ImportPart, row: StagedRow, details: dict) -> dict:
        said = {
            "sites": _sites(details["sites"], is_new=part.body_id is None),
            "numbers": [{"scheme": scheme, "value": value} for scheme, value in details["numbers"]],
        }
        if part.body_id is not None:
            return said
        return said | {
            "name": row.body,
            "local_name": details["local_name"],
            "economy": details["economy"],
            "website": details["website"],
            "is_third_party": details["third_party"].lower(),
            "source": self.source,
        }

    def _contacts(self, part: ImportPart, details: dict) -> list[dict]:
        if not details["contact"]:
            return self.contacts[part.body_id]
        told = {"name": details["contact"], "role": "", "is_public": False}
        return [{**told, "email": details["contact_email"], "phone": details["contact_phone"]}]


def _codes(row: StagedRow) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in CODES)


def _sites(told: list[list[str]], *, is_new: bool) -> list[dict]:
    """Each location once, with whatever its rows say of where it lies; the first one of a new body is its office."""
    sites: dict[str, dict] = {}
    for name, *place in told:
        site = sites.setdefault(name.casefold(), {"name": name, "address": "", "town": "", "postcode": ""})
        for field, value in zip(("address", "town", "postcode"), place, strict=True):
            site[field] = site[field] or value
    found = [sites[name] for name in sorted(sites)]
    if is_new and found:
        found[0]["is_registered_office"] = True
    return found


def _accreditation(details: dict) -> dict:
    if not details["accreditation_body"]:
        return {"none": True}
    until = details["accredited_until"]
    return {
        "accreditation_body": details["accreditation_body"].lower(),
        "reference": details["accreditation_number"],
        "standard": details["accreditation_standard"],
        "start": day(details["accredited_from"]).isoformat(),
        "until": day(until).isoformat() if until else "",
    }


def _contacts(bodies: Iterable[int]) -> defaultdict:
    """The contacts on file: a proposal puts its own in the place of all, so that those who stay are among them."""
    found = defaultdict(list)
    for contact in Contact.objects.current().filter(body__in=list(bodies)):
        told = {name: getattr(contact, name) for name in ("name", "role", "email", "phone", "is_public")}
        found[contact.body_id].append(told)
    return found

"""Who the register said a body was at a moment: its name, its address, and the body that stood for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject, Lower, Upper

from registry.models import Body, FormerName, Merger


@dataclass(frozen=True, slots=True)
class Identity:
    """A body as the register showed it at one moment."""

    id: int
    name: str
    local_name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Names:
    """What one body was called: until which moment so, and how now."""

    now: Identity
    before: tuple[tuple[datetime, Identity], ...]

    def at(self, moment: datetime) -> Identity:
        """The body under the name that it had on file at the moment."""
        return next((identity for until, identity in self.before if moment < until), self.now)


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of a body, and of those that stood for it while it was merged into them: from, to, whose."""

    own: Names
    mergers: tuple[tuple[datetime, datetime | None, Names], ...]

    def at(self, moment: datetime) -> Identity:
        """Who the body was at the moment: itself, or the one that it was merged into."""
        for start, end, names in self.mergers:
            if start <= moment and (end is None or moment < end):
                return names.at(moment)
        return self.own.at(moment)

    @property
    def changes(self) -> set[datetime]:
        """Every moment from which on the register called it otherwise."""
        found = {until for until, _identity in self.own.before}
        for start, end, names in self.mergers:
            found.update((start, end), (until for until, _identity in names.before))
        return found - {None}


def told(rows: QuerySet, body: str) -> QuerySet:
    """The rows with what ``of`` reads about the body whose id is in that field, in the same query."""
    mergers = Merger.objects.filter(body=OuterRef(body)).order_by("id")
    merger = JSONObject(
        start=Lower("recorded"),
        end=Upper("recorded"),
        renamings=_renamings("into_id"),
        **_named("into_id", "into__"),
    )
    return rows.annotate(
        body_renamings=_renamings(body), body_mergers=ArraySubquery(mergers.values(row=merger))
    )


def of(row, body: Body) -> Naming:
    """Who the body of a row read with ``told`` was, whenever one asks."""
    now = Identity(body.id, body.name, body.local_name, body.slug)
    mergers = (
        (_moment(merger["start"]), _moment(merger["end"]), _names(_identity(merger), merger["renamings"]))
        for merger in row.body_mergers
    )
    return Naming(_names(now, row.body_renamings), tuple(mergers))


def _renamings(body: str) -> ArraySubquery:
    renamings = FormerName.objects.filter(body=OuterRef(body), renamed_at__isnull=False)
    renaming = JSONObject(renamed_at="renamed_at", **_named("body_id"))
    return ArraySubquery(renamings.order_by("renamed_at", "id").values(row=renaming))


def _named(body: str, path: str = "") -> dict[str, str]:
    return {"id": body, **{name: f"{path}{name}" for name in ("name", "local_name", "slug")}}


def _identity(row: dict) -> Identity:
    return Identity(row["id"], row["name"], row["local_name"], row["slug"])


def _names(now: Identity, renamings: Iterable[dict]) -> Names:
    return Names(now, tuple((_moment(row["renamed_at"]), _identity(row)) for row in renamings))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

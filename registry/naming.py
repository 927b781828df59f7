"""Who the register said a body was at a moment: its name, its address, and the body that stood for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    is_third_party: bool | None


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
    def ids(self) -> set[int]:
        """The body and all that it was merged into at some moment."""
        return {self.own.now.id, *(names.now.id for _start, _end, names in self.mergers)}

    @property
    def changes(self) -> set[datetime]:
        """Every moment from which on the register called it otherwise."""
        found = {until for until, _identity in self.own.before}
        for start, end, names in self.mergers:
            found.update((start, end), (until for until, _identity in names.before))
        return found - {None}


def one_with(body_ids: Iterable[int]) -> set[int]:
    """These bodies and all that the register takes for the same ones now."""
    ids, mergers = set(body_ids), Merger.objects.known()
    ids.update(mergers.filter(body_id__in=ids).values_list("into_id", flat=True))
    ids.update(mergers.filter(into_id__in=ids).values_list("body_id", flat=True))
    return ids


def told(rows: QuerySet, body: str) -> QuerySet:
    """The rows with what ``of`` reads about the body whose id is in that field, in the same query."""
    mergers = Merger.objects.filter(body=OuterRef(body)).order_by("id")
    identity = {field: f"into__{field}" for field in Identity.__dataclass_fields__}
    merger = JSONObject(
        start=Lower("recorded"),
        end=Upper("recorded"),
        into=JSONObject(**identity),
        renamings=_renamings("into_id"),
    )
    return rows.annotate(
        body_renamings=_renamings(body), body_mergers=ArraySubquery(mergers.values(row=merger))
    )


def of_lines(lines: list) -> dict[int, Naming]:
    """By line id, who the bodies of these scope lines were, for lines read without ``told``: in two small queries where no
    body was ever merged, which is nearly always, and one large one else.
    """
    ids = {line.body_id for line in lines}
    if Merger.objects.filter(body_id__in=ids).exists():
        rows = told(type(lines[0]).objects.filter(id__in=[line.id for line in lines]), "body_id")
        read = {row.id: row for row in rows}
        return {line.id: of(read[line.id], line.body) for line in lines}
    renamings = defaultdict(list)
    former = FormerName.objects.filter(body_id__in=ids, renamed_at__isnull=False).order_by("renamed_at", "id")
    for row in former.values("body_id", "renamed_at", "name", "local_name", "slug"):
        renamings[row["body_id"]].append(row | {"renamed_at": row["renamed_at"].isoformat()})
    return {
        line.id: Naming(_names(_identity(line.body), renamings.get(line.body_id, ())), ()) for line in lines
    }


def _identity(body: Body) -> Identity:
    return Identity(body.id, body.name, body.local_name, body.slug, body.is_third_party)


def of(row, body: Body) -> Naming:
    """Who the body of a row read with ``told`` was, whenever one asks."""
    mergers = (
        (
            _moment(merger["start"]),
            _moment(merger["end"]),
            _names(Identity(**merger["into"]), merger["renamings"]),
        )
        for merger in row.body_mergers
    )
    return Naming(_names(_identity(body), row.body_renamings), tuple(mergers))


def _renamings(body: str) -> ArraySubquery:
    renamings = FormerName.objects.filter(body=OuterRef(body), renamed_at__isnull=False)
    renaming = JSONObject(**{field: field for field in ("renamed_at", "name", "local_name", "slug")})
    return ArraySubquery(renamings.order_by("renamed_at", "id").values(row=renaming))


def _names(now: Identity, renamings: Iterable[dict]) -> Names:
    before = (
        (
            _moment(row["renamed_at"]),
            replace(now, name=row["name"], local_name=row["local_name"], slug=row["slug"]),
        )
        for row in renamings
    )
    return Names(now, tuple(before))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

"""Bringing the database to what the catalogue says, and counting what that changed."""

from collections import Counter, defaultdict
from datetime import datetime

from django.db.models import Model, QuerySet

from agreements.models import Origin
from portal.validity import moments


class Settling:
    """One loading: ``recorded`` is the range its new facts are known for, ``now`` the moment at which old ones close."""

    def __init__(self, *, recorded, now: datetime):
        self.recorded, self.now = recorded, now
        self.counts: defaultdict[str, Counter] = defaultdict(Counter)
        self.touched_annexes: set[int] = set()

    def keep(
        self,
        model: type[Model],
        key: tuple[str, ...],
        wanted: list[Model],
        *,
        prune: QuerySet | None = None,
        unless_said: tuple[str, ...] = (),
    ) -> dict:
        """Make lasting rows as wanted, told apart by ``key``; rows of ``prune`` that are not wanted are deleted.

        A column of ``unless_said`` keeps its value where the wanted row has none. Returns the rows by key (by the single
        value where the key has one field).
        """
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        held = {_key(row, key): row for row in model._default_manager.all()}
        new, changed = [], []
        for row in wanted:
            old = held.get(_key(row, key))
            if old is None:
                new.append(row)
            else:
                row.pk = old.pk
                for name in unless_said:
                    setattr(row, name, getattr(row, name) or getattr(old, name))
                if any(getattr(row, name) != getattr(old, name) for name in names):
                    changed.append(row)
        model._default_manager.bulk_create(new)
        fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_update(changed, fields)
        self._count(model, added=len(new), changed=len(changed))
        kept = {_key(row, key): row for row in wanted}
        if prune is not None:
            gone = [row.pk for row in prune if _key(row, key) not in kept]
            model._default_manager.filter(pk__in=gone).delete()
            self._count(model, removed=len(gone))
        return kept

    def link(
        self, through: type[Model], near: str, far: str, wanted: dict[int, set[int]], *, prune: bool = True
    ) -> None:
        """Make the links of a many-to-many table as wanted, for the near ends named; ``prune`` also removes others."""
        held = defaultdict(set)
        for near_id, far_id in through._default_manager.filter(**{f"{near}__in": wanted}).values_list(
            near, far
        ):
            held[near_id].add(far_id)
        new, removed = [], 0
        for near_id, far_ids in wanted.items():
            gone = held[near_id] - far_ids if prune else set()
            if gone:
                through._default_manager.filter(**{near: near_id, f"{far}__in": gone}).delete()
            removed += len(gone)
            new += [through(**{near: near_id, far: far_id}) for far_id in far_ids - held[near_id]]
        through._default_manager.bulk_create(new)
        self._count(through, added=len(new), removed=removed)

    def settle(self, model: type[Model], same: tuple[str, ...], wanted: list[Model]) -> None:
        """Make dated facts as wanted, told apart by what they say.

        A fact that is gone or says something else closes; its successor is known from now. Where somebody entered a fact
        about the same thing (``same``) for the same days in the portal, that stays and the catalogue's is left out.
        """
        known = model._default_manager.known()
        held = {_content(row): row for row in known.filter(origin=Origin.CATALOGUE)}
        entered = defaultdict(list)
        for row in known.exclude(origin=Origin.CATALOGUE):
            entered[_key(row, same)].append(row.valid)
        asked = {_content(row): row for row in wanted}
        gone = [row for content, row in held.items() if content not in asked]
        new, left_out = [], 0
        for content, row in asked.items():
            if any(_overlap(row.valid, valid) for valid in entered[_key(row, same)]):
                left_out += 1
            elif content not in held:
                row.recorded = self.recorded
                new.append(row)
        for row in gone:
            row.recorded = moments(row.recorded.lower, self.now)
        model._default_manager.bulk_update(gone, ["recorded"])
        model._default_manager.bulk_create(new)
        self._count(model, added=len(new), closed=len(gone), left_out=left_out)
        self.touched_annexes.update(row.annex_id for row in [*gone, *new] if hasattr(row, "annex_id"))

    def _count(self, model: type[Model], **numbers: int) -> None:
        counts = self.counts[model._meta.label]
        counts.update({name: number for name, number in numbers.items() if number})

    def summary(self) -> dict[str, dict[str, int]]:
        """What changed, by table."""
        return {label: dict(counts) for label, counts in self.counts.items() if counts}


def _key(row: Model, fields: tuple[str, ...]):
    values = tuple(getattr(row, row._meta.get_field(field).attname) for field in fields)
    return values[0] if len(values) == 1 else values


def _content(row: Model) -> tuple:
    """What a dated row says, apart from when the register learnt it. Postgres spells open bounds in its own way."""
    names = [
        field.attname for field in row._meta.concrete_fields if field.name not in ("id", "valid", "recorded")
    ]
    said = [getattr(row, name) for name in names]
    return (
        row.valid.lower,
        row.valid.upper,
        *(tuple(value) if isinstance(value, list) else value for value in said),
    )


def _overlap(one, other) -> bool:
    return (one.lower is None or other.upper is None or one.lower < other.upper) and (
        other.lower is None or one.upper is None or other.lower < one.upper
    )

"""What codes, references and days of a file mean: each different one is looked up once, by the rules of the desk."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agreements.acting import Acting
from agreements.models import Authority, Capacity, ResultKind, Sector
from registry import dossier, policies, scoping
from registry.batches import sql
from registry.batches.cells import CODES
from registry.batches.columns import field
from registry.dossier import Direction
from registry.models import Accreditation, Body
from registry.scoping import Line


@dataclass(frozen=True)
class Fault:
    """What is wrong with one of the cells."""

    column: str
    reason: str
    detail: str = ""


@dataclass
class Meaning:
    """What the five cells of a scope line mean together; ``direction`` is its place among the directions."""

    direction: int | None = None
    line: Line | None = None
    faults: tuple[Fault, ...] = ()


class Directions:
    """The texts and partners of the authority, with what can be named under each."""

    def __init__(self, by: Acting):
        self.all = dossier.directions(by)
        self.own_id = by.economy_id
        self._named = {}

    def place(self, annex: str, partner: str) -> int | None:
        """The direction of that text and partner; an authority's own economy comes before a union that it is in."""
        found = [
            place
            for place, one in enumerate(self.all)
            if one.annex.code.casefold() == annex.casefold()
            and one.importing.code.casefold() == partner.casefold()
        ]
        return min(found, key=lambda place: self.all[place].exporting.pk != self.own_id, default=None)

    def requirement(self, place: int, text: str):
        """The requirement that is named so under the direction."""
        if place not in self._named:
            one = self.all[place]
            by_name = scoping.requirements_by_name(one.annex, one.importing)
            by_slug = {requirement.slug: requirement for requirement in by_name.values()}
            self._named[place] = by_name, by_slug
        by_name, by_slug = self._named[place]
        return by_slug.get(text.lower()) or by_name.get(scoping.tokens(text))


def lines(directions: Directions, cells: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Meaning]:
    """What each different combination of the five cells means, compared with the partner's list and the text."""
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    meanings = {each: _read(directions, sectors, *each) for each in cells}
    by_direction = defaultdict(list)
    for meaning in meanings.values():
        if meaning.line is not None:
            by_direction[meaning.direction].append(meaning)
    for place, those in by_direction.items():
        one = directions.all[place]
        compared = scoping.compare(
            [meaning.line for meaning in those],
            annex=one.annex,
            exporting=one.exporting,
            importing=one.importing,
            accredited=None,
        )
        for meaning, found in zip(those, compared, strict=True):
            meaning.faults = tuple(_unfit(found))
    return meanings


def _read(directions: Directions, sectors: dict, annex, partner, sector, requirement, kind) -> Meaning:
    if not (annex and partner):
        return Meaning()
    place, faults = directions.place(annex, partner), []
    if place is None:
        return Meaning(faults=(Fault("annex", "direction"),))
    code, slug, wanted = sector.lower().replace(" ", "_"), "", scoping.kind_named(kind)
    if kind and not wanted:
        faults.append(Fault("kind", "kind", ", ".join(ResultKind.values)))
    if sector and code not in sectors:
        faults.append(Fault("sector", "sector"))
    if requirement:
        found = directions.requirement(place, requirement)
        if found is None:
            faults.append(Fault("requirement", "requirement"))
        else:
            slug = found.slug
            code = code or (found.sector.code if found.sector_id else "")
    if not code and not faults:
        faults.append(Fault("sector", "what"))
    if faults or not wanted:
        return Meaning(place, None, tuple(faults))
    return Meaning(place, Line(code, wanted, slug))


def _unfit(found: scoping.Compared):
    if found.listed == "edition":
        yield Fault("requirement", "edition", found.listed_words)
    elif found.listed == "no":
        yield Fault("requirement", "requirement")
    if not found.covered:
        yield Fault("kind", "uncovered", found.covered_words)


def keep_lines(values: dict, directions: Directions) -> None:
    """Look up every different combination in the file and keep what it means in ``imp_what``; tell what is wrong."""
    found = each_different("hw", CODES, values)
    meanings = lines(directions, (tuple(each) for _hash, *each in found))
    by_hash = {number: meanings[tuple(each)] for number, *each in found}
    sql.copied(
        "imp_what",
        "hw bigint, direction int, annex_id bigint, exporting_id bigint, importing_id bigint, "
        "sector_code text, requirement_slug text, kind_code text",
        ((number, *_kept(directions, meaning)) for number, meaning in by_hash.items()),
    )
    faults = [
        (number, fault.column, each[CODES.index(fault.column)][:200], fault.reason, fault.detail[:400])
        for number, *each in found
        for fault in meanings[tuple(each)].faults
    ]
    tell_of("hw", faults, values)


def tell_of(hashed: str, faults: list[tuple], values: dict) -> None:
    """Tell each fault (hash, column, value, reason, detail) of every row that has the hash."""
    if not faults:
        return
    sql.copied("imp_fault", "hash bigint, name text, value text, reason text, detail text", faults)
    sql.run(
        f"{sql.SAID} SELECT %(batch)s, r.number, f.name, f.value, f.reason, f.detail, true "
        f"FROM imp_row r JOIN imp_fault f ON f.hash = r.{hashed}",
        values,
    )


def _kept(directions: Directions, meaning: Meaning) -> tuple:
    if meaning.direction is None:
        return (None,) * 7
    one: Direction = directions.all[meaning.direction]
    line = meaning.line or Line("", "")
    return (
        meaning.direction,
        one.annex.pk,
        one.exporting.pk,
        one.importing.pk,
        line.sector,
        line.requirement,
        line.kind,
    )


def tell_days(values: dict) -> None:
    """Every different term is read once; what is no day, or no term, is told."""
    for hashed, pair in (("ha", ("accredited_from", "accredited_until")), ("ht", ("from", "until"))):
        faults = []
        for number, *cells in each_different(hashed, pair, values):
            read = [day(cell) for cell in cells]
            faults += [
                (number, name, cell[:200], "day", "")
                for name, cell, found in zip(pair, cells, read, strict=True)
                if cell and found is None
            ]
            if all(read) and read[1] <= read[0]:
                faults.append((number, pair[1], cells[1], "term", cells[0]))
        tell_of(hashed, faults, values)


def each_different(hashed: str, names: tuple[str, ...], values: dict) -> list[tuple]:
    """Each different hash of one kind with the cells, of the first row that has it, in these columns."""
    some = "WHERE is_accredited" if hashed == "ha" else ""
    first = sql.rows(f"SELECT min(number), {hashed} FROM imp_row {some} GROUP BY {hashed}")
    by_number = dict(first)
    cells = ", ".join(field(name) for name in names)
    sql.plan_as_ever()
    found = sql.rows(
        f"SELECT number, {cells} FROM batches_stagedrow WHERE batch_id = %(batch)s AND number = ANY(%(numbers)s)",
        {**values, "numbers": list(by_number)},
    )
    sql.plan_for_sets()
    return [(by_number[number], *each) for number, *each in found]


def day(cell: str) -> date | None:
    """The day in a cell, which may have a time beside it; None for what is none."""
    text = cell.removesuffix("00:00:00").rstrip(" T")
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def tell_accreditors(by: Acting, own: Authority, values: dict) -> None:
    """Accreditation bodies by their codes: on file, and one for which the authority may speak (see ``policies``)."""
    found = each_different("ha", ("accreditation_body",), values)
    if not found:
        return
    givers = {
        giver.code: giver for giver in Authority.objects.filter(capacities__contains=[Capacity.ACCREDITATION])
    }
    body, reasons = Body(economy=own.economy), {}
    for code in {code for _hash, code in found if code}:
        giver = givers.get(code.lower())
        if giver is None:
            reasons[code] = "accreditor"
        elif not by.acts_for(giver) and not policies.stands_in(
            by, Accreditation(body=body, accreditation_body=giver)
        ):
            reasons[code] = "accreditor_tells"
    faults = [
        (number, "accreditation_body", code[:200], reasons[code], "")
        for number, code in found
        if code in reasons
    ]
    tell_of("ha", faults, values)

"""A batch of made bodies, written whole: what it holds follows from the seed and its number alone, whoever writes it."""

from itertools import count
from random import Random

from agreements.models import Origin
from portal.validity import moments
from registry.models import (
    AcceptedScope,
    Accreditation,
    Body,
    Decision,
    DecisionLine,
    Designation,
    FormerName,
    Identifier,
    Merger,
    Recognition,
    ScopeLine,
    Site,
)
from registry.naming import Identity, Names, Naming
from registry.world import accepting, accrediting, bodies, stories
from registry.world.bodies import Made
from registry.world.copying import Copied, Rows
from registry.world.law import Law
from registry.world.lives import Life, Told, moment

# Small enough that a batch, checked row by row, is copied well within a statement time-out.
SIZE = 100
ACTOR = "make_world"
SOURCE = "made world (sample)"
# Ids of a batch begin here for each body before it: more than any body has.
_ROOM = {Site: 8, FormerName: 4, Identifier: 3, Merger: 1, Accreditation: 3, Designation: 8, Recognition: 8,
         ScopeLine: 96, Decision: 96, DecisionLine: 800, AcceptedScope: 3000}  # fmt: skip
MODELS = (Body, *_ROOM)


class Batch:
    """The rows of bodies ``first`` to ``last``."""

    def __init__(self, law: Law, seed: int, first: int, last: int):
        self._law, self._seed = law, seed
        self._next = {model: count((first - 1) * room + 1).__next__ for model, room in _ROOM.items()}
        record = ("id", "body_id", "annex_id", "exporting_id", "importing_id", "origin", "source_name",
                  "recorded_at", "authority_id")  # fmt: skip
        self._tables = {
            model: Rows(model, *columns)
            for model, columns in {
                Body: ("id", "slug", "name", "local_name", "economy_id", "local_word", "website", "is_third_party",
                       "origin", "source_name", "recorded_at"),
                Site: ("id", "body_id", "name", "address", "town", "postcode", "economy_id", "is_registered_office",
                       "left_on", "moved_to_id", "recorded_at"),
                FormerName: ("id", "body_id", "name", "local_name", "slug", "until", "renamed_at", "source_name",
                             "recorded_at"),
                Identifier: ("id", "body_id", "scheme", "value", "is_former", "recorded", "valid"),
                Merger: ("id", "body_id", "into_id", "recorded", "reason"),
                Accreditation: ("id", "body_id", "accreditation_body_id", "reference", "standard", "covers", "origin",
                                "recorded_at"),
                Designation: record,
                Recognition: (*record, "designation_id"),
                ScopeLine: ("id", "designation_id", "recognition_id", "body_id", "annex_id", "exporting_id",
                            "importing_id", "site_id", "sector_id", "kind", "requirement_id", "product", "procedure",
                            "recorded_at"),
                Decision: ("id", "designation_id", "recognition_id", "accreditation_id", "act", "state", "decided_on",
                           "effective_on", "start_unknown", "until", "recorded_at", "authority_name", "actor",
                           "public_reason", "older_results", "older_results_until", "source_name", "place",
                           "corrects_id"),
                DecisionLine: ("id", "decision_id", "line_id", "state", "reason"),
                AcceptedScope: accepting.COLUMNS,
            }.items()
        }  # fmt: skip
        made = {number: self._made(number) for number in range(first, last + 1)}
        merged = self._merge(made)
        for number, (random, body) in made.items():
            self._live(random, body, _naming(body, merged.get(number)))

    def rows(self) -> list[Copied]:
        """All rows, table by table, those that others refer to first."""
        return [rows.gathered() for rows in self._tables.values()]

    def _made(self, number: int) -> tuple[Random, Made]:
        random = Random(f"{self._seed}/{number}")
        made = bodies.make(random, self._law, number)
        for site in made.sites:
            self._place(made, site)
        self._name(random, made)
        return random, made

    def _place(self, made: Made, site: bodies.Site) -> None:
        if site.moved_to is not None:
            self._place(made, site.moved_to)
        site.id = self._next[Site]()
        address = f"{site.name}\n{site.postcode} {site.seat.local or site.seat.latin}"
        moved_to = site.moved_to.id if site.moved_to else None
        self._tables[Site].add(
            site.id, made.id, site.name, address, site.seat.latin, site.postcode, site.economy_id,
            site.is_registered_office, site.left_on, moved_to, site.recorded_at,
        )  # fmt: skip

    def _name(self, random: Random, made: Made) -> None:
        website = f"https://www.{made.slug[:60].strip('-')}.example/"
        self._tables[Body].add(
            made.id, made.slug, made.name.latin, made.name.local, made.economy_id, made.local_word, website,
            made.is_third_party, Origin.SAMPLE.value, SOURCE, made.recorded_at,
        )  # fmt: skip
        former, numbers = self._tables[FormerName], self._tables[Identifier]
        if made.former:
            until = made.renamed_at.date()
            former.add(
                self._next[FormerName](), made.id, made.former.latin, made.former.local, made.former_slug, until,
                made.renamed_at, SOURCE, made.renamed_at,
            )  # fmt: skip
        for name in made.beside:
            former.add(self._next[FormerName](), made.id, name, "", "", None, None, SOURCE, made.recorded_at)
        known, always = moments(made.recorded_at), "[,)"
        numbers.add(self._next[Identifier](), made.id, made.scheme, f"{made.id:05}", False, known, always)
        if random.random() < 0.15:
            value = f"{made.economy.code}{random.randrange(10_000):04}"
            numbers.add(self._next[Identifier](), made.id, "former number", value, True, known, always)

    def _merge(self, made: dict[int, tuple[Random, Made]]) -> dict[int, tuple]:
        """One body in some hundreds turned out to be another of the same economy: by its number, the merger."""
        found, taken = {}, set()
        by_economy: dict[int, Made] = {}
        for number, (random, body) in made.items():
            other = by_economy.get(body.economy_id)
            if (
                other is not None
                and other.id not in found
                and number not in taken
                and random.random() < 0.005
            ):
                at = moment(random, max(body.recorded_at, other.recorded_at).date())
                at = max(at, body.recorded_at, other.recorded_at)
                reason = "Both registers mean the same body."
                self._tables[Merger].add(self._next[Merger](), number, other.id, moments(at), reason)
                found[number] = (at, None, _names(other))
                taken.add(other.id)
            else:
                by_economy[body.economy_id] = body
        return found

    def _live(self, random: Random, made: Made, naming: Naming) -> None:
        accredited = accrediting.accreditations(random, self._law, made, naming, self._next[Accreditation],
                                                self._next[Decision])  # fmt: skip
        for direction, lines in bodies.directions(random, self._law, made):
            first, loaded_at = bodies.first_day(random, direction, made)
            life = Life(random, first, loaded_at, self._next[Decision])
            stories.tell(life, lines)
            self._write(life, direction, lines, made, naming, accredited)
        for one in accredited:
            row = one.accreditation
            self._tables[Accreditation].add(
                row.id, made.id, row.accreditation_body.id, row.reference, row.standard, row.covers,
                Origin.SAMPLE.value, made.recorded_at,
            )  # fmt: skip
            for event in one.events:
                self._decision(event.decision, (None, None, row.id), row.accreditation_body.name)

    def _write(self, life: Life, direction, lines, made, naming, accredited) -> None:
        designation_id = recognition_id = None
        common = (
            made.id,
            direction.annex_id,
            direction.exporting_id,
            direction.importing_id,
            Origin.SAMPLE.value,
            SOURCE,
        )
        if life.designation.decisions:
            designation_id = self._next[Designation]()
            at = life.designation.decisions[0].recorded_at
            self._tables[Designation].add(designation_id, *common, at, direction.designating[0])
        if life.recognition.decisions:
            recognition_id = self._next[Recognition]()
            at = life.recognition.decisions[0].recorded_at
            self._tables[Recognition].add(
                recognition_id, *common, at, direction.regulatory[0], designation_id
            )
        acceptance = accepting.Acceptance(self._law, life, naming, accredited)
        for line in lines:
            designated, recognised = (line in side.standing for side in (life.designation, life.recognition))
            if designated or recognised:
                line.id, line.recorded_at = self._next[ScopeLine](), accepting.first_recorded(life, line)
                self._tables[ScopeLine].add(
                    line.id, designation_id if designated else None, recognition_id if recognised else None, made.id,
                    line.annex_id, line.exporting_id, line.importing_id, line.site_id, line.sector.id, line.kind,
                    line.requirement_id, line.product, line.procedure, line.recorded_at,
                )  # fmt: skip
                for row in acceptance.rows(line):
                    self._tables[AcceptedScope].add_text(f"{self._next[AcceptedScope]()}\t{row}")
        for told in life.designation.decisions:
            self._decision(told, (designation_id, None, None), direction.designating[1])
        for told in life.recognition.decisions:
            self._decision(told, (None, recognition_id, None), direction.regulatory[1])

    def _decision(self, told: Told, record: tuple, who: str) -> None:
        self._tables[Decision].add(
            told.id, *record, told.act, told.state, told.decided_on, told.effective_on, told.start_unknown, told.until,
            told.recorded_at, who, ACTOR, told.public_reason, told.older_results, told.older_results_until, SOURCE,
            told.place, told.corrects.id if told.corrects else None,
        )  # fmt: skip
        for line, state in told.lines.items():
            number = self._next[DecisionLine]()
            self._tables[DecisionLine].add(number, told.id, line.id, state, told.reasons.get(line, ""))


def rows(law: Law, seed: int, first: int, last: int) -> list[Copied]:
    """The rows of the bodies of these numbers."""
    return Batch(law, seed, first, last).rows()


def _names(made: Made) -> Names:
    def identity(name, slug):
        return Identity(made.id, name.latin, name.local, slug, made.is_third_party)

    before = ((made.renamed_at, identity(made.former, made.former_slug)),) if made.former else ()
    return Names(identity(made.name, made.slug), before)


def _naming(made: Made, merger: tuple | None) -> Naming:
    return Naming(_names(made), (merger,) if merger else ())

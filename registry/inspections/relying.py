"""Who may rely on an inspection instead of inspecting again, and who only nearly: as the texts stood on its day.

Recognition is per inspectorate and product class, never per country (Decision 1/2017, OJ L 58, 4.3.2017). To rely is a right
of the partner, not a duty to stay away: "information, not a legal decision".
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import texts
from agreements.acceptance import CLASS_SECTORS, inspectorate_step
from agreements.holding import held
from agreements.models import AnnexAuthority, Authority, Economy, ProductClass, ResultKind
from agreements.steps import Outcome, Step, annex_step, membership_step, say, say_partial, undertaking_step
from agreements.texts import Fact, Texts
from portal import clock
from registry.inspections.models import Inspection, InspectionKind
from registry.inspections.policies import INSPECTING


@dataclass(frozen=True)
class Said:
    """Something that a source says of an annex. ``importing`` is the party that may do it ("" for each)."""

    annex: str
    words: Promise | str
    citation: str
    source: str
    importing: str = ""
    since: date | None = None
    conditional: bool = False


# Inspections made outside the territory of the inspectorate's own party: only where a text on file says so.
OUTSIDE = (
    Said(
        "US-EU-GMP",
        gettext_lazy("since 1 October 2025 also inspections outside the United States, voluntarily"),
        "Decision No 1/2017, Article 3(1)",
        "https://www.ncfinternational.it/updates-to-the-qas-on-the-eu-us-mutual-recognition-agreement",
        importing="EU",
        since=date(2025, 10, 1),
    ),
    Said(
        "CA-AU-GMP",
        gettext_lazy("since 1 March 2024 also inspections outside the two territories"),
        "Health Canada, mutual recognition agreement with Australia",
        "https://www.canada.ca/en/health-canada/services/drugs-health-products/compliance-enforcement/"
        "international/mutual-recognition-agreements/updates/mutual-recognition-agreement-canada-australia.html",
        since=date(2024, 3, 1),
    ),
    Said(
        "CA-CH-GMP",
        gettext_lazy("since 31 January 2025 also inspections outside the two territories"),
        "Health Canada, mutual recognition agreement with Switzerland",
        "https://www.canada.ca/en/health-canada/services/drugs-health-products/compliance-enforcement/"
        "international/mutual-recognition-agreements/updates/mutual-recognition-agreement-canada-switzerland.html",
        since=date(2025, 1, 31),
    ),
    Said(
        "UK-CA-GMP",
        gettext_lazy("since 1 September 2022 also inspections outside the two territories"),
        "Health Canada, mutual recognition agreement with the United Kingdom",
        "https://www.canada.ca/en/health-canada/services/drugs-health-products/compliance-enforcement/"
        "international/mutual-recognition-agreements/updates/"
        "mutual-recognition-agreement-canada-united-kingdom.html",
        since=date(2022, 9, 1),
    ),
    Said(
        "EU-UK-GMP",
        gettext_lazy("inspections outside the two territories only under conditions that are not on file"),
        "EU-UK Trade and Cooperation Agreement, Annex TBT-2",
        "https://www.gmp-publishing.com/blog/mutual-recognition-of-inspections-under-the-eu-uk-trade-agreement",
        conditional=True,
    ),
)
_SWISS = (
    "https://www.fda.gov/international-programs/international-arrangements/"
    "switzerland-mutual-recognition-agreement"
)
_ROUTINE = gettext_lazy(
    "Recognition covers routine surveillance; relying on pre-approval inspections is not automatic."
)
ROUTINE_ONLY = tuple(
    Said(annex, _ROUTINE, "FDA, Swiss and EU mutual recognition agreements", _SWISS)
    for annex in ("US-EU-GMP", "US-CH-GMP")
)
# Where the source leaves pre-approval inspections out altogether.
NO_PRE_APPROVAL = (
    Said(
        "CA-AU-GMP",
        gettext_lazy("Pre-approval inspections are excluded (page of 2011)."),
        "Health Canada, mutual recognition agreement with Australia",
        "https://www.canada.ca/en/health-canada/services/drugs-health-products/compliance-enforcement/"
        "international/mutual-recognition-agreements/updates/mutual-recognition-agreement-canada-australia.html",
    ),
)
STILL_INSPECT = (
    Said(
        "US-EU-GMP",
        gettext_lazy("Both sides keep the right to inspect at any time."),
        "EU-US agreement, questions and answers",
        "http://www.ris.world/international-questions-answers-on-the-impact-of-mutual-recognition-agreement-"
        "between-the-european-union-and-the-united-states/",
    ),
)


def _failing(steps: tuple[Step, ...]) -> Step | None:
    return next(
        (step for outcome in (Outcome.NOT_MET, Outcome.UNKNOWN) for step in steps if step.outcome == outcome),
        None,
    )


@dataclass(frozen=True)
class Reliance:
    """Whether one partner may rely on the inspection for one product class. ``steps`` are all links, the first that is not met decides."""

    importing: Economy
    relying: str
    annex: object
    product_class: str
    outcome: str
    sentence: str
    steps: tuple[Step, ...]
    notes: tuple[Said, ...] = ()

    @property
    def class_words(self) -> str:
        """The product class for a reader."""
        return str(ProductClass(self.product_class).label)

    @property
    def is_met(self) -> bool:
        """True where the partner may rely on it."""
        return self.outcome == Outcome.MET

    @property
    def deciding(self) -> Step:
        """The step that decides: the first that is not met, then the first not on file, else the inspectorate's recognition."""
        named = [step for step in self.steps if step.step == "authority_recognised"]
        return _failing(self.steps) or next(iter(named or self.steps))

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it is written: of the deciding step, or of the annex where that step names none."""
        return self.deciding.sources or self.steps[0].sources[:1]


@dataclass(frozen=True)
class Reliances:
    """All partners under whose texts the inspectorate acts. ``remark`` says why nothing can be told."""

    may: tuple[Reliance, ...] = ()
    near: tuple[Reliance, ...] = ()
    remark: str = ""

    @property
    def notes(self) -> tuple[Said, ...]:
        """What goes for every reliance that is told, once each."""
        return tuple(dict.fromkeys(note for one in self.may for note in one.notes))


def on(inspection: Inspection, asked: date | None = None) -> Reliances:
    """Who may rely on the inspection, by the texts of its last day, or of the day ``asked``.

    It is read with its authority and its facility; the law is in memory.
    """
    day, law = asked or inspection.day, texts.current()
    if not is_about_medicines(inspection):
        return Reliances(
            remark=_("No text on file lets a partner rely on inspections of this kind of product.")
        )
    if day is None:
        return Reliances(remark=_("The day of the inspection is not on file, so it cannot be told."))
    if not inspection.product_classes:
        return Reliances(
            remark=_("Which classes of products were inspected is not on file, so it cannot be told.")
        )
    groups = _undertakings(inspection.authority, inspection.product_classes, day, law)
    named = _named(frozenset(annex_id for annex_id, _importing, _class in groups))
    found = [_reliance(inspection, key, facts, named, day, law) for key, facts in groups.items()]
    found.sort(key=lambda one: (one.relying, one.product_class, one.annex.code))
    may = tuple(one for one in found if one.is_met)
    met = {(one.importing.pk, one.product_class) for one in may}
    near = tuple(one for one in found if not one.is_met and (one.importing.pk, one.product_class) not in met)
    return Reliances(may, near)


def is_about_medicines(inspection: Inspection) -> bool:
    """Whether it is of the field in which inspectorates are recognised: good manufacturing practice for medicines."""
    if inspection.product_classes:
        return True
    return inspection.sector_id is not None and inspection.sector.code.startswith("pharmaceutical_gmp")


def _undertakings(
    authority: Authority, classes: Iterable[str], day: date, law: Texts
) -> dict[tuple[int, int, str], list[Fact]]:
    """By annex, importing party and product class: what the importing side undertakes for the inspectorate's parties."""
    if authority.economy_id is None:
        return {}
    parties = law.parties_of(authority.economy_id, day, clock.now())
    groups: dict[tuple[int, int, str], list[Fact]] = defaultdict(list)
    for (importing_id, exporting_id), facts in list(law.undertakings.items()):
        if exporting_id not in parties:
            continue
        for product_class in classes:
            sector = law.sector_by_code[CLASS_SECTORS[product_class]]
            for fact in facts:
                if law.speaks_of(fact.row, ResultKind.GMP_INSPECTION, sector):
                    groups[fact.row.annex_id, importing_id, product_class].append(fact)
    return groups


@held
def _named(annexes: frozenset[int]) -> dict[tuple[int, int], list[Authority]]:
    """By annex and party, the authorities that the annex names to regulate or inspect for it."""
    rows = AnnexAuthority.objects.filter(annex__in=annexes, capacity__in=INSPECTING)
    found: dict[tuple[int, int], list[Authority]] = defaultdict(list)
    for row in rows.select_related("authority").order_by("authority__name", "capacity"):
        if row.authority not in found[row.annex_id, row.economy_id]:
            found[row.annex_id, row.economy_id].append(row.authority)
    return dict(found)


def _reliance(
    inspection: Inspection, key: tuple, facts: list[Fact], named: dict, day: date, law: Texts
) -> Reliance:
    annex_id, importing_id, product_class = key
    annex, importing = law.annexes[annex_id], law.economies[importing_id]
    exporting_id = facts[0].row.exporting_id
    recognition = _recognition(annex_id, importing_id, inspection.authority, product_class, law)
    membership = law.parties_of(inspection.authority.economy_id, day, clock.now())[exporting_id]
    steps = (
        annex_step(annex_id, law, day, clock.now()),
        undertaking_step(facts, ResultKind.GMP_INSPECTION, law, day, clock.now()),
        # Whether a partner went on counting a leaving member as the union's is not verified: then it cannot be told.
        *(
            [membership_step([membership], exporting_id, inspection.authority.economy_id, law, day)]
            if membership
            else []
        ),
        _inspectorate(
            inspection.authority, recognition, named.get((annex_id, exporting_id), []), key, day, law
        ),
        _territory(inspection, annex.code, importing, exporting_id, day, law),
        *_kind(inspection, annex.code),
    )
    failing = _failing(steps)
    relying = ", ".join(each.acronym or each.name for each in named.get((annex_id, importing_id), []))
    relying = relying or importing.name
    return Reliance(
        importing=importing,
        relying=relying,
        annex=annex,
        product_class=product_class,
        outcome=failing.outcome if failing else Outcome.MET,
        sentence=failing.sentence
        if failing
        else _may_rely(relying, inspection, recognition, product_class, day),
        steps=steps,
        notes=tuple(note for note in (*ROUTINE_ONLY, *STILL_INSPECT) if note.annex == annex.code),
    )


def _recognition(annex_id, importing_id, authority, product_class, law: Texts) -> list[Fact]:
    now = clock.now()
    return [
        fact
        for fact in law.authority_recognitions[annex_id]
        if fact.row.importing_id == importing_id
        and fact.row.authority_id == authority.pk
        and fact.row.product_class == product_class
        and fact.known(now)
    ]


def _may_rely(
    relying: str, inspection: Inspection, recognition: list[Fact], product_class: str, day: date
) -> str:
    values = {
        "who": relying,
        "authority": inspection.authority.name,
        "class": ProductClass(product_class).label,
    }
    fact = next((fact for fact in recognition if fact.true_on(day)), None)
    if fact is None:
        return (
            _(
                "%(who)s may rely on this inspection: the text covers inspections of %(class)s by %(authority)s."
            )
            % values
        )
    values["since"] = say_partial(fact.row.since) if fact.row.since else say(fact.start)
    if not fact.row.since:
        return (
            _(
                "%(who)s may rely on this inspection: %(authority)s is recognised for %(class)s, at the latest since %(since)s."
            )
            % values
        )
    return (
        _("%(who)s may rely on this inspection: %(authority)s is recognised for %(class)s since %(since)s.")
        % values
    )


def _inspectorate(authority, recognition, named, key, day: date, law: Texts) -> Step:
    """Is the inspectorate recognised for the class, or where the text recognises none one by one, does it act under it?"""
    annex_id, importing_id, product_class = key
    if recognition:
        return inspectorate_step(recognition, day)
    values = {"authority": authority.name, "class": ProductClass(product_class).label}
    listed = [fact for fact in law.authority_recognitions[annex_id] if fact.row.importing_id == importing_id]
    if listed:
        sentence = _("That %(authority)s is recognised for %(class)s is not on file.") % values
        return Step("authority_recognised", Outcome.UNKNOWN, sentence)
    if named and authority not in named:
        others = ", ".join(each.acronym or each.name for each in named)
        sentence = _("Under this text %(others)s inspects, not %(authority)s.") % {**values, "others": others}
        return Step("authority_recognised", Outcome.NOT_MET, sentence)
    if not named and not set(INSPECTING) & set(authority.capacities):
        sentence = _("Whether %(authority)s inspects under this text is not on file.") % values
        return Step("authority_recognised", Outcome.UNKNOWN, sentence)
    sentence = _("%(authority)s inspects for its side; the text names no inspectorates one by one.") % values
    return Step("authority_recognised", Outcome.MET, sentence)


def _territory(
    inspection: Inspection, annex: str, importing: Economy, exporting_id: int, day: date, law: Texts
) -> Step:
    """Was it inspected in the territory of the inspectorate's party, or where a text on file extends to?"""
    facility, party = inspection.facility, law.economies[exporting_id]
    where = law.economy_by_code.get(facility.place_code)
    if where is None and facility.country:
        return _outside(annex, importing, facility.lies_in, day)
    if where is None:
        sentence = _("Where the facility lies is not on file.")
        return Step("located_in_exporting_party", Outcome.UNKNOWN, sentence)
    if exporting_id in law.parties_of(where.pk, day, clock.now()):
        sentence = _("The facility lies in %(where)s, in the territory of %(party)s.")
        if where.pk == exporting_id:
            sentence = _("The facility lies in %(where)s, in the inspectorate's own territory.")
        return Step(
            "located_in_exporting_party", Outcome.MET, sentence % {"where": where.name, "party": party.name}
        )
    return _outside(annex, importing, where.name, day)


def _outside(annex: str, importing: Economy, where: str, day: date) -> Step:
    values = {"where": where, "party": importing.name}
    said = next(
        (one for one in OUTSIDE if one.annex == annex and one.importing in ("", importing.code)), None
    )
    if said is None:
        sentence = _(
            "The facility lies in %(where)s, outside the inspectorate's territory; no text on file lets %(party)s rely on "
            "inspections there."
        )
        return Step("located_in_exporting_party", Outcome.NOT_MET, sentence % values)
    outcome = Outcome.UNKNOWN if said.conditional else Outcome.MET
    if said.since and day < said.since:
        outcome = Outcome.NOT_MET
    sentence = _("The facility lies in %(where)s, outside the inspectorate's territory: %(words)s.")
    return Step(
        "located_in_exporting_party",
        outcome,
        sentence % {**values, "words": said.words},
        start=said.since,
        citation=said.citation,
        sources=(said.source,),
    )


def _kind(inspection: Inspection, annex: str) -> list[Step]:
    """A pre-approval inspection is not relied on automatically, or not at all, where the source says so."""
    if inspection.kind != InspectionKind.PRE_APPROVAL:
        return []
    return [
        Step("scope_asked", outcome, str(said.words), citation=said.citation, sources=(said.source,))
        for outcome, sayings in ((Outcome.UNKNOWN, ROUTINE_ONLY), (Outcome.NOT_MET, NO_PRE_APPROVAL))
        for said in sayings
        if said.annex == annex
    ]

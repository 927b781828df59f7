"""Must economy B accept economy A's results? The text's own part of the answer, and that of its inspectorates."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from agreements.models import AuthorityRecognition, Economy, EconomyKind, ProductClass, ResultKind, Sector
from agreements.steps import (
    Answer,
    Outcome,
    Step,
    annex_step,
    decide,
    membership_step,
    say,
    say_partial,
    undertaking_step,
)
from agreements.texts import Fact, Texts
from portal.clocks import Clocks


@dataclass(frozen=True)
class Question:
    """What a reader asks: made in, sold in, and optionally kind, sector, requirement and words; with both clocks."""

    importing: Economy
    exporting: Economy
    clocks: Clocks
    kind: str = ""
    sector: Sector | None = None
    requirement: object | None = None
    words: str = ""


@dataclass(frozen=True)
class UndertakingAnswer:
    """What one undertaking says for the pair, whoever the body is."""

    undertaking: object
    annex: object
    importing: Economy
    exporting: Economy
    sector: Sector | None
    answer: Answer


def undertakings_for(question: Question, texts: Texts) -> list[UndertakingAnswer]:
    """What the texts say for the pair, kind and sector asked, also when no body is on file.

    An economy stands under its own name and under each union it belongs to on that day: a German body counts as the EU's.
    """
    day, moment = question.clocks.on, question.clocks.asked_at
    importing = texts.parties_of(question.importing.id, day, moment)
    exporting = texts.parties_of(question.exporting.id, day, moment)
    answers = []
    for importing_id, importing_membership in importing.items():
        for exporting_id, exporting_membership in exporting.items():
            known = [fact for fact in texts.undertakings[(importing_id, exporting_id)] if fact.known(moment)]
            asked = [fact for fact in known if texts.speaks_of(fact.row, question.kind, question.sector)]
            membership = exporting_membership or importing_membership
            answers += [_answer(fact, membership, question, texts) for fact in _one_per_subject(asked, day)]
    return answers


def _one_per_subject(facts: list[Fact], day: date) -> list[Fact]:
    """Of undertakings that differ only in their days, the one that covers the day, or else the first."""
    chosen: dict[tuple, Fact] = {}
    for fact in facts:
        subject = (fact.row.annex_id, fact.row.kind, fact.row.sector_id)
        if subject not in chosen or (fact.true_on(day) and not chosen[subject].true_on(day)):
            chosen[subject] = fact
    return list(chosen.values())


def _answer(fact: Fact, membership: Fact | None, question: Question, texts: Texts) -> UndertakingAnswer:
    undertaking, day, moment = fact.row, question.clocks.on, question.clocks.asked_at
    chain = [
        annex_step(undertaking.annex_id, texts, day, moment),
        undertaking_step([fact], undertaking.kind, texts, day, moment),
    ]
    if membership is not None:
        chain.append(
            membership_step([membership], membership.row.union_id, membership.row.member_id, texts, day)
        )
    if undertaking.kind in AUTHORITY_KINDS:
        chain += inspectorate_steps(fact, question, texts)
    answer = decide(chain, accepted_standing="text_obliges")
    return UndertakingAnswer(
        undertaking=undertaking,
        annex=texts.annexes[undertaking.annex_id],
        importing=texts.economies[undertaking.importing_id],
        exporting=texts.economies[undertaking.exporting_id],
        sector=texts.sectors.get(undertaking.sector_id),
        answer=answer,
    )


AUTHORITY_KINDS = frozenset({ResultKind.GMP_INSPECTION, ResultKind.BATCH_CERTIFICATE})

CLASS_SECTORS = {
    ProductClass.HUMAN: "pharmaceutical_gmp_human",
    ProductClass.VETERINARY: "pharmaceutical_gmp_veterinary",
}


@dataclass(frozen=True)
class InspectorateAnswer:
    """Whether the inspections of one inspectorate count, for one product class."""

    authority: object
    product_class: str
    undertaking: object
    answer: Answer


def inspectorates_for(question: Question, texts: Texts) -> list[InspectorateAnswer]:
    """The inspectorates of the exporting side that the texts name, each with its own chain.

    Recognition is per authority and per product class, never per country (Decision 1/2017, OJ L 58, 4.3.2017).
    """
    day = question.clocks.on
    found: dict[tuple, InspectorateAnswer] = {}
    for said in undertakings_for(question, texts):
        if said.undertaking.kind != ResultKind.GMP_INSPECTION:
            continue
        base = [step for step in said.answer.chain if step.step != "authority_recognised"]
        for facts in _inspectorates(said.undertaking, question, texts).values():
            chain = [*base, inspectorate_step(facts, day)]
            row = facts[0].row
            found[(row.authority_id, row.product_class, row.annex_id)] = InspectorateAnswer(
                row.authority,
                row.product_class,
                said.undertaking,
                decide(chain, accepted_standing="recognised"),
            )
    return list(found.values())


def inspectorate_steps(fact: Fact, question: Question, texts: Texts) -> list[Step]:
    """Where the text recognises inspectorates one by one: is one of the asked economy's recognised on that day?"""
    groups = _inspectorates(fact.row, question, texts)
    steps = [inspectorate_step(facts, question.clocks.on) for facts in groups.values()]
    order = [Outcome.MET, Outcome.UNKNOWN, Outcome.NOT_MET]
    # A text under which no inspectorate at all is on file is not known to recognise them one by one.
    if not steps and texts.authority_recognitions[fact.row.annex_id]:
        sentence = _(
            "Whether an inspectorate of %(economy)s is recognised under this annex is not on file."
        ) % {"economy": question.exporting.name}
        return [Step("authority_recognised", Outcome.UNKNOWN, sentence, "authority_recognition_not_on_file")]
    return sorted(steps, key=lambda step: order.index(step.outcome))[:1]


def _inspectorates(undertaking, question: Question, texts: Texts) -> dict[tuple, list[Fact]]:
    """Recognitions under the undertaking of the asked economy's inspectorates, by authority and product class."""
    groups: dict[tuple, list[Fact]] = {}
    for fact in texts.authority_recognitions[undertaking.annex_id]:
        row = fact.row
        sector = texts.sector_by_code[CLASS_SECTORS[row.product_class]]
        own = question.exporting.id in (row.authority.economy_id, undertaking.exporting_id) and (
            row.authority.economy_id == question.exporting.id or question.exporting.kind == EconomyKind.UNION
        )
        speaks = texts.speaks_of(undertaking, "", sector) and (
            question.sector is None or sector.meets(question.sector)
        )
        if (
            own
            and speaks
            and row.importing_id == undertaking.importing_id
            and fact.known(question.clocks.asked_at)
        ):
            groups.setdefault((row.authority_id, row.product_class), []).append(fact)
    return groups


def inspectorate_step(facts: list[Fact], day: date) -> Step:
    """Is this inspectorate recognised, for this product class, on that day? ``facts`` are of one authority and class."""
    first = facts[0].row
    values = {"authority": first.authority.name, "class": first.get_product_class_display()}
    fact = next((fact for fact in facts if fact.true_on(day)), None)
    if fact is not None and fact.row.status == AuthorityRecognition.Status.RECOGNISED:
        values["since"] = say_partial(fact.row.since) if fact.row.since else _("an unknown day")
        sentence = _("%(authority)s: recognised for %(class)s since %(since)s.") % values
        return _authority_step(Outcome.MET, sentence, "", fact)
    if fact is not None:
        sentence = _("%(authority)s: assessment for %(class)s under way, not recognised yet.") % values
        return _authority_step(Outcome.NOT_MET, sentence, "authority_not_recognised", fact)
    later = next((fact for fact in facts if fact.start and fact.start > day), None)
    if later is not None and later.row.not_before and later.row.not_before <= day:
        sentence = _("%(authority)s was recognised for %(class)s by %(day)s; since when is not on file.")
        sentence %= {**values, "day": say(later.start)}
        return _authority_step(Outcome.UNKNOWN, sentence, "authority_since_not_on_file", later)
    sentence = _("%(authority)s is not recognised for %(class)s on this day.") % values
    if later is not None and later.row.status == AuthorityRecognition.Status.RECOGNISED:
        sentence = _("%(authority)s: recognised for %(class)s only from %(day)s.") % {
            **values,
            "day": say(later.start),
        }
    return _authority_step(Outcome.NOT_MET, sentence, "authority_not_recognised", later or facts[0])


def _authority_step(outcome: str, sentence: str, standing: str, fact: Fact) -> Step:
    row = fact.row
    return Step(
        "authority_recognised",
        outcome,
        sentence,
        standing,
        fact.start,
        fact.end,
        row.citation,
        tuple(row.sources),
        row.evidence_year,
    )

"""Whose results are accepted: one indexed query on the read model, and the chain for what is shown."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.utils.translation import gettext as _

from agreements import acceptance
from agreements.acceptance import InspectorateAnswer, Question, UndertakingAnswer
from agreements.models import Coverage, EconomyKind
from agreements.steps import Answer, Outcome, Step, decide
from agreements.texts import Texts
from registry import chain, line_facts
from registry.models import AcceptedScope, Standing, Verdict
from registry.naming import Identity

PAGE = 50
_RANK = {Verdict.ACCEPTED: 0, Verdict.CANNOT_BE_TOLD: 1, Verdict.NOT_ACCEPTED: 2}


class BadCursor(ValueError):
    """The cursor was not made by this register."""


@dataclass(frozen=True)
class Result:
    """One answer: a body's scope line (``row``, ``line`` and ``body`` set) or an inspectorate (``authority`` set).

    ``body`` is who the register said it was at the asked moment, under the name that it had on file then.
    """

    answer: Answer
    annex: object
    economy: object
    row: AcceptedScope | None = None
    line: object | None = None
    body: Identity | None = None
    authority: object | None = None
    product_class: str = ""
    undertaking: object | None = None

    @property
    def verdict(self) -> str:
        return self.answer.verdict

    @property
    def standing(self) -> str:
        return self.answer.standing

    @property
    def standing_words(self) -> str:
        """The standing for a reader."""
        return str(Standing(self.answer.standing).label)

    @property
    def name(self) -> str:
        return self.body.name if self.body else self.authority.name

    @property
    def is_sample(self) -> bool:
        return bool(self.line and self.line.body.is_sample)

    @property
    def reason(self) -> str:
        """Why, in one sentence: the deciding step's, or for an accepted result who recognises it."""
        deciding = self.answer.deciding
        if deciding is None:
            wanted = "recognised" if self.line else "authority_recognised"
            deciding = next((step for step in self.answer.chain if step.step == wanted), None)
        return deciding.sentence if deciding else ""


@dataclass(frozen=True)
class Findings:
    """The answer to a question: what the texts say, how many results stand how, one page of them, and the coverage."""

    question: Question
    undertakings: list[UndertakingAnswer]
    counts: dict[str, int]
    results: list[Result]
    next_cursor: str = ""
    coverage: list[Coverage] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def by_verdict(self) -> list[tuple[str, str, list[Result]]]:
        """The page's results in groups: verdict, its words, results."""
        return [
            (verdict.value, str(verdict.label), [r for r in self.results if r.verdict == verdict])
            for verdict in sorted(Verdict, key=_RANK.__getitem__)
            if any(result.verdict == verdict for result in self.results)
        ]


def find(question: Question, texts: Texts, *, cursor: str = "", size: int = PAGE) -> Findings:
    """Answer a question. ``cursor`` continues after an earlier page. Raises BadCursor."""
    rows = scope_rows(question, texts)
    inspectorates = _inspectorate_results(question, texts)
    counts = {verdict.value: 0 for verdict in Verdict}
    for verdict, number in rows.values_list("asked_verdict").annotate(number=Count("id")).order_by():
        counts[verdict] += number
    for result in inspectorates:
        counts[result.verdict] += 1
    results, next_cursor = _page(question, texts, rows, cursor, size)
    if not cursor:
        results = sorted([*inspectorates, *results], key=lambda result: _RANK[result.verdict])
    return Findings(
        question,
        acceptance.undertakings_for(question, texts),
        counts,
        results,
        next_cursor,
        coverage(question),
    )


def every(question: Question, texts: Texts, *, size: int = 500) -> Iterator[Result]:
    """All results, for an export, loaded page by page."""
    yield from _inspectorate_results(question, texts)
    rows, cursor = scope_rows(question, texts), ""
    while True:
        results, cursor = _page(question, texts, rows, cursor, size)
        yield from results
        if not cursor:
            return


def scope_rows(question: Question, texts: Texts) -> QuerySet:
    """The stretches of the read model that bear on the question, with ``asked_verdict`` and ``rank``, in order."""
    day, moment = question.clocks.on, question.clocks.asked_at
    rows = AcceptedScope.objects.filter(
        importing_id__in=list(texts.parties_of(question.importing.id, day, moment)),
        exporting_id__in=list(texts.parties_of(question.exporting.id, day, moment)),
        valid__contains=day,
        recorded__contains=moment,
    )
    if question.exporting.kind != EconomyKind.UNION:
        rows = rows.filter(origin_id=question.exporting.id)
    sector = question.sector or (question.requirement and question.requirement.sector)
    if sector is not None:
        rows = rows.filter(sector_id__in=texts.sectors_meeting(sector))
    if question.kind:
        rows = rows.filter(kind__in=[question.kind, ""])
    if question.requirement is not None:
        rows = rows.filter(Q(requirement=question.requirement) | Q(requirement=None))
    for word in question.words.split()[:8]:
        rows = rows.annotate(plain=Unaccent("body_name")).filter(
            plain__icontains=Unaccent(Value(word, output_field=TextField()))
        )
    return _with_verdict(rows, question).order_by("rank", "body_name", "id")


def _with_verdict(rows: QuerySet, question: Question) -> QuerySet:
    """An accepted row that does not say the kind or requirement asked for is one that cannot be told."""
    unsaid = _unsaid(question)
    verdict = (
        Case(When(unsaid, then=Value(Verdict.CANNOT_BE_TOLD)), default=F("verdict"))
        if unsaid
        else F("verdict")
    )
    ranks = [When(asked_verdict=verdict, then=Value(rank)) for verdict, rank in _RANK.items()]
    return rows.annotate(asked_verdict=verdict).annotate(rank=Case(*ranks, output_field=IntegerField()))


def _unsaid(question: Question) -> Q | None:
    unsaid = Q()
    if question.kind:
        unsaid |= Q(kind="")
    if question.requirement is not None:
        unsaid |= Q(requirement=None)
    return Q(unsaid, verdict=Verdict.ACCEPTED) if unsaid else None


def for_question(answer: Answer, line, question: Question) -> Answer:
    """The line's answer with the step that compares its scope with what was asked."""
    steps = list(answer.chain)
    if question.kind and not line.kind:
        steps.append(
            _scope_step(_("The source does not say for which kind of result."), Standing.KIND_NOT_STATED)
        )
    elif question.requirement is not None and line.requirement_id is None:
        sentence = _("On file for its sector; whether for %(requirement)s is not on file.")
        sentence %= {"requirement": str(question.requirement)}
        steps.append(_scope_step(sentence, Standing.REQUIREMENT_NOT_STATED))
    return decide(steps, accepted_standing=Standing.RECOGNISED)


def _scope_step(sentence: str, standing: str) -> Step:
    return Step("scope_asked", Outcome.UNKNOWN, sentence, standing)


def _page(question, texts, rows, cursor: str, size: int) -> tuple[list[Result], str]:
    if cursor:
        rank, name, row_id = _read_cursor(cursor)
        rows = rows.filter(
            Q(rank__gt=rank) | Q(rank=rank, body_name__gt=name) | Q(rank=rank, body_name=name, id__gt=row_id)
        )
    page = list(rows[: size + 1])
    more, page = len(page) > size, page[:size]
    day, moment = question.clocks.on, question.clocks.asked_at
    facts = {fact.line.id: fact for fact in line_facts.load(row.line_id for row in page)} if page else {}
    results = []
    for row in page:
        fact = facts[row.line_id]
        answer = for_question(chain.answer(fact, on=day, moment=moment, texts=texts), fact.line, question)
        economy = texts.economies[fact.line.body.economy_id]
        annex, body = texts.annexes[row.annex_id], fact.naming.at(moment)
        results.append(Result(answer, annex, economy, row=row, line=fact.line, body=body))
    return results, _make_cursor(page[-1]) if more else ""


def _make_cursor(row) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps([row.rank, row.body_name, row.id]).encode()).decode().rstrip("=")
    )


def _read_cursor(cursor: str) -> tuple[int, str, int]:
    try:
        rank, name, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return int(rank), str(name), int(row_id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(_("This page mark is not valid. Start again from the first page.")) from error


def _inspectorate_results(question: Question, texts: Texts) -> list[Result]:
    answers: list[InspectorateAnswer] = acceptance.inspectorates_for(question, texts)
    words = question.words.casefold().split()
    return [
        Result(
            found.answer,
            texts.annexes[found.undertaking.annex_id],
            found.authority.economy,
            authority=found.authority,
            product_class=found.product_class,
            undertaking=found.undertaking,
        )
        for found in answers
        if all(word in found.authority.name.casefold() for word in words)
    ]


def coverage(question: Question) -> list[Coverage]:
    """What the register holds of the exporting side's designations and the importing side's recognitions."""
    return list(
        Coverage.objects.filter(
            Q(economy=question.exporting, side=Coverage.Side.DESIGNATIONS)
            | Q(economy=question.importing, side=Coverage.Side.RECOGNITIONS)
        ).select_related("economy")
    )

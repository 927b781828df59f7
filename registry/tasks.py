"""Work done later: what the calendar brings, and a second look after each decision."""

import logging

from celery import shared_task

from agreements import texts as agreement_texts
from agreements.acting import operator
from portal import clock
from portal.outbox.handlers import handles
from registry import chain, expiring, line_facts, reminding
from registry.models import AcceptedScope

logger = logging.getLogger(__name__)


class AnswersDiffer(Exception):
    """The readable chain and the read model do not say the same; the text names the lines."""


@shared_task
def expire_lapsed() -> int:
    """Put terms that have run out on record. Runs hourly; running twice writes nothing twice."""
    return expiring.expire_lapsed(by=operator("expire_lapsed"), today=clock.today())


@shared_task
def remind() -> int:
    """Remind of terms and limits. Runs hourly; running twice tells nobody twice."""
    return reminding.remind(by=operator("remind"), today=clock.today())


@handles("registry.compare_answers")
def compare_answers(*, key: str, payload: dict) -> None:
    """After a decision: does the read model say for today what the chain says? Raises AnswersDiffer, kept in the outbox."""
    moment, today, texts = clock.now(), clock.today(), agreement_texts.current()
    rows = AcceptedScope.objects.filter(
        line_id__in=payload["lines"], valid__contains=today, recorded__contains=moment
    )
    held = {row.line_id: (row.verdict, row.standing) for row in rows}
    different = []
    for facts in line_facts.load(payload["lines"]):
        answer = chain.answer(facts, on=today, moment=moment, texts=texts)
        if held.get(facts.line.id) != (answer.verdict, str(answer.standing)):
            different.append(facts.line.id)
    if different:
        raise AnswersDiffer(f"after decision {key}, lines {different}; run rebuild_accepted_scope")

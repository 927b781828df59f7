"""One e-mail a day or a week with nothing but counts."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.models import User
from portal.notices import gates, mailing
from portal.notices.models import Category, Digest, Notice, Pace
from portal.outbox.queue import enqueue_many

DIGEST = "notices.digest"
HOUR = 6  # UTC, from which digests are sent


def due_day(pace: str) -> date | None:
    """The day whose digest is to be sent now: today, for the weekly one this week's Monday; None before 06:00 UTC."""
    now = clock.now()
    if now.hour < HOUR:
        return None
    today = now.date()
    return today if pace == Pace.DAILY else today - timedelta(days=today.weekday())


def ask_for_digests(pace: str) -> int:
    """Put a message into the outbox for each person whose digest is due and not sent; return how many are due.

    Harmless at any hour and any number of times: a digest speaks of all that waits, so missed runs make one, not many.
    """
    day = due_day(pace)
    if day is None:
        return 0
    sent = Digest.objects.filter(pace=pace, day=day).values("user")
    waiting = Notice.objects.for_digest(pace, _until(day)).exclude(user__in=sent)
    user_ids = list(waiting.order_by("user_id").values_list("user_id", flat=True).distinct())
    payloads = {
        f"{user_id}:{pace}:{day}": {"user": user_id, "pace": str(pace), "day": day.isoformat()}
        for user_id in user_ids
    }
    with transaction.atomic():
        enqueue_many(task=DIGEST, payloads=payloads)
    return len(payloads)


def send_digest(*, user_id: int, pace: str, day: date) -> None:
    """Send one person's digest of that day, with what they may still read; none when nothing is left or it is too late.

    A digest that could not be sent on its day is left to the next one, which speaks of the same notices.
    """
    if day != due_day(pace) or Digest.objects.filter(user=user_id, pace=pace, day=day).exists():
        return
    rows = Notice.objects.for_digest(pace, _until(day)).filter(user_id=user_id)
    notices = list(rows.select_for_update(of=["self"], no_key=True).order_by("id"))
    counts = Counter(notice.category for notice in notices if gates.may_read(user_id, notice))
    if counts:
        user = User.objects.get(pk=user_id)
        Digest.objects.create(user=user, pace=pace, day=day, counted=counts.total())
        mailing.send(user=user, key=f"{pace}:{day}", subject=_subject(pace), what=counted_words(counts))
    Notice.objects.filter(id__in=[notice.id for notice in notices]).update(delivered_at=clock.now())


def counted_words(counts: Counter) -> str:
    """What waits, by category, as lines of text."""
    lines = [f"  {category.label}: {counts[category]}" for category in Category if counts[category]]
    return "\n".join([_("Unread in Concordat:"), *lines])


def _subject(pace: str) -> str:
    return _("Concordat: your day in numbers") if pace == Pace.DAILY else _("Concordat: your week in numbers")


def _until(day: date) -> datetime:
    return datetime.combine(day, time(HOUR), tzinfo=clock.now().tzinfo)

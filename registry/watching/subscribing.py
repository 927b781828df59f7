"""The verbs of watching: ask by e-mail, confirm, begin, change the pace, stop, take the stop back.

Who asks by e-mail is nobody yet: the request leaves a row that is swept, and no entry in the audit chain, which forgets nothing.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting
from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue
from portal.verbs import verb
from registry.watching import keys, noticing, pacing
from registry.watching.models import Confirmation, Post, Reader, Subject, Watch, Wish
from registry.watching.questions import Watchable

CONFIRM = "watching.confirm"
# A link works so long. Within it an address gets one letter, whatever is asked and by whom.
LASTS = timedelta(hours=24)
MOST_WISHES = 10
MOST_WATCHES = 200


def nobody(reader: Reader) -> Acting:
    """The actor who holds the secret of a letter, and is otherwise unknown."""
    return Acting(actor=str(reader))


@transaction.atomic
def ask(*, email: str, question: Watchable, pace: str) -> None:
    """Note that somebody wants to watch under this address, and have one letter sent there that asks.

    Says nothing back: whether the address is known, or was asked lately, is not for whoever typed it. While a link is under way
    further wishes wait with it, up to ``MOST_WISHES``, and no further letter goes out.
    """
    email = User.objects.normalize_email(email).lower()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"watching:{email}"])
    now = clock.now()
    Confirmation.objects.over(now).filter(email=email).delete()
    confirmation = Confirmation.objects.open(now).filter(email=email).first()
    if confirmation is None:
        secret_hash = keys.hash_of(keys.secret("confirm", f"{email}:{now.isoformat()}"))
        confirmation = Confirmation.objects.create(
            email=email, hash=secret_hash, created_at=now, expires_at=now + LASTS
        )
        enqueue(task=CONFIRM, key=str(confirmation.pk), payload={"confirmation": confirmation.pk})
    if confirmation.wishes.count() < MOST_WISHES:
        subject, _made = Subject.objects.get_or_create(kind=question.kind, query=question.query)
        Wish.objects.get_or_create(confirmation=confirmation, subject=subject, defaults={"pace": pace})


def secret_of(confirmation: Confirmation) -> str:
    """The secret of its link, made again."""
    return keys.secret("confirm", f"{confirmation.email}:{confirmation.created_at.isoformat()}")


@verb(room="desk")
def confirm(*, secret: str, chosen: Iterable[int]) -> Reader:
    """Begin the chosen wishes of a link (ids), which works no more afterwards; return the reader.

    Raises NotAllowed for a link that is unknown, used or over, and when nothing is chosen.
    """
    now = clock.now()
    rows = Confirmation.objects.open(now).select_for_update()
    confirmation = rows.filter(hash=keys.hash_of(secret)).first()
    if confirmation is None:
        raise NotAllowed(_("This link does not work any more."))
    wishes = list(confirmation.wishes.filter(pk__in=list(chosen)).select_related("subject").order_by("id"))
    if not wishes:
        raise NotAllowed(_("Choose at least one."))
    confirmation.used_at = now
    confirmation.save(update_fields=["used_at"])
    reader = Reader.objects.filter(email=confirmation.email).first()
    if reader is None:
        reader = Reader.objects.create(email=confirmation.email, confirmed_at=now)
    begun = [_begin(reader, wish.subject, wish.pace) for wish in wishes]
    keys.reader_secret(reader)
    after = {"watches": [watch.pk for watch in begun]}
    recording.record(by=nobody(reader), target=reader, after=after)
    return reader


@verb(room="desk")
def watch(*, by: Acting, user: User, question: Watchable, pace: str) -> Watch:
    """Begin to watch for a person with an account; one who watches it already gets the pace chosen now.

    Raises NotAllowed when they watch as much as anybody may.
    """
    reader = Reader.objects.filter(user=user).first()
    if reader is None:
        reader = Reader.objects.create(user=user, confirmed_at=clock.now())
    subject, _made = Subject.objects.get_or_create(kind=question.kind, query=question.query)
    begun = _begin(reader, subject, pace)
    recording.record(by=by, target=begun, after={"pace": str(pace)})
    return begun


def _begin(reader: Reader, subject: Subject, pace: str) -> Watch:
    """A running watch of that pace. What changed before it began is not told."""
    Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
    subject = Subject.objects.select_for_update().get(pk=subject.pk)
    held = Watch.objects.filter(reader=reader, subject=subject).first()
    if held is not None and held.stopped_at is None:
        _pace(held, pace)
        return held
    if Watch.objects.running().filter(reader=reader).count() >= MOST_WATCHES:
        raise NotAllowed(
            _("You watch %(number)s things, which is the most. Stop one first.") % {"number": MOST_WATCHES}
        )
    if subject.look is None or not Watch.objects.running().filter(subject=subject).exists():
        noticing.begin(subject)
    if held is None:
        held = Watch(reader=reader, subject=subject)
    held.pace, held.since, held.stopped_at = pace, subject.newest, None
    held.created_at = clock.now()
    held.save()
    told = {"told": subject.newest, "next_at": pacing.first(pace)}
    Post.objects.update_or_create(watch=held, defaults=told)
    keys.stop_secret(held)
    return held


def _pace(held: Watch, pace: str) -> None:
    held.pace = pace
    held.save(update_fields=["pace"])
    Post.objects.filter(watch=held).update(next_at=pacing.first(pace))


@verb(room="desk")
def choose_pace(*, by: Acting, watch: Watch, pace: str) -> None:
    """Write as often as chosen. Raises NotAllowed for a watch that was stopped."""
    held = _locked(watch)
    if held.stopped_at is not None:
        raise NotAllowed(_("This watch was stopped. Take that back first."))
    before = held.pace
    _pace(held, pace)
    recording.record(by=by, target=held, before={"pace": before}, after={"pace": str(pace)})


@verb(room="desk")
def stop(*, by: Acting, watch: Watch) -> None:
    """Write no more about it. Stopping what is stopped changes nothing, and is on record."""
    held = _locked(watch)
    if held.stopped_at is None:
        held.stopped_at = clock.now()
        held.save(update_fields=["stopped_at"])
    recording.record(by=by, target=held)


@verb(room="desk")
def resume(*, by: Acting, watch: Watch) -> None:
    """Take the stop back: what changed meanwhile is told with the next letter, so nothing is lost by a slip."""
    held = _locked(watch)
    if held.stopped_at is not None:
        held.stopped_at = None
        held.save(update_fields=["stopped_at"])
        Post.objects.filter(watch=held).update(next_at=pacing.first(held.pace))
    recording.record(by=by, target=held)


def _locked(watch: Watch) -> Watch:
    return Watch.objects.select_for_update(of=["self"]).select_related("subject").get(pk=watch.pk)

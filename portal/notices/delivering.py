"""The e-mail about one notice, with every question asked again at the moment of sending."""

from django.utils.translation import gettext as _

from portal import clock
from portal.notices import gates, mailing
from portal.notices.choosing import paces_of
from portal.notices.models import Category, Notice, Pace


def deliver(*, user_id: int, key: str) -> None:
    """Write to the person about the notice, unless it was read, may not be read any more or is not wanted at once.

    What is now wanted in a digest is left to the digest.
    """
    notice = (
        Notice.objects.select_for_update(of=["self"], no_key=True)
        .select_related("user")
        .filter(user_id=user_id, key=key, delivered_at=None)
        .first()
    )
    if notice is None:
        return
    if not _to_be_mailed(notice):
        _done(notice)
        return
    if paces_of(user_id)[notice.category] != Pace.AT_ONCE:
        notice.at_once = False
        notice.save(update_fields=["at_once"])
        return
    mailing.send(
        user=notice.user,
        key=notice.key,
        subject=_("Concordat: something awaits you"),
        what=general_words(notice.category),
    )
    _done(notice)


def _to_be_mailed(notice: Notice) -> bool:
    return (
        notice.read_at is None
        and notice.user.is_active
        and paces_of(notice.user_id)[notice.category] != Pace.OFF
        and gates.may_read(notice.user_id, notice)
    )


def _done(notice: Notice) -> None:
    notice.delivered_at = clock.now()
    notice.save(update_fields=["delivered_at"])


def general_words(category: str) -> str:
    """What an e-mail may say about a notice of that category."""
    return {
        Category.DECISIONS: _("A decision awaits you in Concordat."),
        Category.QUEUE: _("Work awaits you in Concordat."),
        Category.DEADLINES: _("A deadline comes near in Concordat."),
        Category.MEMBERSHIP: _("Something about your access to Concordat has changed."),
    }[Category(category)]

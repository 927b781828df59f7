"""Letters about watches. What they say is public, so unlike notices they say it; who watches what is nobody else's affair."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.watching import keys, listing
from registry.watching.models import Change, Confirmation, Watch

# A letter lists so many changes; the page of the watch lists all.
LISTED = 50


def send_changes(watch: Watch, changes: list[Change], until: int) -> None:
    """Write to the reader what changed. The same watch and mark give the same letter and Message-ID."""
    stop = keys.absolute("watch-stop", keys.stop_secret(watch))
    told = listing.told(watch)
    context = {
        "question": told.question,
        "address": settings.BASE_URL.rstrip("/") + told.question.address,
        "changes": [listing.line(change, settings.BASE_URL) for change in changes[:LISTED]],
        "more": max(0, len(changes) - LISTED),
        "page": _page(watch),
        "stop": stop,
        "pace": watch.get_pace_display().lower(),
    }
    number = len(changes)
    subject = ngettext("%(number)s change: %(words)s", "%(number)s changes: %(words)s", number) % {
        "number": number,
        "words": told.question.words,
    }
    # RFC 8058: one POST to the address, without a session, ends it.
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    _send(watch.reader.address, subject, "changes", context, f"changes:{watch.key}:{until}", headers)


def send_confirmation(confirmation: Confirmation, secret: str) -> None:
    """Write to an address, once, that somebody wants to watch something under it.

    Not what: whoever asked could put words of their own into it, and so into a letter of ours.
    """
    context = {
        "link": keys.absolute("watch-confirm", secret),
        "site": settings.BASE_URL,
    }
    subject = _("Confirm that we may write to you")
    _send(confirmation.email, subject, "confirm", context, f"confirm:{confirmation.hash}", {})


def _page(watch: Watch) -> str:
    """Where the watch is kept: for a person with an account behind signing in, for others behind a secret."""
    if watch.reader.user_id is not None:
        return keys.absolute("watch", watch.pk)
    return keys.absolute("watch-of", keys.reader_secret(watch.reader), watch.pk)


def _send(address: str, subject: str, template: str, context: dict, key: str, headers: dict) -> None:
    name = salted_hmac("registry.watching.mailing", key, algorithm="sha256").hexdigest()[:40]
    message = EmailMultiAlternatives(
        subject=f"Concordat: {' '.join(subject.split())[:160]}",
        body=render_to_string(f"watching/mail/{template}.txt", context),
        to=[address],
        headers={
            "Message-ID": f"<{name}@{urlsplit(settings.BASE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            **headers,
        },
    )
    message.attach_alternative(render_to_string(f"watching/mail/{template}.html", context), "text/html")
    message.send()

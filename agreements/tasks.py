"""Work done later: invitations go out."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agreements import joining
from agreements.acting import operator
from agreements.models import Invitation
from portal.outbox.handlers import handles


@handles("agreements.send_invitation")
def send_invitation(*, key: str, payload: dict) -> None:
    """Send the invitation with a new secret address; sent again after a crash, only the last address works."""
    invitation = (
        Invitation.objects.open().select_related("authority", "invited_by").filter(pk=payload["invitation"])
    )
    if (found := invitation.first()) is None:
        return
    address = joining.make_address(by=operator("send_invitation"), invitation=found)
    context = {"invitation": found, "address": address, "base_url": settings.BASE_URL}
    EmailMessage(
        subject=_("Concordat: an invitation"),
        body=render_to_string("agreements/invitation_mail.txt", context),
        to=[found.email],
        headers={"Message-ID": f"<invitation-{key}@concordat>", "Auto-Submitted": "auto-generated"},
    ).send()

"""People who sign in for a body: invited by an authority that looks after it, until their access is ended.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
"""

from django.utils.translation import gettext as _

from agreements import joining
from agreements.acting import Acting
from agreements.models import Authority, Invitation
from agreements.rights import OWN
from portal import clock, permissions
from portal.accounts.models import User
from portal.accounts.sessions import end_sessions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import checking
from registry.models import Body, Representative

PURPOSE = "representation"
HOME = "/mine/"


def may_look_after(by: Acting, body: Body) -> bool:
    """Whether the actor may invite people of the body and end their access."""
    return permissions.may(by, "representative.invite", _relation(by, body))


def _check(by: Acting, body: Body) -> None:
    permissions.check(by, "representative.invite", _relation(by, body))


def _relation(by: Acting, body: Body) -> str:
    return OWN if checking.looks_after(by, body) else "none"


@verb(room="desk")
def represent(*, by: Acting, body: Body, user: User) -> Representative:
    """Let a person who has an account sign in for the body."""
    _check(by, body)
    representative = _represents(body, user)
    recording.record(by=by, target=representative, target_name=body.name, after={"user": user.name})
    return representative


def _represents(body: Body, user: User) -> Representative:
    Body.objects.select_for_update().get(pk=body.pk)
    if Representative.objects.filter(body=body, user=user, ended_at=None).exists():
        raise NotAllowed(_("This person signs in for the body already."))
    representative = Representative(body=body, user=user, began_at=clock.now())
    representative.full_clean()
    representative.save()
    return representative


@verb(room="desk")
def invite_representative(*, by: Acting, body: Body, email: str, name: str) -> Invitation:
    """Ask somebody to sign in for the body. The e-mail with the secret address follows from the outbox."""
    _check(by, body)
    known = Representative.objects.running().filter(body=body, user__email=email.strip().lower())
    if known.exists():
        raise NotAllowed(_("This person signs in for the body already."))
    authority = Authority.objects.get(pk=by.authority_id)
    # The invitation's own entry is the verb's.
    return joining.invite_for(
        by=by, authority=authority, email=email, name=name, purpose=PURPOSE, subject=str(body.pk)
    )


@verb(room="desk")
def end_representation(*, by: Acting, representative: Representative, reason: str = "") -> None:
    """The person no longer signs in for the body; their sessions end."""
    representative = Representative.objects.select_for_update().get(pk=representative.pk)
    _check(by, representative.body)
    if representative.ended_at:
        raise NotAllowed(_("This access has ended already."))
    representative.ended_at, representative.ended_by = clock.now(), by.actor
    representative.save(update_fields=["ended_at", "ended_by"])
    recording.record(
        by=by,
        target=representative,
        target_name=representative.body.name,
        reason=reason,
        before={"user": representative.user.name},
    )
    end_sessions([representative.user_id])


def follow_invitation(by: Acting, invitation: Invitation, user: User) -> None:
    """What an accepted invitation leads to."""
    _represents(Body.objects.get(pk=invitation.subject), user)


def words_of(invitation: Invitation) -> str:
    """What the invited person is asked for."""
    body = Body.objects.filter(pk=invitation.subject).first()
    name = body.name if body else ""
    return _("sign in for %(body)s: see its standing with each partner, and keep its contacts right") % {
        "body": name
    }

"""Joining an authority and leaving it: invite, accept, give roles, confirm them, end.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from agreements import membership_notices, rights
from agreements.acting import Acting, person
from agreements.models import Authority, Invitation, Membership, Role, RoleGrant
from portal import clock, permissions
from portal.accounts.models import User
from portal.accounts.people import create_person
from portal.accounts.sessions import end_sessions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue
from portal.validity import days
from portal.verbs import verb

MEMBERSHIP = "membership"
VALID_DAYS = 7


@dataclass(frozen=True)
class Purpose:
    """What an upper room invites people for.

    ``follow(by, invitation, user)`` is done on acceptance, inside the verb; ``words(invitation)`` says to the invited person
    what they are asked for; ``home`` is the page where they begin.
    """

    follow: Callable[[Acting, Invitation, User], None]
    words: Callable[[Invitation], str]
    home: str


_purposes: dict[str, Purpose] = {}


def on_acceptance(purpose: str, follow: Callable, *, words: Callable[[Invitation], str], home: str) -> None:
    """Register what an upper room invites people for, under the name that its invitations bear."""
    _purposes[purpose] = Purpose(follow, words, home)


def purpose_of(invitation: Invitation) -> Purpose | None:
    """What an upper room invites for; None for an invitation to belong to the authority."""
    return None if invitation.purpose == MEMBERSHIP else _purposes[invitation.purpose]


@verb(room="desk")
def invite(
    *,
    by: Acting,
    authority: Authority,
    email: str,
    name: str,
    roles: list[str] = (),
    by_mail: bool = True,
) -> Invitation:
    """Ask somebody to belong to the authority. The e-mail with the secret address follows from the outbox.

    Without ``by_mail`` the caller hands the address over (``make_address``).
    """
    permissions.check(by, "members.invite", rights.relation(by, authority))
    return _invited(by, authority, email, name, roles, MEMBERSHIP, "", by_mail)


def _invited(by, authority, email, name, roles, purpose, subject, by_mail=True) -> Invitation:
    email = email.strip().lower()
    Authority.objects.select_for_update().get(pk=authority.pk)
    if (
        purpose == MEMBERSHIP
        and Membership.objects.running().filter(authority=authority, user__email=email).exists()
    ):
        raise NotAllowed(_("This person belongs to the authority already. Give the roles there."))
    open_ones = {"authority": authority, "email": email, "purpose": purpose, "subject": subject}
    Invitation.objects.filter(**open_ones, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )
    invitation = Invitation(
        **open_ones,
        name=name,
        roles=sorted(set(roles)),
        invited_by_id=by.user_id,
        expires_at=clock.now() + timedelta(days=VALID_DAYS),
    )
    invitation.full_clean()
    invitation.save()
    recording.record(
        by=by, target=invitation, target_name=email, after={"roles": invitation.roles, "purpose": purpose}
    )
    if by_mail:
        enqueue(
            task="agreements.send_invitation", key=str(invitation.pk), payload={"invitation": invitation.pk}
        )
    return invitation


def invite_for(
    *, by: Acting, authority: Authority, email: str, name: str, purpose: str, subject: str
) -> Invitation:
    """For a verb of an upper room, which has checked its own right: ask somebody to join for its purpose."""
    return _invited(by, authority, email, name, [], purpose, subject)


@verb(room="desk")
def make_address(*, by: Acting, invitation: Invitation) -> str:
    """A new secret address for an open invitation; the one before it, if any, no longer works."""
    invitation = Invitation.objects.open().select_for_update().filter(pk=invitation.pk).first()
    if invitation is None:
        raise NotAllowed(_("This invitation is no longer open."))
    secret = secrets.token_urlsafe(32)
    invitation.secret_hash = _hash(secret)
    invitation.save(update_fields=["secret_hash"])
    recording.record(by=by, target=invitation, target_name=invitation.email)
    return f"{settings.BASE_URL}/invitation/{secret}/"


def invitation_of(secret: str) -> Invitation | None:
    """The open invitation with that secret."""
    found = Invitation.objects.open().filter(secret_hash=_hash(secret))
    return found.select_related("authority", "invited_by").first()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@verb(room="desk")
def withdraw_invitation(*, by: Acting, invitation: Invitation) -> None:
    """Take an invitation back while it is open."""
    permissions.check(by, "members.invite", rights.relation(by, invitation.authority))
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise NotAllowed(_("This invitation is no longer open."))
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    recording.record(by=by, target=invitation, target_name=invitation.email)


@verb(room="desk")
def accept(*, by: Acting, invitation: Invitation, user: User) -> Membership | None:
    """The invited person joins. Roles that need a second person wait for it.

    Raises NotAllowed when the invitation is no longer open, PermissionDenied when it was sent to somebody else.
    """
    invitation = Invitation.objects.open().select_for_update().filter(pk=invitation.pk).first()
    if invitation is None:
        raise NotAllowed(_("This invitation is no longer open. Ask the authority for a new one."))
    if user.email != invitation.email:
        raise PermissionDenied(
            _("This invitation was sent to another address. Sign out, and open it again as that person.")
        )
    invitation.accepted_at, invitation.accepted_by = clock.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    membership = None
    if invitation.purpose == MEMBERSHIP:
        membership = _joined(invitation, user)
    else:
        _purposes[invitation.purpose].follow(by, invitation, user)
    recording.record(
        by=by,
        target=invitation,
        target_name=invitation.email,
        after={"user": user.name, "roles": invitation.roles},
    )
    return membership


@transaction.atomic
def accept_as_new_person(*, invitation: Invitation, name: str, password: str | None) -> User:
    """Make an account for the invited address and accept: both or neither.

    Raises ValidationError when the address has an account already, NotAllowed when the invitation is no longer open.
    """
    user = create_person(by=Acting(actor=name), email=invitation.email, name=name.strip(), password=password)
    accept(by=person(user), invitation=invitation, user=user)
    return user


def _joined(invitation: Invitation, user: User) -> Membership:
    membership, _made = Membership.objects.get_or_create(
        user=user, authority=invitation.authority, ended_at=None, defaults={"began_at": clock.now()}
    )
    for role in invitation.roles:
        grant = _grant(membership, role, days(clock.today()), invitation.invited_by_id)
        membership_notices.awaits_confirmation(grant)
    return membership


def _grant(membership: Membership, role: str, valid, granted_by_id: int | None) -> RoleGrant:
    grant = RoleGrant(
        membership=membership,
        role=role,
        valid=valid,
        granted_by_id=granted_by_id,
        needs_second=Role(role).needs_second_person and not _is_operator(granted_by_id, membership.authority),
    )
    grant.full_clean()
    grant.save()
    return grant


def _is_operator(user_id: int | None, authority: Authority) -> bool:
    """What the operator gives, such as an authority's first administrators, needs no second administrator."""
    if user_id is None:
        return True
    belongs = Membership.objects.running().filter(user=user_id, authority=authority)
    return User.with_pk(user_id).is_operator and not belongs.exists()


@verb(room="desk")
def give_role(
    *, by: Acting, membership: Membership, role: str, start: date | None = None, end: date | None = None
) -> RoleGrant:
    """Give a member a role from ``start`` (None: today) up to but not including ``end`` (None: open).

    Nobody gives a role to themselves. Approver, releaser and administrator wait for a second person.
    """
    permissions.check(by, "members.change", rights.relation(by, membership.authority))
    membership = _running(membership)
    if by.user_id == membership.user_id:
        raise PermissionDenied(_("Nobody gives a role to themselves. Ask another administrator."))
    if membership.roles.filter(role=role, ended_at=None).exists():
        raise NotAllowed(
            _("This person has that role, or it waits to be confirmed. End it first to change its term.")
        )
    grant = _grant(membership, role, days(start or clock.today(), end), by.user_id)
    membership_notices.given(grant)
    membership_notices.awaits_confirmation(grant)
    after = {"role": role, "from": grant.valid.lower, "to": grant.valid.upper, "waits": grant.needs_second}
    recording.record(by=by, target=membership, after=after)
    return grant


@verb(room="desk")
def confirm_role(*, by: Acting, grant: RoleGrant) -> RoleGrant:
    """The second person confirms a role: not who gave it, not who gets it, not who invited that person."""
    membership = _running(grant.membership)
    permissions.check(by, "roles.confirm", rights.relation(by, membership.authority))
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if not grant.needs_second or grant.confirmed_at or grant.ended_at:
        raise NotAllowed(_("This role does not wait to be confirmed."))
    if not _is_second_person(by, grant, membership):
        raise PermissionDenied(
            _("A second administrator must confirm this role, or the operator of the portal.")
        )
    grant.confirmed_at, grant.confirmed_by_id = clock.now(), by.user_id
    grant.save(update_fields=["confirmed_at", "confirmed_by"])
    membership_notices.given(grant)
    recording.record(by=by, target=membership, after={"role": grant.role, "confirmed": True})
    return grant


def may_confirm(by: Acting, grant: RoleGrant) -> bool:
    """Whether the actor could confirm this role, which waits for it."""
    relation = rights.relation(by, grant.membership.authority)
    return permissions.may(by, "roles.confirm", relation) and _is_second_person(by, grant, grant.membership)


def _is_second_person(by: Acting, grant: RoleGrant, membership: Membership) -> bool:
    return by.user_id not in {grant.granted_by_id, membership.user_id}


@verb(room="desk")
def end_role(*, by: Acting, grant: RoleGrant) -> None:
    """Take a role away at once; the person's sessions end, so that nothing half done goes on with it."""
    membership = _running(grant.membership)
    permissions.check(by, "members.change", rights.relation(by, membership.authority))
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.ended_at:
        raise NotAllowed(_("This role has ended already."))
    _check_administrator_left(membership, [grant])
    grant.ended_at, grant.ended_by = clock.now(), by.actor
    grant.save(update_fields=["ended_at", "ended_by"])
    membership_notices.ended(grant)
    recording.record(by=by, target=membership, before={"role": grant.role})
    end_sessions([membership.user_id])


@verb(room="desk")
def end_membership(*, by: Acting, membership: Membership, reason: str = "") -> None:
    """Let a membership end: all its roles and the person's sessions end with it."""
    permissions.check(by, "members.change", rights.relation(by, membership.authority))
    membership = _running(membership)
    grants = list(membership.roles.filter(ended_at=None))
    _check_administrator_left(membership, grants)
    now = clock.now()
    RoleGrant.objects.filter(pk__in=[grant.pk for grant in grants]).update(ended_at=now, ended_by=by.actor)
    membership.ended_at, membership.ended_by, membership.end_reason = now, by.actor, reason
    membership.save(update_fields=["ended_at", "ended_by", "end_reason"])
    membership_notices.left(membership)
    recording.record(
        by=by, target=membership, reason=reason, before={"roles": [grant.role for grant in grants]}
    )
    end_sessions([membership.user_id])


def _running(membership: Membership) -> Membership:
    found = Membership.objects.select_for_update(of=["self"]).select_related("authority", "user")
    membership = found.get(pk=membership.pk)
    if membership.ended_at:
        raise NotAllowed(_("This membership has ended."))
    return membership


def _check_administrator_left(membership: Membership, ending: list[RoleGrant]) -> None:
    """An authority keeps an administrator, so that somebody can still end and give roles."""
    if not any(grant.role == Role.ADMINISTRATOR for grant in ending):
        return
    others = RoleGrant.objects.in_force().filter(
        membership__authority=membership.authority, role=Role.ADMINISTRATOR
    )
    if not others.exclude(membership=membership).exists():
        raise NotAllowed(
            _("This is the authority's last administrator. Give the role to somebody else first.")
        )

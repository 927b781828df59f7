"""What people are told when roles are given, wait for a second person, or end; and who may still read it later."""

from django.utils.translation import gettext as _

from agreements.models import Membership, Role, RoleGrant
from portal.notices import gates
from portal.notices.models import Category, Notice
from portal.notices.telling import tell

ROLE, CONFIRM, ENDED = "membership.role", "membership.confirm", "membership.ended"


def given(grant: RoleGrant) -> None:
    """The member learns of a role, or that it waits for a second person."""
    waits = grant.needs_second and grant.confirmed_at is None
    names = {"role": Role(grant.role).label, "authority": grant.membership.authority.name}
    _tell(
        [grant.membership.user_id],
        key=f"grant:{grant.pk}:{'waits' if waits else 'given'}",
        kind=ROLE,
        words=(
            _("A second person must confirm your role at %(authority)s: %(role)s")
            if waits
            else _("You have a role at %(authority)s: %(role)s")
        )
        % names,
        link="/acting/",
        membership=grant.membership,
    )


def awaits_confirmation(grant: RoleGrant) -> None:
    """Those administrators learn of it who could be the second person; nobody, where the role needs none."""
    if not grant.needs_second or grant.confirmed_at:
        return
    membership = grant.membership
    seconds = RoleGrant.objects.in_force().filter(
        membership__authority_id=membership.authority_id, role=Role.ADMINISTRATOR
    )
    people = set(seconds.values_list("membership__user_id", flat=True))
    _tell(
        sorted(people - {grant.granted_by_id, membership.user_id}),
        key=f"grant:{grant.pk}:confirm",
        kind=CONFIRM,
        words=_("Waits for a second administrator: %(role)s, %(person)s")
        % {"role": Role(grant.role).label, "person": membership.user.name},
        link="/members/",
        membership=membership,
    )


def ended(grant: RoleGrant) -> None:
    """The member learns that a role is over."""
    membership = grant.membership
    names = {"role": Role(grant.role).label, "authority": membership.authority.name}
    words = _("Your role at %(authority)s has ended: %(role)s") % names
    _tell([membership.user_id], key=f"grant:{grant.pk}:ended", kind=ENDED, words=words, membership=membership)


def left(membership: Membership) -> None:
    """The person learns that they no longer belong to the authority."""
    words = _("You no longer belong to %(authority)s") % {"authority": membership.authority.name}
    key = f"membership:{membership.pk}:ended"
    _tell([membership.user_id], key=key, kind=ENDED, words=words, membership=membership)


def _tell(users, *, key: str, kind: str, words: str, membership: Membership, link: str = "") -> None:
    tell(
        users=users,
        key=key,
        kind=kind,
        category=Category.MEMBERSHIP,
        words=words,
        link=link,
        target_kind="membership",
        target_id=str(membership.pk),
        authority_code=membership.authority.code,
    )


def open_gates() -> None:
    """Say who may still read such notices."""
    gates.gate(ROLE, _belongs)
    gates.gate(CONFIRM, _administers)
    gates.gate(ENDED, _is_about_the_reader)


def _belongs(user_id: int, notice: Notice) -> bool:
    return Membership.objects.running().filter(pk=notice.target_id, user_id=user_id).exists()


def _administers(user_id: int, notice: Notice) -> bool:
    held = RoleGrant.objects.in_force().filter(membership__user_id=user_id, role=Role.ADMINISTRATOR)
    return held.filter(membership__authority__code=notice.authority_code).exists()


def _is_about_the_reader(user_id: int, notice: Notice) -> bool:
    return Membership.objects.filter(pk=notice.target_id, user_id=user_id).exists()

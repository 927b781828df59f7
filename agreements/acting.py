"""Who acts, and for which authority: made at the edge, handed to every verb as ``by``."""

from dataclasses import dataclass, field, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agreements.models import Authority, Membership, Role, RoleGrant

SESSION_KEY = "acting_for"


@dataclass(frozen=True)
class Acting:
    """The actor of a verb.

    ``actor`` is the person or process as text; ``authority_code`` the authority acted for, or None; ``is_operator`` marks
    the operator of the portal, who loads what a source says on behalf of whoever the source is. ``user_id`` and ``user_key``
    name the person. ``hands`` are the people who stand behind a decision: it takes two (``with_second_hand``).

    ``scopes`` is None for people. For a key of the authority it holds the actions that the key was given, and ``vouched_by``
    is the person who made it; ``user_id`` is then the key's own name in the register, under which nobody signs in.
    """

    actor: str
    authority_code: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    is_operator: bool = False
    authority_id: int | None = None
    economy_id: int | None = None
    user_id: int | None = None
    user_key: str = ""
    hands: frozenset[int] = field(default_factory=frozenset)
    scopes: frozenset[str] | None = None
    vouched_by: int | None = None

    @property
    def hand(self) -> int | None:
        """The person who stands behind what is written: oneself, or whoever made the key that writes.

        So nobody decides on what their own program has proposed.
        """
        return self.user_id if self.scopes is None else self.vouched_by

    def acts_for(self, authority) -> bool:
        """True for a member acting for that authority, and for the operator."""
        return self.is_operator or self.authority_code == authority.code

    def with_second_hand(self, first: frozenset[int]) -> "Acting":
        """The same actor, confirming what others prepared. Raises PermissionDenied when the actor is one of them."""
        if self.user_id is None or self.scopes is not None or not first or self.user_id in first:
            raise PermissionDenied(
                _("A second person must decide: you have worked on this yourself. Ask a colleague.")
            )
        return replace(self, hands=first | {self.user_id})


def operator(process: str) -> Acting:
    """The operator, running a named process such as ``load_bodies``."""
    return Acting(actor=process, is_operator=True)


def person(user) -> Acting:
    """A person who acts for nobody yet, such as one accepting an invitation."""
    return Acting(actor=user.name, user_id=user.id, user_key=str(user.key))


def member(membership: Membership, roles: frozenset[str]) -> Acting:
    """A member with these roles, acting for the authority."""
    user, authority = membership.user, membership.authority
    return Acting(
        actor=user.name,
        authority_code=authority.code,
        roles=roles,
        authority_id=authority.id,
        economy_id=authority.economy_id,
        user_id=user.id,
        user_key=str(user.key),
    )


@dataclass(frozen=True)
class Standing:
    """One authority a person may act for, with the roles held today."""

    membership: Membership
    roles: frozenset[str]

    @property
    def authority(self) -> Authority:
        return self.membership.authority

    @property
    def role_words(self) -> str:
        """The roles for a reader, in the order of what they may do."""
        return ", ".join(str(role.label) for role in Role if role.value in self.roles)


def standings(user) -> list[Standing]:
    """The authorities a person may act for today, by name; one query. A membership without a role counts for nothing."""
    grants = (
        RoleGrant.objects.in_force()
        .filter(membership__user_id=user.pk)
        .select_related("membership__authority__economy", "membership__user")
    )
    memberships, roles = {}, {}
    for grant in grants:
        memberships[grant.membership_id] = grant.membership
        roles.setdefault(grant.membership_id, set()).add(grant.role)
    found = [Standing(memberships[number], frozenset(roles[number])) for number in memberships]
    return sorted(found, key=lambda standing: standing.authority.name)


def again(by: Acting) -> Acting | None:
    """The same person for the same authority, with the roles of this moment; None when they may act for it no longer."""
    grants = RoleGrant.objects.in_force().filter(
        membership__user_id=by.user_id,
        membership__user__is_active=True,
        membership__authority_id=by.authority_id,
    )
    roles = frozenset(grants.values_list("role", flat=True))
    return replace(by, roles=roles) if by.user_id and by.authority_id and roles else None


def acting_of(request: HttpRequest) -> Acting:
    """The actor behind a request, asked anew each time: what has ended since the last request counts no longer.

    Without an authority the actor is just a person, or the operator.
    """
    if not hasattr(request, "acting"):
        request.standings = standings(request.user) if request.user.is_authenticated else []
        request.acting = _chosen(request)
    return request.acting


def _chosen(request: HttpRequest) -> Acting:
    user = request.user
    if not user.is_authenticated:
        return Acting(actor="")
    wanted = request.session.get(SESSION_KEY)
    for standing in request.standings:
        if standing.authority.code == wanted:
            return member(standing.membership, standing.roles)
    if request.standings:
        return member(request.standings[0].membership, request.standings[0].roles)
    return replace(person(user), is_operator=user.is_operator)

"""Who belongs to an authority, with which roles, and who has been asked to: what the screens of members show."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from agreements import joining
from agreements.acting import Acting
from agreements.models import Authority, Invitation, Membership, Role, RoleGrant
from portal import clock


@dataclass(frozen=True)
class Held:
    """A role as it stands today: ``state`` is in_force, awaiting (a second person), not_yet or over."""

    grant: RoleGrant
    state: str
    may_confirm: bool

    @property
    def state_words(self) -> str:
        """The state for a reader; "" for the ordinary one."""
        return {
            "in_force": "",
            "awaiting": _("waits for a second person"),
            "not_yet": _("not yet"),
            "over": _("term is over"),
        }[self.state]

    @property
    def last_day(self):
        """The last day on which it counts; None for an open term."""
        upper = self.grant.valid.upper
        return upper and upper - timedelta(days=1)


@dataclass(frozen=True)
class Member:
    """A person who belongs to the authority, with the roles that have not been ended."""

    membership: Membership
    roles: list[Held]

    @property
    def free_roles(self) -> list[Role]:
        """Roles the person does not hold and that do not wait either."""
        held = {each.grant.role for each in self.roles}
        return [role for role in Role if role.value not in held]


def authority_for(by: Acting, code: str) -> Authority | None:
    """The authority of that code, if its members are the actor's to see: one's own; for the operator any."""
    found = Authority.objects.select_related("economy").filter(code=code)
    if not by.is_operator:
        found = found.filter(pk=by.authority_id)
    return found.first()


def members(by: Acting, authority: Authority) -> list[Member]:
    """The people of an authority, by name; two queries."""
    return [_member(by, row) for row in _memberships(by, authority)]


def member(by: Acting, authority: Authority, number: int) -> Member | None:
    """The person whose membership has that number."""
    row = _memberships(by, authority).filter(pk=number).first()
    return row and _member(by, row)


def _memberships(by: Acting, authority: Authority) -> QuerySet:
    roles = RoleGrant.objects.filter(ended_at=None).select_related("granted_by", "confirmed_by")
    return (
        Membership.objects.visible_to(by)
        .running()
        .filter(authority=authority)
        .select_related("user", "authority")
        .prefetch_related(Prefetch("roles", queryset=roles, to_attr="running_roles"))
        .order_by("user__name", "pk")
    )


def _member(by: Acting, membership: Membership) -> Member:
    return Member(membership, [_held(by, membership, grant) for grant in membership.running_roles])


def _held(by: Acting, membership: Membership, grant: RoleGrant) -> Held:
    grant.membership = membership
    state, today = "in_force", clock.today()
    if grant.needs_second and grant.confirmed_at is None:
        state = "awaiting"
    elif grant.valid.upper and grant.valid.upper <= today:
        state = "over"
    elif grant.valid.lower and grant.valid.lower > today:
        state = "not_yet"
    return Held(grant, state, state == "awaiting" and joining.may_confirm(by, grant))


def held(by: Acting, authority: Authority, number: int) -> Held | None:
    """The role given under that number, while it has not been ended."""
    rows = RoleGrant.objects.visible_to(by).filter(
        membership__authority=authority, membership__ended_at=None, ended_at=None, pk=number
    )
    found = rows.select_related("membership__user", "membership__authority", "granted_by").first()
    return found and _held(by, found.membership, found)


def invitations(by: Acting, authority: Authority) -> QuerySet:
    """Who has been asked to belong to the authority and has not answered, also where the time has run out."""
    rows = Invitation.objects.visible_to(by).filter(
        authority=authority, purpose=joining.MEMBERSHIP, accepted_at=None, withdrawn_at=None
    )
    return rows.select_related("invited_by", "authority")


def authorities(words: str = "") -> QuerySet:
    """Authorities whose name, code or economy contains each of the words, with how many people belong to each."""
    running = Q(memberships__ended_at=None, memberships__user__is_active=True)
    rows = Authority.objects.select_related("economy").annotate(
        people=Count("memberships", filter=running, distinct=True)
    )
    for word in words.replace("\x00", "").split()[:6]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(acronym__icontains=word)
            | Q(code__icontains=word)
            | Q(economy__code__iexact=word)
            | Q(economy__name__icontains=word)
        )
    return rows.order_by("name", "code")


def waiting_roles(user) -> list[RoleGrant]:
    """Roles of a person that a second person has still to confirm."""
    rows = RoleGrant.objects.awaiting_confirmation().filter(membership__user_id=user.pk)
    return list(rows.select_related("membership__authority"))

"""Who may act for an authority: invitations, memberships and dated roles."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.authority import Authority
from portal import clock
from portal.validity import days
from portal.verbs import Guarded, GuardedQuerySet


class Role(models.TextChoices):
    """What a member may do for the authority."""

    READER = "reader", _("reader")
    EDITOR = "editor", _("editor")
    APPROVER = "approver", _("approver")
    RELEASER = "releaser", _("releaser")
    ADMINISTRATOR = "administrator", _("administrator")

    @property
    def meaning(self):
        """What the role is for, for whoever gives it."""
        return _ROLE_MEANINGS[self]

    @property
    def needs_second_person(self) -> bool:
        """True for roles that a second administrator, or the operator, must confirm."""
        return self in (Role.APPROVER, Role.RELEASER, Role.ADMINISTRATOR)


_ROLE_MEANINGS = {
    Role.READER: _("sees what concerns the authority"),
    Role.EDITOR: _("drafts and submits proposals, asks and answers"),
    Role.APPROVER: _("decides, as the second person, on what another has submitted"),
    Role.RELEASER: _("releases documents to other authorities, as the second person"),
    Role.ADMINISTRATOR: _("invites people, gives and ends roles"),
}


class MembershipQuerySet(GuardedQuerySet):
    """Sets of memberships."""

    def running(self) -> Self:
        """Memberships that have not been ended."""
        return self.filter(ended_at=None, user__is_active=True)

    def visible_to(self, by) -> Self:
        """A member sees the members of the authority acted for; the operator all."""
        return self if by.is_operator else self.filter(authority_id=by.authority_id)


class Membership(Guarded):
    """A person belongs to an authority until it is ended. What the person may do is said by the roles."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="memberships")
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority"], condition=Q(ended_at=None), name="one_running_membership"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="membership_end_says_by_whom",
            ),
        ]

    def __str__(self):
        return f"{self.user} at {self.authority}"


class RoleGrantQuerySet(GuardedQuerySet):
    """Sets of roles given."""

    def in_force(self, on=None) -> Self:
        """Roles that count on that day (None: today): confirmed where that is needed, not ended, the membership running."""
        day = on or clock.today()
        return self.filter(
            Q(needs_second=False) | Q(confirmed_at__isnull=False),
            valid__contains=day,
            ended_at=None,
            membership__ended_at=None,
            membership__user__is_active=True,
        )

    def awaiting_confirmation(self) -> Self:
        """Roles that a second person has still to confirm."""
        return self.filter(needs_second=True, confirmed_at=None, ended_at=None, membership__ended_at=None)

    def visible_to(self, by) -> Self:
        """A member sees the roles at the authority acted for; the operator all."""
        return self if by.is_operator else self.filter(membership__authority_id=by.authority_id)


class RoleGrant(Guarded):
    """A role given to a member for a term. Approver, releaser and administrator count once a second person has confirmed.

    ``granted_by`` and ``confirmed_by`` are None where the operator's own process acted.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=Role)
    valid = DateRangeField(default=days, help_text="Days on which the role counts, [from, to).")
    granted_at = models.DateTimeField(default=clock.now)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    needs_second = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["membership", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "role"], condition=Q(ended_at=None), name="one_running_grant_of_a_role"
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None) | Q(confirmed_by=None) | ~Q(granted_by=F("confirmed_by")),
                name="role_confirmed_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.membership}"


class InvitationQuerySet(GuardedQuerySet):
    """Sets of invitations."""

    def open(self) -> Self:
        """Invitations that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())

    def visible_to(self, by) -> Self:
        """A member sees the invitations of the authority acted for; the operator all."""
        return self if by.is_operator else self.filter(authority_id=by.authority_id)


class Invitation(Guarded):
    """One address asked to join. The secret is made when the e-mail is sent and is only there; here is its hash.

    ``purpose`` is "membership" (of the authority, with ``roles``) or a purpose that an upper room has registered, with
    ``subject`` naming what it is about.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="invitations")
    purpose = models.CharField(max_length=30, default="membership")
    subject = models.CharField(max_length=80, blank=True)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "email", "purpose", "subject"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="acceptance_says_by_whom",
            ),
        ]

    def __str__(self):
        return f"{self.email} to {self.authority_id}"

    @property
    def role_words(self) -> str:
        """The roles for a reader."""
        return ", ".join(str(Role(role).label) for role in self.roles)

    @property
    def has_run_out(self) -> bool:
        """True when its time is over."""
        return self.expires_at <= clock.now()

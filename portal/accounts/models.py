"""A person with an account."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower

from portal import clock


class UserManager(BaseUserManager):
    """Makes people; only an accepted invitation, the sample and the operator's command do."""

    def create_user(self, *, email: str, name: str, password: str | None = None, **fields) -> "User":
        """A person with this address. Without a password only another way of signing in works."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. ``is_staff`` marks an operator of the portal; ``is_sample`` a made-up person of the local sample.

    ``is_machine`` marks no person: the name under which a program writes, so that what it wrote says so. It never signs in.

    ``key`` names the person to other systems and in addresses; the e-mail address is for signing in and may change.
    """

    key = models.UUIDField(db_default=RandomUUID(), editable=False, unique=True)
    email = models.EmailField(max_length=254, unique=True, help_text="In small letters.")
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("operator", default=False)
    is_sample = models.BooleanField(default=False)
    is_machine = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_in_small_letters"
            ),
            models.CheckConstraint(
                condition=models.Q(is_machine=False) | models.Q(is_active=False, is_staff=False),
                name="user_machine_never_signs_in",
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self) -> str:
        """The name, as Django's admin asks for it."""
        return self.name

    @property
    def is_operator(self) -> bool:
        """True for somebody who runs the portal."""
        return self.is_active and self.is_staff

    @classmethod
    def with_email(cls, email: str) -> Self | None:
        """The person with that address, in any case of letters."""
        return cls.objects.filter(email=email.lower()).first()

    @classmethod
    def with_pk(cls, pk: int) -> Self | None:
        """The person of that number."""
        return cls.objects.filter(pk=pk).first()

"""The first person of a portal: an operator, who then invites the administrators of authorities."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from portal.accounts import mailing, people
from portal.accounts.models import User
from portal.accounts.security_events import Oneself


class Command(BaseCommand):
    """Makes an operator and prints the link with which they set their password."""

    help = (
        "Make an account for an operator and print a link with which they set their password, once. "
        "For an operator who exists already, print a new link."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *, email: str, name: str, **options) -> None:
        operator = User.with_email(email) or self._made(email, name)
        if not operator.is_operator:
            raise CommandError(f"{email} has an account already, and is no operator.")
        minutes = settings.PASSWORD_RESET_TIMEOUT // 60
        self.stdout.write(f"{operator.name} sets a password here, once, within {minutes} minutes:")
        self.stdout.write(mailing.password_link(operator))

    def _made(self, email: str, name: str) -> User:
        try:
            validate_email(email)
            return people.create_person(by=Oneself("make_operator"), email=email, name=name, is_operator=True)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None

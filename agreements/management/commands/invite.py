"""The operator's way to the first administrators of an authority."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements import joining
from agreements.acting import operator
from agreements.models import Authority, Role
from portal.lifecycle import NotAllowed


class Command(BaseCommand):
    """Invites somebody to an authority, and prints the address at which they accept."""

    help = (
        "Invite somebody to belong to an authority and print the address at which they accept, once. "
        "Roles that you give need no second administrator."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("authority", help="Code of the authority; see list_authorities.")
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument(
            "--role", action="append", required=True, choices=Role.values, help="Repeat it for several."
        )
        parser.add_argument(
            "--mail", action="store_true", help="Send the address by e-mail instead of printing it."
        )

    def handle(self, *, authority: str, email: str, name: str, role: list[str], mail: bool, **options):
        found = Authority.objects.filter(code=authority).first()
        if found is None:
            raise CommandError(f"No authority has the code {authority}. See: manage.py list_authorities")
        try:
            self.stdout.write(self._invited(found, email, name, role, mail))
        except ValidationError as errors:
            raise CommandError(" ".join(errors.messages)) from None
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from None

    @transaction.atomic
    def _invited(self, authority: Authority, email: str, name: str, roles: list[str], mail: bool) -> str:
        by = operator("invite")
        invitation = joining.invite(
            by=by, authority=authority, email=email, name=name, roles=roles, by_mail=mail
        )
        if mail:
            return f"An invitation goes to {invitation.email}."
        address = joining.make_address(by=by, invitation=invitation)
        until = invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC")
        return f"{invitation.name} accepts here, once, until {until}:\n{address}"

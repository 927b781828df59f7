"""Puts on record an authority that the catalogue does not have."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements import appointing
from agreements.acting import operator
from agreements.models import Annex, Authority, Capacity, Economy

UNDER_AN_ANNEX = (Capacity.DESIGNATING, Capacity.REGULATORY)


class Command(BaseCommand):
    """Establishes an authority and assigns it to annexes, all or nothing."""

    help = "Put an authority on record, with what it does, and under which annexes it acts for its economy."

    def add_arguments(self, parser) -> None:
        parser.add_argument("code", help="Short, in small letters: mx-example.")
        parser.add_argument("name")
        parser.add_argument("economy", help="Code of its economy: MX.")
        parser.add_argument("--capacity", action="append", required=True, choices=Capacity.values)
        parser.add_argument("--annex", action="append", default=[], help="Code of an annex: US-MX.")

    def handle(
        self, *, code: str, name: str, economy: str, capacity: list[str], annex: list[str], **options
    ) -> None:
        place = Economy.objects.filter(code=economy.upper()).first()
        if place is None:
            raise CommandError(f"No economy has the code {economy}.")
        annexes = [self._annex(each) for each in annex]
        try:
            authority = self._established(code, name, place, capacity, annexes)
        except ValidationError as errors:
            raise CommandError(" ".join(errors.messages)) from None
        self.stdout.write(f"On record: {authority} ({authority.code}). Invite its administrators next:")
        self.stdout.write(f'manage.py invite {authority.code} EMAIL "NAME" --role administrator')

    @transaction.atomic
    def _established(
        self, code: str, name: str, economy: Economy, capacities: list[str], annexes: list[Annex]
    ) -> Authority:
        by = operator("establish_authority")
        authority = appointing.establish(by=by, code=code, name=name, economy=economy, capacities=capacities)
        for annex in annexes:
            for capacity in UNDER_AN_ANNEX:
                if capacity in capacities:
                    appointing.assign(
                        by=by, annex=annex, economy=economy, authority=authority, capacity=capacity
                    )
        return authority

    def _annex(self, code: str) -> Annex:
        found = Annex.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"No annex has the code {code}.")
        return found

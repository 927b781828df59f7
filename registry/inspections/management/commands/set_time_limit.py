"""Puts on record within which time a report is due under an annex, with the article that says so."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from agreements import concluding
from agreements.acting import operator
from agreements.models import Annex, TimeLimit
from portal.lifecycle import NotAllowed
from registry import limits
from registry.inspections import deadlines

KEYS = (*deadlines.KEYS, *limits.RECOGNITION, *limits.BODY_REPLY, *limits.PARTNER_POSITION)


class Command(BaseCommand):
    """Enters one limit of one annex; entering it again replaces it."""

    help = (
        "Put a time limit of an annex on record. It holds for what is asked from now on; what runs keeps its day. "
        "Entering it again for the same annex and key replaces it."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("annex", help="Code of the annex: US-EU-GMP.")
        parser.add_argument("key", choices=KEYS, help="What it limits.")
        parser.add_argument("value", type=int)
        parser.add_argument("unit", choices=TimeLimit.Unit.values)
        parser.add_argument("--citation", required=True, help="Text and article that set it.")
        parser.add_argument("--meaning", required=True, help="What must be done within it, in words.")
        parser.add_argument("--runs", default="from request", help="From what it runs, as the text says.")
        parser.add_argument("--source", action="append", default=[], help="Address of the text.")
        parser.add_argument(
            "--ends-on-working-day",
            action="store_true",
            help="The text itself says that an end on a day that is not worked moves to the next one that is.",
        )

    def handle(self, *, annex: str, key: str, **options) -> None:
        found = Annex.objects.filter(code=annex).first()
        if found is None:
            raise CommandError(f"No annex has the code {annex}. Look at /agreements/ for the codes.")
        said = {name: options[name] for name in ("value", "unit", "citation", "meaning", "runs")}
        try:
            limit = concluding.limit(
                by=operator("set_time_limit"),
                annex=found,
                key=key,
                sources=options["source"],
                ends_on_working_day=options["ends_on_working_day"],
                **said,
            )
        except NotAllowed as error:
            raise CommandError(str(error)) from None
        except ValidationError as errors:
            raise CommandError(" ".join(errors.messages)) from None
        self.stdout.write(f"On record for {annex}: {limit} ({limit.citation})")

"""The columns of the template: reader, staging table, template and explanations are all made from this one list.

One row is one scope line of a body for a partner. A row without text and partner tells of the body alone.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import ResultKind

VERSION = 1
VERSION_HEAD = f"v{VERSION}"
REASON = "reason"


@dataclass(frozen=True)
class Column:
    """One column. ``of_body`` marks what must be the same in all rows of one body."""

    name: str
    longest: int
    meaning: Promise
    form: Promise
    example: str
    required: bool = False
    of_body: bool = False


_TEXT = _("text")
_DAY = _("day as 2026-03-31, or a cell with a date")

COLUMNS = (
    Column(
        "body_id",
        160,
        _(
            "Of a body on file: the last part of its address here. Blank: the body is found by its name, or is new."
        ),
        _("as pennine-emc in /bodies/pennine-emc/"),
        "",
    ),
    Column("body", 280, _("Name of the body."), _TEXT, "Example Test Laboratory Ltd", required=True),
    Column("local_name", 300, _("Its name in its own script."), _TEXT, "", of_body=True),
    Column("economy", 10, _("Where it is established."), _("code of two letters"), "GB", required=True),
    Column("website", 300, _("Its website."), _TEXT, "https://example.org/", of_body=True),
    Column(
        "third_party",
        3,
        _("Whether it is independent of those whose products it tests. Blank: not on file."),
        _("yes or no"),
        "yes",
        of_body=True,
    ),
    Column("number_kind", 60, _("What kind of number follows."), _TEXT, "Example register number"),
    Column("number", 80, _("A number by which the body is known."), _TEXT, "0042"),
    Column(
        "site",
        200,
        _("Name of the location at which the line is worked. Blank: the body as a whole."),
        _TEXT,
        "Head office",
    ),
    Column("address", 1000, _("Of a location new on file: street and number."), _TEXT, "1 Example Street"),
    Column("town", 120, _("Of a location new on file: town."), _TEXT, "Leeds"),
    Column("postcode", 30, _("Of a location new on file: postcode."), _TEXT, "LS1 4AP"),
    Column(
        "contact",
        160,
        _("Whom the partner reaches. Blank: whoever is on file for the body."),
        _TEXT,
        "Quality manager",
        of_body=True,
    ),
    Column("contact_email", 254, _("E-mail address of the contact."), _TEXT, "lab@example.org", of_body=True),
    Column("contact_phone", 60, _("Telephone of the contact."), _TEXT, "", of_body=True),
    Column(
        "accreditation_body",
        80,
        _("Who accredited the body. Blank: no accreditation is entered."),
        _("code as in the register"),
        "",
        of_body=True,
    ),
    Column("accreditation_number", 80, _("Number of the certificate."), _TEXT, "", of_body=True),
    Column("accreditation_standard", 80, _("Standard of the accreditation."), _TEXT, "", of_body=True),
    Column("accredited_from", 10, _("First day of the accreditation."), _DAY, "", of_body=True),
    Column("accredited_until", 10, _("First day after its term. Blank: no end."), _DAY, "", of_body=True),
    Column(
        "annex",
        60,
        _("The text under which the body is designated."),
        _("code as in the register"),
        "US-GB-EMC",
    ),
    Column("partner", 10, _("The economy that is to recognise it."), _("code of two letters"), "US"),
    Column(
        "sector",
        60,
        _("Sector of the line. Blank: that of the requirement."),
        _("code as in the register"),
        "emc",
    ),
    Column(
        "requirement",
        200,
        _("Requirement of the line. Blank: the whole sector."),
        _("reference as on the partner’s list, or its address here"),
        "47 CFR Part 15",
    ),
    Column(
        "kind",
        30,
        _("Kind of result."),
        _("one of: %s") % ", ".join(ResultKind.values),
        "test_report",
    ),
    Column("product", 300, _("Products, where the line is narrower."), _TEXT, ""),
    Column("procedure", 300, _("Procedure of conformity assessment, where the line is narrower."), _TEXT, ""),
    Column("from", 10, _("First day of the designation."), _DAY, "2026-12-01"),
    Column("until", 10, _("First day after its term. Blank: no end."), _DAY, ""),
)
NAMES = tuple(column.name for column in COLUMNS)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
OF_BODY = tuple(column.name for column in COLUMNS if column.of_body)
DAYS = ("accredited_from", "accredited_until", "from", "until")
# A row with one of these speaks of a designation.
OF_LINE = ("annex", "partner", "sector", "requirement", "kind", "product", "procedure", "from", "until")


UNREAD = ("reasons_before", "template_version")
_OTHERWISE = {"from": "from_on", "until": "until_on", "number": "body_number"}


def field(name: str) -> str:
    """The name of a column in the staging table, where "from" is a word of SQL and "number" that of the row."""
    return _OTHERWISE.get(name, name)


FIELDS = tuple(field(name) for name in NAMES)

"""The columns of our own template: the reader, the template and its data dictionary are all made from this one list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import ProductClass
from registry.inspections.intake import values
from registry.inspections.models import DUNS, FEI, LOC_ID, AccessClass, InspectionKind

FREE_TEXT = 5_000


@dataclass(frozen=True)
class Column:
    """One column. ``empty`` is what a blank cell means; ``codes`` names the list of the register that a code must be in."""

    name: str
    meaning: Promise
    form: Promise
    example: str
    read: Callable
    empty: object = ""
    required: bool = False
    codes: str = ""


_TEXT, _LIST = _("text"), _("words with a semicolon between them")
_DAY = _("day as 2025-03-31, or a cell with a date")
_CODE = _("code as in the register")

COLUMNS = (
    Column(
        "reference",
        _("Your own number of the inspection. A row with a number that is on file changes that inspection."),
        _TEXT,
        "2025/0117",
        values.text(80),
        required=True,
    ),
    Column(
        "authority",
        _("Your own authority. May be left out."),
        _CODE,
        "us-fda",
        values.text(80),
        codes="authorities",
    ),
    Column(
        "facility",
        _("Name of the facility, as in your own records."),
        _TEXT,
        "Example Pharma Ltd",
        values.text(250),
        required=True,
    ),
    Column(
        "local_name", _("Its name in its own script."), _TEXT, "エグザンプル製薬株式会社", values.text(250)
    ),
    Column(
        "address",
        _("Street and number, in one or several lines."),
        _TEXT,
        "1 Example Street",
        values.text(1_000),
    ),
    Column("town", _("Town."), _TEXT, "Leeds", values.text(120)),
    Column("postcode", _("Postcode."), _TEXT, "LS1 4AP", values.text(30)),
    Column(
        "economy",
        _("Where the facility lies."),
        _("code of two letters, as DE or JP"),
        "GB",
        values.text(10),
        codes="economies",
    ),
    Column(
        "fei",
        _("FDA's number of the facility (FEI)."),
        _("6 to 11 digits"),
        "3004540906",
        values.digits(6, 11),
    ),
    Column("duns", _("D-U-N-S number of the facility."), _("9 digits"), "150483782", values.digits(9, 9)),
    Column("loc_id", _("EMA's number of the location (LOC ID)."), _TEXT, "LOC-100000000", values.text(60)),
    Column(
        "kind",
        _("Kind of inspection. Blank: the kind is not on file."),
        _("one of: routine, pre_approval, for_cause, follow_up, unknown"),
        "routine",
        values.one_of(InspectionKind.values),
        empty=InspectionKind.UNKNOWN.value,
    ),
    Column("began_on", _("First day of the inspection."), _DAY, "2025-03-24", values.day, empty=None),
    Column("ended_on", _("Last day of the inspection."), _DAY, "2025-03-28", values.day, empty=None),
    Column(
        "product_classes",
        _("Classes of products that were looked at."),
        _("one or both of: human; veterinary"),
        "human",
        values.several(values.one_of(ProductClass.values)),
        empty=[],
    ),
    Column("products", _("Products."), _TEXT, "Sterile solutions for injection", values.text(FREE_TEXT)),
    Column("operations", _("Operations."), _TEXT, "Aseptic filling; packaging", values.text(FREE_TEXT)),
    Column(
        "standard", _("Standard that was inspected against."), _TEXT, "21 CFR 210 and 211", values.text(250)
    ),
    Column("scale", _("Scale of the outcome, as you call it."), _TEXT, "FDA", values.text(30)),
    Column(
        "outcome",
        _("Outcome on that scale, as you give it. It is never converted."),
        _TEXT,
        "VAI",
        values.text(80),
    ),
    Column(
        "findings",
        _("How many findings of each grade, by the grades of your scale."),
        _("grade, colon, count; a semicolon between them"),
        "critical: 0; major: 2; other: 5",
        values.findings,
        empty=[],
    ),
    Column("next_action", _("What follows."), _TEXT, "Follow-up in 2026", values.text(300)),
    Column(
        "source_url",
        _("Where you have published it yourself."),
        _("address that begins with https://"),
        "https://example.org/2025-0117",
        values.address,
    ),
    Column(
        "access",
        _("Who may know of the inspection. Blank: your authority alone."),
        _("one of: public, annex, named, internal"),
        "annex",
        values.one_of(AccessClass.values),
        empty=AccessClass.INTERNAL.value,
    ),
    Column(
        "annex",
        _("The annex whose parties may know of it, where access is “annex”."),
        _CODE,
        "US-EU-MRA-GMP",
        values.text(60),
        codes="annexes",
    ),
    Column(
        "named",
        _("The authorities that may know of it, where access is “named”."),
        _LIST,
        "jp-pmda; gb-mhra",
        values.several(values.text(80)),
        empty=[],
        codes="authorities",
    ),
    Column(
        "sector",
        _("Sector."),
        _CODE,
        "pharmaceutical_gmp_human",
        values.text(60),
        codes="sectors",
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
NUMBERS = {"fei": FEI, "duns": DUNS, "loc_id": LOC_ID}

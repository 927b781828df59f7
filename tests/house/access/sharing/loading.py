"""Who may do what with inspections loaded from a file."""

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.inspections import importing
from registry.inspections.intake.tables import BY_UPLOAD
from tests.house.access.answers import WORKERS, members
from tests.house.access.row import Row

PUBLIC: list[Row] = []

# Everybody who works for an authority that inspects has files of their own; an accreditation body inspects nothing.
_ANY_INSPECTING = {"elsewhere": 200, "others": {"accreditation body": 403}}
_SENT = {"elsewhere": 302, "others": {"accreditation body": 403}}

ROWS: list[Row] = [
    Row(
        "inspections-load",
        lambda w: "/inspections/load/",
        members(WORKERS, **_ANY_INSPECTING),
        members(WORKERS, 302, **_SENT),
        lambda w: {"file": SimpleUploadedFile("new.csv", b"reference,facility\nNEW-1,Somewhere\n")},
    ),
    Row(
        "inspections-load-template",
        lambda w: "/inspections/load/template.csv",
        members(WORKERS, **_ANY_INSPECTING),
    ),
    Row(
        "inspections-load-batch",
        lambda w: f"/inspections/load/{w.checked_batch.pk}/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"doing": "load"},
    ),
    Row(
        "inspections-load-reasons",
        lambda w: f"/inspections/load/{w.checked_batch.pk}/reasons.csv",
        members(WORKERS),
    ),
    Row(
        "inspections-load-undo",
        lambda w: f"/inspections/load/{w.loaded_batch.pk}/undo/",
        members(WORKERS),
        members(WORKERS, 302),
    ),
]


def furnish(world) -> None:
    """Put inspections loaded from a file into the world: one file that is checked, one that is loaded."""
    world.checked_batch = _checked(world, "checked")
    world.loaded_batch = importing.load(by=world.by("own editor"), batch=_checked(world, "loaded"))


def _checked(world, which: str):
    def word(what: str) -> str:
        return world.secrets.word(f"{what} of the {which} file", "own", "operator")

    name, facility, products = word("name"), word("facility"), word("products")
    content = f"reference,facility,products\n{which},{facility},{products}\n".encode()
    table = importing.table_in(f"{name}.csv", content, BY_UPLOAD)
    return importing.check(by=world.by("own editor"), authority=world.own, table=table)

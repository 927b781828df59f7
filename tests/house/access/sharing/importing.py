"""Who may do what with files of bodies and designations."""

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.batches import applying, checking
from registry.batches.models import ImportPart
from tests.house.access.answers import APPROVERS, WORKERS, members
from tests.house.access.row import Row
from tests.registry.batches.sheets import as_csv, line

PUBLIC: list[Row] = []

# Whoever designates has files of their own; an authority that designates nothing has none.
_ANY_DESIGNATING = {"elsewhere": 403, "others": {"fellow": 200, "third party": 200}}

ROWS: list[Row] = [
    Row(
        "imports",
        lambda w: "/desk/imports/",
        members(WORKERS, **_ANY_DESIGNATING),
        members(WORKERS, 302, elsewhere=403, others={"fellow": 302, "third party": 302}),
        lambda w: {"file": SimpleUploadedFile("new.csv", b"body,economy\nSomebody,GB\n")},
    ),
    Row("imports-template", lambda w: "/desk/imports/template.csv", members(WORKERS, **_ANY_DESIGNATING)),
    Row(
        "import",
        lambda w: f"/desk/imports/{w.checked_import.pk}/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"doing": "apply", "declared": "on"},
    ),
    Row("import-reasons", lambda w: f"/desk/imports/{w.checked_import.pk}/reasons.csv", members(WORKERS)),
    Row(
        "import-approve",
        lambda w: f"/desk/imports/{w.drafted_import.pk}/approve/",
        members(APPROVERS),
        members(APPROVERS, 302),
        lambda w: {"direction": ""},
    ),
    Row(
        "import-take-back",
        lambda w: f"/desk/imports/{w.drafted_import.pk}/take-back/",
        members(WORKERS),
        members(WORKERS, 302),
    ),
]


def furnish(world) -> None:
    """Put files of bodies into the world: one that is checked, one whose drafts await the second person."""
    by = world.by("own editor")
    world.checked_import = _checked(world, "checked import", "41")
    batch = _checked(world, "drafted import", "42")
    batch = applying.apply(by=by, batch=batch, declared=True)
    batch = applying.plan(by=by, batch=batch)
    applying.draft_some(by=by, batch=batch, first=1, last=ImportPart.objects.count())
    world.drafted_import = batch


def _checked(world, which: str, number: str):
    def word(what: str) -> str:
        return world.secrets.word(f"{what} of the {which}", "own", "operator")

    row = line(world, body=word("body"), number=number, site=word("site"), contact=word("contact"))
    content = as_csv([row])
    return checking.check_content(by=world.by("own editor"), name=f"{word('name')}.csv", content=content)

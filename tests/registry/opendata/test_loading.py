"""Loading a dump: what is not whole, not signed or not possible is refused in words, and nothing of it stays."""

import csv
import hashlib
import shutil
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from agreements.acting import Acting
from agreements.models import Economy
from portal import signatures
from portal.audit import recording
from portal.audit.models import AuditEntry
from registry.models import Decision, LoadedFile
from registry.opendata import loading
from registry.opendata.public_tables import BY_NAME, TABLES
from registry.opendata.unpacking import BadDump, Package
from tests.registry.opendata import registers
from tests.registry.opendata.registers import BY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory, django_db_setup, django_db_blocker):
    """A dump of a random history, made once."""
    with django_db_blocker.unblock():
        registers.random_history(seed=7, length=25)
        found = shutil.copytree(registers.dumped(), tmp_path_factory.mktemp("made") / "dump")
        registers.empty()
    return found


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it to change, and an empty database to load it into."""
    return shutil.copytree(made, tmp_path / "dump")


def load(path, trusted: bytes | None = None) -> dict[str, int]:
    return loading.load(by=BY, package=Package(path), trusted=[trusted or signatures.public_key_pem()])


def refused(path, trusted: bytes | None = None) -> str:
    with pytest.raises(BadDump) as error:
        load(path, trusted)
    assert not any(table.model._base_manager.exists() for table in TABLES)
    assert not LoadedFile.objects.exists()
    assert not AuditEntry.objects.exists()
    return str(error.value)


def change(folder, name: str, row: int, column: str, text: str) -> None:
    """Put a text into a cell (the heading is row 1) and sign the dump anew, as a register that is wrong itself would."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row - 1][rows[0].index(column)] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    sign(folder)


def sign(folder, key=None) -> None:
    lines = []
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        name = line.split("  ")[1]
        lines.append(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n")
    sums = "".join(lines).encode()
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sig").write_bytes(key.sign(sums) if key else signatures.sign(sums))


def test_a_dump_is_loaded_and_goes_on_record_once(folder):
    counts = load(folder)
    assert counts == {table.name: table.model._base_manager.count() for table in TABLES}
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.room) == ("registry.load_dump", "agreements")
    assert recording.latest() == recording.latest("agreements") == entry.id
    assert set(Decision.objects.values_list("actor", "internal_note")) == {("not published", "")}


def test_from_the_archive_and_without_what_loading_does_not_need(folder, tmp_path):
    for path in folder.glob("*.jsonl"):
        path.unlink()
    few = load(folder)
    registers.empty()
    assert load(folder / "concordat.zip") == few


def test_another_registers_dump_needs_its_key(folder):
    other = Ed25519PrivateKey.generate()
    sign(folder, other)
    assert "not signed by a key that is trusted here" in refused(folder)
    assert "--trust-key" in refused(folder)
    pem = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert load(folder, trusted=pem)


@pytest.mark.parametrize("name", ["bodies.csv", "datapackage.json", "decisions.jsonl"])
def test_a_changed_file_is_named(folder, name):
    with (folder / name).open("ab") as file:
        file.write(b"\r\n")
    assert refused(folder) == f"{name}: the content is not what was signed. Fetch the file again."


def test_a_missing_file_is_named(folder):
    (folder / "sites.csv").unlink()
    assert refused(folder) == "sites.csv: the file is missing."


def test_a_changed_list_of_hashes_is_not_signed(folder):
    with (folder / "SHA256SUMS").open("ab") as file:
        file.write(f"{'0' * 64}  more.csv\n".encode())
    assert "not signed" in refused(folder)


def test_an_archive_that_is_damaged_or_none(folder, tmp_path):
    half = tmp_path / "half.zip"
    half.write_bytes((folder / "concordat.zip").read_bytes()[:-5000])
    assert "neither a folder nor a zip archive" in refused(half)
    with ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    assert "holds no SHA256SUMS" in refused(tmp_path / "other.zip")
    assert "no such file or folder" in refused(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("name", "column", "text", "words"),
    [
        (
            "decisions",
            "effective_on",
            "2021-02-30",
            "column effective_on: date/time field value out of range",
        ),
        ("bodies", "economy_id", "", "column economy_id"),
        ("bodies", "economy_id", "999", "column economy_id: there is no row 999 that it could mean."),
        ("sites", "is_registered_office", "perhaps", "column is_registered_office: invalid input syntax"),
        ("economies", "aliases", "{a}", "column aliases"),
        ("economies", "name", "x" * 200, "value too long"),
        ("undertakings", "valid_from", "someday", "column valid"),
        ("undertakings", "exporting_id", "1", "undertaking_between_two"),
        ("decisions", "act", "annul", "annulment_names_what_it_annuls"),
    ],
)
def test_what_cannot_be_is_told_with_file_row_and_column(folder, name, column, text, words):
    if name == "undertakings":
        with (folder / "undertakings.csv").open(encoding="utf-8", newline="") as file:
            text = next(csv.DictReader(file))["importing_id"] if column == "exporting_id" else text
    change(folder, name, 2, column, text)
    said = refused(folder)
    assert said.startswith(f"{name}.csv, row 2")
    assert words in said


def test_a_number_that_stands_twice(folder):
    change(folder, "bodies", 3, "id", "1")
    assert refused(folder).startswith("bodies.csv, row 3, column id: duplicate key value")


def test_rows_that_are_too_short_and_headings_of_another_version(folder):
    path = folder / "sectors.csv"
    content = path.read_bytes()
    path.write_bytes(content + b"9,x\r\n")
    sign(folder)
    count = content.count(b"\r\n") + 1
    assert refused(folder) == f"sectors.csv, row {count}: it has 2 cells, the heading 5."
    path.write_bytes(content.replace(b"aliases", b"other_names", 1))
    sign(folder)
    assert refused(folder).startswith("sectors.csv, row 1: the heading must be id,code,name,aliases,covers.")
    path.write_bytes(content + b'9,x,"unclosed')
    sign(folder)
    assert refused(folder).startswith(f"sectors.csv, after row {count - 1}: ")
    path.write_bytes(content + b"9,\xff,x,[],[]\r\n")
    sign(folder)
    assert "codec can't decode" in refused(folder)


def test_another_format_is_refused(folder):
    path = folder / "datapackage.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2', 1))
    sign(folder)
    assert refused(folder) == "datapackage.json: the dump has format 2, this register loads format 1."


def test_only_an_empty_register_takes_a_dump(folder):
    Economy.objects.create(code="GB", name="United Kingdom")
    with pytest.raises(BadDump, match=r"not empty: it has economies"):
        load(folder)
    assert Economy.objects.count() == 1


def test_only_the_operator_loads(folder):
    by = Acting(actor="Somebody", roles=frozenset({"administrator"}))
    with pytest.raises(PermissionDenied):
        loading.load(by=by, package=Package(folder), trusted=[signatures.public_key_pem()])


def test_the_command(folder, tmp_path, capsys):
    pem = tmp_path / "key.pem"
    pem.write_bytes(signatures.public_key_pem())
    call_command("load_dump", str(folder), "--trust-key", str(pem))
    assert capsys.readouterr().out.splitlines()[-1].endswith("rows loaded.")
    with pytest.raises(CommandError, match=r"not empty.* Nothing was loaded\."):
        call_command("load_dump", str(folder))
    pem.write_text("no key")
    with pytest.raises(CommandError, match="no public key in PEM"):
        call_command("load_dump", str(folder), "--trust-key", str(pem))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_dump", str(folder), "--trust-key", str(tmp_path / "nothing.pem"))


def test_every_table_names_the_files_it_is_loaded_from():
    assert list(BY_NAME) == [table.name for table in TABLES]

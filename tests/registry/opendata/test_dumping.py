"""The files of a dump: exact, described, signed, whole, made once a day by one process, and cleared away in time."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from shutil import which
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from portal import clock
from portal.audit.models import AuditEntry
from portal.files.storage import StorageFailed, documents
from registry import registering
from registry.models import Body
from registry.opendata import making, tasks, unpacking, writing
from registry.opendata.models import Dump
from registry.opendata.public_tables import BY_NAME, TABLES
from registry.opendata.unpacking import Package
from tests.agreements.factories import BY, make_economy
from tests.embedded_plugin import ROOT
from tests.registry.opendata import registers

pytestmark = pytest.mark.django_db(transaction=True)

HARD = [
    '=HYPERLINK("https://example.org")',
    "+1",
    "-1",
    "@SUM(A1)",
    "'quoted'",
    "\ttab",
    "\rreturn",
    'say "so", and\nso\r\non',
    "NULL",
    "\\N",
    "\\.",
    "試験所 – Prüfstelle – مختبر",
    "a,b;c|d",
]


@pytest.fixture
def hard_names():
    """Bodies whose names a careless reader or writer would break."""
    economy = make_economy("GB", aliases=['with "quotes"', "with, comma", "with {braces} \\ and 'more'", ""])
    for number, name in enumerate(HARD):
        registering.register(by=BY, name=f"Body {number}", economy=economy, local_name=name)
    return economy


def _csv(folder, name: str) -> list[dict]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _jsonl(folder, name: str) -> list[dict]:
    return [
        json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    ]


def test_texts_come_as_they_are_and_no_cell_is_a_formula(hard_names):
    folder = registers.dumped()
    assert [row["local_name"] for row in _jsonl(folder, "bodies")] == HARD
    cells = [row["local_name"] for row in _csv(folder, "bodies")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [cell[1:] if cell.startswith("'") else cell for cell in cells] == HARD
    assert json.loads(_csv(folder, "economies")[0]["aliases"]) == hard_names.aliases
    registers.loaded(folder)
    assert list(Body.objects.order_by("id").values_list("local_name", flat=True)) == HARD
    hard_names.refresh_from_db()
    assert hard_names.aliases[0] == 'with "quotes"'


def test_csv_is_as_rfc_4180_has_it(hard_names):
    folder = registers.dumped()
    for table in TABLES:
        content = (folder / f"{table.name}.csv").read_bytes()
        assert content.startswith(f"{','.join(column.name for column in table.columns)}\r\n".encode())
        assert content.endswith(b"\r\n")
        assert b"\x00" not in content


def test_csv_and_json_say_the_same_and_the_package_describes_them():
    registers.random_history(seed=5, length=30)
    folder = registers.dumped()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {one["path"]: one for one in package["resources"]}
    read = {
        "integer": int,
        "boolean": lambda text: {"true": True, "false": False}[text],
        "array": json.loads,
        "object": json.loads,
    }
    for table in TABLES:
        schema = resources[f"{table.name}.csv"]["schema"]
        kinds = {field["name"]: field["type"] for field in schema["fields"]}
        rows, told = _csv(folder, table.name), _jsonl(folder, table.name)
        assert len(rows) == len(told) == table.model._base_manager.count()
        for row, said in zip(rows, told, strict=True):
            for name, text in row.items():
                if kinds[name] == "string":
                    assert (text[1:] if text[:1] == "'" else text) == said[name]
                else:
                    assert (read.get(kinds[name], str)(text) if text else None) == said[name]
        for key in schema["foreignKeys"]:
            target = BY_NAME[key["reference"].get("resource", table.name).replace("-", "_")].name
            ids = {row["id"] for row in _csv(folder, target)}
            assert {row[key["fields"][0]] for row in rows} - {""} <= ids
    for path, one in resources.items():
        content = (folder / path).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")


@pytest.mark.skipif(not (which("sha256sum") and which("openssl")), reason="sha256sum or openssl is not there")
def test_the_commands_that_the_page_names_tell_right_from_wrong():
    make_economy("GB")
    folder = registers.dumped()
    sums = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    signed = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        "signing-key.pem",
        "-in",
        "SHA256SUMS",
        "-sigfile",
        "SHA256SUMS.sig",
    ]
    for command in (sums, signed):
        said = (folder / "README.md").read_text(encoding="utf-8")
        assert " ".join(command) in said
        assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
    listed = (folder / "SHA256SUMS").read_text()
    assert set(listed.split()[1::2]) == {path.name for path in folder.iterdir()} - {
        "SHA256SUMS", "SHA256SUMS.sig", "signing-key.pem", "concordat.zip",
    }  # fmt: skip
    (folder / "economies.csv").write_bytes(b"id,code\r\n")
    assert subprocess.run(sums, cwd=folder, capture_output=True).returncode != 0
    (folder / "SHA256SUMS").write_text(listed.replace("a", "b"))
    assert subprocess.run(signed, cwd=folder, capture_output=True).returncode != 0


def test_the_archive_holds_every_file_as_it_is():
    registers.random_history(seed=6, length=10)
    folder = registers.dumped()
    with ZipFile(folder / "concordat.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {name.partition("/")[2] for name in names} == {p.name for p in folder.iterdir()} - {
            "concordat.zip"
        }
        for name in names:
            assert archive.read(name) == (folder / name.partition("/")[2]).read_bytes()


def test_a_dump_is_made_once_a_day_and_goes_on_record_once():
    make_economy("GB")
    with clock.at(datetime(2026, 11, 24, 3, tzinfo=UTC)):
        first = making.make_todays(by=BY)
        assert making.make_todays(by=BY) is None
        assert tasks.make_dump() is False
    assert first.day == date(2026, 11, 24)
    with clock.at(datetime(2026, 11, 25, 3, tzinfo=UTC)):
        assert tasks.make_dump() is True
    assert AuditEntry.objects.filter(act="registry.publish_dump").count() == 2


def test_it_shows_one_moment_whatever_is_written_meanwhile(monkeypatch):
    """A body that is registered while the tables are written is in none of them."""
    economy = make_economy("GB")
    write, seen = writing.Written.write, []

    def writing_on(self, name, *arguments, **facts):
        if name == "economies.csv" and not seen:
            seen.append(name)
            other = threading.Thread(target=_register, args=(economy.pk,))
            other.start()
            other.join()
        return write(self, name, *arguments, **facts)

    monkeypatch.setattr(writing.Written, "write", writing_on)
    folder = registers.dumped()
    assert Body.objects.get().name == "Meanwhile"
    assert _csv(folder, "bodies") == []
    assert Dump.objects.get().register_version < AuditEntry.objects.get(act="registry.register").id


def _register(economy_id: int) -> None:
    economy = make_economy("GB")
    assert economy.pk == economy_id
    registering.register(by=BY, name="Meanwhile", economy=economy)
    connections.close_all()


def test_one_process_at_a_time():
    make_economy("GB")
    came, go_on, refused = threading.Event(), threading.Event(), []

    def holding():
        with making._alone():
            came.set()
            go_on.wait(30)
        connections.close_all()

    other = threading.Thread(target=holding)
    other.start()
    came.wait(30)
    try:
        with pytest.raises(making.BeingMade):
            making.make_todays(by=BY)
        refused.append(tasks.make_dump())
    finally:
        go_on.set()
        other.join()
    assert refused == [False]
    assert making.make_todays(by=BY) is not None


def test_what_the_storage_does_not_take_is_not_listed_and_comes_the_next_time(monkeypatch):
    make_economy("GB")
    write, count = type(documents()).write, 0

    def failing(self, name, blocks):
        nonlocal count
        count += 1
        if count == 40:
            raise StorageFailed("The disk is full.")
        write(self, name, blocks)

    monkeypatch.setattr(type(documents()), "write", failing)
    with pytest.raises(StorageFailed):
        making.make_todays(by=BY)
    assert not Dump.objects.exists()
    folder = registers.dumped()
    with transaction.atomic():
        assert unpacking.check(Package(folder), [(folder / "signing-key.pem").read_bytes()])


def test_the_last_seven_and_the_first_of_each_month_are_kept(no_dumps_yet):
    day, last = datetime(2026, 9, 27, 3, tzinfo=UTC), datetime(2026, 11, 4, 3, tzinfo=UTC)
    while day <= last:
        with clock.at(day):
            written = writing.Written(day.date(), day, 1, 0)
            written.write("bodies.csv", [b"id"], "text/csv", table="bodies", rows=0)
            making.publish_dump(by=BY, written=written)
        day += timedelta(days=1)
    documents().write(writing.place_of(date(2026, 9, 1), "left.csv"), [b"by a process that was killed"])
    documents().write(writing.place_of(date(2026, 11, 4), "left.csv"), [b"by one that may be running"])
    with clock.at(last):
        making.clear_away(by=BY)
    kept = ["2026-09-27", "2026-10-01", "2026-10-29", "2026-10-30", "2026-10-31"]
    kept += [f"2026-11-0{number}" for number in range(1, 5)]
    assert sorted(str(dump.day) for dump in Dump.objects.all()) == kept
    assert sorted(path.name for path in no_dumps_yet.iterdir()) == kept


KILLED = """
import os, signal, sys
import django
django.setup()
from agreements.acting import operator
from portal.files.storage import PrivateFiles
from registry.opendata import making
write, left = PrivateFiles.write, int(sys.argv[1])
def writing(self, name, blocks):
    global left
    left -= 1
    if left == 0:
        list(blocks)
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, name, blocks)
PrivateFiles.write = writing
if left < 0:
    making.publish_dump = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
making.make_todays(by=operator("make_dump"))
"""


@pytest.mark.parametrize("at", ["30", "81", "-1"], ids=["among tables", "at the archive", "before listing"])
def test_who_is_killed_leaves_nothing_that_anybody_sees(client, at):
    make_economy("GB")
    environment = os.environ | {"STORAGE_URL": f"file://{documents().location}"}
    run = subprocess.run(
        [sys.executable, "-c", KILLED, at], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert not Dump.objects.exists()
    assert "No dump has been made yet" in client.get("/data/").content.decode()
    assert client.get(f"/data/{clock.today()}/economies.csv").status_code == 404
    folder = registers.dumped()
    assert unpacking.check(Package(folder), [(folder / "signing-key.pem").read_bytes()])
    assert client.get(f"/data/{clock.today()}/economies.csv").status_code == 200


def test_the_command_says_what_it_made(capsys):
    make_economy("GB")
    call_command("make_dump")
    call_command("make_dump")
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("bytes")
    assert second == "Today's dump is there already."
    assert connection.in_atomic_block is False

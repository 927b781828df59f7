"""The bench itself: its figures, its client, and that its rows can be taken of a small world."""

import socket
import threading
from contextlib import contextmanager, suppress
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from agreements import texts
from tests.agreements.fixtures import catalogue
from tests.bench import figures, loading, questions
from tests.bench.figures import Figure
from tests.bench.rows import ROWS, deciding, finding, growing, importing, querying
from tests.bench.running import Bench

__all__ = ["catalogue"]

PIECES = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


def test_a_figure_is_met_missed_or_neither():
    assert Figure("P1", "", 4, "≤", 4).met is True
    assert Figure("P2", "", 0.1, "≥", 0.15).met is False
    assert Figure("P7", "", None, "≥", 0.55).met is None
    assert Figure("P8", "", 3).met is None


def test_the_table_names_what_was_missed_and_why_something_was_not_measured():
    said = figures.table(
        [Figure("P2", "pages", 0.1, "≥", 0.15), Figure("P7", "import", note="not built yet")]
    )
    assert "MISSED" in said
    assert "not built yet" in said


def test_every_row_of_the_table_has_a_module():
    assert sorted(ROWS, key=lambda code: int(code[1:])) == [f"P{number}" for number in range(1, 13)]
    assert all(callable(row.measure) for row in ROWS.values())


@contextmanager
def answering(answer: bytes):
    """The address of a server that gives this answer to every question."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve(connected):
            held = b""
            # The client leaves without taking the last answers.
            with suppress(OSError), connected:
                while came := connected.recv(65536):
                    held += came
                    asked = held.count(b"\r\n\r\n")
                    held = held.rpartition(b"\r\n\r\n")[2]
                    connected.sendall(answer * asked)

        def accept():
            while True:
                try:
                    connected, _peer = listening.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connected,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (WHOLE, {}),
        (PIECES, {}),
        (UNCHANGED, {"status": 304}),
        (WHOLE, {"depth": 8}),
        (WHOLE, {"depth": 8, "alike": True}),
    ],
)
def test_the_client_counts_whole_answers(answer, options):
    with answering(answer) as address:
        found = loading.rate(address, ["/one/", "/two/"], seconds=0.2, connections=2, **options)
    assert found.per_second > 0
    assert found.per_second > 0
    assert found.client_share > 0


def test_the_client_does_not_count_another_status():
    with answering(UNCHANGED) as address, pytest.raises(loading.BadAnswer, match="304"):
        loading.rate(address, ["/"], seconds=0.2)


def test_the_client_takes_times_and_reads_headers():
    with answering(UNCHANGED) as address:
        assert loading.header(address, "/", "etag") == '"1"'
    with answering(WHOLE) as address:
        assert len(loading.times(address, ["/"] * 3)) == 3


def test_questions_are_many_and_different():
    asked = questions.narrowed("/bodies/")
    assert len(set(asked)) == len(asked) == 64
    assert sum(len(pages) for pages in questions.mix("/bodies/").values()) > 40


def test_the_file_to_import_is_the_same_each_time():
    content = importing.made(300)
    assert content == importing.made(300)
    assert content.count(b",XX,") == 3


@pytest.mark.django_db
def test_rows_in_the_process_can_be_taken_of_a_small_world(catalogue, tmp_path):
    call_command("make_world", bodies=60, processes=1, stdout=StringIO())
    bench = Bench(60, 2, tmp_path, growing.medians(Client(), 2))
    found = [figure for row in (finding, growing, querying, deciding) for figure in row.measure(bench)]
    texts.forget()
    assert {figure.row for figure in found} == {"P1", "P10", "P11", "P12"}
    assert all(figure.value > 0 for figure in found)
    # Queries are counted and not timed, so they may be judged here.
    assert all(figure.met for figure in found if figure.row == "P11"), figures.table(found)

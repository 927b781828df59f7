"""Stamped copies: a line on every page, in letters any reader's font has, made by a process with bounds."""

import io
import time
from datetime import UTC, datetime, timedelta, timezone

import pikepdf
import pytest

from portal.files import stamping
from portal.files.stamping import CannotStamp, Stamp
from tests.portal.stored_files import MIB, made, pdf

AT = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
STAMP = Stamp(reader="Ana Ríos", authority="Agency (sample)", at=AT, number="D-000123")
LINE = "D-000123 · Ana Ríos · Agency (sample) · 2026-02-28 15:30 UTC"


def stamped(content: bytes, stamp: Stamp = STAMP) -> pikepdf.Pdf:
    copy = stamping.stamped(made(content), stamp, safe=False)
    came = b"".join(copy.frames())
    assert len(came) == copy.size
    return pikepdf.open(io.BytesIO(came))


def texts(page) -> list[str]:
    """What the page's text operators show."""
    shown = [
        instruction for instruction in pikepdf.parse_content_stream(page) if str(instruction.operator) == "Tj"
    ]
    return [bytes(instruction.operands[0]).decode("cp1252") for instruction in shown]


def place_of(page) -> list[float]:
    """The matrix of the last text."""
    found = [each for each in pikepdf.parse_content_stream(page) if str(each.operator) == "Tm"]
    return [float(value) for value in found[-1].operands]


@pytest.mark.django_db
class TestCopies:
    def test_each_page_says_who_when_and_under_which_number(self):
        with stamped(pdf(3)) as copy:
            assert [texts(page) for page in copy.pages] == [[f"Finding {n}", LINE] for n in (1, 2, 3)]
            assert copy.check_pdf_syntax() == []

    @pytest.mark.parametrize(
        ("rotate", "place"),
        [
            (0, [1, 0, 0, 1, 10, 10]),
            (90, [0, 1, -1, 0, 585, 10]),
            (180, [-1, 0, 0, -1, 585, 832]),
            (270, [0, -1, 1, 0, 10, 832]),
        ],
    )
    def test_it_stands_at_the_foot_of_a_turned_page(self, rotate, place):
        with stamped(pdf(1, rotate=rotate)) as copy:
            assert place_of(copy.pages[0]) == pytest.approx(place)

    def test_content_that_leaves_its_state_behind_and_shared_resources_do_no_harm(self):
        source = pikepdf.open(io.BytesIO(pdf(2)))
        shared = source.make_indirect(source.pages[0].obj.Resources)
        for page in source.pages:
            del page.obj["/Resources"]
            page.obj.Contents = source.make_stream(b"0.1 0 0 0.1 0 0 cm BT /F1 20 Tf (small) Tj ET q")
        source.Root.Pages.Resources = shared
        out = io.BytesIO()
        source.save(out)
        with stamped(out.getvalue()) as copy:
            for page in copy.pages:
                assert texts(page) == ["small", LINE]
                assert "/F1" in page.obj.Resources.Font

    def test_a_page_without_anything(self):
        empty, out = pikepdf.new(), io.BytesIO()
        empty.add_blank_page(page_size=(100, 40))
        empty.save(out)
        with stamped(out.getvalue()) as copy:
            assert texts(copy.pages[0]) == [LINE]

    def test_a_large_file_is_stamped_too(self):
        started = time.perf_counter()
        with stamped(pdf(2, size=40 * MIB)) as copy:
            assert len(copy.pages) == 2
        assert time.perf_counter() - started < stamping.SECONDS

    @pytest.mark.parametrize("content", [b"no pdf at all", b"%PDF-1.7\n%%EOF\n"])
    def test_what_is_no_pdf_is_refused_in_words(self, content):
        with pytest.raises(CannotStamp, match="cannot be stamped"):
            stamped(content)

    def test_other_kinds_are_refused_in_words(self):
        with pytest.raises(CannotStamp, match="Only PDF files"):
            stamping.stamped(made(b"x", content_type="image/png"), STAMP, safe=False)

    def test_a_file_that_takes_too_long_is_given_up(self, monkeypatch):
        monkeypatch.setattr(stamping, "SECONDS", 0)
        with pytest.raises(CannotStamp):
            stamped(pdf(2, size=5 * MIB))

    def test_when_all_turns_are_taken_it_says_so(self, monkeypatch):
        monkeypatch.setattr(stamping, "SECONDS_FOR_A_TURN", 0.01)
        for _turn in range(stamping.AT_ONCE):
            stamping._turns.acquire()
        try:
            with pytest.raises(CannotStamp, match="Try again shortly"):
                stamped(pdf(1))
        finally:
            stamping._turns.release(stamping.AT_ONCE)

    def test_the_stamper_is_told_no_secret(self, monkeypatch):
        told = {}

        class Told(Exception):
            pass

        def popen(_arguments, **options):
            told.update(options)
            raise Told

        monkeypatch.setattr(stamping.subprocess, "Popen", popen)
        with pytest.raises(Told):
            stamped(pdf(1))
        assert told["env"] == {}


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("山田 太郎 (Yamada Taro)", "\\u5C71\\u7530 \\u592A\\u90CE (Yamada Taro)"),
        ("김", "\\uAE40"),
        ("Łukasz", "\\u0141ukasz"),
        ("a\nb\u202ec\x00", "a b c"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_letters_that_the_font_lacks_are_written_as_code_points(reader, written):
    stamp = Stamp(reader=reader, authority="A", at=datetime(2026, 1, 1, tzinfo=UTC), number="D-1")
    assert stamp.line() == f"D-1 · {written} · A · 2026-01-01 00:00 UTC"

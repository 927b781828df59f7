"""Sealed contents: what was sealed opens, and nothing else does."""

import hashlib
import io
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.files import sealing
from portal.files.sealing import FRAME, NotAuthentic, Place, Ring, UnknownKey

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
PLACE = Place(uuid.UUID(int=7), sealing.ORIGINAL)
CONTENT = bytes(range(256)) * (FRAME // 256) * 3 + b"the end"
SEALED = FRAME + 28
HEADER = 20


def sealed(content=CONTENT, key=KEY, place=PLACE) -> bytes:
    return b"".join(sealing.seal(key, place, [content]))


def opened(content: bytes, key=KEY, place=PLACE, of=CONTENT) -> bytes:
    return b"".join(sealing.unseal(key, place, io.BytesIO(content).read, hashlib.sha256(of).digest()))


def frames_of(content: bytes) -> list[bytes]:
    return [content[start : start + SEALED] for start in range(HEADER, len(content), SEALED)]


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME])
def test_what_was_sealed_opens_and_its_size_is_known_before(size):
    content = (CONTENT * 2)[:size]
    assert opened(sealed(content), of=content) == content
    assert len(sealed(content)) == sealing.sealed_size(size)


@given(st.lists(st.binary(max_size=200_000), max_size=8))
def test_it_does_not_matter_how_the_content_comes(chunks):
    content = b"".join(chunks)
    assert opened(b"".join(sealing.seal(KEY, PLACE, chunks)), of=content) == content


def test_nothing_of_the_content_shows_and_no_two_writings_are_alike():
    assert b"the end" not in sealed()
    first, second = sealed(), sealed()
    assert not set(frames_of(first)) & set(frames_of(second))


def test_cut_off_continued_swapped_repeated_and_left_out_frames_are_found():
    content = sealed()
    header, frames = content[:HEADER], frames_of(content)
    assert opened(header + b"".join(frames)) == CONTENT
    bad = {
        "cut off at a frame": frames[:-1],
        "cut off in a frame": [*frames[:-1], frames[-1][:-1]],
        "nothing left": [],
        "continued": [*frames, frames[-1]],
        "swapped": [frames[1], frames[0], *frames[2:]],
        "repeated": [frames[0], *frames],
        "left out": [frames[0], *frames[2:]],
        "from another writing": [frames_of(sealed())[0], *frames[1:]],
    }
    for what, found in bad.items():
        with pytest.raises(NotAuthentic):
            pytest.fail(f"{what}: {len(opened(header + b''.join(found)))} bytes came out")


def test_each_single_byte_counts():
    content = sealed(b"a small report")
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1
        with pytest.raises(NotAuthentic):
            opened(bytes(changed), of=b"a small report")


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"key": OTHER_KEY},
        {"place": Place(uuid.UUID(int=8), sealing.ORIGINAL)},
        {"place": Place(uuid.UUID(int=7), sealing.SAFE)},
        {"of": CONTENT[:-1]},
    ],
    ids=["another key", "another file", "another kind of content", "another hash"],
)
def test_a_content_opens_in_its_place_alone(elsewhere):
    with pytest.raises(NotAuthentic):
        opened(sealed(), **elsewhere)


def test_what_precedes_a_changed_frame_was_authenticated():
    content = bytearray(sealed())
    content[HEADER + SEALED + 40] ^= 1
    came = sealing.unseal(KEY, PLACE, io.BytesIO(bytes(content)).read, hashlib.sha256(CONTENT).digest())
    assert next(came) == CONTENT[:FRAME]
    with pytest.raises(NotAuthentic):
        next(came)


class TestRing:
    FILE = uuid.UUID(int=1)

    def test_the_first_key_wraps_and_each_unwraps_its_own(self):
        old, both = Ring([("a", KEY)]), Ring([("b", OTHER_KEY), ("a", KEY)])
        name, wrapped = old.wrap(b"x" * 32, self.FILE)
        assert both.unwrap(name, wrapped, self.FILE) == b"x" * 32
        assert both.wrap(b"x" * 32, self.FILE)[0] == "b"

    def test_a_wrapped_key_belongs_to_its_file_and_its_key(self):
        ring = Ring([("a", KEY), ("b", KEY)])
        name, wrapped = ring.wrap(b"x" * 32, self.FILE)
        for bad in (
            ("a", wrapped, uuid.UUID(int=2)),
            ("b", wrapped, self.FILE),
            (name, wrapped[:-1], self.FILE),
        ):
            with pytest.raises(NotAuthentic):
                ring.unwrap(*bad)

    def test_a_key_that_is_away_is_named(self):
        with pytest.raises(UnknownKey, match="2019"):
            Ring([("a", KEY)]).unwrap("2019", b"", self.FILE)
        with pytest.raises(UnknownKey):
            Ring([]).wrap(b"x" * 32, self.FILE)

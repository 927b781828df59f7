"""The program that stamps: a PDF from standard input to standard output, with a line on each page.

It runs alone, without the portal and its secrets, under bounds of its own; see ``portal.files.stamping``.
"""

import contextlib
import io
import json
import math
import resource
import sys

import pikepdf

MEMORY = 1024**3
CPU_SECONDS = 25
LARGEST = 50 * 1024 * 1024
DEEPEST = 50
SIZE = 7
MARGIN = 10
# Helvetica's letters are on average half as wide as they are high, capitals and digits a little more.
WIDTH = 0.56


def main(line: str) -> None:
    """Stamp and write; any failure ends the process with a status other than 0."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with contextlib.suppress(ValueError):  # macOS has no such bound
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        sys.exit(2)
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
        begin = pdf.make_stream(b"q\n")
        for page in pdf.pages:
            _stamp(pdf, page, font, begin, line)
        pdf.save(made, compress_streams=False)
    sys.stdout.buffer.write(made.getbuffer())


def _stamp(pdf, page, font, begin, line: str) -> None:
    """Put the line at the foot of the page as it is seen, whatever its rotation, and whatever its content leaves behind."""
    # A dictionary of the page's own: a shared or inherited one also belongs to other pages.
    resources = pikepdf.Dictionary(page.get("/Resources", None) or page.resources)
    fonts = pikepdf.Dictionary(resources.get("/Font", pikepdf.Dictionary()))
    name = next(free for n in range(10_000) if (free := f"/Stamp{n}") not in fonts)
    fonts[name] = font
    resources["/Font"] = fonts
    page.obj["/Resources"] = resources
    content = b"\nQ\nq BT %s Tf 0.35 g %s Tm (%s) Tj ET Q\n" % (
        f"{name} {_size(page, line):.2f}".encode(),
        _matrix(page),
        _escaped(line.encode("cp1252")),
    )
    page.contents_add(begin, prepend=True)
    page.contents_add(pdf.make_stream(content), prepend=False)


def _size(page, line: str) -> float:
    """The size at which the line fits the page's width."""
    room = _seen(page)[0] - 2 * MARGIN
    return max(2.0, min(SIZE, room / (WIDTH * max(1, len(line)))))


def _seen(page) -> tuple[float, float]:
    left, bottom, right, top = (float(value) for value in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    return (height, width) if _turned(page) in (90, 270) else (width, height)


def _turned(page) -> int:
    """The page's rotation in degrees, its own or inherited (ISO 32000-1, 7.7.3.4)."""
    node = page.obj
    for _level in range(DEEPEST):
        if "/Rotate" in node:
            return int(node.Rotate) % 360
        if "/Parent" not in node:
            break
        node = node.Parent
    return 0


def _matrix(page) -> bytes:
    left, bottom, right, top = (float(value) for value in page.cropbox)
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    angle = math.radians(_turned(page))
    start = {
        0: (left + MARGIN, bottom + MARGIN),
        90: (right - MARGIN, bottom + MARGIN),
        180: (right - MARGIN, top - MARGIN),
        270: (left + MARGIN, top - MARGIN),
    }.get(_turned(page), (left + MARGIN, bottom + MARGIN))
    turn = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
    return " ".join(f"{value:.3f}" for value in (*turn, *start)).encode()


def _escaped(text: bytes) -> bytes:
    return text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

"""PNG and JPEG files, good and bad, as (name, content)."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

Case = tuple[str, bytes]


def png(mode: str = "RGB", size=(60, 40), **options) -> bytes:
    """A PNG picture."""
    content = io.BytesIO()
    Image.new(mode, size, 1 if mode == "P" else None).save(content, "PNG", **options)
    return content.getvalue()


def jpeg(mode: str = "RGB", size=(60, 40), **options) -> bytes:
    """A JPEG picture."""
    content = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(content, "JPEG", **options)
    return content.getvalue()


def good() -> Iterator[Case]:
    """Pictures that must be accepted."""
    for mode in ("RGB", "RGBA", "L", "1", "P", "I;16"):
        yield f"mode {mode.replace(';', ' ')}.png", png(mode)
    yield "interlaced by hand.png", png("RGB", (400, 300), optimize=True)
    for mode in ("RGB", "L", "CMYK"):
        yield f"mode {mode}.jpg", jpeg(mode)
    yield "progressive.jpg", jpeg(progressive=True)
    yield "with particulars.jpeg", jpeg(exif=_exif())
    yield "large.jpg", jpeg(size=(3000, 2000))


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    return exif.tobytes()


def bad() -> Iterator[Case]:
    """Pictures that must be refused."""
    picture, photo = png(), jpeg()
    for name, hidden in (
        ("html", b"<html><script>alert(1)</script>"),
        ("zip", b"PK\x05\x06" + bytes(18)),
        ("php", b"<?php"),
    ):
        yield f"{name} behind.png", picture + hidden
        yield f"{name} behind.jpg", photo + hidden
        yield f"{name} before.png", hidden + picture
        yield f"{name} before.jpg", hidden + photo
    yield "cut off.png", picture[:-20]
    yield "cut off.jpg", photo[: len(photo) // 2]
    yield "wrong checksum.png", picture[:30] + b"\0" + picture[31:]
    yield "bomb.png", _bomb(40_000, 40_000)
    yield "moving.png", _moving()
    yield "svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    yield "gif.jpg", _gif()
    yield "gif.png", _gif()
    yield "a photo.png", photo
    yield "a picture.jpg", picture
    yield "only a head.jpg", b"\xff\xd8\xff\xd9"
    yield "only a head.png", picture[:8]
    yield "two photos.jpg", photo + photo


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bomb(width: int, height: int) -> bytes:
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _moving() -> bytes:
    content = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(content, "PNG", save_all=True, append_images=frames[1:])
    return content.getvalue()


def _gif() -> bytes:
    content = io.BytesIO()
    Image.new("P", (10, 10)).save(content, "GIF")
    return content.getvalue()

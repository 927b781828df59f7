"""PNG (ISO/IEC 15948) and JPEG (ISO/IEC 10918-1): whole, alone in the file, of a bearable size; the copy is drawn anew."""

import struct
import warnings

from PIL import Image, ImageFile, UnidentifiedImageError

from portal.files.inspectors.faults import Fault
from portal.files.inspectors.kinds import PNG

MOST_PIXELS = 80_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def inspect(source: str, target: str, kind: str) -> None:
    """Write a sanitised copy of the image, or raise Fault."""
    if kind == PNG:
        _check_png_is_alone(source)
    else:
        _check_jpeg_is_alone(source)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    form = "PNG" if kind == PNG else "JPEG"
    try:
        with Image.open(source, formats=[form]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Fault("budget", "pixels")
            if getattr(image, "n_frames", 1) > 1:
                raise Fault("active", "several pictures")
            image.load()
            _write(image, target, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Fault("budget", "pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise Fault("broken", str(error)[:200]) from error


def _write(image: Image.Image, target: str, form: str) -> None:
    image.info.pop("exif", None)
    if form == "PNG":
        image.save(target, format=form, optimize=False)
    else:
        image.save(target, format=form, quality=92, icc_profile=image.info.get("icc_profile"))


def _check_png_is_alone(source: str) -> None:
    with open(source, "rb") as file:
        if file.read(8) != _SIGNATURE:
            raise Fault("polyglot", "something stands before the picture")
        kind = b""
        while kind != b"IEND":
            head = file.read(8)
            if len(head) < 8:
                raise Fault("broken", "cut off")
            length, kind = struct.unpack(">I4s", head)
            if not kind.isalpha():
                raise Fault("broken", "unknown part")
            if kind in (b"acTL", b"fdAT"):
                raise Fault("active", "several pictures")
            file.seek(length + 4, 1)
        if file.read(1):
            raise Fault("polyglot", "something stands behind the picture")


def _check_jpeg_is_alone(source: str) -> None:
    """Walk the segments to the end of the first picture; whatever follows does not belong to it."""
    with open(source, "rb") as file:
        content = file.read()
    if content[:2] != b"\xff\xd8":
        raise Fault("polyglot", "something stands before the picture")
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise Fault("broken", "segments")
        mark = content[at + 1]
        if mark == 0xFF:
            at += 1
        elif mark == 0xD9:
            break
        elif mark == 0xDA:
            at = _end_of_scan(content, at + 2 + struct.unpack_from(">H", content, at + 2)[0])
        elif mark == 0x01 or 0xD0 <= mark <= 0xD7:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    if content[at : at + 2] != b"\xff\xd9":
        raise Fault("broken", "cut off")
    if content[at + 2 :].strip(b"\0\r\n"):
        raise Fault("polyglot", "something stands behind the picture")


def _end_of_scan(content: bytes, at: int) -> int:
    """The next mark after a scan's data that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Fault("broken", "cut off")
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        else:
            return at

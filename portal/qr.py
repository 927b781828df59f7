"""A text as a QR code (ISO/IEC 18004), drawn without colour, style or script."""

import io

import segno


def svg(text: str, *, title: str) -> bytes:
    """The code as a picture of its own. Raises segno.DataOverflowError for a text longer than a code can hold."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(
        picture, kind="svg", border=4, scale=4, title=title, svgclass=None, lineclass=None, light="#fff"
    )
    return picture.getvalue()

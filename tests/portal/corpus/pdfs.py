"""PDF files, good and bad, as (name, content)."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

Case = tuple[str, bytes]


def saved(change: Callable[[Pdf], None] = lambda pdf: None, **options) -> bytes:
    """A PDF of one page after a change."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    change(pdf)
    content = io.BytesIO()
    pdf.save(content, **options)
    return content.getvalue()


def _good_changes() -> Iterator[tuple[str, Callable]]:
    yield "blank", lambda pdf: None
    yield "metadata", lambda pdf: pdf.docinfo.update({"/Title": "Report", "/Author": "Somebody"})
    yield "many pages", lambda pdf: [pdf.add_blank_page() for _number in range(300)]
    yield (
        "web link",
        lambda pdf: _annotate(pdf, "/Link", A=Dictionary(S=Name.URI, URI=String("https://example.org/"))),
    )
    yield (
        "mail link",
        lambda pdf: _annotate(pdf, "/Link", A=Dictionary(S=Name.URI, URI=String("mailto:a@example.org"))),
    )
    yield "note", lambda pdf: _annotate(pdf, "/Text", Contents=String("seen"))
    yield "inner link", lambda pdf: _annotate(pdf, "/Link", Dest=Array([pdf.pages[0].obj, Name.Fit]))
    yield "opens at a page", lambda pdf: setattr(pdf.Root, "OpenAction", Array([pdf.pages[0].obj, Name.Fit]))
    yield (
        "goes to a page",
        lambda pdf: setattr(
            pdf.Root, "OpenAction", Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))
        ),
    )
    yield "outline", _outline
    yield "empty names", lambda pdf: setattr(pdf.Root, "Names", Dictionary(EmbeddedFiles=Dictionary()))
    yield (
        "image",
        lambda pdf: setattr(pdf.pages[0], "Contents", pdf.make_stream(b"q 1 0 0 1 0 0 cm Q " * 2000)),
    )


def _annotate(pdf: Pdf, kind: str, **fields) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name(kind), Rect=Array([0, 0, 50, 50]), **fields)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _outline(pdf: Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Findings", 0))


def good() -> Iterator[Case]:
    """PDF files that must be accepted."""
    for name, change in _good_changes():
        yield f"{name}.pdf", saved(change)
    yield "old style.pdf", saved(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    yield "linearised.pdf", saved(linearize=True)
    yield "uncompressed.pdf", saved(compress_streams=False)
    yield "blank lines behind.pdf", saved() + b"\r\n\r\n"
    yield "updated.pdf", _updated()
    yield "version 1.2.pdf", saved()
    yield "試験報告書.pdf", saved()


def _updated() -> bytes:
    """A PDF with an incremental update (ISO 32000-2, 7.5.6), as signing programs write it."""
    first = saved(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    start = first.rindex(b"startxref") + len(b"startxref")
    previous = int(first[start:].split()[0])
    size = int(first[first.rindex(b"/Size") + 5 :].split()[0])
    added = b"%d 0 obj\n<< /Kind /Added >>\nendobj\n" % size
    at = len(first) + 1
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (size, at)
    (root,) = re.findall(rb"/Root \d+ 0 R", first)
    trailer = b"<< /Size %d /Prev %d %s >>\n" % (size + 1, previous, root)
    return first + b"\n" + added + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (at + len(added))


def _bad_changes() -> Iterator[tuple[str, Callable]]:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    yield "javascript on opening", lambda pdf: setattr(pdf.Root, "OpenAction", script)
    yield (
        "javascript by name",
        lambda pdf: setattr(
            pdf.Root, "Names", Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
        ),
    )
    yield "javascript on a page", lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary(O=script))
    yield "javascript on closing", lambda pdf: setattr(pdf.Root, "AA", Dictionary(WC=script))
    yield (
        "javascript in a stream",
        lambda pdf: setattr(
            pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)"))
        ),
    )
    yield (
        "javascript after another",
        lambda pdf: setattr(
            pdf.Root,
            "OpenAction",
            Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]), Next=script),
        ),
    )
    for action in ("Launch", "GoToR", "GoToE", "SubmitForm", "ImportData", "ResetForm", "Rendition", "Movie", "Sound",
                   "RichMediaExecute", "SetOCGState", "Hide", "Thread", "GoTo3DView"):  # fmt: skip
        made = Dictionary(S=Name(f"/{action}"), F=String("\\\\host\\share"))
        yield f"{action} on opening", lambda pdf, made=made: setattr(pdf.Root, "OpenAction", made)
        yield f"{action} in a link", lambda pdf, made=made: _annotate(pdf, "/Link", A=made)
        yield (
            f"{action} far away",
            lambda pdf, made=made: pdf.Root.__setitem__(
                "/Far", pdf.make_indirect(Dictionary(Deep=Array([Dictionary(A=made)])))
            ),
        )
    for address in ("javascript:alert(1)", "file:///etc/passwd", "smb://host/share", "data:text/html,x"):
        made = Dictionary(S=Name.URI, URI=String(address))
        yield f"link to {address.split(':')[0]}", lambda pdf, made=made: _annotate(pdf, "/Link", A=made)
    for kind in ("FileAttachment", "RichMedia", "Movie", "Sound", "Screen", "3D"):
        yield f"annotation {kind}", lambda pdf, kind=kind: _annotate(pdf, f"/{kind}")
    yield "embedded file", _embed
    yield "associated file", lambda pdf: setattr(pdf.Root, "AF", Array([Dictionary(Type=Name.Filespec)]))
    yield (
        "xfa form",
        lambda pdf: setattr(
            pdf.Root, "AcroForm", Dictionary(XFA=pdf.make_stream(b"<xdp:xdp/>"), Fields=Array([]))
        ),
    )
    yield (
        "script of a field",
        lambda pdf: setattr(
            pdf.Root,
            "AcroForm",
            Dictionary(Fields=Array([pdf.make_indirect(Dictionary(AA=Dictionary(K=script)))])),
        ),
    )
    yield "external stream", lambda pdf: pdf.Root.__setitem__("/X", Stream(pdf, b"", F=String("/etc/passwd")))
    yield "a bomb", lambda pdf: setattr(pdf.pages[0], "Contents", _bomb(pdf, 300))
    yield "two bombs", lambda pdf: pdf.Root.__setitem__("/X", Array([_bomb(pdf, 150) for _each in range(3)]))
    yield "a bomb in a bomb", lambda pdf: pdf.Root.__setitem__("/X", _nested(pdf))
    yield "deep nesting", _deep


def _embed(pdf: Pdf) -> None:
    pdf.attachments["evil.exe"] = b"MZ"


def _bomb(pdf: Pdf, mebibytes: int) -> Stream:
    packer, packed = zlib.compressobj(9), b""
    for _number in range(mebibytes):
        packed += packer.compress(bytes(1024 * 1024))
    stream = Stream(pdf, packed + packer.flush())
    stream.Filter = Name.FlateDecode
    return pdf.make_indirect(stream)


def _nested(pdf: Pdf) -> Stream:
    packed = bytes(80 * 1024 * 1024)
    for _number in range(3):
        packed = zlib.compress(packed, 9)
    stream = Stream(pdf, packed)
    stream.Filter = Array([Name.FlateDecode] * 3)
    return pdf.make_indirect(stream)


def _deep(pdf: Pdf) -> None:
    inner = Dictionary()
    for _number in range(120):
        inner = Dictionary(In=inner)
    pdf.Root.Deep = inner


def bad() -> Iterator[Case]:
    """PDF files that must be refused."""
    for name, change in _bad_changes():
        options = {"compress_streams": False} if "bomb" in name else {}
        yield f"{name}.pdf", saved(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, **options)
    for strength in (2, 3, 4, 6):
        yield f"encrypted {strength}.pdf", saved(encryption=_locked(strength, "secret"))
        yield f"owner's password {strength}.pdf", saved(encryption=_locked(strength, ""))
    whole = saved()
    yield "html before.pdf", b"<html><script>alert(1)</script></html>" + whole
    yield "html behind.pdf", whole + b"<html><script>alert(1)</script></html>"
    yield "program before.pdf", b"MZ" + bytes(58) + whole
    yield "zip behind.pdf", whole + _zip()
    yield "zip in a comment.pdf", _with_comment(whole, _zip())
    yield "cut off.pdf", whole[: len(whole) // 2]
    yield "no end mark.pdf", whole.replace(b"%%EOF", b"%%EOG")
    yield "no pages.pdf", _without_pages()
    yield "loop of pages.pdf", _loop()
    yield "only a head.pdf", b"%PDF-1.7\n%%EOF\n"
    yield "text.pdf", b"This is no PDF. %%EOF"
    yield "a picture.pdf", b"\x89PNG\r\n\x1a\n" + bytes(200)


def _locked(strength: int, user: str) -> pikepdf.Encryption:
    return pikepdf.Encryption(owner="owner", user=user, R=strength, aes=strength >= 4, metadata=strength >= 4)


def _zip() -> bytes:

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    return content.getvalue()


def _with_comment(whole: bytes, hidden: bytes) -> bytes:
    at = whole.rindex(b"startxref")
    return whole[:at] + b"%" + hidden.replace(b"\n", b" ") + b"\n" + whole[at:]


def _without_pages() -> bytes:
    pdf = pikepdf.new()
    content = io.BytesIO()
    pdf.save(content)
    return content.getvalue()


def _loop() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [2 0 R] /Count 1 >>\nendobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
        b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n119\n%%EOF\n"
    )

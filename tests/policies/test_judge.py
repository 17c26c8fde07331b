"""Files that could harm whoever opens them are not taken in, and those that only look like it are."""

import io
import zipfile
import zlib

import pytest

from gongkai.policies.uploading.judge import refuse_harmful
from gongkai.reading.document import Unreadable

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog {}>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"
TEMPLATE = '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="{}" TargetMode="External"/></Relationships>'


def said(data):
    """Why it is refused; "" if it is not."""
    try:
        refuse_harmful(data)
    except Unreadable as refusal:
        return str(refusal)
    return ""


def pdf(entry: bytes, packed: bytes = b"") -> bytes:
    more = zlib.compress(packed)
    stream = b"2 0 obj\n<</Type/ObjStm/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(more),
        more,
    )
    return PDF.replace(b"{}", entry).replace(b"trailer", (stream if packed else b"") + b"trailer")


def word(**parts: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, text in {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **parts}.items():
            archive.writestr(name, text)
    return kept.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        pdf(b"/OpenAction<</S/Launch/F(calc.exe)>>"),
        pdf(b"/OpenAction<</S/J#61vaScript/J#53(x)>>"),
        pdf(b"", b"3 0 <</S/JavaScript/JS 4 0 R>>"),
    ],
    ids=["script", "program", "escaped", "packed"],
)
def test_a_pdf_that_does_something_is_refused(data):
    assert "脚本" in said(data) and "打印为 PDF" in said(data)


def test_a_pdf_that_would_unpack_without_end_is_refused():
    assert said(pdf(b"", b"\0" * (65 * 1024 * 1024)))


@pytest.mark.parametrize(
    "entry", [b"", b"/OpenAction[3 0 R/Fit]", b"/Title(JavaScript /JSon)", b"/PageLabels<<>>"]
)
def test_a_plain_pdf_is_taken(entry):
    assert said(pdf(entry, b"3 0 <</Type/Page>>")) == ""


def test_what_occurs_by_chance_in_a_picture_is_no_script():
    scan = b"1 0 obj<</Length 9>>stream\n\x93/JS(\x02/JS \x81\nendstream endobj"
    assert said(PDF.replace(b"{}", b"").replace(b"trailer", scan + b"trailer")) == ""


def test_a_script_in_a_rendition_is_a_script():
    assert "脚本" in said(pdf(b"/OpenAction<</S/Rendition/JS(app.alert(1))>>"))


def test_a_script_behind_twenty_thousand_packed_objects_is_found():
    stream = zlib.compress(b"3 0 <</Type/Page>>")
    packed = b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n" + stream + b"\nendstream endobj\n"
    plain = PDF.replace(b"{}", b"").replace(b"trailer", packed * 20_000 + b"trailer")
    assert said(plain) == ""
    last = packed.replace(stream, zlib.compress(b"3 0 <</S/JavaScript/JS 4 0 R>>"))
    assert "脚本" in said(plain.replace(b"trailer", last + b"trailer"))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/a.dotm",
        "http://x/a",
        r"\\host\share\a.dotm",
        "file://host/a.dotm",
    ],
)
def test_a_word_file_that_fetches_its_template_is_refused(target):
    assert "模板" in said(word(**{"word/_rels/settings.xml.rels": TEMPLATE.format(target)}))


@pytest.mark.parametrize("target", ["file:///C:/Templates/b.dotx", "Normal.dotm"])
def test_a_template_on_the_writers_own_disk_is_no_matter(target):
    assert said(word(**{"word/_rels/settings.xml.rels": TEMPLATE.format(target)})) == ""


def test_macros_are_found_by_their_type_whatever_the_part_is_called():
    types = (
        '<Types><Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    assert "宏" in said(word(**{"[Content_Types].xml": types, "word/x.bin": "x"}))
    assert said(word()) == ""

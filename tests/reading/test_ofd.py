"""OFD files built here after GB/T 33190: every character and line stands where the standard puts it."""

import io
import zipfile

import pytest

from gongkai.reading.document import Unreadable
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.ofd import POINTS, displacements, read_ofd, sheets

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def ofd(
    *pages: str, common: str = "", extra: str = "", files: dict[str, str] | None = None, body: str = ""
) -> bytes:
    """A file with these contents of pages, each the inside of one layer."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    parts = {
        "OFD.xml": f'<ofd:OFD {NS} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo/>'
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{extra}</ofd:Document>",
    }
    for n, inside in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = content(inside)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, **(files or {})}.items():
            archive.writestr(name, HEAD + text)
    return buffer.getvalue()


def content(inside: str, above: str = "") -> str:
    return (
        f'<ofd:Page {NS}>{above}<ofd:Content><ofd:Layer ID="2">{inside}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def words(
    text: str, delta: str = "", box: str = "20 30 100 10", size: float = 5, more: str = "", y: float = 4
) -> str:
    return (
        f'<ofd:TextObject ID="3" Boundary="{box}" Font="1" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{y}" {delta}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, box: str = "10 10 100 100", more: str = "") -> str:
    return (
        f'<ofd:PathObject ID="4" Boundary="{box}" LineWidth="0.3" {more}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def only(data: bytes, warnings: list[str] | None = None) -> Sheet:
    (sheet,) = sheets(data, warnings)
    return sheet


def lefts(sheet: Sheet) -> list[float]:
    """Where characters begin, in millimetres."""
    return [round(glyph.x0 / POINTS, 3) for glyph in sheet.glyphs]


def test_characters_stand_at_their_displacements_in_points_from_the_top_left_corner() -> None:
    sheet = only(ofd(words("公开办法", 'DeltaX="5 6 7"')))
    assert "".join(glyph.text for glyph in sheet.glyphs) == "公开办法"
    assert lefts(sheet) == [20, 25, 31, 38]
    assert (round(sheet.width), round(sheet.height)) == (595, 842)
    first = sheet.glyphs[0]
    # The base line is at 30 + 4 mm; a type of 5 mm reaches from 4.4 mm above it to 0.6 mm below.
    assert first.top / POINTS == pytest.approx(29.6)
    assert first.bottom / POINTS == pytest.approx(34.6)
    assert first.size / POINTS == pytest.approx(5)


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        ("g 3 2.5 4", 9, [2.5, 2.5, 2.5, 4]),
        ("1 g 2 3 4 g 2 5", 9, [1, 3, 3, 4, 5, 5]),
        ("g 1000000000 1", 3, [1, 1, 1]),
        ("g -5 1 2", 9, [2]),
        ("", 9, []),
        (None, 9, []),
        ("g", 9, []),
    ],
)
def test_repeated_displacements_are_written_as_runs(
    text: str | None, count: int, expected: list[float]
) -> None:
    assert displacements(text, count) == expected


def test_without_displacements_characters_follow_by_their_width_and_downward_ones_stand_below_each_other() -> (
    None
):
    assert lefts(only(ofd(words("甲a乙")))) == [20, 25, 27.5]
    column = only(ofd(words("甲乙丙", 'DeltaY="g 2 6"')))
    assert [round(glyph.bottom / POINTS, 2) for glyph in column.glyphs] == [34.6, 40.6, 46.6]
    assert lefts(column) == [20, 20, 20]


def test_a_transformation_scales_and_moves_within_the_boundary() -> None:
    sheet = only(ofd(words("甲乙", 'DeltaX="5"', more='CTM="2 0 0 2 1 0"')))
    assert lefts(sheet) == [21, 31]
    assert sheet.glyphs[0].size / POINTS == pytest.approx(10)
    assert sheet.glyphs[0].bottom / POINTS == pytest.approx(30 + 2 * 4.6)


def test_texts_in_blocks_and_on_the_template_under_the_page_are_read_too() -> None:
    template = '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    files = {
        "Doc_0/Tpls/Tpl_0/Content.xml": content(words("红头")),
        "Doc_0/Pages/Page_0/Content.xml": content(
            f'<ofd:PageBlock ID="5">{words("正文")}</ofd:PageBlock>', '<ofd:Template TemplateID="9"/>'
        ),
    }
    sheet = only(ofd("", common=template, files=files))
    assert "".join(glyph.text for glyph in sheet.glyphs) == "红头正文"


def test_bold_is_known_by_font_weight_and_the_face_used_for_headings() -> None:
    fonts = (
        f'<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="黑体"/><ofd:Font ID="2" FontName="仿宋"/>'
        "</ofd:Fonts></ofd:Res>"
    )
    common = "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    plain = words("乙").replace('Font="1"', 'Font="2"')
    weighty = plain.replace("Size=", 'Weight="700" Size=')
    sheet = only(ofd(words("甲") + plain + weighty, common=common, files={"Doc_0/PublicRes.xml": fonts}))
    assert [glyph.bold for glyph in sheet.glyphs] == [True, False, True]


def test_straight_lines_of_paths_are_rules_and_slanted_ones_and_curves_are_not() -> None:
    sheet = only(
        ofd(path("M 0 0 L 50 0 L 50 20 L 0 20 C") + path("M 0 0 L 30 30") + path("M 0 0 B 1 1 2 2 9 0"))
    )
    rules = [tuple(round(v / POINTS, 2) for v in (r.x0, r.top, r.x1, r.bottom)) for r in sheet.rules]
    assert rules == [(10, 10, 60, 10), (60, 10, 60, 30), (10, 30, 60, 30), (10, 10, 10, 30)]


def test_a_thin_filled_box_is_one_line_and_an_undrawn_path_is_none() -> None:
    thin = path("M 0 0 L 50 0 L 50 0.2 L 0 0.2 C", more='Fill="true" Stroke="false"')
    unseen = path("M 0 0 L 50 0", more='Stroke="false"')
    assert len(only(ofd(thin + unseen)).rules) == 1


def test_the_page_has_the_box_that_it_names_itself() -> None:
    area = "<ofd:Area><ofd:PhysicalBox>5 5 100 50</ofd:PhysicalBox></ofd:Area>"
    sheet = only(ofd("", files={"Doc_0/Pages/Page_0/Content.xml": content(words("甲"), area)}))
    assert (round(sheet.width / POINTS), round(sheet.height / POINTS)) == (100, 50)
    assert lefts(sheet) == [15]


def test_pages_are_counted_from_one_and_a_missing_one_is_told() -> None:
    data = ofd(words("甲"), words("乙"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if "Page_1" not in name}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, held in kept.items():
            archive.writestr(name, held)
    warnings: list[str] = []
    assert [sheet.number for sheet in sheets(buffer.getvalue(), warnings)] == [1, 2]
    assert any("缺少" in warning for warning in warnings)


def test_what_is_there_and_not_read_is_told() -> None:
    image = '<ofd:ImageObject ID="7" Boundary="10 20 30 40" ResourceID="1"/>'
    hidden = words("藏").replace("TextObject ID", 'TextObject Visible="false" ID')
    data = ofd(
        words("甲") + image + hidden,
        extra="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations><ofd:Attachments>Attachs/A.xml</ofd:Attachments>",
        body="<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>",
    )
    warnings: list[str] = []
    sheet = only(data, warnings)
    assert "".join(glyph.text for glyph in sheet.glyphs) == "甲"
    assert [tuple(round(v / POINTS) for v in box) for box in sheet.pictures] == [(10, 20, 40, 60)]
    for word in ("图片", "隐藏", "注释", "附件", "签章"):
        assert any(word in warning for warning in warnings), word


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 nothing",
        ofd(words("甲"))[:-200],
        ofd(words("甲"), files={"OFD.xml": "<broken"}),
        ofd(words("甲"), files={"OFD.xml": f"<ofd:OFD {NS}/>"}),
        ofd(words("甲"), files={"OFD.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        ofd("", files={"Doc_0/Pages/Page_0/Content.xml": content(words("甲" * 1_000_001))}),
    ],
    ids=["no zip", "cut", "broken xml", "no document", "entities", "too much"],
)
def test_broken_and_hostile_files_are_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"。$"):
        list(sheets(data))


@pytest.mark.parametrize("value", ["nan", "1e999", "-", "甲", "", "1 2 3"])
def test_odd_numbers_do_not_break_a_page(value: str) -> None:
    odd = words("甲乙", f'DeltaX="{value}"', box=value, more=f'CTM="{value}" HScale="{value}"')
    assert len(list(sheets(ofd(odd + path(f"M {value} 0 L 5 {value}") + words("丙"))))) == 1


def ruled_notice() -> str:
    """A title in the middle, a paragraph over two lines, and a table of two rows and two columns below."""
    title = words("关于公开招生计划的通知", box="60 30 100 10", size=7)
    first = words(
        "一、各学校应当在每年七月底以前公开招生计划，公布报名条件和咨询电话，不得", box="38 50 150 8", size=4
    )
    second = words("拖延。", box="30 57 150 8", size=4)
    lines = "".join(f"M 0 {y} L 100 {y} " for y in (0, 10, 20)) + "".join(
        f"M {x} 0 L {x} 20 " for x in (0, 50, 100)
    )
    cells = "".join(
        words(text, box=f"{35 + 50 * (n % 2)} {83 + 10 * (n // 2)} 40 8", size=4)
        for n, text in enumerate(["学校", "人数", "第一小学", "120"])
    )
    return title + first + second + path(lines, box="30 80 100 20") + cells


def test_lines_paragraphs_and_tables_are_read_from_the_sheets() -> None:
    told: list[tuple[int, int]] = []
    page = read_ofd(ofd(ruled_notice(), ruled_notice()), lambda done, of: told.append((done, of)))
    text = "\n".join(line.text for line in page.lines if not line.table)
    assert "关于公开招生计划的通知" in text
    assert "咨询电话，不得拖延。" in text
    found = [line.table.grid() for line in page.lines if line.table]
    assert [["学校", "人数"], ["第一小学", "120"]] in found
    assert told == [(1, 2), (2, 2)]


def test_a_file_of_pictures_alone_is_refused_in_a_sentence() -> None:
    with pytest.raises(Unreadable, match=r"没有文字.*。$"):
        read_ofd(ofd('<ofd:ImageObject ID="7" Boundary="10 20 30 40" ResourceID="1"/>'))

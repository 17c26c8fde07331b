"""E-mails and zips as one matter: names as they were meant, bounds, and the attachments in the order of the notice."""

import io
import struct
import zipfile
from email.message import EmailMessage

import pytest
from docx import Document

from gongkai.reading.document import OfficialDocument, PartKind, Unreadable
from gongkai.reading.matter import MAX_FILES, as_one, is_mail, main_of, open_matter
from gongkai.reading.read import read
from tests.reading.packing import zipped

NOTICE = """示例区教育局关于做好秋季招生工作的通知
示教〔2024〕12号
各中小学：
现将秋季招生工作有关事项通知如下，具体安排见附件1和附件2。
一、加强组织领导。各校要高度重视。
二、严格招生纪律。不得提前招生。
附件：1.招生计划表
2.招生工作时间安排
示例区教育局
2024年8月1日
"""
PLAN = "招生计划表\n一、小学\n计划招收一千二百人。\n二、初中\n计划招收八百人。\n"
TIMES = "招生工作时间安排\n一、报名\n八月十日至十二日。\n"


def named_in(encoding: str, files: dict[str, bytes]) -> bytes:
    """A zip as Windows makes it: names in ``encoding``, the mark for UTF-8 not set."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n, content in enumerate(files.values()):
            archive.writestr(f"{n:010d}", content)
    data = buffer.getvalue()
    for n, name in enumerate(files):
        raw = name.encode(encoding).ljust(10, b" ")[:10]
        data = data.replace(f"{n:010d}".encode(), raw)
    return data


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in (
        {"From": "a@example.cn", "To": "b@example.cn", "Subject": "报送材料"} | headers
    ).items():
        message[name] = value
    message.set_content("请查收附件。")
    return message


def names(data: bytes) -> list[str]:
    return [each.name for each in open_matter(data).enclosures]


# --- zip ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_a_declared_encoding_are_read_as_chinese_windows_or_others_wrote_them(
    encoding: str,
) -> None:
    assert names(named_in(encoding, {"通知.x": b"1"})) == ["通知.x"]


def test_names_marked_as_utf8_and_plain_names_stay() -> None:
    assert names(zipped({"附件1：计划表.txt": b"1", "readme.txt": b"2"})) == [
        "附件1：计划表.txt",
        "readme.txt",
    ]


def test_names_never_lead_out_of_their_folder() -> None:
    hostile = zipped(
        {"../../etc/passwd": b"1", "/srv/a.txt": b"2", "C:\\Windows\\b.txt": b"3", "甲/./乙.txt": b"4"}
    )
    assert names(hostile) == ["etc/passwd", "srv/a.txt", "Windows/b.txt", "甲/乙.txt"]


def test_what_systems_leave_behind_is_skipped() -> None:
    files = {
        "__MACOSX/._a.txt": b"1",
        "图/Thumbs.db": b"2",
        "~$通知.docx": b"3",
        ".DS_Store": b"4",
        "通知.txt": b"5",
    }
    assert names(zipped(files)) == ["通知.txt"]


def test_a_zip_within_a_zip_is_opened_and_a_third_is_told() -> None:
    third = zipped({"深.txt": b"1"})
    matter = open_matter(zipped({"外.txt": b"0", "内.zip": zipped({"中.txt": b"2", "再内.zip": third})}))
    assert [each.name for each in matter.enclosures] == ["外.txt", "内.zip/中.txt", "内.zip/再内.zip"]
    assert any("再内.zip" in warning for warning in matter.warnings)


def test_office_files_are_zips_and_stay_whole() -> None:
    buffer = io.BytesIO()
    Document().save(buffer)
    matter = open_matter(zipped({"通知.docx": buffer.getvalue()}))
    assert [(each.name, each.data) for each in matter.enclosures] == [("通知.docx", buffer.getvalue())]


def bomb() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w", force_zip64=True) as entry,
    ):
        for _ in range(300):
            entry.write(bytes(1 << 20))
    return buffer.getvalue()


def locked() -> bytes:
    data = bytearray(zipped({"a.txt": b"1"}))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04rest", "损坏"),
        (zipped({}), "没有文件"),
        (zipped({f"{n}.txt": b"1" for n in range(MAX_FILES + 1)}), "超过"),
        (bomb(), "过大"),
        (zipped({"a.zip": bomb()}), "过大"),
        (locked(), "加密"),
        ("这只是一段文字。".encode(), "单个文件"),
    ],
    ids=["empty", "rar", "7z", "gzip", "broken", "no files", "many", "bomb", "bomb within", "locked", "text"],
)
def test_what_cannot_be_opened_is_refused_in_a_sentence(data: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=f"{word}.*。$"):
        open_matter(data)


def test_an_entry_without_a_name_is_passed_over() -> None:
    nameless = zipped({"q": b"1", "a.txt": b"2"}).replace(b"q", b"\x00")
    assert names(nameless) == ["a.txt"]


def test_a_locked_zip_within_another_is_told_and_given_back() -> None:
    matter = open_matter(zipped({"内.zip": locked(), "甲.txt": b"1"}))
    assert [each.name for each in matter.enclosures] == ["内.zip", "甲.txt"]
    assert any("加密" in warning for warning in matter.warnings)


def test_a_damaged_entry_is_told_and_the_others_are_read() -> None:
    data = bytearray(zipped({"坏.txt": b"x" * 1000, "好.txt": b"1"}))
    at = 30 + struct.unpack_from("<H", data, 26)[0]
    data[at] ^= 0xFF
    matter = open_matter(bytes(data))
    assert [each.name for each in matter.enclosures] == ["好.txt"]
    assert any("坏.txt" in warning for warning in matter.warnings)


# --- e-mail ------------------------------------------------------------------------------------------------


def test_a_mail_has_subject_words_and_attachments() -> None:
    message = mail()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="关于招生的通知.pdf")
    matter = open_matter(message.as_bytes())
    assert (matter.kind, matter.subject) == ("eml", "报送材料")
    assert matter.body.decode().strip() == "请查收附件。"
    assert [(each.name, each.data) for each in matter.enclosures] == [("关于招生的通知.pdf", b"%PDF")]
    assert [each.name for each in matter.files()] == ["邮件正文", "关于招生的通知.pdf"]


def test_the_html_words_of_a_mail_are_preferred_and_given_in_utf8() -> None:
    message = mail()
    message.add_alternative(
        "<html><meta charset=gb2312><p>请查收<b>附件</b></p></html>", subtype="html", charset="gbk"
    )
    body = open_matter(message.as_bytes()).body.decode("utf-8")
    assert "请查收<b>附件</b>" in body
    assert "utf-8" in body


def raw_mail(disposition: bytes, subject: bytes = b"x") -> bytes:
    return (
        b"From: a@example.cn\r\nTo: b@example.cn\r\nSubject: " + subject + b"\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n'
        b"Content-Disposition: attachment; " + disposition + b"\r\n\r\n1\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    "disposition",
    [
        b'filename="=?gb2312?B?zajWqi5kb2M=?="',
        b"filename*=UTF-8''%E9%80%9A%E7%9F%A5.doc",
        b"filename*=gb2312''%CD%A8%D6%AA.doc",
        b"filename*0*=UTF-8''%E9%80%9A; filename*1*=%E7%9F%A5.doc",
        b'filename="' + "通知.doc".encode("gbk") + b'"',
        b'filename="' + "通知.doc".encode() + b'"',
        b'filename="../../=?utf-8?Q?=E9=80=9A=E7=9F=A5=2Edoc?="',
    ],
    ids=["2047", "2231", "2231 in gb2312", "2231 in pieces", "bare gbk", "bare utf-8", "path"],
)
def test_names_of_attachments_are_decoded_however_they_are_written(disposition: bytes) -> None:
    assert names(raw_mail(disposition)) == ["通知.doc"]


@pytest.mark.parametrize(
    "subject",
    [b"=?GBK?B?zajWqg==?=", "通知".encode("gbk"), b"=?utf-8?Q?=E9=80=9A?=\r\n =?utf-8?Q?=E7=9F=A5?="],
)
def test_subjects_are_decoded_however_they_are_written(subject: bytes) -> None:
    assert open_matter(raw_mail(b'filename="a.doc"', subject)).subject == "通知"


def test_a_zip_attached_to_a_mail_is_opened_and_a_forwarded_mail_is_read_through() -> None:
    inner = mail(Subject="原件")
    inner.add_attachment(zipped({"表.txt": b"1"}), maintype="application", subtype="zip", filename="材料.zip")
    outer = mail(Subject="转发")
    outer.add_attachment(inner)
    matter = open_matter(outer.as_bytes())
    assert matter.subject == "转发"
    assert "材料.zip/表.txt" in [each.name for each in matter.enclosures]


@pytest.mark.parametrize(
    "data",
    [
        b"From: a\nSubject: b\n\n",
        b"From: a\nTo: b\nContent-Type: multipart/mixed\n\nx",
        raw_mail(b"filename*=x'y"),
        raw_mail(b'filename="=?gbk?B?z?="'),
    ],
)
def test_odd_mails_do_not_break(data: bytes) -> None:
    assert open_matter(data).kind == "eml"


def test_a_text_that_begins_with_a_colon_is_no_mail() -> None:
    assert is_mail(mail().as_bytes())
    assert not is_mail("发文字号：示教〔2024〕12号\n标题: 通知\n\n正文".encode())


# --- one document ------------------------------------------------------------------------------------------


def texts(*files: tuple[str, str]) -> list[OfficialDocument]:
    return [read(text.encode(), name) for name, text in files]


@pytest.mark.parametrize(
    "files",
    [
        [("附件1.txt", PLAN), ("通知.txt", NOTICE), ("附件2.txt", TIMES)],
        [("招生计划表.txt", PLAN), ("招生工作时间安排.txt", TIMES), ("1.txt", NOTICE)],
        [("a.txt", NOTICE), ("b.txt", PLAN)],
    ],
)
def test_the_notice_is_the_main_document_whatever_the_order(files: list[tuple[str, str]]) -> None:
    documents = texts(*files)
    assert "关于做好秋季招生工作的通知" in documents[main_of(documents)].text


def test_the_words_of_a_mail_are_not_the_main_document_beside_a_notice_but_are_where_nothing_else_is() -> (
    None
):
    documents = texts(("邮件正文", "各位同事：请查收附件。\n"), ("通知.txt", NOTICE))
    assert main_of(documents) == 1
    assert main_of(documents[:1]) == 0
    with pytest.raises(ValueError):
        main_of([])


def test_further_files_become_attachments_in_the_order_that_the_notice_names() -> None:
    documents = texts(
        ("招生工作时间安排.txt", TIMES), ("关于招生的通知.txt", NOTICE), ("招生计划表.txt", PLAN)
    )
    whole = as_one(documents, main_of(documents))
    attached = [part for part in whole.parts if part.kind is PartKind.ATTACHMENT]
    assert [part.label for part in attached] == ["附件1", "附件2"]
    assert "计划招收八百人" in attached[0].blocks[-1].text
    assert "八月十日" in attached[1].blocks[-1].text
    assert whole.title == documents[1].title
    assert len({clause.path for clause in whole.clauses}) == len(whole.clauses)
    assert any(clause.part == len(whole.parts) - 1 and "八月十日" in clause.text for clause in whole.clauses)


def test_numbers_in_file_names_order_the_attachments_where_the_notice_names_none() -> None:
    bare = NOTICE.replace("附件：1.招生计划表\n2.招生工作时间安排\n", "")
    documents = texts(("附件2-丙.txt", TIMES), ("附件1-丁.txt", PLAN), ("通知.txt", bare))
    whole = as_one(documents, main_of(documents))
    labels = [(part.label, part.blocks[-1].text) for part in whole.parts if part.kind is PartKind.ATTACHMENT]
    assert [(label, "小学" in text or "八百" in text) for label, text in labels] == [
        ("附件1", True),
        ("附件2", False),
    ]


def test_a_single_attachment_bears_no_number() -> None:
    single = NOTICE.replace("附件：1.招生计划表\n2.招生工作时间安排", "附件：招生计划表")
    whole = as_one(texts(("通知.txt", single), ("招生计划表.txt", PLAN)), 0)
    assert [part.label for part in whole.parts if part.kind is PartKind.ATTACHMENT] == ["附件"]


def test_the_words_of_the_mail_come_last_and_bear_no_number() -> None:
    documents = texts(("邮件正文", "各位同事：请查收附件。"), ("通知.txt", NOTICE), ("招生计划表.txt", PLAN))
    whole = as_one(documents, 1)
    assert [part.label for part in whole.parts] == ["", "附件1", "邮件正文"]

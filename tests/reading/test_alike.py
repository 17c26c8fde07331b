"""Two files of one document, a copy that carries it, and what only looks like it."""

import csv
import io
import itertools
import json
import random
import re
import tarfile
import time
from collections import defaultdict
from pathlib import Path

import docx
import pytest

from gongkai.reading.alike import Kind, Sketch, keys, relation, sketch
from gongkai.reading.read import read

BODY = """一、补贴对象
本办法所称补贴对象，是指在本市登记注册、依法纳税的小微企业，以及首次创业的高校毕业生、返乡农民工和退役军人。
二、补贴标准
对符合条件的企业，按照实际发放贷款额的百分之二给予贴息，每户每年最高不超过五万元；对首次创业人员给予一次性补贴6000元。
三、申请材料
（一）申请表；（二）营业执照复印件；（三）贷款合同和利息支付凭证；（四）身份证明。
四、办理程序
申请人向所在地街道办事处提出申请，街道办事处自收到申请之日起10个工作日内完成初审，报区人力资源和社会保障局审核。审核通过的，公示5个工作日，无异议后拨付资金。
五、监督管理
弄虚作假骗取补贴的，由审核部门追回资金，三年内不再受理其申请；涉嫌犯罪的，移送司法机关处理。
六、本办法自2024年5月1日起施行，有效期三年。
"""
TEXT = "云溪市创业补贴办法\n" + BODY
NOTICE = (
    "云溪市人民政府办公室关于印发《云溪市创业补贴办法》的通知\n云府办〔2024〕18号\n各区人民政府，市政府各部门、各直属机构：\n《云溪市创业补贴办法》已经市政府第32次常务会议同意，现印发给你们，请认真组织实施。\n云溪市人民政府办公室\n2024年4月12日\n云溪市创业补贴办法\n"
    + BODY
)
PLAIN = (
    "云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知\n云人社发〔2024〕33号\n各区人力资源和社会保障局：\n为进一步支持创业，促进高校毕业生等重点群体就业，现就做好创业补贴工作通知如下：\n"
    + BODY
    + "附件：创业补贴申请表\n云溪市人力资源和社会保障局\n2024年4月20日\n"
)


def fwd(orig: str, title: str, quote: str = "") -> str:
    """A district bureau's notice that passes ``orig`` on under its own head."""
    return (
        f"青石区人力资源和社会保障局{title}\n青人社〔2024〕12号\n各街道办事处、各有关单位：\n现将{quote or '《' + orig.splitlines()[0] + '》'}（云人社发〔2024〕33号）转发给你们，并结合我区实际提出以下意见，请一并贯彻执行。\n一、各街道要高度重视，明确专人负责。\n二、申请受理时间为每月1日至10日。\n青石区人力资源和社会保障局\n2024年5月8日\n"
        + orig
    )


# name: (relation, the original or first, the copy or second)
CASES = {
    "notice/text": ("forwarded", TEXT, NOTICE),
    "fwd full title": (
        "forwarded",
        PLAIN,
        fwd(PLAIN, "转发云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知"),
    ),
    "fwd short": (
        "forwarded",
        PLAIN,
        fwd(
            PLAIN,
            "转发市人力资源社会保障局关于做好2024年创业补贴工作的通知",
            "市人力资源社会保障局《关于做好2024年创业补贴工作的通知》",
        ),
    ),
    "fwd 关于转发": (
        "forwarded",
        PLAIN,
        fwd(PLAIN, "关于转发《云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知》的通知"),
    ),
    "fwd attachment": (
        "forwarded",
        PLAIN,
        fwd(
            "附件\n" + PLAIN,
            "关于转发市人社局做好2024年创业补贴工作的通知的通知",
            "《云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知》",
        ),
    ),
    "fwd attach2": (
        "forwarded",
        PLAIN,
        fwd(PLAIN, "关于转发市人社局做好创业补贴工作的通知", "《关于做好2024年创业补贴工作的通知》").replace(
            "2024年5月8日\n",
            "2024年5月8日\n附件：云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知\n",
        ),
    ),
    "fwd generic title": (
        "forwarded",
        PLAIN,
        fwd(
            PLAIN, "转发市人社局文件的通知", "《云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知》"
        ),
    ),
    "fwd of 印发": (
        "forwarded",
        NOTICE,
        fwd(
            NOTICE,
            "转发市政府办公室关于印发云溪市创业补贴办法的通知",
            "《云溪市人民政府办公室关于印发〈云溪市创业补贴办法〉的通知》",
        ),
    ),
    "fwd of 印发 only text": (
        "forwarded",
        NOTICE,
        fwd(TEXT, "关于转发《云溪市创业补贴办法》的通知", "《云溪市创业补贴办法》"),
    ),
    "reprint head": (
        "forwarded",
        PLAIN,
        PLAIN.replace("云人社发〔2024〕33号", "（转载自云溪市人民政府网站）\n云人社发〔2024〕33号"),
    ),
    "reprint source": (
        "forwarded",
        PLAIN,
        "【转载】" + PLAIN.replace("云人社发〔2024〕33号\n", "发布时间：2024-04-25 来源：云溪日报\n"),
    ),
    "reprint tail": (
        "forwarded",
        PLAIN,
        PLAIN + "（本文转载自云溪市人力资源和社会保障局官方网站，如有侵权请联系删除）\n",
    ),
    "reprint title": ("forwarded", PLAIN, PLAIN.replace("的通知\n", "的通知（转载）\n", 1)),
    "reprint lead": (
        "forwarded",
        PLAIN,
        PLAIN.replace(
            "云人社发",
            "编者按：近日，云溪市人力资源和社会保障局印发通知，现全文转载如下，供企业学习参考。\n云人社发",
            1,
        ),
    ),
    "reprint zh title": ("forwarded", PLAIN, "转载：" + PLAIN),
    "reprint intro first": (
        "forwarded",
        PLAIN,
        "青石区政务服务中心网站\n本站转载：" + PLAIN + "来源：云溪市人力资源和社会保障局网站\n",
    ),
    "令": (
        "forwarded",
        TEXT,
        "云溪市人民政府令\n第45号\n《云溪市创业补贴办法》已经2024年4月1日市人民政府第32次常务会议通过，现予公布，自2024年5月1日起施行。\n市长 李某某\n2024年4月12日\n云溪市创业补贴办法\n"
        + BODY,
    ),
    "text with note": (
        "forwarded",
        "云溪市创业补贴办法\n（2024年4月1日市人民政府第32次常务会议通过）\n" + BODY,
        NOTICE,
    ),
    "same nosig": ("same", PLAIN, PLAIN.split("附件：")[0].replace("云人社发〔2024〕33号\n", "")),
    "same wrapped": (
        "same",
        PLAIN,
        "\n".join(line[i : i + 30] for line in PLAIN.splitlines() for i in range(0, len(line), 30)),
    ),
    "same furniture": (
        "same",
        PLAIN,
        "您现在的位置：首页 > 政策文件\n索引号：YX-2024-0033\n发布机构：市人力资源和社会保障局\n"
        + PLAIN
        + "\n分享到：\n【打印本页】【关闭窗口】\n",
    ),
    "same letterhead": (
        "same",
        PLAIN,
        "云溪市人力资源和社会保障局文件\n云人社发〔2024〕33号\n"
        + PLAIN.replace("云人社发〔2024〕33号\n", ""),
    ),
    "same attachments": (
        "same",
        PLAIN
        + "附件\n创业补贴申请表\n申请人姓名：\n身份证号码：\n联系电话：\n企业名称：\n统一社会信用代码：\n贷款银行：\n贷款金额：\n利息金额：\n申请补贴金额：\n开户银行及账号：\n申请人承诺以上内容真实。\n街道办事处初审意见：\n区人社局审核意见：\n",
        PLAIN,
    ),
    "same page numbers": (
        "same",
        PLAIN,
        PLAIN.replace("三、申请", "— 1 —\n三、申请").replace("五、监", "— 2 —\n五、监"),
    ),
    "same half width": (
        "same",
        PLAIN,
        PLAIN.translate(
            {
                ord("，"): ",",
                ord("（"): "(",
                ord("）"): ")",
                ord("；"): ";",
                ord("："): ":",
                ord("〔"): "[",
                ord("〕"): "]",
            }
        ),
    ),
    "same notice w/o number": (
        "same",
        NOTICE,
        NOTICE.replace("云府办〔2024〕18号\n", "").replace("云溪市人民政府办公室\n2024年4月12日\n", ""),
    ),
    "same excerpt w/o enclosed": ("same", NOTICE, NOTICE.split("2024年4月12日\n")[0] + "2024年4月12日\n"),
    "same ocr": (
        "same",
        PLAIN,
        PLAIN.replace("登记注册", "登己注册")
        .replace("凭证", "凭正")
        .replace("街道办", "衔道办", 1)
        .replace("农民工", "衣民工")
        .replace("未", "末")
        .replace("拨付", "拔付")
        .replace("日内", "曰内"),
    ),
    "diff year": ("different", PLAIN, PLAIN.replace("2024", "2025").replace("33号", "41号")),
    "diff year2": (
        "different",
        PLAIN,
        PLAIN.replace("2024", "2025").replace("云人社发〔2024〕33号\n", "").replace("6000", "8000"),
    ),
    "diff draft": (
        "different",
        PLAIN,
        PLAIN.replace("通知\n", "通知（征求意见稿）\n", 1).replace("云人社发〔2024〕33号\n", ""),
    ),
    "diff place": ("different", PLAIN, PLAIN.replace("云溪市", "南河市").replace("云人社", "南人社")),
    "diff place nonum": (
        "different",
        PLAIN.replace("云人社发〔2024〕33号\n", ""),
        PLAIN.replace("云溪市", "南河市").replace("云人社发〔2024〕33号\n", ""),
    ),
    "diff number": ("different", PLAIN, PLAIN.replace("33号", "34号")),
    "diff amend": (
        "different",
        TEXT,
        TEXT.replace("五万元", "八万元").replace("三年内", "五年内").replace("10个", "7个"),
    ),
    "diff amend1": ("different", TEXT, TEXT.replace("五万元", "八万元")),
    "diff amend word": ("different", TEXT, TEXT.replace("首次创业的高校毕业生", "在校大学生")),
    "diff amend notice": ("different", TEXT, NOTICE.replace("五万元", "八万元").replace("三年内", "五年内")),
    "diff extend": (
        "different",
        PLAIN,
        "云溪市人力资源和社会保障局关于延长创业补贴工作有效期的通知\n云人社发〔2026〕3号\n各区人力资源和社会保障局：\n《云溪市人力资源和社会保障局关于做好2024年创业补贴工作的通知》（云人社发〔2024〕33号）有效期延长至2027年12月31日。\n云溪市人力资源和社会保障局\n2026年2月1日\n",
    ),
    "diff qa": (
        "different",
        TEXT,
        "《云溪市创业补贴办法》政策解读\n一、制定背景\n为支持创业，市政府办公室印发了《云溪市创业补贴办法》。\n二、补贴对象是谁？\n"
        + BODY.splitlines()[1]
        + "\n三、补贴标准是多少？\n"
        + BODY.splitlines()[3],
    ),
    "diff draft call": (
        "different",
        TEXT,
        NOTICE.replace(
            "关于印发《云溪市创业补贴办法》的通知",
            "关于公开征求《云溪市创业补贴办法（征求意见稿）》意见的公告",
        ).replace("云府办〔2024〕18号\n", ""),
    ),
    "diff two forwards": (
        "different",
        fwd(PLAIN, "转发市人社局关于做好2024年创业补贴工作的通知"),
        fwd(PLAIN, "转发市人社局关于做好2024年创业补贴工作的通知")
        .replace("青石区", "白塔区")
        .replace("青人社", "白人社"),
    ),
}


def sketched(text: str) -> Sketch:
    return sketch(read(text.encode(), "file.txt"))


@pytest.mark.parametrize("name", CASES)
def test_a_pair_is_told_for_what_it_is_whichever_comes_first(name: str) -> None:
    expected, first, second = CASES[name]
    one, other = sketched(first), sketched(second)
    there, back = relation(one, other), relation(other, one)
    assert (there.kind, back.kind) == (expected, expected), there.why
    if expected == "forwarded":
        assert (there.of, back.of) == (1, 0)
    else:
        assert there.of is None
    if expected != "different":
        assert set(keys(one)) & set(keys(other))
    assert there.why.endswith("。") and there.why.count("。") == 1


def test_docx_html_and_text_of_one_document_are_the_same() -> None:
    paper = docx.Document()
    for line in PLAIN.splitlines():
        paper.add_paragraph(line)
    packed = io.BytesIO()
    paper.save(packed)
    lines = "".join(f"<p>{line}</p>" for line in PLAIN.splitlines())
    page = f"<html><head><title>示例</title></head><body><div>{lines}</div></body></html>"
    kinds = [sketch(read(data, "x")) for data in (packed.getvalue(), page.encode(), PLAIN.encode())]
    for one, other in itertools.combinations(kinds, 2):
        assert relation(one, other).kind is Kind.SAME
        assert set(keys(one)) & set(keys(other))


def test_a_sketch_survives_json_and_keys_fit_a_database() -> None:
    for text in (PLAIN, long_text(20_000), "短\n"):
        one = sketched(text)
        data = json.dumps(one.to_data(), ensure_ascii=False)
        assert Sketch.from_data(json.loads(data)) == one
        assert len(data.encode()) < 7_000
        assert len(keys(one)) <= 40 and all(0 <= key < 2**63 for key in keys(one))


def long_text(length: int) -> str:
    """Articles of words drawn by chance, the same each time."""
    chance = random.Random(7)
    words = [chr(0x4E00 + n) for n in range(600)]
    articles, n = ["云溪市某某管理条例"], 0
    while sum(map(len, articles)) < length:
        n += 1
        articles.append(
            f"第{n}条　" + "".join(chance.choices(words, k=120)) + f"，期限为{chance.randrange(5, 90)}日。"
        )
    return "\n".join(articles) + "\n"


def misread(text: str, share: float) -> str:
    chance = random.Random(3)
    return "".join(
        chr(0x5200 + chance.randrange(500)) if "\u4e00" <= ch <= "\u9fff" and chance.random() < share else ch
        for ch in text
    )


@pytest.mark.parametrize("length", [3_000, 9_000, 40_000])
def test_a_long_text_misread_here_and_there_is_the_same_and_one_changed_figure_is_not(length: int) -> None:
    title, text = long_text(length).split("\n", 1)
    one = sketched(f"{title}\n{text}")
    slipped = sketched(f"{title}\n{misread(text, 0.015)}")
    assert relation(one, slipped).kind is Kind.SAME
    assert set(keys(one)) & set(keys(slipped))
    figures = list(re.finditer(r"期限为(\d+)日", text))
    place = figures[len(figures) // 2]
    changed = f"{title}\n{text[: place.start(1)]}{int(place[1]) + 7}{text[place.end(1) :]}"
    assert relation(one, sketched(changed)).kind is Kind.DIFFERENT


def test_a_long_document_is_sketched_and_compared_quickly() -> None:
    document = read(long_text(10_000).encode(), "long.txt")
    made = sketch(document)
    other = sketch(read(misread(long_text(10_000), 0.01).encode(), "long.txt"))
    # Best of several, and three times what a free machine needs: others may be at work on this one.
    assert min(seconds(lambda: sketch(document)) for _ in range(5)) < 0.012
    assert min(seconds(lambda: relation(made, other)) for _ in range(5)) < 0.015


def seconds(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


@pytest.mark.data
def test_no_two_of_the_real_pages_are_offered_as_one(data: Path) -> None:
    files = sorted((data / "documents" / "gov_cn").glob("*.html"))
    sketches = [sketch(read(path.read_bytes(), path.name)) for path in files]
    assert len(sketches) == 30
    for one, other in itertools.combinations(sketches, 2):
        assert relation(one, other).kind is Kind.DIFFERENT


@pytest.mark.slow
@pytest.mark.data
def test_two_dated_versions_of_one_law_are_not_offered_as_one(data: Path) -> None:
    """Over all pairs of 1,304 laws that share a key; the same dated law filed in two folders is one document."""
    sketches: dict[str, Sketch] = {}
    with tarfile.open(data / "laws" / "laws.tar.gz") as tar:
        for member in tar:
            packed = tar.extractfile(member) if member.name.endswith(".md") else None
            if packed:
                sketches[member.name] = sketch(read(packed.read(), member.name))
    asked: dict[int, list[str]] = defaultdict(list)
    for name, one in sketches.items():
        for key in keys(one):
            asked[key].append(name)
    pairs = {pair for names in asked.values() for pair in itertools.combinations(sorted(names), 2)}
    rows = csv.DictReader((data / "laws" / "versions.csv").open(encoding="utf-8"))
    versions = [row["files"].split(" | ") for row in rows]
    named = {
        pair
        for files in versions
        for pair in itertools.combinations(sorted(name for name in files if name in sketches), 2)
    }
    assert len(named) > 50
    offered = {
        pair
        for pair in pairs | named
        if relation(*(sketches[one] for one in pair)).kind is not Kind.DIFFERENT
    }
    wrong = {pair for pair in offered if Path(pair[0]).name != Path(pair[1]).name}
    assert len(offered) >= 4 and len(pairs) > 1000
    assert len(wrong) <= 1, sorted(wrong)

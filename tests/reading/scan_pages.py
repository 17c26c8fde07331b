"""Pictures of pages for the tests of scans, drawn here so that their text is known to the letter."""

import io
import math
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DPI = 200
POINT = DPI / 72
A4 = (1654, 2339)
MARGIN = 230
FOLDER = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the face of Noto's collections that draws mainland forms
RED = (215, 30, 35)

NOTICE = [
    "各镇人民政府、街道办事处，县政府有关部门：",
    "　　为规范农村公路养护资金的使用，根据《农村公路养护管理办法》（交公路〔2021〕38号）等规定，现将2023年度"
    "养护资金安排及有关事项通知如下：",
    "　　一、资金安排",
    "　　（一）日常养护按每公里每年4500元的标准安排，共计1268.5万元，其中县道386.2万元、乡道512.8万元、"
    "村道369.5万元。",
    "　　（二）养护工程优先安排临水临崖、急弯陡坡等路段，不得用于偿还债务、发放补贴；已享受其他财政资金的，不再重复安排。",
    "　　二、工作要求",
    "　　各单位应当于2023年9月30日前完成验收，逾期未完成的，由县交通运输局收回资金。对虚报、冒领、截留、挪用的，"
    "依照有关法律、法规处理；构成犯罪的，依法追究刑事责任。",
    "　　本通知自印发之日起施行，有效期三年。联系电话：0571-86345210。",
]
TABLE = [
    ["序号", "乡镇", "里程（公里）", "金额（万元）"],
    ["1", "青石镇", "126.4", "56.88"],
    ["2", "白杨乡", "98.0", "44.10"],
    ["3", "河口街道", "57.6", "25.92"],
    ["合计", "", "282.0", "126.90"],
]


@cache
def font(points: float, bold: bool = False, serif: bool = True) -> ImageFont.FreeTypeFont:
    """A typeface of the machine at ``points``, for pages of 200 dpi."""
    name = f"Noto{'Serif' if serif else 'Sans'}CJK-{'Bold' if bold else 'Regular'}.ttc"
    return ImageFont.truetype(str(FOLDER / name), round(points * POINT), index=SIMPLIFIED)


def blank(size: tuple[int, int] = A4) -> Image.Image:
    """White paper."""
    return Image.new("RGB", size, "white")


def wrapped(paragraph: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """A paragraph broken to lines; marks that may not begin a line hang in the margin."""
    lines, line = [], ""
    for char in paragraph:
        if face.getlength(line + char) > width and char not in "，。；：、）》":
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


def write(
    page: Image.Image,
    paragraphs: list[str],
    top: float = MARGIN,
    left: float = MARGIN,
    right: float = A4[0] - MARGIN,
    points: float = 16,
    **style: bool,
) -> float:
    """Paragraphs set on the page; the place below the last line, in pixels."""
    face, pen = font(points, **style), ImageDraw.Draw(page)
    for paragraph in paragraphs:
        for line in wrapped(paragraph, face, right - left):
            pen.text((left, top), line, fill="black", font=face)
            top += points * POINT * 1.75
    return top


def centred(
    page: Image.Image, text: str, top: float, points: float, fill: object = "black", **style: bool
) -> None:
    """One line in the middle of the page."""
    ImageDraw.Draw(page).text((page.width / 2, top), text, fill=fill, font=font(points, **style), anchor="ma")


def notice() -> Image.Image:
    """A notice with a red letterhead, a number, a title and text."""
    page = blank()
    centred(page, "清源县交通运输局文件", 200, 40, RED, bold=True)
    centred(page, "清交〔2023〕17号", 400, 16)
    ImageDraw.Draw(page).rectangle((MARGIN, 480, A4[0] - MARGIN, 486), fill=RED)
    centred(page, "关于安排农村公路养护资金的通知", 560, 22, bold=True)
    write(page, NOTICE, top=700)
    return page


def notice_text() -> str:
    """What stands on ``notice``, without spaces."""
    head = ["清源县交通运输局文件", "清交〔2023〕17号", "关于安排农村公路养护资金的通知"]
    return "".join("".join(head + NOTICE).split())


def table(rows: list[list[str]] = TABLE) -> Image.Image:
    """A sentence, and a table with ruling lines under it."""
    page = blank()
    top = round(write(page, ["　　各乡镇养护资金分配情况见下表："])) + 40
    pen, face = ImageDraw.Draw(page), font(14)
    widths, height = [160, 340, 340, 340], 90
    edges = [MARGIN + sum(widths[:i]) for i in range(len(widths) + 1)]
    for r in range(len(rows) + 1):
        pen.line((edges[0], top + r * height, edges[-1], top + r * height), fill="black", width=3)
    for edge in edges:
        pen.line((edge, top, edge, top + len(rows) * height), fill="black", width=3)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            at = ((edges[c] + edges[c + 1]) / 2, top + (r + 0.5) * height)
            pen.text(at, text, fill="black", font=face, anchor="mm")
    return page


def columns() -> Image.Image:
    """The notice's paragraphs in two columns of smaller type."""
    page = blank()
    middle = A4[0] / 2
    write(page, NOTICE[:4], left=150, right=middle - 60, points=12)
    write(page, NOTICE[4:], left=middle + 60, right=A4[0] - 150, points=12)
    return page


def sealed() -> tuple[Image.Image, str]:
    """A signature and date with a round red seal over both, and the text without the seal's."""
    page = blank()
    bottom = write(page, NOTICE[-1:])
    face, pen = font(16), ImageDraw.Draw(page)
    pen.text((900, bottom + 120), "清源县交通运输局", fill="black", font=face)
    pen.text((930, bottom + 200), "2023年3月18日", fill="black", font=face)
    seal = Image.new("RGB", A4, "white")
    _seal(ImageDraw.Draw(seal), (1080, bottom + 190), 165)
    # Ink over print: each channel keeps the darker of the two.
    both = Image.fromarray(np.minimum(np.asarray(page), np.asarray(seal)))
    return both, "".join((NOTICE[-1] + "清源县交通运输局2023年3月18日").split())


def _seal(pen: ImageDraw.ImageDraw, middle: tuple[float, float], radius: float) -> None:
    x, y = middle
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=RED, width=9)
    star = [
        (x + r * math.sin(k * math.pi / 5), y - r * math.cos(k * math.pi / 5))
        for k, r in zip(range(10), [50, 20] * 5, strict=True)
    ]
    pen.polygon(star, fill=RED)
    for k, char in enumerate("清源县交通运输局"):
        angle = math.pi * (1.15 - 1.3 * (k + 0.5) / 8 + 0)
        at = (x + 0.74 * radius * math.cos(angle), y - 0.74 * radius * math.sin(angle))
        pen.text(at, char, fill=RED, font=font(12, bold=True), anchor="mm")


def photographed(page: Image.Image, seed: int = 1) -> Image.Image:
    """As a telephone takes it: a shadow, a little blur, noise, JPEG."""
    pixels = np.asarray(page.filter(ImageFilter.GaussianBlur(1.0)), dtype=np.float32)
    height, width = pixels.shape[:2]
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    shade = 0.45 + 0.5 * (0.6 * across + 0.4 * down)
    noise = np.random.default_rng(seed).normal(0, 6, pixels.shape)
    lit = Image.fromarray((pixels * shade[..., None] + noise).clip(0, 255).astype(np.uint8))
    return Image.open(io.BytesIO(encoded(lit, "JPEG", quality=70)))


def leaning(page: Image.Image, degrees: float) -> Image.Image:
    """The page turned clockwise by a small angle."""
    return page.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def encoded(page: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """The bytes of a file."""
    buffer = io.BytesIO()
    page.save(buffer, form, **options)  # type: ignore[arg-type]
    return buffer.getvalue()

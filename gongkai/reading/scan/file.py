"""A file of pictures made into a page of lines, with a sentence for what could not be read."""

from collections.abc import Callable

from gongkai.reading.document import Unreadable
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.page import Page
from gongkai.reading.scan.leaf import read_leaf
from gongkai.reading.scan.picture import open_picture, page_count, pages


def read_file(data: bytes, progress: Callable[[int, int], None] | None) -> Page:
    """See ``read_scan``."""
    picture = open_picture(data)
    count = page_count(picture)
    page = Page()
    sheets: list[Sheet] = []
    for number, (image, scale) in enumerate(pages(picture), 1):
        sheet, notes = read_leaf(image, number, scale)
        sheets.append(sheet)
        page.warnings += notes
        page.leaves += [sheet.leaf] if sheet.leaf else []
        if progress:
            progress(number, count)
    blank = [sheet.number for sheet in sheets if not sheet.glyphs]
    if len(blank) == len(sheets):
        raise Unreadable("图片里没有找到文字，请检查是否选对了文件，或者重新扫描得更清楚些。")
    if blank:
        listed = "、".join(map(str, blank))
        page.warnings.append(f"第{listed}页上没有找到文字，请核对它是否为空白页。")
    if picture.format != "TIFF" and getattr(picture, "n_frames", 1) > 1:
        page.warnings.append("这个文件是动画或连拍，只读入了第一幅画面。")
    from gongkai.reading.layout import read_sheets

    read_sheets(sheets, page)
    return page

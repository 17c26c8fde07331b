"""One person's Monday: first login with a second factor → a file → its doubt settled → seen as a citizen → public → corrected → withdrawn."""

import re

import pytest

from tests.browsing import sign_in, violations

pytestmark = pytest.mark.browser

TEXT = """示例区民政局关于做好老年人冬季走访工作的通知
示例民发〔2026〕771号
各街道办事处：
一、走访对象
本区户籍的独居老年人。
三、工作要求
每月走访不少于两次，由居委会登记。
示例区民政局
2026年11月20日
"""


def test_a_publisher_takes_a_file_all_the_way(site, visit):
    page, citizen = visit(width=1400), visit(width=390)
    sign_in(page, site, "publisher", fresh=True)
    pk = _handed_in(page)
    _settled(page)

    page.get_by_role("link", name="预览（市民看到的样子）").click()
    page.get_by_text("预览，未发布").wait_for()
    assert citizen.goto(f"/policies/{pk}/").status == 404

    page.goto(f"/desk/records/{pk}/hand-in/")
    assert violations(page) == []
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("已发布，公开页面已经更新").wait_for()
    assert citizen.goto(f"/policies/{pk}/").status == 200
    assert "每月走访不少于两次" in citizen.locator("main").inner_text()

    page.goto(f"/desk/policies/edit/{pk}/")
    page.get_by_role("textbox", name="标题").first.fill(
        "示例区民政局关于做好老年人冬季走访工作的通知（更正）"
    )
    page.get_by_role("textbox", name="勘误说明").fill("标题漏了两个字")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("草稿已更新").first.wait_for()
    page.goto(f"/desk/records/{pk}/hand-in/")
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("已发布，公开页面已经更新").wait_for()
    citizen.goto(f"/policies/{pk}/")
    assert (
        "（更正）" in citizen.locator("h1").inner_text()
        and "标题漏了两个字" in citizen.locator("main").inner_text()
    )

    page.goto(f"/desk/records/{pk}/end/")
    page.get_by_role("radio", name=re.compile("^撤回")).check()
    page.locator("#reason").fill("所依据的文件有误")
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已处理，公开页面已经更新").wait_for()
    assert citizen.goto(f"/policies/{pk}/").status == 410
    assert "所依据的文件有误" in citizen.locator("main").inner_text()
    assert citizen.goto(f"/policies/{pk}/editions/1/").status == 410
    assert [said for said in page.complaints if "favicon" not in said] == []


def _handed_in(page):
    """The file is uploaded and its screen of settling open; gives the number of the record."""
    page.goto("/desk/records/upload/")
    page.set_input_files(
        "#upload-files", [{"name": "走访.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}]
    )
    page.get_by_role("link", name=re.compile("核对草稿")).first.click()
    page.wait_for_url("**/settle/")
    return int(re.search(r"/records/(\d+)/", page.url)[1])


def _settled(page):
    """Every doubtful place is answered by the key that accepts it; that 二 is missing is one of them."""
    points = page.locator(".settle-point")
    assert "序号不连续" in page.locator(".settle-points, #settle").first.inner_text()
    while left := points.count():
        page.keyboard.press("a")
        page.wait_for_function("n => document.querySelectorAll('.settle-point').length < n", arg=left)
    page.get_by_role("heading", name="全部核对完毕").wait_for()

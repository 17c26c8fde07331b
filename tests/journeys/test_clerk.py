"""A clerk: login → own unit's list → edit → draft that nobody sees → publish → page, list and search follow."""

import time

import pytest

from tests.browsing import fits

pytestmark = pytest.mark.browser


def titles(page):
    return page.locator("table.listing .title").all_inner_texts()


def test_a_clerk_sees_the_unit_and_the_office_sees_all(desk):
    clerk, office = desk("clerk"), desk("office")
    for page in (clerk, office):
        page.goto("/desk/policies/")
    assert 0 < len(titles(clerk)) < len(titles(office))
    assert all("区民政局" in row for row in clerk.locator("table.listing tbody tr").all_inner_texts())
    answer = clerk.goto("/desk/policies/edit/1/")
    assert answer.status in {302, 403} or "/edit/1/" not in clerk.url


def test_a_wrong_password_is_refused_in_chinese(site, visit):
    page = visit()
    page.goto("/desk/")
    page.fill("input[name=username]", "clerk")
    page.fill("input[name=password]", "不对的密码")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("用户名或者密码不对").first.wait_for()
    assert page.url.startswith(f"{site.url}/desk/login")


def test_editing_publishing_and_what_citizens_then_see(desk, visit):
    clerk, citizen = desk("publisher", width=1400), visit()
    clerk.goto("/desk/policies/?q=长者食堂建设运营管理办法")
    clerk.get_by_role("link", name="示例区社区长者食堂建设运营管理办法").first.click()
    title = clerk.get_by_role("textbox", name="标题").first
    title.fill("示例区社区长者食堂建设运营管理办法（修改稿）")
    clerk.get_by_role("textbox", name="勘误说明").fill("标题漏了“修改稿”")
    clerk.get_by_role("button", name="保存草稿").click()
    clerk.wait_for_selector("text=已更新")
    citizen.goto("/policies/2/")
    assert "修改稿" not in citizen.content()

    clerk.get_by_role("button", name="更多操作").or_(
        clerk.locator("footer [aria-haspopup], footer .w-dropdown__toggle")
    ).first.click()
    clerk.get_by_role("button", name="发布").click()
    clerk.wait_for_load_state("networkidle")
    citizen.goto("/policies/2/")
    assert "修改稿" in citizen.locator("h1").inner_text()
    assert "标题漏了" in citizen.locator("main").inner_text()
    citizen.goto("/policies/2/editions/1/")
    assert "修改稿" not in citizen.locator("h1").inner_text()
    started = time.monotonic()
    while True:
        citizen.goto("/search/?q=“修改稿”")
        if citizen.locator(".row-title").count():
            break
        assert time.monotonic() - started < 10
    assert [said for said in clerk.complaints if "favicon" not in said] == []
    assert fits(citizen)


def test_the_desk_answers_no_route_that_writes_past_our_actions(desk):
    office = desk("office")
    for address in (
        "policies/add/",
        "policies/delete/1/",
        "policies/copy/1/",
        "policies/unpublish/1/",
        "users/",
        "images/add/",
        "pages/",
        "bulk/policies/policy/delete/?id=1",
    ):
        assert office.goto(f"/desk/{address}").status == 404, address


def test_the_desk_shows_states_history_comparison_preview_and_tables(desk):
    office = desk("office", width=1400)
    office.goto("/desk/policies/?state=published&open=false")
    assert "已发布" in office.locator("table.listing").inner_text()
    assert titles(office)
    office.goto("/desk/policies/edit/1/")
    table = office.locator(".handsontable td", has_text="支持").first.or_(
        office.locator(".handsontable td").first
    )
    table.scroll_into_view_if_needed()
    assert office.locator(".handsontable td").count() > 4
    assert table.bounding_box()["height"] > 5
    title = office.get_by_role("textbox", name="标题").first
    title.fill(title.input_value() + "（改）")
    office.get_by_role("button", name="保存草稿").click()
    office.wait_for_selector("text=已更新")
    office.goto("/desk/policies/history/1/")
    assert "没有可显示" not in office.content()
    assert office.locator("table.listing tbody tr").count() >= 1
    preview = office.goto("/desk/policies/preview/1/?in_preview_panel=true")
    assert "frame-ancestors 'self'" in preview.headers["content-security-policy"]
    assert preview.headers["x-frame-options"] == "SAMEORIGIN"
    assert [said for said in office.complaints if "favicon" not in said] == []

"""A running site in a real browser: pages fit a phone and pass axe, and a clerk edits the lists of a guide."""

import re

import pytest

from tests.browsing import fits, violations
from tests.guides.test_import import SAMPLE
from tests.installation import Installation

pytestmark = pytest.mark.browser
CODE = "SLQ-MZ-0201"


@pytest.fixture(scope="module")
def site(tmp_path_factory, fill_with_sample):
    installation = Installation(tmp_path_factory.mktemp("guides"))
    fill_with_sample(installation.folder)
    installation.serve()
    installation.run("import-guides", str(SAMPLE / "guides.json"))
    yield installation
    installation.stop()


@pytest.fixture
def visit(site, browser):
    """A page at an address, and what the browser complained of there."""
    contexts = []

    def visit(address, width=1280):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, base_url=site.url))
        page = contexts[-1].new_page()
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", ["/guides/", f"/guides/{CODE}/", f"/en/guides/{CODE}/"])
def test_list_and_guide_fit_the_window_and_pass_axe(visit, address, width):
    page = visit(address, width)
    assert fits(page)
    assert violations(page) == [] and page.complaints == []


def test_a_citizen_finds_a_service_by_name_and_is_led_to_its_guide(visit):
    page = visit("/guides/", 390)
    page.fill("#guide-q", "排水")
    page.get_by_role("button", name="查一查").click()
    page.get_by_role("link", name="城镇污水排入排水管网许可证核发").click()
    assert (
        page.get_by_role("link", name="去办理")
        .get_attribute("href")
        .startswith("https://ywtb.shili.example/")
    )
    named = set(page.locator("article h2, article dt").all_inner_texts())
    assert {
        "办理依据", "申请条件", "申请材料", "办理地点", "办理时间", "咨询电话", "办理流程", "法定时限", "承诺时限", "收费",
        "办理结果",
    } <= named  # fmt: skip


def test_a_clerk_changes_a_step_and_adds_a_paper_and_citizens_read_them(site, visit):
    page = visit("/desk/", 1400)
    page.fill("input[name=username]", "clerk")
    page.fill("input[name=password]", site.password("clerk"))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk/")
    page.goto("/desk/guides/")
    page.get_by_role("link", name="社区长者食堂建设补贴申请").first.click()
    page.locator("[name=steps-3-value]").fill("公示后拨付补贴资金。")
    page.locator(
        "[data-contentpath=materials] [data-streamblock-menu-container] ~ button, [data-contentpath=materials] .c-sf-add-button"
    ).last.click()
    page.locator("[name=materials-4-value-name]").fill("银行账户信息")
    page.get_by_role("button", name=re.compile("保存")).first.click()
    page.wait_for_url("**/desk/guides/")
    assert [said for said in page.complaints if "favicon" not in said] == []
    guide = visit(f"/guides/{CODE}/").locator("article").inner_text()
    assert "公示后拨付补贴资金。" in guide and "银行账户信息" in guide

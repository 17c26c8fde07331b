"""One running site with the sample, and one browser, for all journeys of a worker."""

import pytest

from tests.browsing import sign_in
from tests.installation import Installation


@pytest.fixture(scope="session")
def site(tmp_path_factory, fill_with_sample):
    installation = Installation(tmp_path_factory.mktemp("site"))
    fill_with_sample(installation.folder)
    installation.serve()
    yield installation
    installation.stop()


@pytest.fixture
def visit(site, browser):
    """Open a page that notes every complaint of the browser and every request to somebody else."""
    contexts = []

    def open_page(width=1280, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=site.url, locale="zh-CN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "request",
            lambda request: page.complaints.append(request.url) if _foreign(request.url, site.url) else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def desk(site, visit):
    """A page at the desk, signed in as a sample account: desk("publisher", width=1400)."""

    def signed_in(username, **options):
        page = visit(**options)
        sign_in(page, site, username)
        return page

    return signed_in


def _foreign(url: str, own: str) -> bool:
    return not url.startswith((own, "data:", "blob:", "about:"))

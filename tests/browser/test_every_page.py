"""Every kind of page: no accessibility fault, no complaint on the console, usable on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/accepted/?importing=US&exporting=MX&kind=test_report",
    "/accepted/?importing=US&exporting=GB&kind=test_report&sector=emc&on=2020-06-01",
    "/accepted/?importing=EU&exporting=CH&sector=medical_devices&on=2021-05-26&known_at=2022-01-01",
    "/bodies/",
    "/bodies/?q=nothing-has-this-name",
    "/bodies/georgian-bay-laboratories-sample/",
    "/bodies/laboratorios-anahuac-sample/",
    "/agreements/",
    "/agreements/US-EU/",
    "/agreements/EU-CH/?on=2021-05-25",
    "/agreements/ASEAN-EE/",
    "/economies/",
    "/economies/US/",
    "/economies/EU/",
    "/changes/",
    "/api/docs/",
]
REFUSED = ["/accepted/?importing=US&exporting=XX", "/bodies/?on=2021-02-30", "/bodies/no-such-body/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 375])
def test_page_is_accessible_and_quiet(open_page, path, width):
    page = open_page(path, width=width)

    found = Axe().run(page)

    assert page.answer.status == 200
    assert found.violations_count == 0, found.generate_report()
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", REFUSED)
def test_refusal_is_accessible_and_says_what_to_do(open_page, path):
    page = open_page(path, width=375)

    found = Axe().run(page)

    assert page.answer.status in (400, 404)
    assert found.violations_count == 0, found.generate_report()
    assert page.locator("h1").count() == 1

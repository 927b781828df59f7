"""Every kind of page: no accessibility fault, no complaint on the console, usable on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.visitor import Visitor, kind_of

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/accepted/?importing=US&exporting=MX&kind=test_report",
    "/accepted/?importing=US&exporting=GB&kind=test_report&sector=emc&on=2020-06-01",
    "/accepted/?importing=EU&exporting=CH&sector=medical_devices&on=2021-05-26&known_at=2022-01-01",
    "/verify/",
    "/verify/how/",
    "/verify/?body=laboratorios-anahuac-sample&importing=US&requirement=47-cfr-15&kind=test_report&on=2026-01-15",
    "/verify/?body=laboratorios-anahuac-sample&importing=US&sector=radio&on=2026-01-15&known_at=2026-11-01",
    "/verify/?body=laboratori&importing=US&sector=radio&on=2026-01-15",
    "/verify/?body=nobody-has-this-name&importing=US&sector=radio&on=2026-01-15",
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
    "/matrix/",
    "/matrix/?view=list&on=2026-01-01",
    "/matrix/us-fda/gb-mhra/",
    "/data/",
    "/data/dictionary/",
    "/api/docs/",
]
REFUSED = [
    "/verify/?body=&importing=US&what=nonsense",
    "/accepted/?importing=US&exporting=XX",
    "/bodies/?on=2021-02-30",
    "/bodies/no-such-body/",
]


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


# What some of the sample's people find by following the links of their pages; most find much more.
SIGNED_IN = {
    "beto": [
        "/desk/designate/",
        "/desk/proposals/*/scope/",
        "/desk/proposals/*/decide/",
        "/notices/settings/",
    ],
    "carla": ["/members/", "/members/*/people/*/", "/members/*/invite/", "/audit/", "/desk/bodies/*/"],
    "dan": ["/desk/recognitions/*/", "/desk/recognitions/*/propose/recognise/", "/desk/joint/"],
    "gabriela": ["/desk/accreditations/*/", "/desk/accreditations/new/", "/desk/decisions/*/correct/"],
    "rosa": ["/mine/", "/mine/*/contacts/", "/notices/calendar/new/"],
}
PRIVATE = re.compile(r"^/(desk|members|notices|audit|mine|acting)/(?!files/)(?!.*\.(csv|xlsx)$)")
MOST_OF_A_KIND = 2


@pytest.mark.parametrize("width", [1280, 375])
def test_all_that_people_reach_who_are_signed_in_is_accessible_and_quiet(chromium, portal, width):
    seen, complaints = set(), []
    for who, places in SIGNED_IN.items():
        visitor = Visitor(chromium, portal, width=width, javascript=True, seen=seen)
        visitor.enter_password(f"{who}@sample.example", "sample-sign-in-only")
        found = follow_all_links(visitor)
        visitor.context.close()
        complaints += visitor.complaints
        assert set(places) <= found, who

    assert complaints == []


def follow_all_links(visitor: Visitor) -> set[str]:
    """Visit what the pages of somebody's own work link to, few of each kind; returns the kinds of page found."""
    ahead, asked, found = ["/desk/"], {}, set()
    while ahead:
        visitor.go(ahead.pop(0))
        found.add(kind_of(visitor.page.url))
        links = visitor.page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.pathname)")
        for link in filter(PRIVATE.match, links):
            known = asked.setdefault(kind_of(link), set())
            if link not in known and len(known) < MOST_OF_A_KIND:
                known.add(link)
                ahead.append(link)
    return found

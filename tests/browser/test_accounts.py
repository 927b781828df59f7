"""The first operator's way in: a link from the command line, a password, a security key, the tables."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "six unrelated words make it"


@pytest.fixture
def link(portal, tmp_path_factory):
    """The address where the operator sets a password, at `localhost`: browsers know no key for a number."""
    folder = next(tmp_path_factory.getbasetemp().glob("portal*"))
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PYTEST_CURRENT_TEST")
    }
    environment |= {"DATA_DIR": str(folder), "PORT": portal.rsplit(":", 1)[1]}
    said = subprocess.run(
        [sys.executable, "manage.py", "make_operator", "olga@example.org", "Olga Orlova"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return re.search(r"http://localhost\S+", said)[0]


@pytest.fixture
def page(chromium):
    """A browser with a security key that is held to it; what the console complains of is kept."""
    context = chromium.new_context(viewport={"width": 375, "height": 900})
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            page.complaints.append(f"{page.url}: {message.text}")
            if message.type in ("error", "warning")
            else None
        ),
    )
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    yield page
    context.close()


def press(page, words):
    page.locator("#main").get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def look(page):
    """The page is accessible and fits."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= 375, page.url


def enter_password(page, start):
    page.goto(f"{start}/account/login/?next=/account/security/")
    look(page)
    page.get_by_label("E-mail address").fill("olga@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def sign_out(page, start):
    page.goto(f"{start}/account/logout/")
    press(page, "Sign out")
    page.wait_for_url("**/account/login/")
    assert "You are signed out." in page.content()


def test_an_operator_sets_a_password_adds_a_key_and_signs_in_with_it(link, page):
    start = re.match(r"http://[^/]+", link)[0]
    page.goto(link)
    look(page)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    press(page, "Set password")

    enter_password(page, start)
    page.wait_for_url("**/account/security/")
    look(page)
    page.goto(f"{start}/operator/")
    page.wait_for_url("**/account/security/")
    assert "Operators need a second factor" in page.content()

    page.get_by_role("link", name="Add a security key").click()
    look(page)
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Confirm")
    look(page)
    page.get_by_label("Also sign in with it").check()
    press(page, "Add")
    page.wait_for_url("**/account/security/codes/")
    assert page.locator(".c-codes li").count() == 10
    look(page)
    for path in ("", "keys/", "app/add/", "codes/make/"):
        page.goto(f"{start}/account/security/{path}")
        look(page)
    for path in ("sessions/", "connections/", "password/change/"):
        page.goto(f"{start}/account/{path}")
        look(page)
    sign_out(page, start)

    enter_password(page, start)
    page.wait_for_url("**/account/security/second-step/")
    look(page)
    press(page, "Use a security key")
    page.wait_for_url("**/account/security/")
    page.goto(f"{start}/operator/accounts/user/")
    assert "olga@example.org" in page.content()
    sign_out(page, start)

    page.goto(f"{start}/account/login/?next=/account/sessions/")
    press(page, "Sign in with a security key")
    page.wait_for_url("**/account/sessions/")
    assert page.complaints == []

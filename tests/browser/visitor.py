"""Somebody at a browser of their own, who uses what the pages show; every page on the way is looked at."""

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from tests.browser.authenticator import code

PASSWORD = "several unrelated words in a row"
_FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
}"""


def kind_of(url: str) -> str:
    """The kind of page: its path without whatever names one record."""
    path = urlsplit(url).path
    return re.sub(
        r"\d+|(?<=/bodies/)[^/]+|(?<=/members/)[^/]+|(?<=/mine/)[^/]+|(?<=/invitation/)[^/]+", "*", path
    )


class Visitor:
    """One person, one browser. ``seen`` holds the kinds of page that have been checked for accessibility already."""

    def __init__(self, browser, start: str, *, width: int, javascript: bool, seen: set[str]):
        self.start, self.width, self.javascript, self.seen = start, width, javascript, seen
        self.complaints: list[str] = []
        self.email = ""
        self.recovery_codes: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message) -> None:
        if message.type in ("error", "warning") or "Content Security Policy" in message.text:
            self._complain(message.text)

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.page.url}: {words}")

    @property
    def main(self):
        """The page without its frame."""
        return self.page.locator("#main")

    @property
    def text(self) -> str:
        """All words of the page's own part."""
        return self.main.inner_text()

    def go(self, path: str) -> None:
        """Open an address of the portal, or one that an e-mail gave."""
        answer = self.page.goto(path if path.startswith("http") else f"{self.start}{path}")
        self._look(answer)

    def press(self, words: str, *, within=None) -> None:
        """Press the button of that name, which leads to a page."""
        button = (within or self.main).get_by_role("button", name=words, exact=True)
        with self.page.expect_navigation() as arrival:
            button.click()
        self._look(arrival.value)

    def follow(self, words: str | re.Pattern, *, within=None) -> None:
        """Follow the first link of that name, whatever it looks like."""
        where, exact = within or self.main, isinstance(words, str)
        link = where.get_by_role("link", name=words, exact=exact)
        link = link.or_(where.get_by_role("button", name=words, exact=exact))
        with self.page.expect_navigation() as arrival:
            link.first.click()
        self._look(arrival.value)

    def fill(self, values: dict[str, str]) -> None:
        """Fill in fields by their labels."""
        for label, value in values.items():
            self.put(label, value)

    def put(self, label: str, value: str, *, within=None) -> None:
        """Fill in one field by its label, whatever its kind."""
        field = (within or self.main).get_by_label(label, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    def check(self, label: str | re.Pattern) -> None:
        """Choose a box or a radio button by its label."""
        exact = isinstance(label, str)
        self.main.get_by_label(label, exact=exact).check()

    def tab_to(self, label: str) -> None:
        """Move on with the Tab key alone, until the field with that label has the focus; it is seen at every stop."""
        wanted = self.main.get_by_label(label, exact=True).or_(
            self.main.get_by_role("button", name=label, exact=True)
        )
        for _stop in range(80):
            self.page.keyboard.press("Tab")
            where = self.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            assert self.page.evaluate(_FOCUS_IS_SEEN), f"{self.page.url}: no focus to be seen on {where}"
            if wanted.first.evaluate("field => field === document.activeElement"):
                return
        raise AssertionError(f"{self.page.url}: {label} cannot be reached with the Tab key")

    def enter(self) -> None:
        """Press the Enter key on the button that has the focus."""
        with self.page.expect_navigation() as arrival:
            self.page.keyboard.press("Enter")
        self._look(arrival.value)

    def _look(self, answer) -> None:
        url = self.page.url
        assert answer is None or answer.status < 400, f"{url}: {answer.status}\n{self.text}"
        if self.page.evaluate("document.documentElement.scrollWidth") > self.width:
            self._complain("wider than the screen")
        kind = kind_of(url)
        if self.javascript and kind not in self.seen:
            self.seen.add(kind)
            found = Axe().run(self.page)
            if found.violations_count:
                self._complain(found.generate_report())

    def join(self, address: str, *, email: str, name: str) -> None:
        """Accept an invitation as a new person and set up the second factor with an authenticator app."""
        self.email = email
        self.go(address)
        self.fill({"Your name": name, "Password": PASSWORD, "Password again": PASSWORD})
        self.press("Accept")
        self.follow("Set up an app")
        self.put("Your password", PASSWORD)
        self.press("Confirm")
        self._show_code()
        if self.main.get_by_label("Code from the app").count():  # the code had just run out
            self._show_code()
        self.go("/account/security/codes/")
        self.recovery_codes = self.main.locator(".c-codes code").all_inner_texts()
        assert len(self.recovery_codes) == 10

    def _show_code(self) -> None:
        self.put("Code from the app", code(self.main.locator(".c-secret").inner_text()))
        self.press("Set up")

    def sign_out(self) -> None:
        """Leave."""
        self.press("Sign out", within=self.page.locator("header"))

    def enter_password(self, email: str, password: str) -> None:
        """Sign in with the password; who has a second factor is then asked for it."""
        self.go("/account/login/")
        self.fill({"E-mail address": email, "Password": password})
        self.press("Sign in")

    def sign_in(self) -> None:
        """Come back with the password and one of the recovery codes, as without the phone."""
        self.enter_password(self.email, PASSWORD)
        self.put("Code", self.recovery_codes.pop())
        self.press("Sign in")

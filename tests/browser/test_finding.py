"""An exporter's way from the first page to a verdict with its reasons, with and without JavaScript, by mouse and by keys."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [1280, 375])
def test_three_inputs_lead_to_a_permalink_with_the_chain(open_page, javascript, width):
    page = open_page("/", width=width, javascript=javascript)
    page.get_by_label("Made in").select_option("MX")
    page.get_by_label("Sold in").select_option("US")
    page.get_by_label("What", exact=True).fill("radio")
    page.get_by_role("button", name="Find", exact=True).click()
    page.wait_for_url("**/accepted/**")

    assert "importing=US" in page.url
    assert "exporting=MX" in page.url
    assert "sector=radio" in page.url
    assert page.get_by_role("link", name="Laboratorios Anáhuac (sample)").count() >= 1
    assert "Information, not a legal decision" in page.locator("main").inner_text()


def test_the_keyboard_alone_reaches_an_answer(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.get_by_label("Made in").focus()
    page.keyboard.type("Japan")
    page.get_by_label("Sold in").focus()
    page.keyboard.type("United States")
    page.get_by_label("Sold in").press("Tab")
    page.get_by_role("button", name="Find", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accepted/**")

    assert "exporting=JP" in page.url
    assert "importing=US" in page.url


def test_typing_is_kept_when_the_date_is_impossible(open_page):
    page = open_page("/accepted/?importing=US&exporting=MX&on=2021-02-30&q=Istmo")

    assert page.answer.status == 400
    assert page.locator("input[name=on]").first.input_value() == "2021-02-30"
    assert page.get_by_label("Sold in").input_value() == "US"

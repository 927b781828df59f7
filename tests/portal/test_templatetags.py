"""What page authors write, and what readers get."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.template import Context, RequestContext, Template
from django.utils import translation

from portal.clocks import read
from portal.pictures import Segment, Timeline, TimelineRow
from portal.web.wording import STATUSES


@dataclass
class Looking:
    """The clocks of a reader who looks at another date, or does not."""

    query: str = "on=2020-06-01"
    is_default: bool = False


def render(source, **context):
    return Template("{% load concordat %}" + source).render(Context(context)).strip()


def words(html):
    return " ".join(Template("{{ html|striptags }}").render(Context({"html": html})).split())


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("code", STATUSES)
def test_every_status_is_a_word(code):
    shown = words(render("{% status_tag code %}", code=code))
    assert shown
    assert "_" not in shown


def test_an_unknown_status_is_shown_in_its_own_words_and_cannot_carry_markup():
    assert words(render("{% status_tag 'brand_new' %}")) == "Brand new"
    assert "<b>" not in render("{% status_tag code %}", code="<b>")


def test_a_page_may_word_a_status_itself():
    assert words(render("{% status_tag 'met' 'Recognised by the FCC' %}")) == "Recognised by the FCC"


def test_a_sample_is_marked():
    assert words(render("{% sample_mark %}")) == "sample"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2020, 6, 1), '<time datetime="2020-06-01">1 June 2020</time>'),
        (datetime(2020, 6, 1, 12, tzinfo=UTC), '<time datetime="2020-06-01">1 June 2020</time>'),
        ("2020-06-01", '<time datetime="2020-06-01">1 June 2020</time>'),
        ("soon", ""),
        ("2020-13-45", ""),
        (None, ""),
    ],
)
def test_a_day_is_written_for_readers_and_kept_for_machines(value, shown):
    assert render("{{ value|day }}", value=value) == shown


def test_a_day_follows_the_readers_language():
    with translation.override("fr"):
        assert "1 juin 2020" in render("{{ value|day_text }}", value=date(2020, 6, 1))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1998", "1998"),
        ("2013-12", "December 2013"),
        ("2013-12-03", "3 December 2013"),
        ("2013-99", "2013-99"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_partial_date_shows_only_what_is_known(value, shown):
    assert words(render("{{ value|partial }}", value=value)) == shown


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (date(2008, 1, 1), None, "from 1 Jan 2008"),
        (None, date(2020, 2, 1), "until 31 Jan 2020"),
        (date(2008, 1, 1), date(2020, 2, 1), "1 Jan 2008 – 31 Jan 2020"),
        (date(2008, 1, 1), date(2008, 1, 2), "only on 1 Jan 2008"),
        (None, None, "always"),
    ],
)
def test_a_period_names_the_last_day_it_includes(start, end, shown):
    assert words(render("{% period start end %}", start=start, end=end)) == shown


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("/bodies/", "/bodies/?on=2020-06-01"),
        ("/bodies/?q=a", "/bodies/?q=a&amp;on=2020-06-01"),
        ("/agreements/#coverage", "/agreements/?on=2020-06-01#coverage"),
    ],
)
def test_a_link_keeps_the_date_looked_at(href, kept):
    assert render("{% clocked href %}", href=href, clocks=Looking()) == kept


@pytest.mark.parametrize("clocks", [None, Looking(is_default=True)])
def test_a_link_of_today_stays_as_it_is(clocks):
    assert render("{% clocked '/bodies/' %}", clocks=clocks) == "/bodies/"


def test_a_form_keeps_the_other_parameters_of_its_page(rf):
    request = rf.get("/", {"kind": ["a", "b"], "on": "2020-06-01", "q": '"><script>'})
    kept = render("{% keep_query 'on' %}", request=request)
    assert kept.count('name="kind"') == 2
    assert 'name="on"' not in kept
    assert "<script>" not in kept


def test_a_timeline_is_a_picture_and_a_table():
    timeline = Timeline(
        [TimelineRow("EMC", [Segment(date(2001, 1, 1), None, "in_force", "In force")])], date(2026, 1, 1)
    )
    source = '{% include "portal/components/timeline.html" with caption="Status over time" %}'
    shown = render(source, timeline=timeline)
    assert shown.count('role="img"') == 2
    assert "style=" not in shown
    assert "<table" in shown
    assert "from 1 Jan 2001" in words(shown)


def test_a_chain_says_each_step_outcome_period_and_citation():
    steps = [
        {"step": "a", "label": "Annex in force", "outcome": "met", "sentence": "It is.", "from": date(2008, 1, 1),
         "to": None, "citation": "Article 14", "source_url": "https://example.org/a"},
        {"step": "b", "label": "Recognised", "outcome": "not_on_file"},
    ]  # fmt: skip
    shown = render('{% include "portal/components/chain.html" %}', steps=steps)
    assert words(shown) == "Annex in force It is. from 1 Jan 2008 Article 14 Met Recognised Not on file"
    assert 'href="https://example.org/a"' in shown


def test_the_clock_banner_leads_back_to_today(rf):
    request = rf.get("/bodies/", {"q": "a", "on": "2020-06-01", "known_at": "2021-07-01"})
    source = '{% include "portal/components/clock_banner.html" %}'
    request.clocks = read(request.GET)
    shown = Template(source).render(RequestContext(request))
    assert "Shown as of 1 June 2020, as the register stood on 1 July 2021." in words(shown)
    assert 'href="/bodies/?q=a"' in shown

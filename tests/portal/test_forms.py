"""Fields as the house draws them: labelled, explained, and with what was typed."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string

from portal.web.forms import Renderer


class Question(forms.Form):
    """A question with one control of each kind."""

    default_renderer = Renderer

    what = forms.CharField(label="What is it about?", help_text="A law or a standard")
    on = forms.DateField(label="On which date?", widget=forms.TextInput(attrs={"class": "c-input--width-10"}))
    kind = forms.ChoiceField(
        label="Kind", widget=forms.RadioSelect, choices=[("t", "Test report"), ("c", "Certificate")]
    )
    sector = forms.ChoiceField(label="Sector", choices=[("emc", "EMC")])
    only = forms.BooleanField(label="Only public", required=False)


@pytest.fixture
def wrong():
    return Question({"what": "", "on": "1.2.2020", "kind": "c", "sector": "emc"})


def test_a_control_is_named_by_its_label_and_explained_by_its_hint():
    html = Question()["what"].as_field_group()
    assert 'for="id_what"' in html
    assert 'aria-describedby="id_what_helptext"' in html
    assert 'id="id_what_helptext"' in html


def test_a_wrong_field_says_so_and_keeps_what_was_typed(wrong):
    html = wrong["on"].as_field_group()
    assert 'value="1.2.2020"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'aria-describedby="id_on_error"', html)
    assert 'id="id_on_error"' in html


def test_an_own_class_of_a_control_joins_the_houses():
    assert 'class="c-input c-input--width-10"' in str(Question()["on"])


def test_choices_stand_under_a_legend_and_keep_the_choice(wrong):
    html = wrong["kind"].as_field_group()
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert re.search(r'value="c" id="id_kind_1" checked', html)


def test_a_single_checkbox_has_its_label_beside_it():
    html = Question()["only"].as_field_group()
    assert html.index('type="checkbox"') < html.index("Only public")


def test_drawing_a_field_twice_gives_the_same():
    field = Question()["sector"]
    assert str(field) == str(field)
    assert 'class="c-select"' in str(field)


def test_a_whole_form_draws_every_field():
    html = str(Question())
    assert html.count("c-form-group") == len(Question.base_fields)
    assert "style=" not in html


def test_the_error_summary_leads_to_each_wrong_field(wrong):
    html = render_to_string("portal/components/error_summary.html", {"form": wrong})
    assert 'href="#id_what"' in html
    assert 'href="#id_on"' in html
    assert "Kind" not in html

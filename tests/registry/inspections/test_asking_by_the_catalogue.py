"""Requests under the real agreements of the catalogue: whom FDA may ask, under which limit, and what is not on file."""

import pytest
from django.core.management import call_command

from agreements import texts
from agreements.acting import operator
from agreements.catalogue.loading import bring_up_to_date
from agreements.models import Annex, Authority, CatalogueEdition, TimeLimit
from registry.inspections import citing, deadlines
from registry.inspections.models import Wanted
from tests.registry.officers import acting, make_officer


@pytest.fixture
def fda(catalogue):
    """An editor of FDA."""
    authority = Authority.objects.get(code="us-fda")
    return acting(make_officer(authority, "editor"), authority)


def one(text: str) -> Authority:
    return Authority.objects.get(name=text)


def test_fda_asks_the_inspectorates_that_it_recognises_under_the_annex_of_2017(fda):
    asked = one("Inspectorate of Germany, human medicines")
    assert asked in citing.askable(fda)
    (ground,) = citing.citable(fda, asked, None)
    assert (ground.annex.code, ground.asked_party.code) == ("US-EU-GMP", "EU")


def test_they_ask_fda_likewise(fda):
    asking = one("Inspectorate of Germany, human medicines")
    by = acting(make_officer(asking, "editor"), asking)
    (ground,) = citing.citable(by, Authority.objects.get(code="us-fda"), None)
    assert ground.annex.code == "US-EU-GMP"


def test_an_inspectorate_that_is_not_recognised_is_no_party(fda):
    pending = one("Inspectorate of Croatia, veterinary medicines")
    (ground,) = citing.grounds(fda, pending, None)
    assert ground.lacks


def test_no_limit_of_1998_holds_under_the_annex_of_2017(fda):
    annex = Annex.objects.get(code="US-EU-GMP")
    for wanted in Wanted.values:
        for pre_approval in (False, True):
            assert deadlines.report_limit(annex, wanted, pre_approval) is None
    assert all("no limit is on file" in words for _what, words in deadlines.told(annex))
    replaced = Annex.objects.get(code="US-EU-GMP-98")
    assert TimeLimit.objects.filter(annexes=replaced, key__in=deadlines.KEYS).count() == 4
    assert deadlines.report_limit(replaced, Wanted.EXISTING, False) is None


def test_what_the_operator_enters_outlives_the_next_edition_of_the_catalogue(fda):
    said = ["--citation", "Article 12", "--meaning", "the report is sent"]
    call_command("set_time_limit", "US-EU-GMP", deadlines.EXISTING[0], "30", "calendar_days", *said)
    CatalogueEdition.objects.all().delete()
    assert bring_up_to_date(by=operator("tests"))
    texts.forget()
    limit = deadlines.report_limit(Annex.objects.get(code="US-EU-GMP"), Wanted.EXISTING, False)
    assert (limit.value, limit.citation) == (30, "Article 12")

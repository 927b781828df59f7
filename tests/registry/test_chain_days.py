"""The shipped catalogue gives the answers that the field knows, on the days on which they changed."""

from datetime import date

import pytest

from agreements import texts
from agreements.acceptance import Question
from agreements.models import Agreement
from portal.clocks import Clocks
from registry import finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(catalogue):
    """Ask what the texts say; by annex code: (verdict, standing)."""

    def ask(importing: str, exporting: str, kind: str, sector: str, on: date) -> dict[str, tuple[str, str]]:
        return {
            found.annex.code: (found.answer.verdict, found.answer.standing)
            for found in find(importing, exporting, kind, sector, on).undertakings
        }

    return ask


def find(importing: str, exporting: str, kind: str, sector: str, on: date) -> finding.Findings:
    held = texts.current()
    question = Question(
        held.economy_by_code[importing],
        held.economy_by_code[exporting],
        Clocks(on, None, True),
        kind,
        held.sector_by_code[sector],
    )
    return finding.find(question, held)


def verdicts(answer: dict) -> set[str]:
    return {verdict for verdict, _standing in answer.values()}


def test_the_united_states_accept_japanese_certificates_from_2008(said):
    asked = ("US", "JP", "certificate", "radio")
    assert "accepted" not in verdicts(said(*asked, date(2007, 12, 31)))
    assert "accepted" in verdicts(said(*asked, date(2008, 1, 1)))


def test_swiss_medical_devices_lapse_while_machinery_stays(said):
    asked = ("EU", "CH", "certificate", "medical_devices")
    assert "accepted" in verdicts(said(*asked, date(2021, 5, 25)))
    assert verdicts(said(*asked, date(2021, 5, 26))) == {"not_accepted"}
    assert "accepted" in verdicts(said("EU", "CH", "certificate", "machinery", date(2021, 5, 26)))


def test_mexico_accepts_american_test_reports_and_never_certificates(said):
    for on in (date(2015, 1, 1), date(2022, 1, 1)):
        assert "accepted" not in verdicts(said("MX", "US", "certificate", "radio", on))
    assert "accepted" in verdicts(said("MX", "US", "test_report", "radio", date(2022, 1, 1)))


def test_ceta_replaces_the_agreement_with_canada_of_1998(said):
    asked = ("EU", "CA", "certificate", "emc")
    assert said(*asked, date(2016, 1, 1))["EU-CA-98-EMC"] == ("accepted", "text_obliges")
    assert said(*asked, date(2018, 1, 1))["EU-CA-98-EMC"] == ("not_accepted", "annex_suspended")
    replaced = Agreement.objects.get(annexes__code="EU-CA-98-EMC")
    assert any("CETA" in successor.code for successor in replaced.replaced_by.all())


def test_the_fda_recognises_slovakia_for_human_medicines_from_a_known_day(catalogue):
    asked = ("US", "SK", "gmp_inspection", "pharmaceutical_gmp_human")
    assert {r.verdict for r in find(*asked, date(2019, 7, 10)).results} == {"not_accepted"}
    assert {r.verdict for r in find(*asked, date(2019, 7, 11)).results} == {"accepted"}


def test_a_german_body_counts_as_the_unions(said):
    answer = said("US", "DE", "test_report", "emc", date(2022, 1, 1))
    assert any(verdict == "accepted" for verdict in verdicts(answer)), answer


def test_the_british_membership_ends_and_the_transition_is_unverified(said):
    def in_the_union(on):
        asked = said("US", "GB", "test_report", "emc", on)
        return {code: verdict for code, verdict in asked.items() if code.startswith("US-EU")}

    assert "accepted" in verdicts(in_the_union(date(2020, 1, 31)))
    assert in_the_union(date(2020, 2, 1)) == in_the_union(date(2020, 12, 31))
    assert verdicts(in_the_union(date(2020, 12, 31))) == {"cannot_be_told"}
    assert in_the_union(date(2021, 1, 1)) == {}


def test_before_its_known_entry_into_force_the_british_agreement_cannot_be_told(said):
    answer = said("US", "GB", "test_report", "emc", date(2020, 6, 1))
    own = {code: verdict for code, verdict in answer.items() if code.startswith("US-UK")}
    assert own
    assert verdicts(own) == {"cannot_be_told"}

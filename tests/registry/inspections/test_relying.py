"""Who may rely on an inspection: by the real texts, per inspectorate and product class, on the day of the inspection."""

from datetime import date

import pytest
from django.db.models import Q

from agreements.models import Authority, Condition, Economy, Sector
from agreements.steps import Outcome
from registry.inspections import relying
from registry.inspections.models import Facility, Inspection

pytestmark = pytest.mark.usefixtures("catalogue")


def _inspected(by: str, where: str | None, day: date | None, classes=("human",), **fields) -> Inspection:
    economy = Economy.objects.filter(code=where).first()
    country = where if where and not economy else ""
    return Inspection(
        authority=Authority.objects.get(code=by),
        facility=Facility(name="Werk", economy=economy, country=country),
        ended_on=day,
        product_classes=list(classes),
        **fields,
    )


def _may(inspection) -> dict[str, str]:
    return {one.annex.code: one.sentence for one in relying.on(inspection).may}


def _near(inspection, annex: str):
    (found,) = [one for one in relying.on(inspection).near if one.annex.code == annex]
    return found.outcome, found.sentence


def test_the_partner_may_rely_once_the_inspectorate_is_recognised():
    told = _may(_inspected("gmp-de-human", "DE", date(2024, 5, 6)))

    assert told["US-EU-GMP"] == (
        "FDA may rely on this inspection: Inspectorate of Germany, human medicines is recognised for human medicines"
        " since 26 June 2019."
    )
    assert "CETA-GMP" in told


def test_before_its_recognition_it_is_a_near_miss_with_the_day():
    outcome, sentence = _near(_inspected("gmp-de-human", "DE", date(2018, 5, 6)), "US-EU-GMP")

    assert outcome == Outcome.NOT_MET
    assert "only from 26 June 2019" in sentence


def test_recognition_is_per_product_class():
    veterinary = _inspected("gmp-mt-veterinary", "MT", date(2025, 11, 1), ["veterinary"])
    both = relying.on(_inspected("gmp-de-human", "DE", date(2024, 5, 6), ["human", "veterinary"]))

    assert "under way" in _near(veterinary, "US-EU-GMP")[1]
    told = {
        (one.product_class, one.is_met) for one in (*both.may, *both.near) if one.annex.code == "US-EU-GMP"
    }
    assert told == {("human", True), ("veterinary", False)}


def test_a_member_s_territory_is_its_union_s():
    assert "US-EU-GMP" in _may(_inspected("gmp-de-human", "FR", date(2024, 5, 6)))


def test_outside_the_territory_nobody_relies_unless_a_text_says_so():
    outcome, sentence = _near(_inspected("gmp-de-human", "JP", date(2024, 5, 6)), "US-EU-GMP")

    assert outcome == Outcome.NOT_MET
    assert "no text on file" in sentence


@pytest.mark.parametrize(
    ("by", "day", "annex", "may"),
    [
        ("us-fda", date(2025, 9, 30), "US-EU-GMP", False),
        ("us-fda", date(2025, 10, 1), "US-EU-GMP", True),
        ("au-tga", date(2024, 2, 29), "CA-AU-GMP", False),
        ("au-tga", date(2024, 3, 1), "CA-AU-GMP", True),
        ("ca-hc", date(2024, 3, 1), "CA-AU-GMP", True),
        ("ca-hc", date(2025, 1, 30), "CA-CH-GMP", False),
        ("ca-hc", date(2025, 1, 31), "CA-CH-GMP", True),
        ("gb-mhra", date(2022, 8, 31), "UK-CA-GMP", False),
        ("gb-mhra", date(2022, 9, 1), "UK-CA-GMP", True),
    ],
)
def test_texts_that_reach_outside_do_so_from_their_day(by, day, annex, may):
    inspection = _inspected(by, "JP", day)

    assert (annex in _may(inspection)) == may
    if not may:
        assert "outside" in _near(inspection, annex)[1]


def test_a_country_that_is_no_economy_on_file_lies_outside_every_territory():
    may = _may(_inspected("us-fda", "IN", date(2025, 10, 1)))
    near = _near(_inspected("gmp-de-human", "IN", date(2025, 10, 1)), "US-EU-GMP")

    assert list(may) == ["US-EU-GMP"]
    assert near[0] == Outcome.NOT_MET
    assert "The facility lies in India, outside" in near[1]


def test_conditions_that_are_not_on_file_leave_it_open():
    outcome, sentence = _near(_inspected("gb-mhra", "JP", date(2024, 5, 6)), "EU-UK-GMP")

    assert outcome == Outcome.UNKNOWN
    assert "under conditions" in sentence


def test_a_country_that_left_the_union_counts_by_itself():
    told = {day: _may(_inspected("gb-mhra", "GB", day)) for day in (date(2019, 1, 1), date(2022, 1, 1))}

    assert "US-EU-GMP" in told[date(2019, 1, 1)]
    assert "US-UK-GMP" in told[date(2022, 1, 1)]
    assert "US-EU-GMP" not in told[date(2022, 1, 1)]


def test_pre_approval_inspections_are_not_relied_on_automatically():
    inspection = _inspected("gmp-de-human", "DE", date(2024, 5, 6), kind="pre_approval")

    outcome, sentence = _near(inspection, "US-EU-GMP")

    assert outcome == Outcome.UNKNOWN
    assert "not automatic" in sentence


def test_where_the_source_leaves_pre_approval_out_it_is_no_ground():
    outcome, sentence = _near(_inspected("ca-hc", "CA", date(2024, 5, 6), kind="pre_approval"), "CA-AU-GMP")

    assert (outcome, "excluded" in sentence) == (Outcome.NOT_MET, True)


def test_what_the_sources_say_of_inspections_abroad_is_all_taken_up():
    """The catalogue says it in words beside the annexes: a text that is added there is not forgotten here."""
    speaking = Condition.objects.filter(
        Q(text__icontains="outside") & Q(text__icontains="inspections")
    ).values_list("annex__code", flat=True)

    assert set(speaking) == {said.annex for said in relying.OUTSIDE}


def test_whether_a_leaving_member_still_counted_is_not_verified():
    outcome, sentence = _near(_inspected("gb-mhra", "GB", date(2020, 6, 1)), "US-EU-GMP")

    assert (outcome, "unverified" in sentence) == (Outcome.UNKNOWN, True)


def test_another_day_may_be_asked_about():
    inspection = _inspected("gmp-de-human", "DE", date(2018, 5, 6))

    assert "US-EU-GMP" not in _may(inspection)
    assert "US-EU-GMP" in {one.annex.code for one in relying.on(inspection, date(2024, 5, 6)).may}


def test_both_sides_keep_the_right_to_inspect():
    notes = relying.on(_inspected("gmp-de-human", "DE", date(2024, 5, 6))).notes

    assert any("right to inspect at any time" in str(note.words) for note in notes)
    assert all(note.citation and note.source.startswith("http") for note in notes)


def test_every_reliance_is_cited():
    (told,) = [
        one
        for one in relying.on(_inspected("gmp-de-human", "DE", date(2024, 5, 6))).may
        if one.annex.code == "US-EU-GMP"
    ]

    assert told.steps[0].citation == "Decision No 1/2017, OJ L 58, 4.3.2017"
    assert told.deciding.sources


def test_what_is_not_on_file_is_said_to_be_so():
    no_day = relying.on(_inspected("gmp-de-human", "DE", None))
    sector = Sector.objects.get(code="pharmaceutical_gmp")
    no_class = relying.on(_inspected("us-fda", "US", date(2024, 5, 6), [], sector=sector))
    other = relying.on(_inspected("us-fda", "US", date(2024, 5, 6), []))
    nowhere = _near(_inspected("gmp-de-human", None, date(2024, 5, 6)), "US-EU-GMP")

    assert "day of the inspection" in no_day.remark
    assert "classes of products" in no_class.remark
    assert "No text on file" in other.remark
    assert nowhere[0] == Outcome.UNKNOWN


def test_the_law_is_in_memory(django_assert_max_num_queries):
    inspection = _inspected("gmp-de-human", "DE", date(2024, 5, 6), ["human", "veterinary"])
    relying.on(inspection)

    with django_assert_max_num_queries(2):
        relying.on(inspection)

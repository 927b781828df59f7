"""What the shipped catalogue says, fact by fact."""

from datetime import date

import pytest

from agreements.models import (
    Agreement,
    Annex,
    AnnexAuthority,
    AnnexPeriod,
    Authority,
    AuthorityRecognition,
    Condition,
    Requirement,
    RequirementListing,
    Sector,
    TimeLimit,
    Undertaking,
    UnionMembership,
    UnverifiedCandidate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

COMPILED = [
    "APEC-TEL", "US-TW-TEL", "US-TW-EMC", "US-CA-TEL", "US-KR-TEL", "US-HK-TEL", "US-SG-TEL", "US-JP",
    "US-JP-ITE", "US-MX", "US-IL", "US-EU", "US-EU-TEL", "US-EU-EMC", "US-EU-GMP", "US-EU-MED",
    "US-EFTA", "US-EFTA-MED", "US-UK", "US-UK-GMP", "US-UK-MED", "US-CH-GMP", "EU-CH", "EU-JP",
    "EU-CA-98", "CETA-CA", "CETA-GMP", "EU-AU", "EU-NZ", "EU-IL-ACAA", "EU-IL-GLP", "EU-UK-GMP",
    "UK-CH", "UK-CH-2", "UK-AU", "UK-NZ", "UK-JP", "UK-CA", "CA-KR", "CA-MX", "CA-IL", "CA-HK",
    "CA-TW-TEL", "CA-TW-EMC", "CA-AU-TEL", "CA-CH", "CA-EFTA", "CA-AU-GMP", "AU-EFTA", "CH-KR-GMP",
    "JP-SG", "ASEAN-EE", "ASEAN-GMP", "SG-MY-TEL", "AU-TW-EMC", "NZ-TW-EE", "SG-TW-EE", "PH-TW",
    "NZ-CN-EEE", "TTMRA", "APEC-EE", "KR-VN-TEL", "KR-CL-TEL", "KR-EU-TEL",
]  # fmt: skip
MEDICINES = {
    "gmp",
    "pharmaceutical_gmp",
    "pharmaceutical_gmp_human",
    "pharmaceutical_gmp_veterinary",
    "active_substances",
    "excipients",
}


def status(annex: str, day: str) -> str:
    """The status of an annex on a day; "" where it did not apply."""
    row = AnnexPeriod.objects.known().in_force(date.fromisoformat(day)).filter(annex__code=annex).first()
    return row.status if row else ""


def undertakes(annex: str, day: str | None = None, **filters) -> set[tuple[str, str, str]]:
    """(importing, exporting, kind) of an annex's undertakings, on a day if one is given."""
    rows = Undertaking.objects.known().filter(annex__code=annex, **filters)
    if day:
        rows = rows.in_force(date.fromisoformat(day))
    return set(rows.values_list("importing__code", "exporting__code", "kind"))


def test_every_compiled_agreement_is_there_as_agreement_or_annex():
    there = {*Agreement.objects.values_list("code", flat=True), *Annex.objects.values_list("code", flat=True)}
    assert len(COMPILED) == 64
    assert set(COMPILED) <= there
    assert set(Annex.objects.filter(agreement__code="US-EU").values_list("code", flat=True)) == {
        "US-EU-TEL", "US-EU-EMC", "US-EU-GMP", "US-EU-GMP-98", "US-EU-ELS", "US-EU-RCR", "US-EU-DEV",
    }  # fmt: skip
    assert not Agreement.objects.filter(annexes=None).exists()
    letters = Agreement.objects.filter(parent__code="APEC-TEL")
    assert letters.count() == 14
    assert all([annex.code for annex in agreement.annexes.all()] == [agreement.code] for agreement in letters)


@pytest.mark.parametrize(
    "model", [Agreement, Annex, AnnexPeriod, Undertaking, RequirementListing, Condition, Authority,
              AuthorityRecognition, Requirement, TimeLimit, UnionMembership],
)  # fmt: skip
def test_every_fact_has_an_address_or_is_unverified(model):
    assert model.objects.exists()
    assert not model.objects.filter(sources=[], verified=True).exists()


def test_compiled_lists_are_complete():
    assert TimeLimit.objects.count() == 17
    assert UnverifiedCandidate.objects.count() == 7
    bodies = Authority.objects.filter(capacities=["accreditation"])
    assert bodies.count() == 79
    assert bodies.get(acronym="NA").name == "Norwegian Accreditation"
    # 60 rows; the two of the Swiss text speak of both classes; the EU's recognition of FDA for each comes on top.
    assert AuthorityRecognition.objects.count() == 60 + 2 + 2


def test_a_kind_of_result_goes_only_with_sectors_it_can_mean():
    for kind, sector in (
        Undertaking.objects.exclude(sector=None).values_list("kind", "sector__code").distinct()
    ):
        if kind in {"gmp_inspection", "batch_certificate", "official_batch_release"}:
            assert sector in MEDICINES
        elif kind == "glp_inspection":
            assert sector == "glp"
        elif kind == "type_approval":
            assert sector == "motor_vehicles"
        else:
            assert sector not in MEDICINES | {"glp"}


def test_every_undertaking_stays_inside_its_annex():
    for undertaking in Undertaking.objects.select_related(
        "annex__agreement", "importing", "exporting", "sector"
    ):
        sides = dict(undertaking.annex.agreement.party_rows.values_list("economy__code", "side"))
        one, other = sides[undertaking.importing.code], sides[undertaking.exporting.code]
        assert not one or one != other
        sectors = set(undertaking.annex.sectors.values_list("code", flat=True))
        assert (undertaking.sector is None) == (not undertaking.annex.sectors_known)
        assert undertaking.sector is None or undertaking.sector.code in sectors


def test_frameworks_without_pairs_undertake_nothing():
    for annex in (
        "APEC-TEL",
        "APEC-EE",
        "US-EU-GMP-98",
        "US-EU-ELS",
        "US-EU-RCR",
        "US-EU-DEV",
        "EU-CH-14",
        "EU-JP-GLP",
    ):
        assert undertakes(annex) == set()
    assert Agreement.objects.get(code="APEC-TEL").party_rows.count() == 18
    assert not Annex.objects.get(code="US-EU-ELS").verified
    assert status("US-EU-ELS", "2020-01-01") == "unknown"


def test_efta_states_undertake_nothing_among_themselves():
    efta = ("IS", "LI", "NO")
    assert not Undertaking.objects.filter(importing__code__in=efta, exporting__code__in=efta).exists()
    assert undertakes("US-EFTA-EMC", kind="certificate", importing__code="US") == {
        ("US", c, "certificate") for c in efta
    }


def test_each_member_of_asean_accepts_each_other():
    assert len(undertakes("ASEAN-EE")) == 10 * 9 * 2
    assert len(undertakes("ASEAN-GMP")) == 10 * 9


def test_market_access_goes_both_ways():
    assert undertakes("TTMRA") == {("AU", "NZ", "market_access"), ("NZ", "AU", "market_access")}
    assert status("TTMRA", "1990-01-01") == "unknown"


def test_us_mexico_is_test_reports_of_third_parties():
    assert undertakes("US-MX") == {("US", "MX", "test_report"), ("MX", "US", "test_report")}
    assert not Undertaking.objects.filter(annex__code="US-MX", third_party_only=False).exists()
    assert [status("US-MX", day) for day in ("2011-05-25", "2011-05-26", "2017-09-25", "2017-09-26")] == [
        "", "unknown", "unknown", "in_force",
    ]  # fmt: skip
    listed = RequirementListing.objects.filter(annex__code="US-MX", importing__code="US")
    assert set(listed.values_list("requirement__reference", flat=True)) == {
        *(
            f"47 CFR Part {n}"
            for n in (2, 11, 15, 18, 20, 22, 24, 25, 27, 68, 73, 74, 78, 80, 87, 90, 95, 97, 101)
        ),
        "TIA-968-B",
    }
    kinds = set(Condition.objects.filter(annex__code="US-MX").values_list("kind", flat=True))
    assert kinds == {"condition", "exclusion", "scope", "date"}


def test_chapter_four_lapsed_while_the_others_stay():
    assert [status("EU-CH-4", day) for day in ("2002-05-31", "2002-06-01", "2021-05-25", "2021-05-26")] == [
        "", "in_force", "in_force", "lapsed",
    ]  # fmt: skip
    assert status("EU-CH-1", "2026-01-01") == "in_force"
    assert [status("EU-CH-19", day) for day in ("2010-01-01", "2017-12-22")] == ["unknown", "in_force"]
    chapters = Annex.objects.filter(agreement__code="EU-CH").values_list("code", flat=True)
    assert set(chapters) == {f"EU-CH-{number}" for number in [*range(1, 16), 19]}


def test_the_agreement_with_canada_was_suspended_and_replaced():
    assert [
        status("EU-CA-98-EMC", day)
        for day in ("1998-10-31", "1998-11-01", "2017-01-01", "2017-12-31", "2026-01-01")
    ] == ["", "in_force", "unknown", "suspended", "suspended"]
    replacing = Agreement.objects.get(code="EU-CA-98").replaced_by.values_list("code", flat=True)
    assert set(replacing) == {"CETA-CA", "CETA-GMP"}
    assert status("CETA-GMP", "2017-09-21") == "provisionally_applied"
    assert Condition.objects.filter(annex__code="EU-CA-98-TEL", text__contains="fully").exists()


def test_a_year_of_evidence_is_certain_from_its_last_day():
    period = AnnexPeriod.objects.get(annex__code="US-UK-EMC", status="in_force")
    assert (period.valid.lower, period.start_is_evidence) == (date(2024, 12, 31), True)
    days = ("2019-02-13", "2019-02-14", "2021-06-01", "2024-12-31")
    assert [status("US-UK-EMC", day) for day in days] == ["", "unknown", "unknown", "in_force"]
    assert [status("CH-KR-GMP", day) for day in ("2019-11-30", "2019-12-01", "2024-12-31")] == [
        "",
        "unknown",
        "in_force",
    ]


def test_an_earlier_certain_day_is_used_where_a_source_gives_one():
    certain = {
        "CA-AU-GMP": "2006-01-01", "CA-EFTA-GMP": "2002-11-01", "US-CA-TEL": "2000-12-31", "US-SG-TEL": "2001-12-31",
    }  # fmt: skip
    for code, day in certain.items():
        period = AnnexPeriod.objects.get(annex__code=code, status="in_force")
        assert (period.valid.lower.isoformat(), bool(period.reason)) == (day, True)
    assert status("UK-CH", "2022-12-31") == ""
    assert status("UK-CH", "2023-01-01") == "provisionally_applied"


def test_what_only_undated_sources_describe_is_unknown():
    assert [status("US-IL", day) for day in ("2013-11-30", "2013-12-01", "2026-01-01")] == [
        "",
        "unknown",
        "unknown",
    ]
    assert "undated" in AnnexPeriod.objects.get(annex__code="US-IL").reason
    assert status("CA-IL", "1950-01-01") == "unknown"
    assert status("UK-JP-TEL", "2020-12-31") == ""


def test_dates_of_practice_are_fields_and_no_bar():
    operational = {
        "US-JP": "2009-06", "US-EU-TEL": "2001-01-16", "US-EU-EMC": "2001-01-16", "EU-JP-GMP": "2004-05-29",
        "CA-CH-GMP": "2000-06-01", "CA-EFTA-GMP": "2002-11-01", "CA-AU-GMP": "2006-01-01", "US-IL": "2013-12",
        "EU-NZ-GMP": "2002", "EU-CA-98-GMP": "2003-02-01",
    }  # fmt: skip
    assert dict(Annex.objects.filter(code__in=operational).values_list("code", "operational")) == operational
    assert status("US-JP", "2008-01-01") == "in_force"


def test_later_scope_is_dated():
    dated = {
        ("CA-AU-GMP", date(2018, 11, 1)), ("CA-AU-GMP", date(2024, 3, 1)), ("CA-CH-GMP", date(2025, 1, 31)),
        ("UK-CA-GMP", date(2022, 9, 1)), ("EU-JP-GMP", date(2018, 7, 17)), ("US-EU-GMP", date(2025, 10, 1)),
        ("US-EU-MED", date(2019, 2, 18)),
    }  # fmt: skip
    found = {
        (row.annex.code, row.valid.lower)
        for row in Condition.objects.filter(kind="scope").select_related("annex")
    }
    assert dated <= found


def test_medicines_between_the_us_and_the_eu_start_by_kind_and_class():
    human, veterinary = "pharmaceutical_gmp_human", "pharmaceutical_gmp_veterinary"
    starts = {
        (row.kind, row.sector.code, row.valid.lower)
        for row in Undertaking.objects.filter(annex__code="US-EU-GMP").select_related("sector")
    }
    assert starts == {
        ("gmp_inspection", human, date(2017, 11, 1)),
        ("gmp_inspection", veterinary, date(2023, 5, 30)),
        ("batch_certificate", human, date(2019, 7, 11)),
    }
    assert undertakes("US-EU-GMP", kind="batch_certificate") == {("EU", "US", "batch_certificate")}


def test_phases_are_apec_s_labels():
    phases = set(Undertaking.objects.filter(annex__code="CA-HK").values_list("kind", "phase"))
    assert phases == {("test_report", "I"), ("certificate", "II")}
    assert (
        not Undertaking.objects.exclude(phase="").exclude(annex__agreement__parent__code="APEC-TEL").exists()
    )


def test_where_no_sector_is_named_none_is_made_up():
    without = set(Undertaking.objects.filter(sector=None).values_list("annex__code", flat=True))
    assert without == {"UK-NZ", "UK-CH", "UK-CA-CA", "CA-EFTA-OTHER", "AU-EFTA", "EU-NZ-OTHER"}


def test_recognition_of_inspectorates_is_per_authority_and_class():
    said = AuthorityRecognition.objects.filter(annex__code="US-EU-GMP")
    slovakia = said.get(authority__economy__code="SK", product_class="human")
    assert (slovakia.importing.code, slovakia.valid.lower) == ("US", date(2019, 7, 11))
    assert not slovakia.authority.name_in_source
    sweden = said.get(authority__economy__code="SE", product_class="veterinary")
    assert (sweden.valid.lower, sweden.not_before, sweden.since) == (date(2025, 9, 30), date(2023, 6, 1), "")
    malta = said.get(authority__economy__code="MT", product_class="veterinary")
    assert (malta.status, malta.valid.lower) == ("assessment_ongoing", date(2025, 10, 1))
    fda = said.get(importing__code="EU", product_class="human")
    assert (fda.authority.code, fda.valid.lower, fda.since) == ("us-fda", date(2017, 6, 30), "2017-06")
    assert said.get(authority__code="gb-mhra").valid.upper == date(2021, 1, 1)
    swiss = AuthorityRecognition.objects.filter(annex__code="US-CH-GMP")
    assert set(swiss.values_list("importing__code", "authority__code")) == {
        ("US", "ch-swissmedic"),
        ("CH", "us-fda"),
    }


def test_the_united_kingdom_left_and_its_transition_stays_unverified():
    rows = UnionMembership.objects.filter(member__code="GB").order_by("valid")
    assert [(row.kind, row.valid.lower, row.valid.upper, row.verified) for row in rows] == [
        ("member", date(1973, 1, 1), date(2020, 2, 1), True),
        ("transition", date(2020, 2, 1), date(2021, 1, 1), False),
    ]
    assert UnionMembership.objects.in_force(date(2026, 1, 1)).count() == 27


def test_time_limits_keep_their_unit_and_stand_with_their_text():
    limits = {limit.key: limit for limit in TimeLimit.objects.all()}
    units = {key: (limits[key].value, limits[key].unit) for key in (
        "nb_objection_accredited", "nb_objection_not_accredited", "mdr_certificate_after_denotification",
        "asean_ee_listing", "vn_incomplete_application", "post_approval_report_existing",
    )}  # fmt: skip
    assert list(units.values()) == [
        (2, "weeks"), (2, "months"), (9, "months"), (3, "years"), (7, "working_days"), (60, "calendar_days"),
    ]  # fmt: skip
    assert limits["cab_reply_to_withdrawal"].is_minimum
    assert {key for key, limit in limits.items() if limit.superseded} == {
        "post_approval_report_existing", "post_approval_report_new_inspection", "pre_approval_acknowledge",
        "pre_approval_report", "authority_suspension_no_consensus",
    }  # fmt: skip
    assert limits["asean_ee_listing"].annexes.get().code == "ASEAN-EE"


def test_sectors_cover_the_narrower_ones():
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    assert len(sectors) == 35
    assert sectors["electrical_emc"].meets(sectors["emc"])
    assert sectors["gmp"].meets(sectors["pharmaceutical_gmp_human"])
    assert sectors["automotive"].meets(sectors["motor_vehicles"])
    assert not sectors["electrical_electronic"].meets(sectors["emc"])
    assert "Electromagnetic compatibility" in {sectors["emc"].name, *sectors["emc"].aliases}


def test_authorities_stand_with_their_annexes():
    said = AnnexAuthority.objects.filter(annex__code="US-TW-TEL")
    assert set(said.values_list("authority__acronym", "capacity")) == {
        ("NIST", "designating"), ("FCC", "regulatory"), ("NCC", "regulatory"), ("BSMI", "regulatory"),
    }  # fmt: skip
    assert Authority.objects.get(code="jp-vcci").is_private
    assert "IDA" in Authority.objects.get(code="sg-imda").former_names

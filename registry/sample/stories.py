"""The stories themselves: one body each, named for nothing that exists."""

from datetime import date, timedelta

from portal import clock
from registry.models import OlderResults
from registry.sample import offices
from registry.sample.telling import Story, scope


def tell_all() -> int:
    """Tell every story with the real verbs. Returns how many bodies came on the register."""
    stories = (
        _recognised_certifier,
        _part_recognised_laboratory,
        _in_house_laboratory,
        _laboratory_that_does_not_say,
        _requirement_list_not_on_file,
        _contested_laboratory,
        _suspended_laboratory,
        _restored_laboratory,
        _refused_laboratory,
        _withdrawn_older_results_stay,
        _withdrawn_older_results_refused,
        _withdrawn_older_results_until,
        _expired_listing,
        _designation_withdrawn,
        _designation_suspended,
        _restricted_laboratory,
        _corrected_decision,
        _swiss_medical_devices,
        _swiss_machinery,
        _german_laboratory,
        _british_laboratory_under_the_eu,
        _accreditation_suspended,
        _outside_the_requirement_list,
        _designated_not_notified,
        _renewed_listing,
        # The last: from here on the sample's own offices act under the text.
        _awaiting_laboratory,
    )
    for story in stories:
        story()
    return len(stories)


def _recognised_certifier():
    story = Story("Harbor Certification Services", "US-JP", "US", "JP", town="Seattle", local_word="TCB")
    story.registered(
        "2011-11-02",
        identifiers=[{"scheme": "sample number", "value": "0001"}],
        former_names=["Harbour Approvals (sample)"],
    )
    story.accredited("2011-11-10", "ab-a2la", "SAMPLE-0001", "ISO/IEC 17065:2012")
    story.designated("2012-03-01", scope("radio", "certificate"), scope("telecommunications", "certificate"))
    story.notified("2012-03-05").recognition_act("recognise", "2012-06-15")


def _part_recognised_laboratory():
    story = Story("Laboratorios Anáhuac", "US-MX", "MX", "US", town="Ciudad de México")
    story.registered("2018-01-15").designated(
        "2018-03-01",
        scope("radio", "test_report", "47-cfr-15"),
        scope("radio", "test_report", "47-cfr-90"),
        scope("telecommunications", "test_report", "47-cfr-68"),
    )
    radio, land_mobile, terminal = story.notified("2018-03-10").lines()
    story.recognition_act(
        "recognise_in_part",
        "2018-06-01",
        "Recognised for the methods shown in the assessment report.",
        lines=[radio, terminal],
        reasons={land_mobile.id: "The accreditation does not name this method."},
    )


def _awaiting_laboratory():
    offices.establish()
    day = clock.today() - timedelta(days=12)
    story = Story(
        "Laboratorio del Bajío",
        "US-MX",
        "MX",
        "US",
        town="León",
        designator_code=offices.DESIGNATING,
        regulator_code=offices.REGULATOR,
    )
    story.registered((day - timedelta(days=30)).isoformat())
    story.accredited(
        (day - timedelta(days=20)).isoformat(), offices.ACCREDITATION, "SAMPLE-0004", "ISO/IEC 17025:2017"
    )
    story.designated((day - timedelta(days=3)).isoformat(), scope("radio", "test_report", "47-cfr-15"))
    story.notified(day.isoformat())


def _in_house_laboratory():
    story = Story(
        "Fábrica Norte, own laboratory", "US-MX", "MX", "US", town="Monterrey", is_third_party=False
    )
    story.registered("2019-02-01").designated("2019-03-01", scope("radio", "test_report"))
    story.notified("2019-03-05").recognition_act("recognise", "2019-05-01")


def _laboratory_that_does_not_say():
    story = Story("Prüf y Prueba", "US-MX", "MX", "US", town="Puebla", is_third_party=None)
    story.registered("2020-02-01").designated("2020-03-01", scope("radio", "test_report"))
    story.notified("2020-03-05").recognition_act("recognise", "2020-05-01")


def _requirement_list_not_on_file():
    story = Story("Incheon Radio Laboratory", "US-KR-TEL", "KR", "US", town="Incheon")
    story.registered("2024-12-01").designated("2025-01-10", scope("radio", "test_report", "47-cfr-15"))
    story.notified("2025-01-12").recognition_act("recognise", "2025-03-01")


def _outside_the_requirement_list():
    story = Story("Laboratorio Istmo", "US-MX", "MX", "US", town="Oaxaca")
    story.registered("2021-01-10").designated("2021-02-01", scope("radio", "test_report", "rss-102"))
    story.notified("2021-02-05").recognition_act("recognise", "2021-04-01")


def _contested_laboratory():
    story = Story("Han River Testing", "US-KR-TEL", "KR", "US", town="Seoul")
    story.registered("2025-01-15").designated("2025-02-01", scope("emc", "test_report"))
    story.notified("2025-02-10").recognition_act(
        "contest",
        "2025-03-20",
        "The test site's validation report is older than the standard's current edition.",
        citation="21 CFR 26.67 (as a model)",
    )


def _suspended_laboratory():
    story = Story("Pacific Radio Test", "US-TW-EMC", "US", "TW", town="Portland")
    story.registered("2014-05-01").designated("2014-06-01", scope("emc", "test_report"))
    story.notified("2014-06-10").recognition_act("recognise", "2014-09-01")
    story.recognition_act(
        "suspend", "2026-03-01", "A proficiency test was failed; a corrective plan is under review."
    )


def _restored_laboratory():
    story = Story("Busan EMC Laboratory", "US-KR-TEL", "KR", "US", town="Busan")
    story.registered("2025-01-05").designated("2025-01-10", scope("emc", "test_report"))
    story.notified("2025-01-15").recognition_act("recognise", "2025-02-01")
    story.recognition_act("suspend", "2025-06-01", "The chamber moved and was not validated again.")
    story.recognition_act("restore", "2025-09-15", "The chamber's validation was shown.")


def _refused_laboratory():
    story = Story("Kansai ITE Laboratory", "US-JP-ITE", "JP", "US", town="Osaka")
    story.registered("2016-03-01").designated("2016-04-01", scope("emc", "test_report"))
    story.notified("2016-04-05").recognition_act(
        "refuse", "2016-07-01", "No accreditation to ISO/IEC 17025 was shown."
    )


def _withdrawn(name: str, day: str, **rule) -> None:
    story = Story(name, "US-CA-TEL", "US", "CA", town="Buffalo")
    story.registered("2009-02-01").designated("2009-03-01", scope("telecommunications", "test_report"))
    story.notified("2009-03-05").recognition_act("recognise", "2009-06-01")
    story.recognition_act("withdraw", day, "The body asked to be taken off the list.", **rule)


def _withdrawn_older_results_stay():
    _withdrawn("Old Mill Laboratory", "2024-05-01", older_results=OlderResults.STAY_ACCEPTED)


def _withdrawn_older_results_refused():
    _withdrawn("Quickstamp Laboratories", "2023-10-01", older_results=OlderResults.REFUSED)


def _withdrawn_older_results_until():
    _withdrawn(
        "Lakeshore Compliance",
        "2026-07-01",
        older_results=OlderResults.UNTIL,
        older_results_until=date(2027, 1, 1),
    )


def _expired_listing():
    story = Story("Chao Phraya Electrical Testing", "ASEAN-EE", "TH", "SG", town="Bangkok")
    story.registered("2022-11-01").designated("2022-12-31", scope("electrical_electronic", "test_report"))
    story.notified("2023-01-05").recognition_act(
        "recognise", "2023-02-01", until="2026-02-01", citation="ASEAN EE MRA: a listing is valid three years"
    )


def _renewed_listing():
    story = Story("Klang Valley Product Testing", "ASEAN-EE", "MY", "SG", town="Shah Alam")
    story.registered("2022-11-02").designated("2022-12-31", scope("electrical_electronic", "certificate"))
    story.notified("2023-01-06").recognition_act("recognise", "2023-02-01", until="2026-02-01")
    story.recognition_act("renew", "2026-01-15", "Renewed before the listing ran out.", until="2029-02-01")


def _designation_withdrawn():
    story = Story("Ottawa Valley Radio", "US-CA-TEL", "CA", "US", town="Ottawa")
    story.registered("2010-02-01").designated("2010-03-01", scope("radio", "test_report"))
    story.notified("2010-03-05").recognition_act("recognise", "2010-05-01")
    story.designation_act("withdraw", "2022-09-01", "The laboratory closed.")


def _designation_suspended():
    story = Story("Prairie Telecom Test", "US-CA-TEL", "CA", "US", town="Winnipeg")
    story.registered("2012-02-01").designated("2012-03-01", scope("radio", "test_report"))
    story.notified("2012-03-05").recognition_act("recognise", "2012-05-01")
    story.designation_act("suspend", "2026-05-01", "The yearly assessment is overdue.")


def _restricted_laboratory():
    story = Story("Taipei Basin Laboratory", "US-TW-EMC", "TW", "US", town="Taipei")
    story.registered("2013-02-01").designated(
        "2013-03-01",
        scope("emc", "test_report", product="information technology equipment"),
        scope("emc", "test_report", product="medical electrical equipment"),
    )
    _ite, medical = story.notified("2013-03-05").lines()
    story.recognition_act("recognise", "2013-06-01")
    story.recognition_act(
        "restrict",
        "2021-04-01",
        "The laboratory no longer tests medical electrical equipment.",
        lines=[medical],
    )


def _corrected_decision():
    story = Story("Georgian Bay Laboratories", "US-CA-TEL", "CA", "US", town="Barrie")
    story.registered("2022-10-01").designated("2022-11-01", scope("radio", "test_report"))
    story.notified("2022-11-05").recognition_act("recognise", "2023-01-10", recorded="2023-01-20")
    story.corrected(
        "recognise",
        "2023-03-01",
        "The decision takes effect on 10 February, not 10 January: a slip in entering it.",
        effective_on=date(2023, 2, 10),
    )


def _swiss_medical_devices():
    story = Story("Helvetia MedCert", "EU-CH-4", "CH", "EU", town="Bern")
    story.registered("2010-02-01").designated("2010-03-01", scope("medical_devices", "certificate"))
    story.notified("2010-03-05").recognition_act("recognise", "2010-06-01")


def _swiss_machinery():
    story = Story("Aare Machinery Inspection", "EU-CH-1", "CH", "EU", town="Aarau")
    story.registered("2010-02-02").designated("2010-03-01", scope("machinery", "certificate"))
    story.notified("2010-03-05").recognition_act("recognise", "2010-06-01")


def _german_laboratory():
    story = Story("Rheinland EMV Prüfzentrum", "US-EU-EMC", "EU", "US", economy_code="DE", town="Köln")
    story.registered("2004-02-01", local_name="Rheinland EMV-Prüfzentrum (Muster)")
    story.accredited("2004-02-10", "ab-dakks", "SAMPLE-0002", "ISO/IEC 17025:2017", until="2029-01-01")
    story.designated("2004-03-01", scope("emc", "test_report"))
    story.notified("2004-03-05").recognition_act("recognise", "2004-06-01")


def _british_laboratory_under_the_eu():
    story = Story("Thames EMC", "US-EU-EMC", "EU", "US", economy_code="GB", town="Reading")
    story.registered("2005-02-01").designated("2005-03-01", scope("emc", "test_report"))
    story.notified("2005-03-05").recognition_act("recognise", "2005-06-01")


def _accreditation_suspended():
    story = Story("Golden Gate Certification", "US-JP", "US", "JP", town="Oakland")
    story.registered("2015-02-01").accredited("2015-02-10", "ab-a2la", "SAMPLE-0003", "ISO/IEC 17065:2012")
    story.designated("2015-03-01", scope("radio", "certificate"))
    story.notified("2015-03-05").recognition_act("recognise", "2015-06-01")
    story.accreditation_act("suspend", "2026-08-01", "Surveillance assessment not completed.")


def _designated_not_notified():
    story = Story("Bonneville Certification", "US-JP", "US", "JP", town="Salt Lake City")
    story.registered("2026-09-01").designated("2026-10-01", scope("radio", "certificate"))

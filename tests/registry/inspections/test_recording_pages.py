"""Pages of inspections and facilities: who is shown what, the same list everywhere, and forms that lose nothing."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from agreements import appointing
from agreements.models import Authority, Capacity
from portal.audit.models import AuditEntry
from portal.verbs import running
from registry.inspections import enrolling, inspecting
from registry.inspections.enrolling import Number
from registry.inspections.fence import reading_everything
from registry.inspections.inspecting import Facts, Found
from registry.inspections.models import FEI, AccessClass, Facility, Finding, Inspection
from tests.agreements.factories import BY, make_authority, make_economy
from tests.registry.inspections.room import make_document, make_facility, make_inspection
from tests.registry.officers import signed_in

PUBLIC = {"access_class": AccessClass.PUBLIC, "annex": None}
MOST_PUBLIC, MOST_SIGNED_IN = 8, 15


def browser(room, side: str, role: str = "editor") -> Client:
    return signed_in(room.user(side, role))


def text(answer) -> str:
    return answer.content.decode()


def _rows(number: int, prefix: str, **typed) -> dict:
    return {f"{prefix}-TOTAL_FORMS": str(number), f"{prefix}-INITIAL_FORMS": "0", **typed}


def _form(**typed) -> dict:
    return {
        "kind": "routine",
        "ended_on": "2025-03-28",
        "reference": "2025/7",
        "access_class": "internal",
        **_rows(2, "finding"),
        **typed,
    }


# Lists: who is told of what.


def test_everybody_sees_public_inspections_and_no_others(room, client):
    shown = make_inspection(room, make_facility("Open works"), **PUBLIC)
    make_inspection(room, make_facility("Shared works"))
    make_inspection(room, make_facility("Own works"), access_class=AccessClass.INTERNAL, annex=None)

    told = {
        None: text(client.get("/inspections/")),
        **{
            side: text(browser(room, side).get("/inspections/")) for side in ("giver", "receiver", "outsider")
        },
    }

    for side, number in ((None, 1), ("giver", 3), ("receiver", 2), ("outsider", 1)):
        assert f"{number} inspection" in told[side], side
        assert ("Shared works" in told[side]) == (side in ("giver", "receiver")), side
        assert ("Own works" in told[side]) == (side == "giver"), side
    assert shown.get_absolute_url() in told[None]


def test_a_member_is_never_answered_from_a_cache(room):
    make_inspection(room)
    member = browser(room, "receiver")

    first = member.get("/inspections/")
    again = member.get("/inspections/", headers={"if-none-match": first.get("ETag", '"x"')})

    assert (first["Cache-Control"], first.get("ETag")) == ("private, no-store", None)
    assert again.status_code == 200


def test_the_public_page_is_unchanged_until_something_public_changes(room, client):
    etag = client.get("/inspections/")["ETag"]
    facility = enrolling.enrol(by=room.by("giver"), name="Werk", economy=None)
    inspecting.record(
        by=room.by("giver"), facility=facility, facts=Facts(reference="1", ended_on=date(2025, 1, 1))
    )
    assert client.get("/inspections/", headers={"if-none-match": etag}).status_code == 304

    inspecting.record(
        by=room.by("giver"), facility=facility, facts=Facts(reference="2", access_class=AccessClass.PUBLIC)
    )

    assert client.get("/inspections/", headers={"if-none-match": etag}).status_code == 200


FILTERS = (
    ("q=alpha", {"A"}),
    ("q=oldname", {"A"}),
    ("q=3004540906", {"B"}),
    ("q=REF-C", {"C"}),
    ("economy=JP", {"C"}),
    ("authority=us-regulator", {"C"}),
    ("kind=for_cause", {"B"}),
    ("outcome=FDA:OAI", {"B"}),
    ("product_class=veterinary", {"C"}),
    ("year_from=2021&year_to=2023", {"B"}),
    ("year_from=2023", {"C"}),
    ("q=beta&kind=routine", set()),
    ("", {"A", "B", "C"}),
)


def _three(room) -> dict[str, Inspection]:
    by = room.by("giver")
    alpha = enrolling.enrol(by=by, name="Oldname", economy=make_economy("DE"), is_public=True)
    enrolling.rename(by=by, facility=alpha, version=1, name="Alpha works")
    beta = enrolling.enrol(
        by=by,
        name="Beta works",
        economy=make_economy("DE"),
        numbers=[Number(FEI, "3004540906")],
        is_public=True,
    )
    gamma = make_facility("Gamma works", "JP")
    return {
        "A": make_inspection(room, alpha, ended_on=date(2020, 1, 1), reference="REF-A", **PUBLIC),
        "B": make_inspection(
            room,
            beta,
            ended_on=None,
            began_on=date(2022, 1, 1),
            reference="REF-B",
            kind="for_cause",
            scale="FDA",
            outcome="OAI",
            **PUBLIC,
        ),
        "C": make_inspection(
            room,
            gamma,
            authority=room.receiver,
            ended_on=date(2024, 1, 1),
            reference="REF-C",
            product_classes=["veterinary"],
            **PUBLIC,
        ),
    }


def test_filters_narrow_the_list_in_every_form_alike(room, client):
    named = {row.get_absolute_url(): name for name, row in _three(room).items()}
    for query, wanted in FILTERS:
        page = text(client.get(f"/inspections/?{query}"))
        rows = client.get(f"/inspections.json?{query}").json()
        lines = list(
            csv.DictReader(io.StringIO(b"".join(client.get(f"/inspections.csv?{query}")).decode("utf-8-sig")))
        )
        feed = text(client.get(f"/inspections.atom?{query}"))

        assert {name for address, name in named.items() if f'href="{address}"' in page} == wanted, query
        assert {
            named[row["address"].removeprefix("http://testserver")] for row in rows["inspections"]
        } == wanted
        assert (rows["count"], len(lines), feed.count("<entry>")) == (len(wanted),) * 3, query


def test_a_value_that_is_none_of_the_choices_is_answered_in_words(room, client):
    for query in ("kind=odd", "authority=nobody", "year_from=2024&year_to=2020", "page=x", "facility=1"):
        assert client.get(f"/inspections/?{query}").status_code == 400, query


def test_the_order_asked_is_kept_and_inspections_without_a_day_come_last(room, client):
    _three(room)
    orders = {
        "": ["REF-C", "REF-A", "REF-B"],
        "sort=day": ["REF-A", "REF-C", "REF-B"],
        "sort=facility": ["REF-A", "REF-B", "REF-C"],
    }
    for query, wanted in orders.items():
        rows = client.get(f"/inspections.json?{query}").json()["inspections"]
        assert [row["reference"] for row in rows] == wanted, query


def test_the_clocks_leave_out_what_was_later(room, client):
    _three(room)
    assert client.get("/inspections.json?on=2021-01-01").json()["count"] == 1
    assert client.get("/inspections.json?known_at=2001-01-01").json()["count"] == 0


def test_a_number_of_a_confidential_twin_finds_nothing(room, client):
    by = room.by("giver")
    twin = enrolling.enrol(by=by, name="Hidden", economy=None, numbers=[Number(FEI, "3004540906")])
    shown = make_facility("Open works", is_public=True)
    make_inspection(room, shown, **PUBLIC)
    enrolling.merge(by=by, facility=twin, into=shown, reason="Same.")

    for query in ("3004540906", "hidden"):
        assert client.get(f"/inspections.json?q={query}").json()["count"] == 0
        assert "Open works" not in text(client.get(f"/facilities/?q={query}"))
        assert "Open works" in text(browser(room, "giver").get(f"/facilities/?q={query}"))
        assert browser(room, "giver").get(f"/inspections.json?q={query}").json()["count"] == 1


# One inspection.


def _with_finding(room, **fields):
    inspection = make_inspection(room, scale="FDA", outcome="VAI", **fields)
    with running("tests.find", "desk") as frame, reading_everything():
        Finding.objects.create(
            inspection=inspection, grade="major", number=2, clause="5.1", words="Dust in room 7"
        )
        frame.entries = 1
    return inspection


def test_outcome_and_grades_stand_as_given_and_words_stay_with_their_authority(room):
    address = _with_finding(room).get_absolute_url()

    theirs, own = (text(browser(room, side).get(address)) for side in ("receiver", "giver"))

    for page in (theirs, own):
        assert "VAI" in page
        assert "objectionable conditions, no action by the agency" in page
        assert "major" in page
    assert ("Dust" in own, "5.1" in own) == (True, True)
    assert ("Dust" in theirs, "5.1" in theirs) == (False, False)


def test_words_of_a_public_inspection_are_public(room, client):
    assert "Dust" in text(client.get(_with_finding(room, **PUBLIC).get_absolute_url()))


def test_what_one_may_not_know_is_not_found(room, client):
    address = make_inspection(room).get_absolute_url()

    assert client.get(address).status_code == 404
    assert browser(room, "outsider").get(address).status_code == 404
    assert client.get("/inspections/999999999/").status_code == 404


def test_another_authority_is_led_to_asking_and_the_own_one_to_filing(room):
    inspection = make_inspection(room)
    address = inspection.get_absolute_url()
    own, theirs, reader = (
        text(browser(room, side, role).get(address))
        for side, role in (("giver", "editor"), ("receiver", "editor"), ("giver", "reader"))
    )

    ask, file = f"/requests/new/?inspection={inspection.pk}", f"{address}documents/new/"
    assert (ask in theirs, file in theirs, f"{address}edit/" in theirs) == (True, False, False)
    assert (ask in own, file in own, f"{address}edit/" in own, f"{address}withdraw/" in own) == (
        False,
        True,
        True,
        True,
    )
    assert (ask in reader, file in reader, f"{address}edit/" in reader) == (False, False, False)


def test_documents_show_to_whom_they_are_known(room):
    inspection = make_inspection(room)
    shared = make_document(room, inspection, title="Shared report")
    make_document(room, inspection, title="Own report", access_class=AccessClass.INTERNAL, annex=None)

    own, theirs = (
        text(browser(room, side).get(inspection.get_absolute_url())) for side in ("giver", "receiver")
    )

    assert ("Shared report" in own, "Own report" in own) == (True, True)
    assert ("Shared report" in theirs, "Own report" in theirs) == (True, False)
    assert shared.get_absolute_url() in theirs


def test_taken_back_is_all_that_others_are_told(room, client):
    inspection = make_inspection(room, make_facility("Mistaken works"), **PUBLIC)
    address, writer = inspection.get_absolute_url(), browser(room, "giver")
    assert "Take it back" in text(writer.get(f"{address}withdraw/"))
    assert writer.post(f"{address}withdraw/", {"reason": " "}).status_code == 400

    assert writer.post(f"{address}withdraw/", {"reason": "Wrong site."}).status_code == 302

    told = text(client.get(address))
    assert "German Inspectorate took it back" in told
    assert "Mistaken works" not in told
    assert "0 inspections" not in text(client.get("/inspections/"))
    assert client.get("/inspections.json").json()["count"] == 0
    assert client.get(inspection.facility.get_absolute_url()).status_code == 404
    assert "Wrong site." in text(writer.get(address))
    assert browser(room, "receiver").get(f"{address}withdraw/").status_code == 404


# Recording.


def test_a_facility_is_found_first_and_then_the_inspection_recorded(room):
    writer = browser(room, "giver")
    facility = make_facility("Alpine Pharma", is_public=True)
    found = text(writer.get("/inspections/new/?q=alpine"))
    address = f"/inspections/new/?facility={facility.key}"
    assert address in found

    answer = writer.post(
        address,
        _form(scale="FDA", outcome="VAI", **{"finding-0-grade": "major", "finding-0-number": "2"}),
    )

    inspection = Inspection.objects.get()
    assert answer["Location"] == inspection.get_absolute_url()
    page = text(writer.get(inspection.get_absolute_url()))
    assert "The inspection is on record." in page
    assert "Recorded" in page


def test_nothing_typed_is_lost_when_something_is_wrong(room):
    writer = browser(room, "giver")
    address = f"/inspections/new/?facility={make_facility(is_public=True).key}"
    typed = {"finding-0-grade": "severe", "finding-0-words": "Dust in room 7", "products": "Ampoules"}

    wrong = writer.post(address, _form(scale="PIC/S", **typed))
    more = writer.post(address, _form(more="1", **typed))

    assert wrong.status_code == 400
    assert "critical, major, other" in text(wrong)
    for page in (text(wrong), text(more)):
        assert "Dust in room 7" in page
        assert "Ampoules" in page
    assert 'name="finding-2-grade"' in text(more)
    assert not Inspection.objects.exists()


def test_words_of_an_own_scale_are_kept_as_they_are(room):
    writer = browser(room, "giver")
    address = f"/inspections/new/?facility={make_facility(is_public=True).key}"

    assert writer.post(address, _form(scale="other", outcome="befriedigend")).status_code == 400
    writer.post(address, _form(scale="other", own_scale="Ampel", outcome="befriedigend"))

    inspection = Inspection.objects.get()
    assert (inspection.scale, inspection.outcome) == ("Ampel", "befriedigend")
    edit = text(writer.get(f"{inspection.get_absolute_url()}edit/"))
    assert 'value="Ampel"' in edit


def test_a_correction_shows_in_the_history_and_never_overwrites_a_colleague(room):
    writer = browser(room, "giver")
    inspection = _with_finding(room)
    address = f"{inspection.get_absolute_url()}edit/"
    page = text(writer.get(address))
    assert "Dust in room 7" in page
    typed = _form(version="1", access_class="annex", annex=room.annex.pk, scale="FDA", outcome="OAI")

    first = writer.post(address, typed)
    second = writer.post(address, typed | {"outcome": "NAI", "products": "Ampoules"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "A colleague saved first." in text(second)
    assert "Ampoules" in text(second)
    assert 'name="version" value="2"' in text(second)
    history = text(writer.get(inspection.get_absolute_url()))
    assert "VAI → OAI" in history
    assert "Giver editor" in history


@pytest.mark.parametrize(
    ("side", "role", "status"),
    [("giver", "reader", 403), ("giver", "releaser", 403), ("receiver", "editor", 404)],
)
def test_only_the_own_workers_change_an_inspection(room, side, role, status):
    address = make_inspection(room).get_absolute_url()
    for step in ("edit", "withdraw"):
        assert browser(room, side, role).get(f"{address}{step}/").status_code == status
        assert browser(room, side, role).post(f"{address}{step}/", {}).status_code == status


def test_an_authority_that_inspects_nothing_records_nothing(room):
    room.outsider.capacities = ["designating"]
    room.outsider.save()
    for address in ("/inspections/new/", "/facilities/new/"):
        assert browser(room, "outsider").get(address).status_code == 403


# Facilities.


def _facility_form(**typed) -> dict:
    return {"name": "Alpine Pharma GmbH", "economy": "DE", **_rows(2, "number"), **typed}


def test_what_looks_like_it_is_shown_before_a_facility_is_put_on_file(room):
    writer = browser(room, "giver")
    make_facility("Alpine Pharma", is_public=True)
    asked = writer.post("/facilities/new/?then=inspection", _facility_form(town="Ulm"))
    assert "Is it one of these?" in text(asked)
    assert 'value="Ulm"' in text(asked)

    answer = writer.post(
        "/facilities/new/?then=inspection",
        _facility_form(none_of_these="1", **{"number-0-scheme": "FEI", "number-0-value": "3004540906"}),
    )

    facility = Facility.objects.get(name="Alpine Pharma GmbH")
    assert answer["Location"] == f"/inspections/new/?facility={facility.key}"
    page = text(writer.get(facility.get_absolute_url()))
    assert "3004540906" in page
    assert "given by FDA" in page
    assert "Could be the same place" in page


def test_a_number_of_another_facility_leads_there(room):
    writer = browser(room, "giver")
    first = enrolling.enrol(
        by=room.by("giver"), name="First", economy=None, numbers=[Number(FEI, "3004540906")]
    )
    number = {"number-0-scheme": "FEI", "number-0-value": "3004540906", "none_of_these": "1"}

    answer = writer.post("/facilities/new/", _facility_form(**number))

    assert answer.status_code == 400
    assert first.get_absolute_url() in text(answer)


def test_names_numbers_and_address_are_changed_by_who_put_it_on_file(room):
    writer = browser(room, "giver")
    facility = enrolling.enrol(by=room.by("giver"), name="Werk", economy=None, is_public=True)
    address = facility.get_absolute_url()
    assert f"{address}rename/" in text(writer.get(address))

    assert (
        writer.post(f"{address}edit/", _facility_form(version="1", town="Bonn", is_public="on")).status_code
        == 302
    )
    assert writer.post(f"{address}edit/", _facility_form(version="1", town="Ulm")).status_code == 409
    assert (
        writer.post(
            f"{address}rename/", {"version": "2", "name": "Neues Werk", "since": "2024-05-01"}
        ).status_code
        == 302
    )

    page = text(browser(room, "outsider").get(address))
    assert "Neues Werk" in page
    assert "Formerly named" in page
    assert "Bonn" in page
    assert f"{address}rename/" not in page
    assert browser(room, "outsider").get(f"{address}rename/").status_code == 404


def test_the_address_of_a_merged_facility_leads_to_the_one_that_stays(room, client):
    writer, by = browser(room, "giver"), room.by("giver")
    stays = make_facility("Stays works", is_public=True)
    goes = enrolling.enrol(by=by, name="Goes works", economy=make_economy("DE"), is_public=True)
    make_inspection(room, goes, **PUBLIC)
    address = f"{goes.get_absolute_url()}merge/"
    assert f"?into={stays.key}" in text(writer.get(f"{address}?q=stays"))
    assert "Merged" in text(writer.get(f"{address}?into={stays.key}"))

    writer.post(f"{address}?into={stays.key}", {"reason": "One gate."})

    assert client.get(goes.get_absolute_url())["Location"] == stays.get_absolute_url()
    page = text(client.get(stays.get_absolute_url()))
    assert "Goes works" in page
    assert "German Inspectorate" in page
    assert client.get(f"/inspections.json?facility={stays.key}").json()["count"] == 1
    writer.post(f"{goes.get_absolute_url()}take-apart/", {"reason": "Two gates."})
    assert client.get(goes.get_absolute_url()).status_code == 200


def test_a_merged_facility_shows_itself_to_who_may_not_know_the_other(room, client):
    by = room.by("giver")
    stays = enrolling.enrol(by=by, name="Hidden works", economy=None)
    goes = enrolling.enrol(by=by, name="Open works", economy=None, is_public=True)
    enrolling.merge(by=by, facility=goes, into=stays, reason="Same.")

    answer = client.get(goes.get_absolute_url())

    assert answer.status_code == 200
    assert "Hidden works" not in text(answer)
    assert str(stays.key) not in text(answer)


def test_a_facility_is_not_found_by_who_may_not_know_it(room, client):
    facility = make_inspection(room, make_facility("Shared works")).facility
    address = facility.get_absolute_url()

    assert client.get(address).status_code == 404
    assert "Shared works" not in text(client.get("/facilities/?q=shared"))
    assert browser(room, "receiver").get(address).status_code == 200
    assert "Shared works" in text(browser(room, "receiver").get("/facilities/?q=shared"))


# What it costs.


@pytest.mark.parametrize("page", ["list", "inspection", "facilities", "facility", "json"])
def test_pages_ask_the_database_a_few_times_however_much_they_show(
    room, client, page, django_assert_max_num_queries
):
    for number in range(8):
        facility = enrolling.enrol(
            by=room.by("giver"),
            name=f"Works {number}",
            economy=make_economy("DE"),
            numbers=[Number(FEI, f"300454090{number}")],
        )
        inspection = make_inspection(room, facility, **PUBLIC)
    for _more in range(6):
        make_inspection(room, inspection.facility, **PUBLIC)
        make_document(room, inspection, **PUBLIC)
    address = {
        "list": "/inspections/",
        "inspection": inspection.get_absolute_url(),
        "facilities": "/facilities/",
        "facility": inspection.facility.get_absolute_url(),
        "json": "/inspections.json",
    }[page]
    member = browser(room, "receiver")
    for who in (client, member):
        who.get(address)

    with django_assert_max_num_queries(MOST_PUBLIC):
        assert client.get(address).status_code == 200
    with django_assert_max_num_queries(MOST_SIGNED_IN):
        assert member.get(address).status_code == 200


def test_findings_of_a_recorded_inspection_are_its_authority_s(room):
    facility = make_facility(is_public=True)
    inspecting.record(
        by=room.by("giver"),
        facility=facility,
        facts=Facts(
            reference="9",
            scale="PIC/S",
            findings=(Found("critical", 1, "", "Secret words"),),
            access_class=AccessClass.NAMED,
            named=(room.outsider,),
        ),
    )
    address = Inspection.objects.get().get_absolute_url()

    told = text(browser(room, "outsider").get(address))

    assert "critical" in told
    assert "Secret words" not in told


# Another day, another moment, and what is taken out.


def test_another_day_is_asked_about_who_may_rely(catalogue, client):
    facility = make_facility("Werk Mainz")
    authority = Authority.objects.get(code="gmp-de-human")
    facts = Facts(ended_on=date(2018, 5, 6), product_classes=("human",), access_class=AccessClass.PUBLIC)
    inspection = inspecting.record(by=BY, authority=authority, facility=facility, facts=facts)
    address = inspection.get_absolute_url()
    may = "FDA may rely on this inspection"

    assert may not in text(client.get(address))
    assert may in text(client.get(f"{address}?on=2024-05-06"))
    assert may in text(client.get(f"{facility.get_absolute_url()}?on=2024-05-06"))
    told = client.get(f"/api/v1{address}?on=2024-05-06").json()
    assert "US-EU-GMP" in {one["annex"] for one in told["reliance"]["may_rely"]}


def test_before_it_was_recorded_an_inspection_is_not_there(room, client):
    inspection = make_inspection(room, make_facility("Open works"), **PUBLIC)

    for address in (inspection.get_absolute_url(), f"/api/v1/inspections/{inspection.pk}/"):
        assert client.get(f"{address}?known_at=2020-01-01").status_code == 404
        assert client.get(address).status_code == 200


def test_what_a_member_takes_out_is_on_record_and_what_everybody_may_have_is_not(room, client):
    make_inspection(room, make_facility("Shared works"))
    make_inspection(room, make_facility("Open works"), **PUBLIC)
    before = AuditEntry.objects.count()
    client.get("/inspections.csv")
    assert AuditEntry.objects.count() == before

    browser(room, "receiver", "reader").get("/inspections.json?q=works&kind=unknown")

    entry = AuditEntry.objects.newest_first().first()
    assert (entry.act, entry.authority, entry.room) == (
        "registry.take_out_inspections",
        "us-regulator",
        "desk",
    )
    assert entry.after == {"inspections": 2, "query": {"format": "json", "q": "works", "kind": "unknown"}}


def test_a_union_is_where_its_members_are(catalogue, client):
    for name, economy in (("Mainz works", "DE"), ("Kyoto works", "JP")):
        make_facility(name, economy, is_public=True)

    shown = text(client.get("/facilities/?economy=EU"))
    before = text(client.get("/facilities/?economy=EU&on=1950-01-01"))

    assert ("Mainz works" in shown, "Kyoto works" in shown, "Mainz works" in before) == (True, False, False)


def test_an_authority_that_inspects_because_an_annex_says_so_can_be_chosen(room, client):
    named = make_authority("de-named", "DE", ["designating"], name="Named Inspectorate")
    appointing.assign(
        by=BY, annex=room.annex, economy=make_economy("DE"), authority=named, capacity=Capacity.INSPECTORATE
    )
    make_inspection(room, make_facility("Named works"), authority=named, **PUBLIC)
    make_inspection(room, make_facility("Other works"), **PUBLIC)

    shown = text(client.get("/inspections/?authority=de-named"))

    assert ("Named works" in shown, "Other works" in shown) == (True, False)

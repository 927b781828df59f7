"""Renaming, merging and moving: true from the moment on at which the register learned of it, never before."""

import csv
import io
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from agreements import texts
from agreements.acting import Acting
from agreements.models import Origin, Undertaking
from portal import clock, verbs
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.validity import moments
from registry import accepted_scope, accrediting, designating, recognising, registering
from registry.designating import Scope
from registry.intake.matching import Matcher
from registry.intake.reporting import Report
from registry.models import AcceptedScope, Body, FormerName, Merger, Site
from registry.policies import NotYours
from tests.agreements.factories import BY, make_authority, make_economy, make_sector
from tests.registry.stories import on, recognised_body, sample_body, terms

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8
ASKED = "/api/v1/acceptance/?importing=US&exporting=GB&kind=test_report&sector=emc&on=2019-07-01"
NOBODY = Acting(actor="reader")


def renamed(body, name="Northern EMC", day="2020-05-01", **fields):
    """The body under its new name, which the register learned of on that day."""
    with on(day):
        return registering.rename(by=BY, body=body, name=name, reason="New owner.", **fields)


def merged(body, into, day="2020-06-01"):
    """The two on record as one from that day on."""
    with on(day):
        return registering.merge(by=BY, body=body, into=into, reason="One company number.")


def another(name="Pennine EMC Lab", day="2019-03-01", **fields) -> Body:
    """A second British body without any decision."""
    with on(day):
        return registering.register(by=BY, name=name, economy=make_economy("GB"), **fields)


def listed(body, annex, day="2019-04-01"):
    """The United States list the body from that day on."""
    with on(day):
        return recognising.list_body(
            by=BY,
            body=body,
            annex=annex,
            exporting=make_economy("GB"),
            importing=make_economy("US"),
            authority=None,
            scopes=[Scope(make_sector("emc"), "test_report")],
            terms=terms(day),
        )


def bodies_in(client, query):
    """Name, address and id of the bodies that the acceptance answer shows."""
    results = client.get(f"{ASKED}&{query}").json()["results"]
    return [(row["body"]["name"], row["body"]["slug"], row["body"]["id"]) for row in results]


def standings(client, known_at) -> set[str]:
    """How all lines of the acceptance answer stand, as known then."""
    return {row["standing"] for row in client.get(f"{ASKED}&known_at={known_at}").json()["results"]}


def names_in(client, query=""):
    return [row["name"] for row in client.get(f"/api/v1/bodies/?{query}").json()["results"]]


def nothing_to_put_right() -> bool:
    """True when a rebuild keeps every row of the read model."""
    return accepted_scope.rebuild() == {"kept": AcceptedScope.objects.count(), "added": 0, "removed": 0}


def test_an_old_address_leads_to_the_new_one_with_its_question(client):
    body, _recognition = recognised_body()
    renamed(body)

    for root in ("/bodies", "/api/v1/bodies"):
        moved = client.get(f"{root}/pennine-emc-laboratory/?on=2019-07-01&known_at=2020-05-02")
        assert moved.status_code == 301
        assert moved["Location"] == f"{root}/northern-emc/?on=2019-07-01&known_at=2020-05-02"
        assert client.get(moved["Location"]).status_code == 200
        assert client.get(f"{root}/nobody/").status_code == 404


def test_every_answer_of_an_earlier_moment_shows_the_name_of_then(client):
    body, _recognition = recognised_body()
    renamed(body, local_name="Gogledd")
    before, after = "known_at=2020-04-30", "known_at=2020-05-01"

    assert bodies_in(client, before) == [("Pennine EMC Laboratory", "pennine-emc-laboratory", body.id)]
    assert bodies_in(client, after) == [("Northern EMC", "northern-emc", body.id)]
    told_then = client.get(f"/api/v1/bodies/northern-emc/?{before}").json()
    told_now = client.get(f"/api/v1/bodies/northern-emc/?{after}").json()
    assert (told_then["name"], told_then["local_name"], told_then["former_names"]) == (
        "Pennine EMC Laboratory",
        None,
        [],
    )
    assert (told_now["name"], told_now["local_name"], told_now["former_names"]) == (
        "Northern EMC",
        "Gogledd",
        ["Pennine EMC Laboratory"],
    )
    page_then = client.get(f"/bodies/northern-emc/?{before}").content.decode()
    page_now = client.get(f"/bodies/northern-emc/?{after}").content.decode()
    assert "Northern EMC" not in page_then.replace("/bodies/northern-emc/", "")
    assert "Formerly named" in page_now
    assert "Gogledd" in page_now
    assert names_in(client, before) == ["Pennine EMC Laboratory"]
    for query, name in ((before, "Pennine EMC Laboratory"), (after, "Northern EMC")):
        changes = client.get(f"/api/v1/changes/?{query}").json()["results"]
        assert {row["body"]["name"] for row in changes} == {name}
        designation = client.get(f"/api/v1/designations/?{query}").json()["results"][0]
        assert designation["body"]["name"] == name
        lines = b"".join(client.get(f"/bodies.csv?{query}").streaming_content).decode("utf-8-sig")
        assert [row["name"] for row in csv.DictReader(io.StringIO(lines))] == [name]
        for address in ("/bodies/?", "/bodies/?sort=name&", "/changes/?", "/changes.atom?"):
            assert name in client.get(f"{address}{query}").content.decode()


def test_words_find_a_body_by_the_names_known_then(client):
    body, _recognition = recognised_body()
    renamed(body)

    assert names_in(client, "q=northern") == names_in(client, "q=pennine") == ["Northern EMC"]
    assert names_in(client, "q=pennine&known_at=2020-04-30") == ["Pennine EMC Laboratory"]
    assert names_in(client, "q=northern&known_at=2020-04-30") == []
    assert bodies_in(client, "q=northern&known_at=2020-04-30") == []


def test_an_address_is_never_given_to_another_body():
    body, _recognition = recognised_body()
    renamed(body)

    assert another("Pennine EMC Laboratory").slug == "pennine-emc-laboratory-2"
    assert renamed(body, "NORTHERN E.M.C.", "2020-05-02").slug == "northern-emc"
    assert renamed(body, "Otherwise", "2020-05-03").slug == "otherwise"
    assert another("Northern EMC").slug == "northern-emc-2"
    other = another("Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerName.objects.create(
            body=other,
            name="Other",
            slug="pennine-emc-laboratory",
            until=date(2020, 1, 1),
            renamed_at=clock.now(),
            recorded_at=clock.now(),
        )


def test_a_name_borne_again_leads_straight_to_the_present_address(client):
    body, _recognition = recognised_body()
    renamed(renamed(body), "Pennine EMC Laboratory", "2020-07-01")

    assert client.get("/bodies/pennine-emc-laboratory/")["Location"] == "/bodies/pennine-emc-laboratory-2/"
    assert client.get("/bodies/northern-emc/")["Location"] == "/bodies/pennine-emc-laboratory-2/"
    assert names_in(client, "known_at=2020-06-01") == ["Northern EMC"]
    assert nothing_to_put_right()


def test_a_register_that_still_has_the_old_name_speaks_of_the_same_body():
    body, _recognition = recognised_body()
    renamed(body)

    matcher = Matcher(by=BY, report=Report("rows.csv"), source_name="a register")

    for name in ("Pennine EMC Laboratory", "Northern EMC"):
        assert matcher.find("number", [], name, make_economy("GB")) == body


@pytest.mark.parametrize("name", ["", "  ", "Pennine EMC Laboratory"])
def test_a_renaming_needs_another_name(name):
    body, _recognition = recognised_body()

    with pytest.raises(NotAllowed):
        registering.rename(by=BY, body=body, name=name)


def test_a_fictional_body_keeps_saying_so():
    with pytest.raises(NotAllowed):
        registering.rename(by=BY, body=sample_body("Harbour"), name="Harbour")


def test_a_renaming_that_waited_for_another_comes_after_it(client):
    """Its moment is the earlier one, but it took effect later: the register never said its name before."""
    body, _recognition = recognised_body()
    with on("2020-06-02"):
        registering.rename(by=BY, body=body, name="Second")
    with on("2020-06-01"):
        registering.rename(by=BY, body=body, name="Third")

    assert {row[0] for row in bodies_in(client, "known_at=2020-06-01")} == {"Pennine EMC Laboratory"}
    assert {row[0] for row in bodies_in(client, "known_at=2020-06-03")} == {"Third"}
    assert nothing_to_put_right()


def test_bodies_that_are_one_are_shown_as_one_from_then_on(client):
    survivor, recognition = recognised_body(identifiers=[{"scheme": "number", "value": "0086"}])
    other = another(identifiers=[{"scheme": "number", "value": "0087"}], former_names=["Leeds House"])
    listed(other, recognition.annex, "2020-01-01")
    merged(other, survivor)
    before, after = "known_at=2020-05-31", "known_at=2020-06-01"

    assert {row[2] for row in bodies_in(client, before)} == {survivor.id, other.id}
    assert set(bodies_in(client, after)) == {(survivor.name, survivor.slug, survivor.id)}
    assert names_in(client, before) == ["Pennine EMC Lab", "Pennine EMC Laboratory"]
    assert names_in(client, after) == ["Pennine EMC Laboratory"]
    assert names_in(client, f"{after}&q=0087") == names_in(client, f"{after}&q=leeds") == [survivor.name]
    told = client.get(f"/api/v1/bodies/{survivor.slug}/?{after}").json()
    assert [row["value"] for row in told["identifiers"]] == ["0086", "0087"]
    assert told["former_names"] == ["Leeds House", "Pennine EMC Lab"]
    assert [row["name"] for row in told["merged"]] == ["Pennine EMC Lab"]
    assert len(told["standings"]) == 2
    assert {row["act"] for row in told["history"]} == {"designate", "notify", "recognise"}
    assert {row["body"]["id"] for row in told["history"]} == {survivor.id}
    told = client.get(f"/api/v1/bodies/{survivor.slug}/?{before}").json()
    assert (len(told["standings"]), told["merged"], told["former_names"]) == (1, [], [])
    page = client.get(f"/bodies/{survivor.slug}/?{after}").content.decode()
    assert 'on file apart until <time datetime="2020-06-01">' in page
    assert "One company number." in page
    assert "Leeds House" in page
    assert nothing_to_put_right()


def test_the_address_of_a_merged_body_leads_to_the_one_that_stands_for_it(client):
    survivor, _recognition = recognised_body()
    other = another()
    merged(other, survivor)

    for root in ("/bodies", "/api/v1/bodies"):
        moved = client.get(f"{root}/{other.slug}/?known_at=2020-06-01")
        assert (moved.status_code, moved["Location"]) == (302, f"{root}/{survivor.slug}/?known_at=2020-06-01")
        assert client.get(f"{root}/{other.slug}/?known_at=2020-05-31").status_code == 200
        assert client.get(f"{root}/{other.slug}/?known_at=2019-02-28").status_code == 404


def test_designations_are_asked_for_by_any_address_of_the_body(client):
    body, _recognition = recognised_body()
    other = another("Other")
    merged(renamed(body), other)

    def found(slug, known_at):
        results = client.get(f"/api/v1/designations/?body={slug}&known_at={known_at}").json()["results"]
        return [row["body"]["name"] for row in results]

    assert (
        found("pennine-emc-laboratory", "2020-05-31")
        == found("northern-emc", "2020-05-31")
        == ["Northern EMC"]
    )
    assert found("other", "2020-05-31") == []
    assert found("other", "2020-06-01") == found("northern-emc", "2020-06-01") == ["Other"]


def test_a_separation_undoes_the_merger_from_then_on(client):
    survivor, recognition = recognised_body()
    other = another()
    listed(other, recognition.annex)
    merged(other, survivor)
    with on("2020-07-01"):
        registering.separate(by=BY, body=other, reason="Two company numbers.")

    assert {row[2] for row in bodies_in(client, "known_at=2020-06-30")} == {survivor.id}
    assert {row[2] for row in bodies_in(client, "known_at=2020-07-01")} == {survivor.id, other.id}
    assert client.get(f"/bodies/{other.slug}/").status_code == 200
    assert nothing_to_put_right()
    with pytest.raises(NotAllowed):
        registering.separate(by=BY, body=other, reason="Again.")


def test_what_a_body_took_in_moves_along_and_comes_back():
    first, second, third = another("First"), another("Second"), another("Third")
    merged(first, second, "2020-06-01")
    merged(second, third, "2020-06-02")
    assert dict(Merger.objects.known().values_list("body__name", "into__name")) == {
        "First": "Third",
        "Second": "Third",
    }
    with on("2020-06-03"):
        registering.separate(by=BY, body=second, reason="Not that one.")
    assert dict(Merger.objects.known().values_list("body__name", "into__name")) == {"First": "Second"}


def test_an_accreditation_counts_for_all_that_are_one_with_its_holder(client):
    survivor, recognition = recognised_body(is_third_party=True)
    Undertaking.objects.update(accreditation_required=True, third_party_only=True)
    accepted_scope.rebuild()
    other = another(is_third_party=False)
    listed(other, recognition.annex)
    with on("2019-05-01"):
        accreditation = accrediting.accredit(
            by=BY,
            body=other,
            accreditation_body=make_authority("ukas", "GB", ["accreditation"]),
            terms=terms("2019-05-01"),
        )
    assert standings(client, "2020-05-31") == {"accreditation_not_on_file", "not_third_party"}
    merged(other, survivor)
    assert standings(client, "2020-06-01") == {"recognised"}
    with on("2020-06-02"):
        accrediting.withdraw(by=BY, accreditation=accreditation, terms=terms("2019-06-15"))
    assert standings(client, "2020-06-02") == {"accreditation_ended"}
    assert nothing_to_put_right()
    with on("2020-06-03"):
        registering.separate(by=BY, body=other, reason="Two company numbers.")
    assert standings(client, "2020-06-03") == {"accreditation_not_on_file", "accreditation_ended"}
    assert nothing_to_put_right()
    texts.forget()


def test_a_merger_undone_at_the_same_moment_was_never_said():
    survivor, recognition = recognised_body()
    other = another()
    listed(other, recognition.annex)
    merged(other, survivor)
    with on("2020-06-01"):
        registering.separate(by=BY, body=other, reason="A slip.")

    assert not Merger.objects.exists()
    assert nothing_to_put_right()


def test_only_two_that_could_be_one_are_merged():
    body, other = another("One"), another("Other")
    abroad = registering.register(by=BY, name="Abroad", economy=make_economy("US"))
    fictional = registering.register(
        by=BY, name="Made (sample)", economy=make_economy("GB"), origin=Origin.SAMPLE
    )
    for into in (body, abroad, fictional):
        with pytest.raises(NotAllowed):
            registering.merge(by=BY, body=body, into=into, reason="Looks alike.")
    with pytest.raises(NotAllowed):
        registering.merge(by=BY, body=body, into=other, reason=" ")
    merged(body, other)
    for pair in ((body, another("Third")), (another("Fourth"), body), (other, body)):
        with pytest.raises(NotAllowed):
            registering.merge(by=BY, body=pair[0], into=pair[1], reason="One company number.")


def test_the_database_refuses_chains_and_two_survivors():
    first, second, third = another("First"), another("Second"), another("Third")
    merged(first, second)
    recorded = moments(clock.now(), None)
    for body, into in ((second, third), (third, first), (first, third), (third, third)):
        with pytest.raises(IntegrityError), verbs.running("tests"), transaction.atomic():
            Merger.objects.create(body=body, into=into, recorded=recorded, reason="By hand.")


def test_a_left_location_keeps_its_lines_and_the_page_says_so(client):
    body, recognition = recognised_body(sites=[{"town": "Leeds", "is_registered_office": True}])
    site = body.sites.get()
    with on("2019-08-01"):
        designating.designate(
            by=BY,
            body=body,
            annex=recognition.annex,
            exporting=make_economy("GB"),
            importing=make_economy("US"),
            authority=None,
            scopes=[Scope(make_sector("emc"), "certificate", site=site)],
            terms=terms("2019-08-01"),
        )
    held = set(AcceptedScope.objects.values_list("line", "verdict", "standing", "valid", "recorded"))
    with on("2020-06-01"):
        new = registering.move_site(by=BY, site=site, effective_on=date(2020, 5, 1), town="York")

    assert (new.town, new.economy, new.is_registered_office) == ("York", make_economy("GB"), True)
    assert set(AcceptedScope.objects.values_list("line", "verdict", "standing", "valid", "recorded")) == held
    then, now = (
        client.get(f"/bodies/{body.slug}/?known_at={day}").content.decode()
        for day in ("2020-05-31", "2020-06-01")
    )
    assert "York" not in then
    assert "left on" not in then
    assert "Location left" in now
    assert "York" in now
    assert "recognised locations" in now
    assert "until the authorities decide" in now
    told = client.get(f"/api/v1/bodies/{body.slug}/").json()["sites"]
    assert {row["town"]: (row["since"], row["left_on"], row["moved_to"]) for row in told} == {
        "Leeds": (None, "2020-05-01", new.id),
        "York": ("2020-05-01", None, None),
    }
    for address in ({}, {"town": "Hull"}):
        with pytest.raises(NotAllowed):
            registering.move_site(
                by=BY, site=Site.objects.get(pk=site.pk), effective_on=date(2021, 1, 1), **address
            )
    with pytest.raises(NotAllowed):
        registering.move_site(by=BY, site=new, effective_on=date(2021, 1, 1))


def test_each_verb_leaves_one_entry_with_before_and_after():
    body = another("One", sites=[{"town": "Leeds"}])
    other = another("Other")
    said = {
        "rename": lambda: registering.rename(by=BY, body=body, name="New", reason="Sold."),
        "merge": lambda: registering.merge(by=BY, body=other, into=body, reason="One company."),
        "separate": lambda: registering.separate(by=BY, body=other, reason="Two companies."),
        "move_site": lambda: registering.move_site(
            by=BY, site=body.sites.get(), effective_on=date(2020, 1, 1), reason="Bigger.", town="York"
        ),
    }
    for name, act in said.items():
        last = AuditEntry.objects.order_by("-id").first().id
        act()
        entry = AuditEntry.objects.get(id__gt=last)
        assert (entry.act, entry.target_kind) == (f"registry.{name}", "registry.body")
        assert entry.reason
        assert entry.before
        assert entry.after


def test_who_acts_for_nobody_changes_no_body():
    body, other = another("One", sites=[{"town": "Leeds"}]), another("Other")
    for act in (
        lambda: registering.rename(by=NOBODY, body=body, name="New"),
        lambda: registering.merge(by=NOBODY, body=body, into=other, reason="One."),
        lambda: registering.separate(by=NOBODY, body=body, reason="Two."),
        lambda: registering.move_site(
            by=NOBODY, site=body.sites.get(), effective_on=date(2020, 1, 1), town="York"
        ),
    ):
        with pytest.raises(NotYours):
            act()


def test_pages_keep_to_few_queries_also_for_bodies_that_are_one(client, django_assert_max_num_queries):
    survivor, recognition = recognised_body(sites=[{"town": "Leeds"}])
    other = another(sites=[{"town": "York"}])
    listed(other, recognition.annex)
    merged(other, renamed(survivor))
    client.get("/bodies/")  # the texts are held in memory from here on

    for root in ("/bodies/", "/bodies/northern-emc/", "/api/v1/bodies/northern-emc/", ASKED):
        for query in ("", "?known_at=2020-06-01", "?known_at=2020-04-30"):
            address = root + (query.replace("?", "&") if "?" in root else query)
            with django_assert_max_num_queries(MOST_QUERIES):
                assert client.get(address).status_code == 200

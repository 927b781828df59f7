"""Files of bodies and designations: checked, drafted, decided by a second person, or taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.outbox.models import OutboxMessage
from registry import accepted_scope, proposing
from registry.batches import applying, approving, checking, listing, sweeping
from registry.batches.checking import UnderWay
from registry.batches.models import ImportBatch, ImportPart, Said, StagedRow
from registry.models import (
    AcceptedScope,
    Body,
    Contact,
    Decision,
    DecisionLine,
    Designation,
    Identifier,
    Proposal,
    Recognition,
    ScopeLine,
    Site,
    WorkItem,
)
from tests.agreements.factories import BY
from tests.registry.batches.sheets import as_csv, as_xlsx, line, many
from tests.registry.officers import end_membership, make_officer
from tests.registry.proposals import decided as decided_by_two
from tests.registry.proposals import designator_pair


def checked(parties, rows, name="bodies.csv", who="ana") -> ImportBatch:
    content = rows if isinstance(rows, bytes) else as_csv(rows)
    return checking.check_content(by=parties.acts(who), name=name, content=content)


def drafted(parties, rows, work_off) -> ImportBatch:
    batch = checked(parties, rows)
    applying.apply(by=parties.acts("ana"), batch=batch, declared=True)
    work_off()
    batch.refresh_from_db()
    return batch


def decided(parties, rows, work_off) -> ImportBatch:
    batch = drafted(parties, rows, work_off)
    approving.approve(by=parties.acts("beto"), batch=batch)
    work_off()
    batch.refresh_from_db()
    return batch


def said(batch) -> list[tuple]:
    return list(
        Said.objects.filter(batch=batch).order_by("row", "column").values_list("row", "column", "reason")
    )


def test_a_check_makes_nothing_but_the_batch(parties):
    batch = checked(parties, many(parties, 3, 2))
    assert batch.stage == "checked"
    assert said(batch) == []
    expected = {"rows": 6, "bad_rows": 0, "on_file": 0, "designations": 3, "lines": 6}
    assert batch.counts == expected | {"bodies": 3, "bodies_on_file": 0, "bodies_new": 3, "reasons": {}}
    assert not Body.objects.exists()
    assert not Proposal.objects.exists()


def test_drafts_become_designations_once_a_second_person_has_decided(parties, work_off):
    batch = drafted(parties, many(parties, 3, 2), work_off)
    assert batch.stage == "awaiting"
    assert set(Proposal.objects.values_list("stage", flat=True)) == {"submitted"}
    assert WorkItem.objects.waiting().get().place == f"/desk/imports/{batch.pk}/"
    assert not Body.objects.exists()
    approving.approve(by=parties.acts("beto"), batch=batch)
    work_off()
    batch.refresh_from_db()
    assert batch.stage == "settled"
    assert Body.objects.count() == 3
    assert (
        list(Decision.objects.order_by("act").values_list("act", flat=True))
        == ["designate"] * 3 + ["notify"] * 3
    )
    assert ScopeLine.objects.count() == 6
    standings = AcceptedScope.objects.filter(recorded__upper_inf=True, valid__upper_inf=True)
    assert set(standings.values_list("standing", flat=True)) == {"awaiting_recognition"}
    assert set(WorkItem.objects.waiting().values_list("kind", "authority__code")) == {
        ("recognise", "us-regul")
    }
    assert Body.objects.first().source_name == f"File of gb-desig, SHA-256 {batch.sha256}"
    assert OutboxMessage.objects.filter(done_at=None).count() == 0
    rebuilt = accepted_scope.rebuild()
    assert (rebuilt["added"], rebuilt["removed"]) == (0, 0)


def test_each_step_is_one_entry_that_names_the_count(parties, work_off):
    batch = decided(parties, many(parties, 3, 2), work_off)
    entries = AuditEntry.objects.filter(target_kind="batches.importbatch", target_id=str(batch.pk)).order_by(
        "id"
    )
    assert list(entries.values_list("act", flat=True)) == [
        "registry.check_content", "registry.apply", "registry.plan", "registry.draft_some", "registry.approve",
        "registry.decide_some",
    ]  # fmt: skip
    public = entries.get(act="registry.decide_some")
    assert (public.room, public.after["decided"], public.after["sha256"]) == ("registry", 3, batch.sha256)
    assert "bodies.csv" not in public.target_name


def _rows(model, fields, order="pk") -> list:
    return sorted(map(str, model.objects.values_list(*fields)))


def _register() -> dict:
    """What is on the register, without what differs by nature: ids and moments."""
    line_of = ("body__name", "annex__code", "site__name", "sector__code", "kind", "product", "procedure")
    return {
        "bodies": _rows(Body, ("slug", "name", "local_name", "economy__code", "website", "is_third_party", "origin", "source_name")),
        "sites": _rows(Site, ("body__name", "name", "address", "town", "postcode", "economy__code", "is_registered_office")),
        "numbers": _rows(Identifier, ("body__name", "scheme", "value", "is_former")),
        "contacts": _rows(Contact, ("body__name", "name", "role", "email", "phone", "is_public", "replaced_at")),
        "designations": _rows(Designation, ("body__name", "authority__code", "annex__code", "origin", "source_name")),
        "recognitions": _rows(Recognition, ("body__name", "authority__code", "designation__body__name", "origin")),
        "lines": _rows(ScopeLine, (*line_of, "designation__body__name", "recognition__body__name")),
        "decisions": _rows(
            Decision,
            ("act", "state", "effective_on", "decided_on", "until", "authority_name", "actor", "designation__body__name",
             "recognition__body__name", "accreditation__body__name"),
        ),
        "states": _rows(DecisionLine, ("decision__act", "line__product", "line__body__name", "state", "reason")),
        "accepted": _rows(AcceptedScope, ("body_name", "site__name", "kind", "valid", "verdict", "standing")),
        "work": _rows(WorkItem, ("authority__code", "kind", "due_on", "due_source", "recognition__body__name")),
    }  # fmt: skip


def various(parties) -> list[dict]:
    rows = many(parties, 3, 2)
    rows.append(
        line(parties, body="Laboratory 1", number="00001", site="Annex building", town="York", product="Toys")
    )
    rows.append(line(parties, body="Other Laboratory", number="77", third_party="yes", website="https://other.example/",
                     local_name="Autre", until="2030-01-01", accreditation_body="gb-accr", accredited_from="2024-01-01",
                     accreditation_number="X-1"))  # fmt: skip
    rows.append({"body": "Alone", "economy": "GB", "number_kind": "Test number", "number": "99"})
    return rows


def test_many_at_once_leave_the_same_rows_as_one_by_one(parties, work_off):
    batch = drafted(parties, various(parties), work_off)
    with transaction.atomic():
        for proposal in Proposal.objects.order_by("pk"):
            proposing.decide(by=parties.acts("beto"), proposal=proposal, version=1)
        one_by_one = _register()
        transaction.set_rollback(True)
    approving.approve(by=parties.acts("beto"), batch=batch)
    work_off()
    together = _register()
    for name, rows in one_by_one.items():
        if name == "work":
            rows, together[name] = (
                [row for row in each if "approve" not in row] for each in (rows, together[name])
            )
        assert together[name] == rows, name


def test_the_same_file_again_changes_nothing(parties, work_off):
    rows = various(parties)
    decided(parties, rows, work_off)
    before = _register()
    again = checked(parties, rows)
    assert again.counts["on_file"] == len(rows)
    assert again.counts["bad_rows"] == 0
    with pytest.raises(NotAllowed, match="nothing to draft"):
        applying.apply(by=parties.acts("ana"), batch=again, declared=True)
    more = drafted(
        parties, [*rows, line(parties, body="Laboratory 1", number="00001", product="A new one")], work_off
    )
    assert more.counts["parts"] == 1
    approving.approve(by=parties.acts("beto"), batch=more)
    work_off()
    assert len(_register()["lines"]) == len(before["lines"]) + 1


def test_a_file_under_way_is_not_taken_twice(parties, work_off):
    rows = many(parties, 2, 1)
    first, second = checked(parties, rows), checked(parties, as_csv(rows, delimiter=";"))
    applying.apply(by=parties.acts("ana"), batch=first, declared=True)
    with pytest.raises(UnderWay) as raised:
        checked(parties, rows)
    assert raised.value.batch == first
    work_off()
    applying.apply(by=parties.acts("ana"), batch=second, declared=True)
    work_off()
    second.refresh_from_db()
    assert second.stage == "checked"
    assert "register has changed" in second.words
    assert second.counts["reasons"] == {"under_way": 2}
    assert Proposal.objects.count() == 2


def test_whoever_brought_the_file_does_not_decide_on_it(parties, work_off):
    make_officer_of_all = make_officer(parties.designating, "editor", "approver", name="Both")
    parties.ana = make_officer_of_all
    batch = drafted(parties, many(parties, 1, 1), work_off)
    with pytest.raises(PermissionDenied, match="second person"):
        approving.approve(by=parties.acts("ana"), batch=batch)
    with pytest.raises(PermissionDenied):
        approving.approve(by=parties.acts("erin"), batch=batch)
    assert not Decision.objects.exists()


def test_parts_are_decided_by_partner(parties, work_off):
    rows = [*many(parties, 2, 1), {"body": "Alone", "economy": "GB"}]
    batch = drafted(parties, rows, work_off)
    bodies, designations = sorted(listing.summaries(batch), key=lambda one: one.value != "bodies")
    assert (bodies.counts["ready"], designations.counts["ready"]) == (1, 2)
    assert approving.approve(by=parties.acts("beto"), batch=batch, direction=designations.value) == 2
    work_off()
    batch.refresh_from_db()
    assert batch.stage == "awaiting"
    assert Body.objects.count() == 2
    approving.approve(by=parties.acts("beto"), batch=batch, direction="bodies")
    work_off()
    batch.refresh_from_db()
    assert batch.stage == "settled"
    assert not WorkItem.objects.waiting().filter(kind="approve").exists()


def test_a_new_body_for_two_partners_is_registered_once(parties, work_off):
    rows = [
        line(parties),
        line(parties, site="Second", town="York", product="Toys"),
        {"body": "North Laboratory", "economy": "GB", "number_kind": "Other", "number": "1"},
    ]
    batch = drafted(parties, rows, work_off)
    assert batch.counts["parts"] == 2
    first, second = Proposal.objects.order_by("pk")
    assert first.newcomer == second.newcomer != ""
    proposing.decide(by=parties.acts("beto"), proposal=first, version=1)
    approving.approve(by=parties.acts("beto"), batch=batch)
    work_off()
    body = Body.objects.get()
    assert sorted(site.name for site in body.sites.all()) == ["Head office", "Second"]
    assert body.identifiers.count() == 2
    batch.refresh_from_db()
    assert batch.stage == "settled"


def test_drafts_are_taken_back_before_they_are_decided(parties, work_off):
    batch = drafted(parties, many(parties, 3, 1), work_off)
    touched = Proposal.objects.first()
    proposing.take_back(by=parties.acts("ana"), proposal=touched)
    applying.take_back(by=parties.acts("ana"), batch=batch)
    batch.refresh_from_db()
    assert (batch.stage, list(Proposal.objects.all())) == ("settled", [touched])
    assert not WorkItem.objects.waiting().filter(kind="approve").exists()
    entry = AuditEntry.objects.filter(act="registry.take_back").latest("id")
    assert (entry.after["removed"], entry.after["kept"]) == (2, 1)
    with pytest.raises(NotAllowed):
        applying.take_back(by=parties.acts("ana"), batch=batch)
    again = drafted(parties, many(parties, 3, 1, name="Place"), work_off)
    applying.take_back(by=parties.acts("ana"), batch=again)
    again.refresh_from_db()
    assert again.stage == "undone"


def test_whoever_lost_the_role_makes_and_decides_nothing(parties, work_off):
    make_officer(parties.designating, "editor", name="Another")
    batch = checked(parties, many(parties, 2, 1))
    applying.apply(by=parties.acts("ana"), batch=batch, declared=True)
    end_membership(parties.ana, parties.designating)
    work_off()
    batch.refresh_from_db()
    assert (batch.stage, Proposal.objects.count()) == ("checked", 0)
    assert "no longer act" in batch.words


def test_an_approver_who_left_decides_nothing(parties, work_off):
    make_officer(parties.designating, "approver", name="Another")
    batch = drafted(parties, many(parties, 2, 1), work_off)
    approving.approve(by=parties.acts("beto"), batch=batch)
    end_membership(parties.beto, parties.designating)
    work_off()
    batch.refresh_from_db()
    assert (batch.stage, Body.objects.count()) == ("awaiting", 0)
    assert set(ImportPart.objects.values_list("stage", flat=True)) == {"failed"}


def test_a_draft_that_fits_no_more_is_noted_and_the_others_are_decided(parties, work_off):
    decided(parties, many(parties, 1, 1), work_off)
    rows = [
        line(parties, body="Laboratory 0", number="00000", product="More", **{"from": "2026-01-01"}),
        *many(parties, 2, 1, name="Place"),
    ]
    for number, row in enumerate(rows):
        row["number"] = f"9{number}" if number else "00000"
    batch = drafted(parties, rows, work_off)
    assert batch.counts["parts"] == 3
    designation = Designation.objects.get()
    decided_by_two(designator_pair(parties), "withdraw", designation=designation, body=designation.body)
    approving.approve(by=parties.acts("beto"), batch=batch)
    work_off()
    batch.refresh_from_db()
    assert sorted(ImportPart.objects.filter(batch=batch).values_list("stage", flat=True)) == [
        "decided",
        "decided",
        "failed",
    ]
    failed = ImportPart.objects.get(batch=batch, stage="failed")
    assert "already takes effect" in failed.words


def test_a_workbook_is_read_as_its_rows(parties):
    rows = many(parties, 2, 2)
    batch = checked(parties, as_xlsx(rows), name="bodies.xlsx")
    assert (batch.counts["rows"], said(batch)) == (4, [])


def test_what_cannot_be_read_is_refused_in_words(parties, work_off):
    for content, words in (
        (b"body,town\nA,B\n", "Missing: economy"),
        (b"body,economy,colour\nA,GB,red\n", "colour"),
        (b"body,economy\n", "no rows below"),
        (b"body,economy,v7\nA,GB,\n", "version 7"),
        (b'body,economy\n"A,GB\n', "not CSV"),
        (b"body,economy\n\x00\x81\xff", "no text that can be read"),
        (b"PK\x03\x04nonsense", "no workbook that can be opened"),
    ):
        batch = checking.upload(by=parties.acts("ana"), name="a.csv", content=content)
        work_off()
        batch.refresh_from_db()
        assert batch.stage == "refused"
        assert words in batch.words, batch.words
        assert not StagedRow.objects.filter(batch=batch).exists()


def test_rows_of_ended_files_are_forgotten(parties, work_off):
    batch = decided(parties, many(parties, 2, 1), work_off)
    assert sweeping.sweep(by=BY) == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert sweeping.sweep(by=BY) == 1
        assert sweeping.sweep(by=BY) == 0
    assert not StagedRow.objects.exists()
    batch.refresh_from_db()
    assert batch.swept_at is not None

"""The ids of others, in every place where an id can stand: nothing is told, nothing is done."""

import re

import pytest

from registry.models import (
    Accreditation,
    Attachment,
    Decision,
    Designation,
    JointDecision,
    Proposal,
    Recognition,
    WorkItem,
)
from tests.house.access.asking import ask
from tests.house.access.people import ALL, OTHER_AUTHORITIES, OWN_ROLES, UNSIGNED
from tests.house.access.routes import SHARING

_OF_A_PROPOSAL = ("", "decide/", "edit/", "check/", "contacts/", "documents/")
# One person of each relation stands for its like.
LOOKING = ("own editor", *OTHER_AUTHORITIES, "representative", "other representative")


def _ids(model) -> list[int]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def _addresses(world) -> list[str]:
    """Every page about one thing, for every such thing there is."""
    found = [f"/desk/proposals/{number}/{step}" for number in _ids(Proposal) for step in _OF_A_PROPOSAL]
    for kind, model in (
        ("designations", Designation),
        ("recognitions", Recognition),
        ("accreditations", Accreditation),
    ):
        for number in _ids(model):
            found += [f"/desk/{kind}/{number}/", f"/desk/{kind}/{number}/propose/suspend/"]
    found += [f"/desk/decisions/{number}/correct/" for number in _ids(Decision)]
    found += [
        f"/desk/joint/{number}/{step}" for number in _ids(JointDecision) for step in ("", "drop/", "sign/")
    ]
    found += [f"/desk/files/{number}/" for number in _ids(Attachment)]
    found += [f"/desk/work/{number}/" for number in _ids(WorkItem)]
    for slug in ("pennine-emc", "pennine-twin", "leeds-emc", "ohio-emc"):
        found += [f"/desk/bodies/{slug}/", f"/desk/bodies/{slug}/propose/merge/?into=ohio-emc"]
        found += [f"/mine/{slug}/contacts/"]
        found += [f"/desk/bodies/{slug}/proposals/{world.returned.pk}/edit/"]
    for code in ("gb-own", "gb-fellow", "us-partner"):
        found += [f"/members/{code}/", f"/members/{code}/people/{world.reader.pk}/"]
        found += [
            f"/members/{code}/people/{world.partners_member.pk}/",
            f"/members/{code}/roles/{world.reader_role.pk}/end/",
        ]
    for room in SHARING:
        found += getattr(room, "addresses", lambda world: [])(world)
    return found


@pytest.mark.parametrize("kind", LOOKING)
def test_no_page_tells_what_is_not_for_the_reader(world, kind):
    person, told, wrong = world.people[kind], 0, []
    for address in _addresses(world):
        answer = ask(person, "get", address)
        told += answer.status == 200
        if answer.status >= 500 or (words := world.secrets.told(person.groups, answer.text)):
            wrong.append(f"GET {address}: {answer.status} told {words}")
    assert not wrong, "\n".join([f"{kind}:", *wrong])
    assert told, "Nothing was shown at all, so nothing was tried."


# Where a reader may look for words: what is not theirs is not even counted.
SEARCHES = (
    "/desk/?words={}",
    "/desk/bodies/?q={}",
    "/desk/designations/?q={}",
    "/desk/recognitions/?q={}",
    "/desk/accreditations/?q={}",
    "/desk/accreditations/new/?q={}",
    "/audit/?person={}",
    "/audit/?target={}",
    "/audit.csv?person={}",
    "/audit.json?target={}",
    "/bodies/?q={}",
    "/bodies.json?q={}",
    "/changes/?q={}",
    "/suggest/?q={}",
    "/accepted/?q={}",
    "/accepted.json?q={}",
    "/api/v1/bodies/?q={}",
    "/api/v1/acceptance/?q={}",
    "/members/authorities/?q={}",
    *(pattern for room in SHARING for pattern in getattr(room, "SEARCHES", ())),
)
SEARCHERS = ("anonymous", "own reader", "partner")
WORDS = 4


@pytest.mark.parametrize("kind", SEARCHERS)
def test_looking_for_a_secret_is_like_looking_for_nothing(world, kind):
    person, wrong = world.people[kind], []
    hidden = [word for word, known in world.secrets.known_to.items() if not known & person.groups]
    for number, pattern in enumerate(SEARCHES):
        nothing = _plain(ask(person, "get", pattern.format(_NOWHERE)), _NOWHERE)
        for word in hidden[number % WORDS :: max(1, len(hidden) // WORDS)]:
            if _plain(ask(person, "get", pattern.format(word)), word) != nothing:
                wrong.append(pattern.format(word))
    assert not wrong, f"{kind} finds: {wrong}"


_NOWHERE = "zzznowherezzz"
_EACH_TIME = re.compile(r'(?<=csrfmiddlewaretoken" value=)\S+|(?<=etag: )\S+|set-cookie:.*|content-length:.*')


def _plain(answer, word: str) -> tuple[int, str]:
    """The answer without the word itself and without what differs every time."""
    text = answer.text.replace(answer.headers["x-request-id"], "REQUEST").replace(word, "WORD")
    return answer.status, _EACH_TIME.sub("", text)


def _posts(world) -> list[tuple[str, str, dict]]:
    """Forms in which the id of something of others stands in a field: who sends it, where, what."""
    theirs = world.partners_member
    question = world.question.pk
    contacts = {
        "contact-TOTAL_FORMS": "1",
        "contact-INITIAL_FORMS": "0",
        "contact-0-name": "X",
        "contact-0-phone": "1",
    }
    draft, version = f"/desk/proposals/{world.draft.pk}/", world.draft.version
    third = f"/desk/proposals/{world.third_draft.pk}/"
    decide = {"effective_on": world.today, "public_reason": "Why not."}
    return [
        # a question of a record that is not the sender's, or of another record
        (
            "partner",
            f"/desk/recognitions/{world.recognition.pk}/",
            {"doing": "answer", "question": question, "words": "x"},
        ),
        (
            "own editor",
            f"/desk/recognitions/{world.open_recognition.pk}/",
            {"doing": "answer", "question": question, "words": "x"},
        ),
        (
            "fellow",
            f"/desk/recognitions/{world.open_recognition.pk}/",
            {"doing": "answer", "question": question, "words": "x"},
        ),
        ("fellow", f"/desk/recognitions/{world.open_recognition.pk}/", {"doing": "reply", "words": "x"}),
        (
            "partner's fellow",
            f"/desk/recognitions/{world.open_recognition.pk}/",
            {"doing": "ask", "words": "x"},
        ),
        ("own editor", f"/desk/recognitions/{world.recognition.pk}/", {"doing": "ask", "words": "x"}),
        # a file of another proposal
        ("third party", f"{third}documents/", {"remove": world.draft_file.pk}),
        ("own editor", f"{draft}documents/", {"remove": world.attachment.pk}),
        # a body of another economy
        ("own editor", f"{draft}body/", {"version": version, "existing": world.foreign.pk, "q": "ohio"}),
        (
            "own editor",
            "/desk/bodies/pennine-emc/propose/merge/",
            {"into": world.foreign.pk, "public_reason": "x"},
        ),
        ("own editor", "/desk/bodies/ohio-emc/propose/merge/", {"into": world.body.pk, "public_reason": "x"}),
        ("partner", "/desk/bodies/ohio-emc/propose/contacts/", contacts),
        # a text and a partner that are not the sender's to designate under
        (
            "third party",
            f"{third}partner/",
            {
                "version": world.third_draft.version,
                "direction": f"{world.annex.pk}:{world.draft.exporting_id}:{world.draft.importing_id}",
            },
        ),
        (
            "third party",
            f"{third}partner/",
            {
                "version": world.third_draft.version,
                "direction": f"{world.annex.pk}:{world.draft.importing_id}:{world.draft.exporting_id}",
            },
        ),
        # a colleague who is none
        ("own editor", f"/desk/work/{world.note.pk}/assign/", {"to": world.user("partner").pk}),
        ("own editor", f"/desk/work/{world.note.pk}/assign/", {"to": world.user("deactivated").pk}),
        ("own editor", f"/desk/work/{world.note.pk}/assign/", {"to": world.user("own, role ended").pk}),
        (
            "own editor",
            f"/desk/work/{world.note.pk}/assign/",
            {"to": world.user("own, role not confirmed").pk},
        ),
        ("own editor", f"/desk/work/{world.partners_work.pk}/assign/", {"to": world.user("own editor").pk}),
        ("own editor", f"/desk/work/{world.partners_work.pk}/seen/", {}),
        # members, roles and invitations of another authority, below one's own address
        ("partner", f"/members/us-partner/people/{world.reader.pk}/", {"role": "editor"}),
        ("partner", f"/members/us-partner/people/{world.reader.pk}/end/", {}),
        ("partner", f"/members/us-partner/roles/{world.reader_role.pk}/end/", {}),
        ("partner", f"/members/us-partner/roles/{world.unconfirmed.pk}/confirm/", {}),
        ("partner", f"/members/us-partner/invitations/{world.invitation.pk}/withdraw/", {}),
        ("partner", f"/members/us-partner/invitations/{world.invitation.pk}/again/", {}),
        ("own administrator", f"/members/gb-own/people/{theirs.pk}/end/", {}),
        ("own administrator", f"/members/gb-own/invitations/{world.representation.pk}/withdraw/", {}),
        # joint decisions: partners and recognitions that are none
        (
            "own editor",
            "/desk/joint/new/",
            {
                "annex": "OPEN",
                "number": "8/2026",
                "partner": world.authorities["third party"].pk,
                "recognitions": world.open_recognition.pk,
            },
        ),
        (
            "own editor",
            "/desk/joint/new/",
            {
                "annex": "NAMED",
                "number": "8/2026",
                "partner": world.authorities["partner"].pk,
                "recognitions": world.open_recognition.pk,
            },
        ),
        (
            "third party",
            "/desk/joint/new/",
            {
                "annex": "NAMED",
                "number": "8/2026",
                "partner": world.authorities["partner"].pk,
                "recognitions": world.recognition.pk,
            },
        ),
        ("fellow", f"/desk/joint/{world.joint_open.pk}/sign/", {}),
        ("partner", f"/desk/joint/{world.joint_draft.pk}/sign/", {}),
        ("partner", f"/desk/joint/{world.joint_open.pk}/drop/", {}),
        # steps on records that are another's
        ("partner", f"/desk/designations/{world.designation.pk}/propose/suspend/", decide),
        ("fellow", f"/desk/designations/{world.open_designation.pk}/propose/suspend/", decide),
        ("partner's fellow", f"/desk/recognitions/{world.open_recognition.pk}/propose/suspend/", decide),
        ("own editor", f"/desk/accreditations/{world.accreditation.pk}/propose/suspend/", decide),
        ("partner", f"/desk/decisions/{world.own_decision.pk}/annul/", decide),
        ("fellow", f"/desk/decisions/{world.open_designation.decisions.latest('id').pk}/correct/", decide),
        # a body's people: another body, another one's proposal, an authority that does not look after it
        (
            "other representative",
            f"/mine/pennine-twin/contacts/{world.representatives_proposal.pk}/withdraw/",
            {},
        ),
        ("representative", f"/mine/pennine-emc/contacts/{world.returned.pk}/withdraw/", {}),
        ("representative", f"/mine/leeds-emc/contacts/{world.representatives_proposal.pk}/withdraw/", {}),
        (
            "representative",
            "/mine/leeds-emc/contacts/",
            contacts | {"authority": world.authorities["partner"].pk},
        ),
        ("fellow", f"/desk/bodies/leeds-emc/representatives/{world.rep.pk}/end/", {}),
        # notices and the authority acted for
        ("own editor", f"/notices/{world.notice.pk}/read/", {}),
        ("own editor", "/acting/", {"authority": "us-partner"}),
        # the operator acts for nobody
        ("operator", f"/desk/work/{world.note.pk}/seen/", {}),
        *(post for room in SHARING for post in getattr(room, "posts", lambda world: [])(world)),
    ]


def test_an_id_of_others_in_a_form_does_nothing(world):
    wrong = []
    for kind, address, data in _posts(world):
        answer = ask(world.people[kind], "post", address, data)
        told = world.secrets.told(world.people[kind].groups, answer.text)
        if answer.status >= 500 or answer.written or told:
            wrong.append(
                f"{kind}: POST {address} {data}: {answer.status} wrote {sorted(answer.written)} told {told}"
            )
    assert not wrong, "\n".join(wrong)


def test_an_invitation_serves_nobody_but_the_invited(world):
    for kind in set(ALL) - set(UNSIGNED):
        answer = ask(world.people[kind], "post", f"/invitation/{world.invitation_secret}/", {})
        assert not answer.written, kind


def test_an_address_that_was_never_made_looks_like_one_that_is_not_yours(world):
    """Whether a thing exists does not show: the answers are the same."""
    wrong = []
    for kind in (*OTHER_AUTHORITIES, *OWN_ROLES, "stranger", "operator"):
        person = world.people[kind]
        for pattern, number in (
            ("/desk/proposals/{}/", world.third_draft.pk if kind != "third party" else world.draft.pk),
            ("/desk/work/{}/", world.partners_work.pk if kind != "partner" else world.note.pk),
            ("/members/{}/", "jp-third" if kind != "third party" else "us-partner"),
        ):
            if kind == "operator" and pattern.startswith("/members"):
                continue
            there, missing = (ask(person, "get", pattern.format(each)) for each in (number, "999999"))
            if (there.status, _plain(there, f"/{number}/")[1]) != (
                missing.status,
                _plain(missing, "/999999/")[1],
            ):
                wrong.append(f"{kind}: {pattern.format(number)}")
    assert not wrong, wrong

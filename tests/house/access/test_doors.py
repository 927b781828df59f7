"""Methods, forged forms, stale proof, too many tries, made-up people, and the operator's tables."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from portal.web.operators import OURS
from tests.house.access import keyed
from tests.house.access.answers import operators
from tests.house.access.asking import ask
from tests.house.access.people import Person, browse
from tests.house.access.routes import PUBLIC, ROWS, SHARING
from tests.registry.officers import make_person

METHODS = ("get", "post", "put", "delete")
# These ask for a fresh proof of who is there.
DECIDING = (
    "proposal-decide",
    "joint-sign",
    "members-invite",
    "invitation-act",
    "member",
    "member-end",
    "role-confirm",
    "role-end",
    "key-new",
    "key-revoke",
    *(name for room in SHARING for name in getattr(room, "DECIDING", ())),
)


def _declared(row) -> set[str]:
    return {method for method, statuses in (("get", row.get), ("post", row.post)) if statuses is not None}


@pytest.mark.parametrize("kind", ["own approver"])
def test_a_method_that_is_not_declared_is_refused(world, kind):
    """405 for whoever comes so far as to be told, the door's own answer for others; nothing is done for anybody."""
    person, wrong = world.people[kind], []
    for row in ROWS:
        for method in set(METHODS) - _declared(row):
            answer = ask(person, method, row.at(world))
            sent_away = answer.status == 302 and 302 in {
                (row.get or {}).get(kind),
                (row.post or {}).get(kind),
            }
            if not (answer.status in (403, 404, 405) or sent_away) or answer.written:
                wrong.append(f"{method.upper()} {row.at(world)}: {answer.status} {sorted(answer.written)}")
    assert not wrong, "\n".join([f"{kind}:", *wrong])


def test_a_form_that_is_not_ours_is_refused_everywhere(world):
    """Without the token of the visitor's own page no form is taken, from nobody, but where a letter's secret is the proof (RFC 8058)."""
    wrong = []
    for kind in ("anonymous", "own approver", "representative"):
        person = world.people[kind]
        strict = Person(kind, person.user, person.groups, Client(enforce_csrf_checks=True), person.cookie)
        for row in ROWS:
            if row.post is None or row.name in ("watch-stop", "watch-undo"):
                continue
            answer = ask(strict, "post", row.at(world), row.data(world))
            # The API takes no form and knows no session: there is nothing that another site could send for somebody.
            expected = 401 if row in keyed.ROWS else 403
            if answer.status != expected or answer.written:
                wrong.append(f"{kind}: POST {row.at(world)}: {answer.status} wrote {sorted(answer.written)}")
    assert not wrong, "\n".join(wrong)


def test_decisions_ask_again_who_is_there(world):
    """Whoever proved it too long ago is asked first; nothing is done meanwhile."""
    wrong = []
    for kind in ("own approver", "own administrator", "partner"):
        kept = world.people[kind]
        stale = browse(Person(kind, kept.user, kept.groups), at=0)
        for row in (row for row in ROWS if row.name in DECIDING):
            answer = ask(stale, "post", row.at(world), row.data(world))
            asked = answer.status == 302 and answer.headers["location"].startswith("/account/")
            if not asked or answer.written:
                wrong.append(f"{kind}: POST {row.at(world)}: {answer.status} wrote {sorted(answer.written)}")
    assert not wrong, "\n".join(wrong)


def test_too_many_tries_are_answered_in_words(world):
    client, answer = world.people["anonymous"].fresh(), None
    for _try in range(40):
        answer = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "x"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def test_made_up_people_are_nobody_in_production(world, settings):
    """Everybody knows their password: a session of one counts for nothing."""
    settings.PRODUCTION = True
    person = browse(Person("sample", make_person(), frozenset()))
    for row in ROWS:
        if row not in PUBLIC and row.get is not None and row.get["anonymous"] == 302:
            answer = ask(person, "get", row.at(world))
            assert (answer.status, "/login/" in answer.headers.get("location", "/login/")) == (302, True), (
                row.name
            )


def _tables(world) -> list[str]:
    found = [reverse("admin:index")]
    for label in OURS:
        found.append(reverse("admin:app_list", args=[label]))
        for model in apps.get_app_config(label).get_models():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            found.append(reverse(f"{name}_changelist"))
            if (row := model._default_manager.first()) is not None:
                found.append(reverse(f"{name}_change", args=[row.pk]))
                found.append(reverse(f"{name}_history", args=[row.pk]))
    return found


@pytest.mark.parametrize(
    "kind", ["anonymous", "deactivated", "stranger", "own administrator", "own, no second factor"]
)
def test_the_operators_tables_are_not_there_for_others(world, kind):
    expected, person, wrong = operators(200)[kind], world.people[kind], []
    for address in _tables(world):
        for method in ("get", "post"):
            answer = ask(person, method, address, {"action": "deactivate", "confirmed": "1", "reason": "x"})
            told = world.secrets.told(person.groups, answer.text)
            if answer.status != expected or answer.written or told:
                wrong.append(f"{method} {address}: {answer.status} wrote {answer.written} told {told}")
    assert not wrong, "\n".join(wrong)


def test_the_operators_tables_are_read_only(world):
    """Adding, changing and deleting is refused; secrets do not show, not even there."""
    person, wrong = world.people["operator"], []
    hidden = [
        world.calendar_secret.casefold(),
        world.invitation_secret.casefold(),
        person.user.password.casefold(),
    ]
    for address in _tables(world):
        answer = ask(person, "get", address)
        if answer.status != 200 or answer.written or any(secret in answer.text for secret in hidden):
            wrong.append(f"GET {address}: {answer.status}")
        if "/change/" in address:
            for target in (address, address.replace("/change/", "/delete/")):
                changed = ask(person, "post", target, {"post": "yes", "name": "x"})
                if changed.status != 403 or changed.written:
                    wrong.append(f"POST {target}: {changed.status} wrote {changed.written}")
    assert not wrong, "\n".join(wrong)


def test_an_operator_without_a_second_factor_sees_no_table(world):
    person = browse(Person("operator", make_person(is_sample=False, is_staff=True), frozenset()))
    for address in _tables(world):
        answer = ask(person, "get", address)
        assert (answer.status, answer.headers["location"]) == (302, reverse("mfa_index"))

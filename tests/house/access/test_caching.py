"""What is one person's own is in no cache; what is for everybody carries no cookie."""

import re

import pytest

from tests.house.access.asking import ask
from tests.house.access.routes import PUBLIC, ROWS

# The API knows nobody: its answers are the same for all, whoever asks (see the test below).
FOR_ALL = {row.name for row in PUBLIC if row.name.startswith("api-") and row.name != "api-docs"}
FOR_ALL |= {"livez", "readyz", "signing-keys", "signing-key", "data-file", "data-latest"}
LOOKING = ("own approver", "representative")


def _directives(answer) -> set[str]:
    return {
        each.strip().partition("=")[0]
        for each in answer.headers.get("cache-control", "").casefold().split(",")
    }


def _may_be_shared(answer) -> bool:
    """Whether a shared cache may keep it; without a word, caches guess for these statuses (RFC 9110, 15.1)."""
    said = _directives(answer)
    if {"no-store", "private"} & said:
        return False
    return bool(said - {""}) or answer.status in (200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501)


@pytest.mark.parametrize("kind", LOOKING)
def test_an_answer_to_somebody_who_is_signed_in_is_their_own(world, kind):
    person, wrong = world.people[kind], []
    for row in ROWS:
        if row.name in FOR_ALL:
            continue
        for method, statuses in (("get", row.get), ("post", row.post)):
            if statuses is None:
                continue
            answer = ask(person, method, row.at(world), row.data(world) if method == "post" else None)
            if not {"no-store", "private"} & _directives(answer):
                wrong.append(
                    f"{method.upper()} {row.at(world)}: {answer.status} {sorted(_directives(answer))}"
                )
    for address in (
        "/nowhere/",
        "/bodies/nobody/",
        "/bodies/?on=yesterday",
        "/economies/XX/",
        "/agreements/NONE/",
    ):
        answer = ask(person, "get", address)
        if not {"no-store", "private"} & _directives(answer):
            wrong.append(f"GET {address}: {answer.status} {sorted(_directives(answer))}")
    assert not wrong, "\n".join([f"{kind}:", *wrong])


def test_pages_for_everybody_set_no_cookie(world):
    wrong = []
    for row in PUBLIC:
        answer = ask(world.people["anonymous"], "get", row.at(world))
        if "set-cookie" in answer.headers:
            wrong.append(f"{row.name}: {answer.headers['set-cookie']}")
    assert not wrong, "\n".join(wrong)


def test_what_knows_nobody_answers_all_alike(world):
    for row in (row for row in PUBLIC if row.name in FOR_ALL):
        bodies = {
            _body(ask(world.people[kind], "get", row.at(world)))
            for kind in ("anonymous", "own editor", "partner")
        }
        assert len(bodies) == 1, row.name


def _body(answer) -> str:
    return (
        re.sub(r"^set-cookie:.*$", "", answer.text.partition("x-request-id:")[2], flags=re.MULTILINE)
        .partition("\n")[2]
        .strip()
    )


class SharedCache:
    """Keeps what it may by Cache-Control, and tells answers apart by Vary; cookies are part of what Vary names."""

    def __init__(self):
        self.kept: dict[str, list[tuple[dict, object]]] = {}

    def get(self, person, address: str, answering):
        sent = {"cookie": person.cookie, "accept-language": "en", "accept": "*/*"}
        for named, answer in self.kept.get(address, []):
            if all(sent.get(name, "") == value for name, value in named.items()):
                return answer
        answer = answering()
        if _may_be_shared(answer):
            vary = [
                name.strip().casefold() for name in answer.headers.get("vary", "").split(",") if name.strip()
            ]
            named = {name: sent.get(name, "") for name in vary}
            self.kept.setdefault(address, []).append((named, answer))
        return answer


def test_nobody_gets_anothers_page_from_a_shared_cache(world):
    """Each goes over all pages through one cache; nobody reads a name, or any other secret, of another."""
    cache, wrong = SharedCache(), []
    addresses = {row.at(world): set(row.knows) for row in ROWS if row.get is not None}
    addresses |= {each: set() for each in ("/nowhere/", "/bodies/nobody/", "/bodies/?on=yesterday")}
    for kind in ("own approver", "partner", "anonymous"):
        person = world.people[kind]
        for address, opened in addresses.items():
            answer = cache.get(
                person, address, lambda person=person, address=address: ask(person, "get", address)
            )
            if told := world.secrets.told(person.groups | opened, answer.text):
                wrong.append(f"{kind}: {address} told {told}")
    assert not wrong, "\n".join(wrong)

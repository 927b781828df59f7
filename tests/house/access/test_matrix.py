"""The access matrix: every route × method × kind of person has the status of the table, writes nothing, tells nothing.

A new route fails here until it has a row in ``routes``.
"""

import pytest
from django.urls import URLPattern, get_resolver

from tests.house.access.asking import ask, faults
from tests.house.access.people import ALL, UNPROVEN, UNSIGNED
from tests.house.access.routes import PUBLIC, ROWS, SIGNING_IN

# Where no authority matters, some of each kind will do.
FOR_ANYBODY = {row.name for row in (*PUBLIC, *SIGNING_IN)}
SOME = (
    "anonymous",
    "deactivated",
    "stranger",
    "own editor",
    "own, no second factor",
    "fellow",
    "partner",
    "representative",
    "operator",
)
# The sample forms of signing in are empty, so they do nothing.
NOT_FOR_CHANGING = {row.name for row in SIGNING_IN}


def _names(resolver, namespace: str = "") -> list[str]:
    found = []
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            found.append(f"{namespace}{each.name}")
        else:
            found += _names(each, f"{namespace}{each.namespace}:" if each.namespace else namespace)
    return found


def test_every_route_has_a_row_and_every_row_a_route():
    routes = [name for name in _names(get_resolver()) if not name.startswith("admin:")]
    rows = [row.name for row in ROWS]
    assert len(routes) == len(set(routes)), "Two routes bear the same name; give each its own."
    assert len(rows) == len(set(rows)), "A route has two rows in tests/house/access/routes.py; keep one."
    missing = sorted(set(routes) - set(rows))
    assert not missing, (
        f"No row says who may do what at {missing}. Add one for each to tests/house/access/routes.py: a sample address, "
        "its methods, and the status that each kind of person gets."
    )
    gone = sorted(set(rows) - set(routes))
    assert not gone, (
        f"These rows of tests/house/access/routes.py have no route any more; take them out: {gone}"
    )


def test_every_row_speaks_of_every_kind_of_person():
    for row in ROWS:
        for statuses in filter(None, (row.get, row.post)):
            assert set(statuses) == set(ALL), f"{row.name}: {set(statuses) ^ set(ALL)}"


@pytest.mark.parametrize("kind", ALL)
def test_each_person_gets_what_the_table_says(world, kind):
    person, wrong = world.people[kind], []
    for row in ROWS:
        if row.name in FOR_ANYBODY and kind not in SOME:
            continue
        wrong += _tried(world, person, row)
    assert not wrong, "\n".join([f"{kind}:", *wrong])


def _tried(world, person, row) -> list[str]:
    address, wrong = row.at(world), []
    for method, statuses, data in (("get", row.get, None), ("post", row.post, row.data(world))):
        if statuses is None:
            continue
        expected = statuses[person.kind]
        answer = ask(person, method, address, data)
        writes = _writes(row, method, expected, person.kind)
        found = faults(world, person, answer, expected, writes=writes, knows=row.knows)
        wrong += [f"{method.upper()} {address}: {words}" for words in found]
    return wrong


def _writes(row, method: str, expected: int, kind: str) -> bool | None:
    """Whether the answer means that something was done: so for whoever is neither refused nor sent elsewhere."""
    if row.idle and method == "post":
        return None
    if expected not in (200, 302) or kind in UNSIGNED or (kind in UNPROVEN and expected == 302):
        return False
    return row.writes if method == "get" else row.name not in NOT_FOR_CHANGING

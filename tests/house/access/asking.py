"""Ask the portal as somebody, undo what it did, and say what was wrong with the answer."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.core.cache import cache
from django.db import connection, transaction

from tests.house.access.people import Person
from tests.house.access.world import World

_WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
_SAVEPOINT = re.compile(r'(SAVEPOINT|ROLLBACK TO SAVEPOINT) "(\w+)"')
# What a visit itself leaves: a session's clock, and when a calendar was last fetched.
_OF_THE_VISIT = {"django_session", "usersessions_usersession", "notices_calendaraddress"}


@dataclass
class Answer:
    """What came back, as text in small letters, and which tables were written."""

    status: int
    headers: dict[str, str]
    text: str
    written: set[str] = field(default_factory=set)


def ask(person: Person, method: str, address: str, data: dict | None = None, **options) -> Answer:
    """Send one request as that person; whatever it changed is rolled back."""
    watch = _Watch()
    client = person.fresh()
    cache.clear()  # limits on tries are not what is asked here
    with transaction.atomic():
        with connection.execute_wrapper(watch):
            response = getattr(client, method)(address, data, **options)
            body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = {name.lower(): value for name, value in response.items()}
        cookies = response.cookies.output(header="Set-Cookie:", sep="\n")
        transaction.set_rollback(True)
    told = "\n".join([*(f"{name}: {value}" for name, value in headers.items()), cookies])
    text = unquote(told).casefold() + "\n" + body.decode(errors="replace").casefold()
    if cookies:
        headers["set-cookie"] = cookies
    return Answer(response.status_code, headers, text, watch.tables())


class _Watch:
    """Notes which tables are written and not put back: a preview decides in a savepoint, and rolls it back."""

    def __init__(self):
        self.log: list[tuple[str, str]] = []

    def __call__(self, execute, sql, params, many, context):
        if found := _SAVEPOINT.match(sql):
            self._mark(*found.groups())
        elif found := _WRITE.match(sql):
            self.log.append(("write", found.group(1)))
        return execute(sql, params, many, context)

    def _mark(self, act: str, name: str) -> None:
        if act == "SAVEPOINT":
            self.log.append(("savepoint", name))
        elif ("savepoint", name) in self.log:
            del self.log[self.log.index(("savepoint", name)) :]

    def tables(self) -> set[str]:
        return {name for kind, name in self.log if kind == "write"} - _OF_THE_VISIT


def faults(
    world: World, person: Person, answer: Answer, expected: int, *, writes: bool | None = False, knows=()
) -> list[str]:
    """What is wrong with an answer, in words; nothing when it is as the table says.

    ``writes`` says whether the request changes something; None: it may. ``knows`` are further groups whose words may show.
    """
    found = []
    if answer.status != expected:
        found.append(f"{answer.status} instead of {expected}")
    if answer.written and writes is False:
        found.append(f"wrote {sorted(answer.written)}")
    if writes and not answer.written:
        found.append(f"{answer.status} {answer.headers.get('location', '')} and nothing was done")
    if told := world.secrets.told(person.groups | set(knows), answer.text):
        found.append(f"told {told}")
    return found

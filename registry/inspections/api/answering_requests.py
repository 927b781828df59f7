"""Steps on a request, for programs: acknowledge, agree, refuse, withdraw, a day, questions and answers."""

from datetime import date

from django.http import Http404
from django.urls import path, reverse

from agreements.keys.api.private import Verb
from portal.endpoints.describing import describe_verb, parameter
from portal.endpoints.refusing import refusing
from registry.inspections import corresponding, requested, requesting
from registry.inspections.api import request_shapes as shapes
from registry.inspections.api.requests import KINDS_OF_PROBLEM, NUMBER, found, receipt

_LARGEST_ID = 2**63 - 1
_WORDS = {"words": "We look into it."}
# Step: its verb, the action it takes, the body, an example of one, and what it is.
_STEPS = {
    "acknowledge": (
        requesting.acknowledge,
        "request.answer",
        shapes.NOTHING,
        {},
        "Say that the request was received and is looked at.",
    ),
    "agree": (
        requesting.agree,
        "request.answer",
        shapes.MAY_SAY,
        {},
        "Promise what is asked for, as asked for.",
    ),
    "agree-in-part": (
        requesting.agree_in_part,
        "request.answer",
        shapes.MUST_SAY,
        {"words": "Without the names of persons."},
        "Promise a redacted version, or a part; the words say what is left out.",
    ),
    "refuse": (
        requesting.refuse,
        "request.answer",
        shapes.MUST_SAY,
        {"words": "The case is before a court."},
        "Refuse, also what was agreed to before; the words give the ground.",
    ),
    "withdraw": (
        requesting.withdraw,
        "request.write",
        shapes.MAY_SAY,
        {"words": "No longer needed."},
        "Take one's own request back.",
    ),
    "rely-on": (
        requesting.rely_on,
        "request.write",
        shapes.NOTHING,
        {},
        "Note that what was sent saved an inspection of one's own.",
    ),
}
# Those that either side takes; the right that each needs is the verb's to ask.
_DAYS = {
    "propose-day": (
        corresponding.propose_day,
        shapes.DAY_SAID,
        {"day": "2027-01-15"},
        "Propose another last day to the other side.",
    ),
    "accept-day": (
        corresponding.accept_day,
        shapes.NOTHING,
        {},
        "Agree to the day that the other side proposed.",
    ),
    "decline-day": (
        corresponding.decline_day,
        shapes.NOTHING,
        {},
        "Do not agree to the day that the other side proposed.",
    ),
}


class _Step(Verb):
    """A step on a request, in the version that was seen."""

    conditional = True
    verb = staticmethod(lambda **arguments: None)

    def target(self, by, *, number):
        """The request."""
        return found(by, number)

    def do(self, by, thing, said):
        """Take it."""
        given = {**said, "day": date.fromisoformat(said["day"])} if "day" in said else said
        with refusing(KINDS_OF_PROBLEM):
            return receipt(self.verb(by=by, request=thing, version=thing.version, **given))


class _EitherSide:
    """Whoever asks and whoever is asked may take it, each with the right of their side; the verb asks which one."""

    def scope_of(self, method):
        """The right of the side is the verb's to ask; to know of the request is asked here."""
        return "inspection.see"


def _step(name: str, verb, body: dict, example: dict, words: str, *bases, **fields) -> type[Verb]:
    title = "".join(part.title() for part in name.split("-"))
    named = type(
        title, (*bases, _Step), {"verb": staticmethod(verb), "body": body, "__doc__": words, **fields}
    )
    summary = f"{name.replace('-', ' ').capitalize()}"
    return describe_verb(
        f"report-requests_{name.replace('-', '_')}", summary, shapes.RECEIPT, NUMBER, example=example
    )(named)


@describe_verb(
    "report-requests_question", "Ask the other side something", shapes.SAID, NUMBER, example=_WORDS
)
class Question(_EitherSide, Verb):
    """Ask the other side something about the request, or about what was shared."""

    body = shapes.MUST_SAY
    status = 201

    def target(self, by, *, number):
        """The request."""
        return found(by, number)

    def do(self, by, thing, said):
        """Ask."""
        with refusing(KINDS_OF_PROBLEM):
            return _said(thing, corresponding.question(by=by, request=thing, words=said["words"]))


@describe_verb(
    "report-requests_answer",
    "Answer a question",
    shapes.SAID,
    NUMBER,
    parameter("message", "Id of the question.", kind=int, path=True),
    example=_WORDS,
)
class Answer(_EitherSide, Verb):
    """Answer a question that was put to the authority."""

    body = shapes.MUST_SAY
    status = 201

    def target(self, by, *, number, message):
        """The question."""
        question = None
        if message <= _LARGEST_ID:
            question = requested.question_of(by=by, number=number, message_id=message)
        if question is None:
            raise Http404
        return question

    def do(self, by, thing, said):
        """Answer."""
        with refusing(KINDS_OF_PROBLEM):
            return _said(thing.request, corresponding.answer(by=by, question=thing, words=said["words"]))


def _said(one, message) -> tuple[dict, dict]:
    address = reverse("api-report-request", args=[one.number])
    body = {
        "number": one.number,
        "message": message.pk,
        "address": address,
        "page": one.get_absolute_url(),
    }
    return body, {"Location": address}


def _path(name: str, view: type[Verb]):
    return path(f"report-requests/<slug:number>/{name}/", view.as_view(), name=f"api-report-request-{name}")


urlpatterns = [
    *(
        _path(name, _step(name, verb, body, example, words, scope=scope))
        for name, (verb, scope, body, example, words) in _STEPS.items()
    ),
    *(_path(name, _step(name, *rest, _EitherSide)) for name, rest in _DAYS.items()),
    _path("questions", Question),
    path(
        "report-requests/<slug:number>/questions/<int:message>/answer/",
        Answer.as_view(),
        name="api-report-request-answer",
    ),
]

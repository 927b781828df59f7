"""Acts on designations, recognitions and accreditations, proposed by programs: ``POST …/{number}/suspend/`` and its like.

Nothing of it takes effect before a person of the authority has decided.
"""

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _

from agreements.keys.api.private import KeyEndpoint, Verb
from portal.endpoints import ListEndpoint
from portal.endpoints.describing import PAGES, describe_reading, describe_verb, parameter
from portal.endpoints.refusing import Refused, refusing
from registry import dossier, proposing
from registry.api import proposal_shapes as shapes
from registry.api.proposals import (
    KINDS_OF_PROBLEM,
    Drop,
    ProposalDetail,
    Proposals,
    Submit,
    TakeBack,
    receipt,
)
from registry.models import Step

_ON_OWN = (Step.SUSPEND, Step.RESTORE, Step.RESTRICT, Step.RENEW, Step.WITHDRAW)
STEPS = {
    "designations": _ON_OWN,
    "recognitions": (
        Step.RECOGNISE,
        Step.RECOGNISE_IN_PART,
        Step.REFUSE,
        Step.CONTEST,
        *_ON_OWN,
        Step.NOTIFY,
    ),
    "accreditations": (Step.SUSPEND, Step.RESTORE, Step.RENEW, Step.WITHDRAW),
}


class Propose(Verb):
    """Draft a proposal on the record or, with `submit`, put it before a person who decides. Nothing takes effect by this alone."""

    scope = "proposal.write"
    status = 201
    kind = step = ""

    def target(self, by, *, number):
        """The record, if it concerns the actor's authority."""
        record = dossier.record(by, self.kind, number) if number <= shapes.LARGEST_ID else None
        if record is None:
            raise Http404
        return record

    def do(self, by, thing, said):
        """Draft, and submit where that was asked for: both or neither."""
        with refusing(KINDS_OF_PROBLEM):
            dossier.check_may_follow(by, thing, self.step)
            self._check_lines(thing, said)
            proposal = proposing.draft(
                by=by,
                step=self.step,
                content={"decision": _content(said)},
                body=thing.body,
                **{self.kind.removesuffix("s"): thing},
            )
            if said.get("submit"):
                proposal = proposing.submit(by=by, proposal=proposal, version=proposal.version)
        return receipt(proposal)

    def _check_lines(self, record, said: dict) -> None:
        named = set(said.get("lines", [])) | {each["line"] for each in said.get("refused", [])}
        if not named:
            return
        unknown = named - {state.line.pk for state in dossier.line_states(record)}
        if unknown:
            words = _("These are no lines of the record: %(lines)s.") % {
                "lines": ", ".join(map(str, sorted(unknown)))
            }
            raise Refused("not-valid", words, [{"field": "lines", "message": words}])


def _content(said: dict) -> dict:
    """What a proposal keeps, as the form on the desk keeps it."""
    refused = said.get("refused", [])
    return {
        **{name: value for name, value in said.items() if name not in ("submit", "refused", "lines")},
        "older_results": said.get("older_results", ""),
        "lines": said.get("lines", []),
        "refused": [each["line"] for each in refused],
        "reasons": {str(each["line"]): each["reason"] for each in refused},
    }


def _proposing(kind: str, step: str) -> type[Propose]:
    """The address of one step on one kind of record, with the body that it takes."""
    label = Step(step).label.capitalize()
    named = type(
        f"Propose{step.title()}{kind.title()}".replace("_", ""),
        (Propose,),
        {"kind": kind, "step": step, "body": shapes.said(kind, step), "__doc__": Propose.__doc__},
    )
    described = describe_verb(
        f"{kind}_{step}",
        f"{label}: propose it for {_ARTICLES[kind]}",
        shapes.RECEIPT,
        parameter("number", f"Id of the {kind.removesuffix('s')}.", kind=int, path=True),
        example=shapes.example(kind, step),
    )
    return described(named)


_ARTICLES = {
    "designations": "a designation",
    "recognitions": "a recognition",
    "accreditations": "an accreditation",
}


@describe_reading(
    "accreditations_list", "Accreditations that concern the authority", shapes.ACCREDITATIONS, *PAGES
)
class Accreditations(KeyEndpoint, ListEndpoint):
    """Accreditations that the authority gave, or of bodies that it designates or faces as the partner."""

    scope = "proposal.see"
    order = (("id", int),)

    def rows(self, request):
        """All of them."""
        return dossier.records(request.auth, "accreditations")

    def shown(self, rows, request):
        """Each in short."""
        return map(_accreditation, rows)


def _accreditation(row) -> dict:
    return {
        "id": row.pk,
        "body": {"id": row.body.pk, "name": row.body.name, "slug": row.body.slug},
        "accreditation_body": row.accreditation_body.code,
        "reference": row.reference,
        "standard": row.standard,
        "state": row.state_now or None,
    }


urlpatterns = [
    path("proposals/", Proposals.as_view(), name="api-proposals"),
    path("proposals/<int:number>/", ProposalDetail.as_view(), name="api-proposal"),
    path("proposals/<int:number>/submit/", Submit.as_view(), name="api-proposal-submit"),
    path("proposals/<int:number>/take-back/", TakeBack.as_view(), name="api-proposal-take-back"),
    path("proposals/<int:number>/drop/", Drop.as_view(), name="api-proposal-drop"),
    path("accreditations/", Accreditations.as_view(), name="api-accreditations"),
    *(
        path(
            f"{kind}/<int:number>/{step.replace('_', '-')}/",
            _proposing(kind, step).as_view(),
            name=f"api-{kind}-{step.replace('_', '-')}",
        )
        for kind, steps in STEPS.items()
        for step in steps
    ),
]

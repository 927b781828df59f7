"""The authority's proposals, for its programs: read, submitted, taken back, dropped. A person decides on them."""

from django.http import Http404
from django.urls import reverse

from agreements.keys.api.private import KeyEndpoint, Verb
from portal.endpoints import ListEndpoint
from portal.endpoints.bodies import entity_tag
from portal.endpoints.describing import PAGES, describe_reading, describe_verb, parameter
from portal.endpoints.refusing import Refused, refusing
from registry import checking, dossier, listing, proposing
from registry.api import proposal_shapes as shapes
from registry.filters import ProposalFilter
from registry.models import Proposal, Stage, Step
from registry.policies import NotYours


def _missing(error: proposing.Incomplete) -> Refused:
    errors = [{"field": each.field, "message": each.words} for each in error.problems]
    return Refused("not-valid", str(error), errors)


KINDS_OF_PROBLEM = {
    proposing.Incomplete: _missing,
    proposing.Outdated: "changed-meanwhile",
    NotYours: "not-permitted",
}
_NUMBER = parameter("number", "Id of the proposal.", kind=int, path=True)


@describe_reading(
    "proposals_list",
    "Proposals of the authority",
    shapes.PROPOSALS,
    parameter("stage", "Where it stands.", values=Stage.values),
    parameter("step", "What it would do.", values=Step.values),
    *PAGES,
)
class Proposals(KeyEndpoint, ListEndpoint):
    """The authority's own proposals, the newest first."""

    scope = "proposal.see"
    order = (("-id", int),)

    def rows(self, request):
        """The proposals that the parameters ask for."""
        return listing.filtered(ProposalFilter, request, dossier.proposals(request.auth)).qs

    def shown(self, rows, request):
        """Each in short."""
        return map(_short, rows)


@describe_reading("proposals_read", "One proposal", shapes.PROPOSAL, _NUMBER, missing=True)
class ProposalDetail(KeyEndpoint):
    """One of the authority's proposals: what it says, what is missing before it can be submitted, what was remarked."""

    scope = "proposal.see"

    def answer(self, request, *, number):
        """The proposal as it stands; its ``ETag`` is its version."""
        proposal = _found(request.auth, number)
        is_open = proposal.stage in (Stage.DRAFT, Stage.SUBMITTED)
        missing = checking.problems(request.auth, proposal) if is_open else []
        return {
            **_short(proposal),
            "content": proposal.content,
            "missing": [
                {"section": each.section, "field": each.field, "message": each.words} for each in missing
            ],
            "remarks": [
                {"field": each.field, "words": each.words, "at": each.made_at, "version": each.version}
                for each in proposal.remarks.all()
            ],
        }


class _OnProposal(Verb):
    """A verb on a proposal of the authority, in the version that was seen."""

    scope = "proposal.write"
    conditional = True
    body = shapes.NOTHING

    def target(self, by, *, number):
        """The proposal."""
        return _found(by, number)

    def do(self, by, thing, said):
        """Take the step."""
        with refusing(KINDS_OF_PROBLEM):
            return receipt(self.step(by, thing, said))


@describe_verb("proposals_submit", "Submit a proposal", shapes.RECEIPT, _NUMBER, example={})
class Submit(_OnProposal):
    """Put a complete draft before a person of the authority, who decides: never whoever made the key."""

    @staticmethod
    def step(by, proposal, said):
        """Submit it."""
        return proposing.submit(by=by, proposal=proposal, version=proposal.version)


@describe_verb("proposals_take_back", "Take a proposal back", shapes.RECEIPT, _NUMBER, example={})
class TakeBack(_OnProposal):
    """Make a submitted proposal a draft again, before it is decided."""

    @staticmethod
    def step(by, proposal, said):
        """Take it back."""
        return proposing.take_back(by=by, proposal=proposal)


@describe_verb(
    "proposals_drop", "Drop a proposal", shapes.RECEIPT, _NUMBER, example={"reason": "Overtaken by events."}
)
class Drop(_OnProposal):
    """Give a proposal up. It stays on record; nothing comes of it."""

    body = shapes.DROPPING

    @staticmethod
    def step(by, proposal, said):
        """Drop it."""
        return proposing.drop(by=by, proposal=proposal, reason=said.get("reason", ""))


def receipt(proposal: Proposal) -> tuple[dict, dict]:
    """What is answered to whoever had something done with a proposal: where it stands, and where to read it."""
    address = reverse("api-proposal", args=[proposal.pk])
    body = {
        "id": proposal.pk,
        "step": proposal.step,
        "stage": proposal.stage,
        "version": proposal.version,
        "address": address,
        "page": proposal.get_absolute_url(),
    }
    return body, {"Location": address, "ETag": entity_tag(proposal.version)}


def _found(by, number: int) -> Proposal:
    proposal = dossier.proposal(by, number) if number <= shapes.LARGEST_ID else None
    if proposal is None:
        raise Http404
    return proposal


def _short(proposal: Proposal) -> dict:
    body = proposal.body
    return {
        "id": proposal.pk,
        "step": proposal.step,
        "stage": proposal.stage,
        "version": proposal.version,
        "body": {"id": body.pk, "name": body.name, "slug": body.slug} if body else None,
        "designation": proposal.designation_id,
        "recognition": proposal.recognition_id,
        "accreditation": proposal.accreditation_id,
        "decision": proposal.decision_id,
        "annex": proposal.annex.code if proposal.annex else None,
        "opened_at": proposal.opened_at,
        "opened_by": proposal.opened_by.name,
        "changed_at": proposal.changed_at,
        "submitted_by": proposal.submitted_by.name if proposal.submitted_by else None,
        "decided_by": proposal.decided_by.name if proposal.decided_by else None,
        "made": proposal.made_id,
        "page": proposal.get_absolute_url(),
    }

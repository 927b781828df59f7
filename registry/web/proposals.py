"""Proposals: draft a decision, look at what it would do, submit it; and as the second person decide or send back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Deciding, Member
from portal import permissions
from portal.files import serving
from portal.lifecycle import NotAllowed
from registry import attaching, checking, dossier, previewing, proposing
from registry.checking import ON_BODY
from registry.models import OlderResults, Proposal, Stage, Step
from registry.policies import NotYours
from registry.proposing import Incomplete, Outdated

REFUSALS = (NotAllowed, NotYours, ValueError, IntegrityError)


class ProposalView(Member, View):
    """The base: finds the authority's own proposal, or 404."""

    action = "proposal.see"
    write_action = "proposal.write"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.number = kwargs.get("number")

    def found(self, request) -> Proposal:
        """The proposal of the address."""
        proposal = dossier.proposal(request.acting, self.number)
        if proposal is None:
            raise Http404
        return proposal

    def may_write(self, request) -> bool:
        """Whether the reader's roles let them change proposals."""
        return permissions.may(request.acting, self.write_action, OWN)


class ProposalPage(ProposalView):
    """``/desk/proposals/<number>/``: what it says, what it would do, what is missing, what can be done with it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, problems=None):
        proposal = self.found(request)
        return render(request, "registry/proposal.html", told(request, proposal, problems), status=status)

    def post(self, request, number):
        """Submit, take back or drop."""
        proposal = self.found(request)
        doing, version = request.POST.get("doing"), _version(request)
        try:
            if doing == "submit":
                proposing.submit(by=request.acting, proposal=proposal, version=version)
                messages.success(
                    request, _("Submitted. A second person of your authority now decides on it.")
                )
            elif doing == "take_back":
                proposing.take_back(by=request.acting, proposal=proposal)
                messages.success(request, _("Taken back: it is a draft again."))
            elif doing == "drop":
                reason = request.POST.get("reason", "")[:500]
                proposing.drop(by=request.acting, proposal=proposal, reason=reason)
                messages.success(request, _("Dropped. It stays on record; nothing comes of it."))
            else:
                raise PermissionDenied
        except Incomplete as error:
            return self.get(request, number, status=400, problems=error.problems)
        except NotAllowed as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(proposal.get_absolute_url())


def told(request, proposal: Proposal, problems=None) -> dict:
    """What the pages of a proposal show."""
    by = request.acting
    is_open = proposal.stage in (Stage.DRAFT, Stage.SUBMITTED)
    missing = problems if problems is not None else (checking.problems(by, proposal) if is_open else [])
    preview = None
    if is_open and not missing:
        preview = previewing.preview(by=by, proposal=proposal, refusals=REFUSALS)
    is_designation = proposal.step == Step.DESIGNATE and proposal.annex_id
    return {
        "proposal": proposal,
        "compared": checking.compared_scope(proposal) if is_designation else [],
        "decision": proposal.content.get("decision", {}),
        "chosen": _lines_told(proposal),
        "older_words": _OLDER_WORDS.get(proposal.content.get("decision", {}).get("older_results")),
        "problems": missing,
        "preview": preview,
        "remarks": remarks(proposal),
        "economy_name": dossier.economy_named(proposal.content.get("body", {}).get("economy")),
        "attachments": dossier.attachments(proposal),
        "accredited_by": dossier.accredited_by(proposal),
        "is_open": is_open,
        "may_write": permissions.may(by, "proposal.write", OWN),
        "is_own_hand": by.user_id in proposal.hands,
        "may_decide": permissions.may(by, "proposal.decide", OWN) and by.user_id not in proposal.hands,
        "edit_href": edit_address(proposal),
        "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
    }


_OLDER_WORDS = dict(OlderResults.choices)


def edit_address(proposal: Proposal) -> str:
    """Where a draft is written."""
    if proposal.step == Step.DESIGNATE:
        return f"{proposal.get_absolute_url()}tasks/"
    if proposal.step in ON_BODY:
        return f"/desk/bodies/{proposal.body.slug}/proposals/{proposal.pk}/edit/"
    if proposal.step == Step.ACCREDIT:
        return f"/desk/accreditations/new/?proposal={proposal.pk}"
    return f"{proposal.get_absolute_url()}edit/"


def _lines_told(proposal: Proposal) -> list[dict]:
    """The lines a decision names, each with the reason given for it."""
    said = proposal.content.get("decision", {})
    if proposal.record is None or not (said.get("lines") or said.get("refused")):
        return []
    reasons = said.get("reasons", {})
    return [
        {
            "line": state.line,
            "refused": state.line.pk in said.get("refused", []),
            "reason": reasons.get(str(state.line.pk), ""),
        }
        for state in dossier.line_states(proposal.record)
        if state.line.pk in said.get("lines", []) or state.line.pk in said.get("refused", [])
    ]


class DecidePage(Deciding, ProposalView):
    """``/desk/proposals/<number>/decide/``: the second person looks at everything and decides, or sends it back."""

    action = write_action = "proposal.send_back"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, error="", typed=None):
        proposal = self.found(request)
        if proposal.stage != Stage.SUBMITTED:
            if error:
                messages.error(request, error)
            return HttpResponseRedirect(proposal.get_absolute_url())
        context = told(request, proposal) | {"deciding": True, "error": error, "typed": typed or {}}
        context["remark_fields"] = _remark_fields(proposal)
        return render(request, "registry/decide.html", context, status=status)

    def post(self, request, number):
        """Decide, or send back with remarks on the fields."""
        proposal = self.found(request)
        doing, version = request.POST.get("doing"), _version(request)
        try:
            if doing == "decide":
                proposing.decide(by=request.acting, proposal=proposal, version=version)
                messages.success(request, _("Decided. It is on record and takes effect as stated."))
            elif doing == "send_back":
                remarks = {
                    name.removeprefix("remark-"): words[:2000]
                    for name, words in request.POST.items()
                    if name.startswith("remark-")
                }
                proposing.send_back(by=request.acting, proposal=proposal, version=version, remarks=remarks)
                messages.success(request, _("Sent back with your remarks."))
            else:
                raise PermissionDenied
        except Outdated as error:
            return self.get(request, number, status=409, error=str(error), typed=request.POST)
        except Incomplete as error:
            words = " ".join([str(error), *(problem.words for problem in error.problems)])
            return self.get(request, number, status=400, error=words, typed=request.POST)
        except (*REFUSALS, PermissionDenied) as error:
            if not str(error):
                raise
            return self.get(request, number, status=400, error=str(error), typed=request.POST)
        return HttpResponseRedirect(proposal.get_absolute_url())


def remarks(proposal: Proposal) -> list:
    """What was said when it was sent back, each with the field it is about, in words."""
    found = list(proposal.remarks.select_related("made_by"))
    for remark in found:
        remark.field_words = _FIELDS.get(remark.field, "")
    return found


def _remark_fields(proposal: Proposal) -> list[tuple[str, str]]:
    if proposal.step in ON_BODY:
        return []
    fields = SECTIONS if proposal.step == Step.DESIGNATE else DECISION_FIELDS
    return [(key, str(words)) for key, words in fields.items()]


DECISION_FIELDS = {
    "effective_on": gettext_lazy("Takes effect on"),
    "public_reason": gettext_lazy("Public reason"),
    "lines": gettext_lazy("Scope lines"),
    "older_results": gettext_lazy("Older results"),
}
SECTIONS = {
    "body": gettext_lazy("Body and site"),
    "partner": gettext_lazy("Text and partner"),
    "scope": gettext_lazy("Scope lines"),
    "accreditation": gettext_lazy("Accreditation"),
    "contacts": gettext_lazy("Contacts"),
    "documents": gettext_lazy("Documents"),
    "declaration": gettext_lazy("Terms and declaration"),
}
_FIELDS = {**DECISION_FIELDS, **SECTIONS}


def as_text(proposal: Proposal | None, section: str) -> str:
    """What stands on record in a section, one field a line, to be compared with what was typed."""
    content = proposal.content.get(section, {}) if proposal else {}
    return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in content.items() if value)


class AttachmentFile(Member, View):
    """``/desk/files/<number>/``: a document, for whoever may see it; each download is on record."""

    action = "proposal.see"
    http_method_names = ["get"]

    def get(self, request, number):
        attachment = dossier.attachment(request.acting, number)
        if attachment is None:
            raise Http404
        return serving.answer(attaching.fetch(by=request.acting, attachment=attachment))


def _version(request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

"""The records that concern an authority: lists, and one page with all that is known and may be done."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Member
from portal import clock, permissions
from portal.lifecycle import NotAllowed
from registry import dossier, exchanging, limits
from registry.models import MessageKind, State
from registry.policies import NotYours
from registry.web.decision_form import ACT_WORDS

PER_PAGE = 25
HEADINGS = {
    "designations": gettext_lazy("Designations"),
    "recognitions": gettext_lazy("Recognitions"),
    "accreditations": gettext_lazy("Accreditations"),
}


class RecordsPage(Member, View):
    """``/desk/designations/``, ``/desk/recognitions/``, ``/desk/accreditations/``."""

    http_method_names = ["get", "head"]

    def get(self, request, kind):
        words = request.GET.get("q", "")[:200]
        rows = dossier.records(request.acting, kind, words)
        number = request.GET.get("page", "1")
        context = {
            "kind": kind,
            "heading": HEADINGS[kind],
            "words": words,
            "page": Paginator(rows, PER_PAGE).get_page(number),
            "may_accredit": permissions.may(request.acting, "proposal.write", OWN)
            and dossier.may_accredit(request.acting),
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "registry/records.html", context)


class RecordPage(Member, View):
    """``/desk/<kind>/<number>/``: everything in one page."""

    write_action = "message.send"
    http_method_names = ["get", "head", "post"]

    def get(self, request, kind, number, status=200, typed="", error=""):
        record = self._record(request, kind, number)
        by = request.acting
        side = dossier.side_of(by, record)
        waiting = dossier.waiting_since(by, record) if kind == "recognitions" else None
        writes = permissions.may(by, "proposal.write", OWN)
        sends = permissions.may(by, "message.send", OWN)
        acts = dossier.acts_open(by, record) if writes else []
        state = dossier.state(record)
        context = {
            "kind": kind,
            "record": record,
            "side": side,
            "state": state,
            "lines": dossier.line_states(record) if kind != "accreditations" else [],
            "decisions": dossier.decisions(by, record),
            "may_write": writes,
            "may_send": sends,
            "acts": [
                {"step": act, "words": ACT_WORDS[act], "href": f"/desk/{kind}/{number}/propose/{act}/"}
                for act in acts
                if act in ACT_WORDS
            ],
            "proposal": dossier.running_proposal(by, record),
            "waiting": waiting,
            "left": limits.words_left(waiting.due_on, clock.today()) if waiting and waiting.due_on else "",
            "messages_told": dossier.messages(by, record) if kind == "recognitions" else [],
            "files": dossier.files_of(by, record) if kind == "recognitions" else [],
            "may_ask": sends and kind == "recognitions" and side == dossier.RECOGNISING,
            "may_reply": sends
            and kind == "recognitions"
            and side == dossier.DESIGNATING
            and state == State.CONTESTED,
            "question_kind": MessageKind.QUESTION,
            "typed": typed,
            "error": error,
            "breadcrumbs": [
                {"text": _("Desk"), "href": "/desk/"},
                {"text": HEADINGS[kind], "href": f"/desk/{kind}/"},
            ],
        }
        return render(request, "registry/record.html", context, status=status)

    def post(self, request, kind, number):
        """Ask the other side, answer it, or answer its contestation."""
        record = self._record(request, kind, number)
        words = request.POST.get("words", "")
        try:
            self._say(request, record, words)
        except (ValueError, NotAllowed, NotYours) as error:
            return self.get(request, kind, number, status=400, typed=words, error=str(error))
        return HttpResponseRedirect(f"{request.path}#messages")

    def _say(self, request, record, words: str) -> None:
        doing = request.POST.get("doing")
        if doing == "ask":
            exchanging.ask(by=request.acting, recognition=record, words=words)
        elif doing == "reply":
            exchanging.reply(by=request.acting, recognition=record, words=words)
        elif doing == "answer":
            question = dossier.question(request.acting, _number(request.POST.get("question")))
            if question is None or question.recognition_id != record.pk:
                raise Http404
            exchanging.answer(by=request.acting, question=question, words=words)
        else:
            raise PermissionDenied

    def _record(self, request, kind, number):
        record = dossier.record(request.acting, kind, number)
        if record is None:
            raise Http404
        return record


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0

"""Verifying one body's result: a form, one headline with its chain, a link that keeps it, paper, and a signed file."""

import logging
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from agreements import texts as agreement_texts
from agreements.models import ResultKind
from portal import qr, signatures, typesetting
from portal.pages import Page
from portal.tables import json_response
from registry import asking, printing, stating, verifying
from registry.stating import Statement, Unclear

logger = logging.getLogger(__name__)


class VerifyForm(forms.Form):
    """What is asked. It draws and keeps what was typed; `asking` decides."""

    body = forms.CharField(
        label=_("Body"),
        help_text=_("Its number or its name, also a former one or one in its own script. For example 0123."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    what = forms.CharField(
        label=_("Requirement or sector"),
        help_text=_("For example 47 CFR Part 15, or EMC."),
        widget=forms.TextInput(
            attrs={"list": "what-choices", "data-suggest": "/suggest/", "autocomplete": "off"}
        ),
    )
    importing = forms.ChoiceField(label=_("Sold in"), help_text=_("Whose rules the product must meet."))
    kind = forms.ChoiceField(label=_("Kind of result"), required=False)
    on = forms.CharField(
        label=_("Date of the result"),
        required=False,
        help_text=_("For example 2020-06-01; empty is today"),
    )
    known_at = forms.CharField(
        label=_("As the register stood on"),
        required=False,
        help_text=_("For example 2021-07-01; empty is now"),
    )

    def __init__(self, *args, texts, **kwargs):
        super().__init__(*args, **kwargs)
        economies = sorted((economy.name, economy.code) for economy in texts.economies.values())
        self.fields["importing"].choices = [("", _("Choose"))] + [(code, name) for name, code in economies]
        self.fields["kind"].choices = [("", _("Any kind")), *ResultKind.choices]


class VerifyPage(Page):
    """``/verify/``: the form; the bodies to choose from; or the answer, at an address that keeps it."""

    def get(self, request):
        """The form until a partner is asked about; what was typed becomes the contract's address."""
        texts = agreement_texts.current()
        if "importing" not in request.GET:
            return render(request, "registry/verify.html", _form_context(request, texts))
        parameters = asking.with_what(request.GET, texts)
        try:
            statement = stating.answer(parameters, request.clocks, texts)
        except Unclear as unclear:
            return render(
                request, "registry/verify_choose.html", _choice(request, parameters, unclear, texts)
            )
        body = statement.content["body"]
        if "what" in request.GET or (body and body["slug"] != request.GET.get("body")):
            return HttpResponseRedirect(_address(parameters, body["slug"] if body else parameters["body"]))
        context = _form_context(request, texts) | _answer_context(statement)
        return render(request, "registry/verification.html", context)

    def bad_question(self, request, field, message):
        texts = agreement_texts.current()
        context = _form_context(request, texts, errors={field: message})
        return render(request, "registry/verify.html", context, status=400)


class VerifyFile(Page):
    """``/verify.json`` (signed), ``/verify.pdf`` and ``/verify.svg`` (the QR code of the permalink) of the same question."""

    def get(self, request, ending):
        """The statement in that form."""
        statement = stating.answer(request.GET, request.clocks, agreement_texts.current())
        if ending == "json":
            return json_response(statement.enveloped)
        if ending == "svg":
            title = translate("Link to this statement")
            picture = qr.svg(statement.content["permalink"], title=title)
            return HttpResponse(picture, content_type="image/svg+xml")
        return _pdf(request, statement)


class StatementFile(Page):
    """``/verify/statement.json``, exactly the bytes that are signed, and ``/verify/statement.sig``, their signature."""

    def get(self, request, ending):
        """The bytes, to be kept as a file."""
        statement = stating.answer(request.GET, request.clocks, agreement_texts.current())
        if ending == "json":
            response = HttpResponse(statement.canonical, content_type="application/json")
        else:
            response = HttpResponse(statement.signature, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="statement.{ending}"'
        response["X-Signature-Key-Id"] = signatures.key_id()
        return response


class HowPage(Page):
    """``/verify/how/``: how to verify a statement with standard tools, with the addresses of the one asked about."""

    def get(self, request):
        """The commands, exactly as they can be run."""
        context = {
            "commands": stating.commands(request.GET),
            "asked": "body" in request.GET,
            "key_id": signatures.key_id(),
            "breadcrumbs": [{"text": translate("Verify"), "href": "/verify/"}],
        }
        return render(request, "registry/verify_how.html", context)


def _pdf(request, statement: Statement) -> HttpResponse:
    number = statement.content["number"]
    try:
        document = printing.pdf(statement)
    except typesetting.CannotSet as error:
        logger.warning("Statement %s cannot be set: %s", number, error)
        context = {"permalink": statement.content["permalink"], "number": number}
        response = render(request, "registry/verify_busy.html", context, status=503)
        response["Retry-After"] = "5"
        return response
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="statement-{number}.pdf"'
    return response


def _answer_context(statement: Statement) -> dict:
    content = statement.content
    files = [
        {"text": translate("PDF"), "href": f"/verify.pdf?{statement.query}", "type": "application/pdf"},
        {
            "text": translate("Signed JSON"),
            "href": f"/verify.json?{statement.query}",
            "type": "application/json",
        },
    ]
    return {
        "said": content,
        "body_address": f"/bodies/{content['body']['slug']}/" if content["body"] else "",
        "as_of": datetime.fromisoformat(content["as_of"]),
        "files": files,
        "picture": f"/verify.svg?{statement.query}",
        "how": f"/verify/how/?{statement.query}",
        "permalink": content["permalink"],
        "sha256": statement.sha256,
        "key_id": signatures.key_id(),
    }


def _choice(request, parameters: dict, unclear: Unclear, texts) -> dict:
    bodies = unclear.bodies[: verifying.MOST_TO_CHOOSE]
    return _form_context(request, texts) | {
        "choices": [(body, _address(parameters, body.shown_slug)) for body in bodies],
        "are_more": len(unclear.bodies) > len(bodies),
        "typed": parameters["body"],
    }


def _address(parameters: dict, body: str) -> str:
    """The contract's address of what the parameters ask; empty ones go."""
    names = ("importing", "requirement", "sector", "kind", "on", "known_at")
    kept = {name: parameters[name].strip() for name in names if parameters.get(name, "").strip()}
    return f"/verify/?{urlencode({'body': body} | kept)}"


def _form_context(request, texts, errors: dict[str, str] | None = None) -> dict:
    typed = request.GET.dict()
    sector = texts.sector_by_code.get(typed.get("sector", "").lower())
    typed["what"] = (
        typed.get("what")
        or typed.get("requirement", "")
        or (sector.name if sector else typed.get("sector", ""))
    )
    typed["importing"] = typed.get("importing", "").upper()
    form = VerifyForm(typed, texts=texts) if errors else VerifyForm(initial=typed, texts=texts)
    if errors:
        form.full_clean()
        form.errors.clear()
        for field, message in errors.items():
            field = "what" if field in ("sector", "requirement", "q") else field
            form.add_error(field if field in form.fields else None, message)
    return {"form": form, "what_choices": sorted(sector.name for sector in texts.sectors.values())}

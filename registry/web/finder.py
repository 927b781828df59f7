"""The finder: three inputs, an address to keep, verdicts with their reasons."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agreements import texts as agreement_texts
from agreements.models import ResultKind
from agreements.steps import STEP_LABELS
from portal.pages import BadQuestion, Page
from portal.tables import csv_response, json_response
from registry import asking, finding, telling

EXAMPLES = (
    (
        _("UK test reports for EMC in the United States, today"),
        "importing=US&exporting=GB&kind=test_report&sector=emc",
    ),
    (_("… and on 1 June 2020"), "importing=US&exporting=GB&kind=test_report&sector=emc&on=2020-06-01"),
    (
        _("Mexican test reports for radio in the United States"),
        "importing=US&exporting=MX&kind=test_report&sector=radio",
    ),
    (
        _("Swiss certificates for medical devices in the EU, on 26 May 2021"),
        "importing=EU&exporting=CH&kind=certificate&sector=medical_devices&on=2021-05-26",
    ),
    (
        _("Slovak GMP inspections in the United States, on 10 July 2019"),
        "importing=US&exporting=SK&kind=gmp_inspection&on=2019-07-10",
    ),
)


class FinderForm(forms.Form):
    """The three inputs, with kind and dates beside them. It draws and keeps what was typed; `asking` decides."""

    exporting = forms.ChoiceField(
        label=_("Made in"), help_text=_("Where the body that tests or certifies works.")
    )
    importing = forms.ChoiceField(label=_("Sold in"), help_text=_("Whose rules the product must meet."))
    what = forms.CharField(
        label=_("What"),
        required=False,
        help_text=_("A sector, a requirement or the name of a body, for example EMC or 47 CFR Part 15."),
        widget=forms.TextInput(
            attrs={"list": "what-choices", "data-suggest": "/suggest/", "autocomplete": "off"}
        ),
    )
    kind = forms.ChoiceField(label=_("Kind of result"), required=False)
    on = forms.CharField(label=_("Date of the result"), required=False, help_text=_("For example 2020-06-01"))
    known_at = forms.CharField(
        label=_("As the register stood on"),
        required=False,
        help_text=_("For example 2021-07-01; empty is now"),
    )

    def __init__(self, *args, texts, **kwargs):
        super().__init__(*args, **kwargs)
        economies = sorted((economy.name, economy.code) for economy in texts.economies.values())
        choices = [("", _("Choose"))] + [(code, name) for name, code in economies]
        self.fields["exporting"].choices = self.fields["importing"].choices = choices
        self.fields["kind"].choices = [("", _("Any kind")), *ResultKind.choices]


class FinderPage(Page):
    """``/``: the question, and what an answer means."""

    def get(self, request):
        texts = agreement_texts.current()
        return render(request, "registry/finder.html", _form_context(request, texts) | {"examples": EXAMPLES})


class AcceptedPage(Page):
    """``/accepted/``: the answer, at an address that keeps it."""

    def get(self, request):
        texts = agreement_texts.current()
        if not (request.GET.get("importing") or request.GET.get("exporting")):
            return render(
                request, "registry/finder.html", _form_context(request, texts) | {"examples": EXAMPLES}
            )
        if "what" in request.GET:
            return HttpResponseRedirect(f"{request.path}?{_permalink(request.GET, texts)}")
        question = asking.read_question(request.GET, request.clocks, texts)
        try:
            found = finding.find(question, texts, cursor=request.GET.get("cursor", ""))
        except finding.BadCursor as error:
            raise BadQuestion("cursor", str(error)) from error
        context = _form_context(request, texts) | {
            "question": question,
            "kind_words": ResultKind(question.kind).label if question.kind else "",
            "found": found,
            "undertakings": sorted(found.undertakings, key=lambda said: said.annex.code),
            "groups": found.by_verdict(),
            "query": _without_cursor(request.GET),
            "downloads": [
                {"text": text, "href": f"/accepted.{ending}?{_without_cursor(request.GET)}"}
                for text, ending in (("CSV", "csv"), ("JSON", "json"))
            ],
            "permalink": request.build_absolute_uri(),
        }
        return render(request, "registry/accepted.html", context)

    def bad_question(self, request, field, message):
        texts = agreement_texts.current()
        context = _form_context(request, texts, errors={field: message}) | {"examples": EXAMPLES}
        return render(request, "registry/finder.html", context, status=400)


class AcceptedFile(Page):
    """``/accepted.csv`` and ``/accepted.json``: all results of the same question."""

    def get(self, request, ending):
        texts = agreement_texts.current()
        question = asking.read_question(request.GET, request.clocks, texts)
        results = (telling.result(found, question) for found in finding.every(question, texts))
        if ending == "json":
            return json_response({"question": telling.question(question), "results": list(results)})
        return csv_response("accepted", _HEADER, (_csv_row(told, question) for told in results))


class SuggestPage(Page):
    """``/suggest/?q=``: sectors, requirements and bodies for whoever is typing."""

    def get(self, request):
        return json_response(
            asking.suggest(request.GET.get("q", ""), agreement_texts.current(), request.clocks)
        )


_COLUMNS = (
    "verdict",
    "standing",
    "reason",
    "type",
    "kind",
    "sector",
    "requirement",
    "product",
    "agreement",
    "annex",
)
_HEADER = ["on", "known_at", "body", "body_economy", "site", *_COLUMNS, *STEP_LABELS]


def _csv_row(told: dict, question) -> list:
    outcomes = {step["step"]: step["outcome"] for step in told["chain"]}
    clocks = question.clocks
    return [
        clocks.on,
        clocks.known_at or "",
        told["body"]["name"],
        told["body"]["economy"],
        told["site"]["name"] if told["site"] else "",
        *(told[column] or "" for column in _COLUMNS),
        *(outcomes.get(step, "") for step in STEP_LABELS),
    ]


def _form_context(request, texts, errors: dict[str, str] | None = None) -> dict:
    typed = request.GET.dict()
    typed["what"] = typed.get("what") or _what_typed(typed, texts)
    for name in ("importing", "exporting"):
        typed[name] = typed.get(name, "").upper()
    form = FinderForm(typed, texts=texts) if errors else FinderForm(initial=typed, texts=texts)
    if errors:
        form.full_clean()
        form.errors.clear()
        for field, message in errors.items():
            field = "what" if field in ("sector", "requirement", "q") else field
            form.add_error(field if field in form.fields else None, message)
    sectors = sorted(sector.name for sector in texts.sectors.values())
    return {"form": form, "what_choices": sectors}


def _what_typed(typed: dict, texts) -> str:
    sector = texts.sector_by_code.get(typed.get("sector", "").lower())
    return (
        (sector.name if sector else typed.get("sector", ""))
        or typed.get("requirement", "")
        or typed.get("q", "")
    )


def _permalink(parameters, texts) -> str:
    """The contract's address of what the form asks: "what" becomes sector, requirement or words; empty ones go."""
    kept = {
        name: parameters[name].strip()
        for name in ("importing", "exporting", "kind", "on", "known_at")
        if parameters.get(name, "").strip()
    }
    return urlencode(kept | asking.resolve_what(parameters["what"], texts))


def _without_cursor(parameters) -> str:
    return urlencode([(name, value) for name, value in parameters.items() if name != "cursor"])

"""Questions that can be watched: read from parameters, checked by the code of the page that answers them, spelt in one way."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agreements import texts as agreement_texts
from agreements.acceptance import Question
from agreements.models import Requirement, ResultKind
from agreements.texts import Texts
from portal import clock
from portal.clocks import Clocks
from portal.pages import BadQuestion
from registry import asking, listing, searching
from registry.directory import holding
from registry.directory.catalogue import GROUP
from registry.filters import ChangeFilter
from registry.models import Body, Merger
from registry.watching.models import Kind

LONGEST = 1000
# How a list is sorted and paged, and which days it is asked about, is no part of what is watched.
_LEFT_OUT = ("sort", "page", "cursor", "after", "before", "on", "known_at", "recorded_from", "recorded_to")
_ACCEPTED = ("importing", "exporting", "kind", "sector", "requirement", "q")


@dataclass(frozen=True)
class Watchable:
    """A question that was checked: its kind, its query in the one spelling, and what it is called."""

    kind: str
    query: str
    words: str
    address: str


def today() -> Clocks:
    """The clocks of all watching: today, as the register stands now."""
    return Clocks(on=clock.today())


def read(parameters: QueryDict) -> Watchable:
    """The question in ``watch`` (its kind) and the parameters of its page. Raises BadQuestion."""
    kind = parameters.get("watch", "")
    if kind not in Kind.values:
        raise BadQuestion("watch", _("Choose “Watch this” on the page that you want to watch."))
    pairs = [
        (name, value.replace("\x00", "").strip())
        for name, values in parameters.lists()
        for value in values
        if name not in ("watch", *_LEFT_OUT)
    ]
    return check(kind, urlencode(sorted({(name, value) for name, value in pairs if value})))


def check(kind: str, query: str) -> Watchable:
    """The question of that kind and query, checked by the code that answers it. Raises BadQuestion."""
    found = _CHECKS[kind](QueryDict(query), agreement_texts.current())
    if len(found.query) > LONGEST:
        raise BadQuestion("q", _("The question is too long. Shorten it to a few words."))
    return found


def asked_of_bodies(query: QueryDict) -> searching.Question:
    """The question of ``/bodies/``, as of today. Raises BadQuestion."""
    return searching.read(query, today())


def filtered_changes(query: QueryDict):
    """``/changes/`` narrowed by the query. Raises BadQuestion."""
    clocks = today()
    return listing.filtered(ChangeFilter, SimpleNamespace(GET=query, clocks=clocks), listing.changes(clocks))


def accepted(query: QueryDict, texts: Texts) -> Question:
    """The question of ``/accepted/``. Raises BadQuestion."""
    return asking.read_question(query, today(), texts)


def requirement(query: QueryDict) -> Requirement:
    """The requirement that is watched. Raises BadQuestion."""
    found = Requirement.objects.named(query.get("requirement", "")).select_related("economy").first()
    if found is None:
        raise BadQuestion("requirement", _("This requirement is not on file."))
    return found


def body(query: QueryDict) -> Body:
    """The body that is watched, or what it is merged into now. Raises BadQuestion."""
    number = query.get("id", "")
    found = Body.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    if found is None:
        found = Body.objects.under(query.get("body", "")).order_by("id").first()
    if found is None:
        raise BadQuestion("body", _("This body is not on the register."))
    merger = Merger.objects.known().filter(body=found).select_related("into").first()
    return merger.into if merger else found


@dataclass(frozen=True)
class Partner:
    """What an importing economy accepts: from everybody or one exporting economy, under every text or one annex."""

    importing: object
    exporting: object | None
    annex: object | None


def partner(query: QueryDict, texts: Texts) -> Partner:
    """The partner's list that is watched. Raises BadQuestion."""
    codes = {code.upper(): economy for code, economy in texts.economy_by_code.items()}
    importing = codes.get(query.get("importing", "").upper())
    if importing is None:
        raise BadQuestion("importing", _("Choose an economy from the list."))
    exporting = codes.get(query.get("exporting", "").upper())
    if query.get("exporting") and exporting is None:
        raise BadQuestion("exporting", _("Choose an economy from the list."))
    code = query.get("annex", "").casefold()
    annex = next((each for each in texts.annexes.values() if each.code.casefold() == code), None)
    if code and annex is None:
        raise BadQuestion("annex", _("This annex is not on file."))
    return Partner(importing, exporting, annex)


def _bodies(query: QueryDict, texts: Texts) -> Watchable:
    asked, known = asked_of_bodies(query), holding.catalogue()
    pairs = [("q", asked.words)] if asked.words else []
    pairs += [(group, code) for group, codes in asked.chosen.items() for code in codes]
    words = [_("Words") + f": {asked.words}"] if asked.words else []
    words += [
        f"{GROUP[group].label}: {', '.join(str(known.called(group, code)) for code in codes)}"
        for group, codes in asked.chosen.items()
    ]
    return _listed(Kind.BODIES, pairs, words, _("Bodies"), reverse("bodies"))


def _changes(query: QueryDict, texts: Texts) -> Watchable:
    found = filtered_changes(query)
    known = [(name, value) for name, values in query.lists() for value in values if name in found.filters]
    words = [
        f"{found.form.fields[name].label}: {_chosen(found.form.fields[name], value)}" for name, value in known
    ]
    return _listed(Kind.CHANGES, known, words, _("Decisions"), reverse("changes"))


def _listed(kind: str, pairs: list[tuple[str, str]], words: list[str], title: str, path: str) -> Watchable:
    spelt = urlencode(sorted(pairs))
    heading = f"{title} – {'; '.join(words)}" if words else _("%(title)s – all") % {"title": title}
    return Watchable(kind, spelt, heading, f"{path}?{spelt}" if spelt else path)


def _chosen(field, value: str) -> str:
    return str(dict(getattr(field, "choices", ())).get(value, value))


def _accepted(query: QueryDict, texts: Texts) -> Watchable:
    question = accepted(query, texts)
    spelt = urlencode([(name, query[name]) for name in sorted(_ACCEPTED) if query.get(name)])
    parts = [
        str(ResultKind(question.kind).label) if question.kind else "",
        question.sector.name if question.sector else "",
        str(question.requirement) if question.requirement else "",
        f"“{question.words}”" if question.words else "",
    ]
    words = _("What %(importing)s accepts from %(exporting)s") % {
        "importing": question.importing.name,
        "exporting": question.exporting.name,
    }
    narrowed = ", ".join(part for part in parts if part)
    heading = f"{words}: {narrowed}" if narrowed else words
    return Watchable(Kind.ACCEPTED, spelt, heading, f"{reverse('accepted')}?{spelt}")


def _body(query: QueryDict, texts: Texts) -> Watchable:
    found = body(query)
    return Watchable(Kind.BODY, f"id={found.pk}", found.name, found.get_absolute_url())


def _requirement(query: QueryDict, texts: Texts) -> Watchable:
    found = requirement(query)
    words = _("Requirement %(reference)s") % {"reference": found}
    address = reverse("api-requirement", args=[found.slug])
    return Watchable(Kind.REQUIREMENT, urlencode({"requirement": found.slug}), words, address)


def _partner(query: QueryDict, texts: Texts) -> Watchable:
    found = partner(query, texts)
    named = {"importing": found.importing.code}
    words = _("The rules of %(importing)s: what it accepts") % {"importing": found.importing.name}
    if found.exporting:
        named["exporting"] = found.exporting.code
        words = _("The rules of %(importing)s: what it accepts from %(exporting)s") % {
            "importing": found.importing.name,
            "exporting": found.exporting.name,
        }
    if found.annex:
        named["annex"] = found.annex.code
        words += f" ({found.annex.code})"
    return Watchable(
        Kind.PARTNER, urlencode(sorted(named.items())), words, found.importing.get_absolute_url()
    )


_CHECKS = {
    Kind.BODIES: _bodies,
    Kind.CHANGES: _changes,
    Kind.ACCEPTED: _accepted,
    Kind.BODY: _body,
    Kind.REQUIREMENT: _requirement,
    Kind.PARTNER: _partner,
}

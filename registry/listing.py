"""The directory and the history: which bodies, how one stands with each partner over time, what was decided."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from agreements.steps import Answer, say
from agreements.texts import Texts
from portal.clocks import Clocks
from portal.pages import BadQuestion
from registry import chain, line_facts, naming
from registry.models import (
    AcceptedScope,
    Accreditation,
    Act,
    Body,
    Contact,
    Decision,
    Designation,
    FormerName,
    Merger,
    ScopeLine,
)
from registry.policies import state_of


def filtered(filter_class, request, queryset):
    """The filter bound to the request. Raises BadQuestion for a value that it does not take."""
    data = request.GET.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\x00", "") for value in values])
    found = filter_class(data, queryset=queryset, request=request)
    for field, errors in found.errors.items():
        raise BadQuestion(field, " ".join(errors))
    return found


def changes(clocks: Clocks):
    """Decisions recorded by the asked moment and, where a day is asked, in effect by it; the newest record first."""
    decisions = _told(Decision.objects.recorded_by(clocks.known_at))
    if clocks.asked_on:
        decisions = decisions.filter(effective_on__lte=clocks.on)
    return decisions.order_by("-recorded_at", "-id")


def designations(clocks: Clocks):
    """Designations on record at the asked moment, with the partner's recognition and all decisions, in eight queries."""
    told = _told(Decision.objects.in_order())
    rows = naming.told(Designation.objects.all(), "body_id").select_related(
        "body", "annex", "exporting", "importing", "authority", "recognition"
    )
    if clocks.known_at is not None:
        rows = rows.filter(recorded_at__lte=clocks.known_at)
    return rows.prefetch_related(
        Prefetch("decisions", queryset=told),
        Prefetch("recognition__decisions", queryset=told),
        Prefetch("lines", queryset=ScopeLine.objects.select_related("sector", "requirement")),
    )


def _told(decisions):
    """Decisions with all that a line of history shows, also what their bodies were called."""
    about = Coalesce("designation__body", "recognition__body", "accreditation__body")
    return naming.told(decisions.told().annotate(about=about), "about")


def decisions_as_told(record, clocks: Clocks) -> list[Decision]:
    """The record's decisions written down by the asked moment, corrected ones included, in order."""
    return [decision for decision in record.decisions.all() if decision.recorded_at <= clocks.asked_at]


def state_as_known(record, clocks: Clocks) -> str:
    """The record's state on the asked day by the decisions that counted at the asked moment."""
    return state_by(decisions_as_told(record, clocks), clocks)


def state_by(decisions: list[Decision], clocks: Clocks) -> str:
    """The state that these decisions on one record give on the asked day, corrected ones left aside."""
    return state_of(_counting(decisions, clocks), clocks.on)


def _counting(decisions: list[Decision], clocks: Clocks) -> list[Decision]:
    known = [each for each in decisions if each.act != Act.ANNUL and correction_of(each, clocks) is None]
    return sorted(known, key=lambda decision: decision.order)


def correction_of(decision: Decision, clocks: Clocks) -> Decision | None:
    """The decision that corrects it, when that one was on record at the asked moment."""
    correction = getattr(decision, "corrected_by", None)
    return correction if correction is not None and correction.recorded_at <= clocks.asked_at else None


@dataclass(frozen=True)
class LineStanding:
    """One scope line with its stretches over time and the chain for the asked day.

    ``site_left_on`` is the day on which the body left its location; ``told_for`` names a merged body that it was told for.
    """

    line: ScopeLine
    annex: object
    importing: object
    stretches: list[AcceptedScope]
    answer: Answer
    site_left_on: str | None = None
    told_for: str = ""


@dataclass(frozen=True)
class AccreditationState:
    """An accreditation with its state on the asked day."""

    accreditation: Accreditation
    state: str
    decisions: list[Decision]


@dataclass(frozen=True)
class Portrait:
    """All that the register says of one body, and of those merged into it, over the asked clocks.

    ``body`` carries as lists of dicts what was read with it: ``site_rows``, ``identifier_rows``, ``former_name_rows``,
    ``home_rows``, ``contact_rows`` (public ones) and ``taken_in_rows``; ``taken_in`` are the merged bodies, each with its ``merger``.
    """

    body: Body
    taken_in: list[Body]
    accreditations: list[AccreditationState]
    lines: list[LineStanding]
    history: list[Decision]

    @property
    def other_names(self) -> list[str]:
        """Every name beside the one shown that the body, or one merged into it, has or had, each once."""
        names = [row["name"] for row in self.body.former_name_rows]
        names += [other.shown_name for other in self.taken_in]
        return sorted(set(names) - {self.body.shown_name})


def portrait(slug: str, clocks: Clocks, texts: Texts) -> Portrait | None:
    """The body as it stands on the asked day, as known at the asked moment.

    None when it is not on the register then under this address, or part of another (see ``elsewhere``). Six queries: the
    body with all that hangs on it, its history, its stretches and three for the facts of its lines; one more for bodies
    that are merged into it.
    """
    known = Body.objects.known(clocks.known_at).shown(clocks.known_at).with_particulars(clocks.asked_at)
    known = known.annotate(contact_rows=_public_contacts(clocks.asked_at))
    body = known.apart(clocks.known_at).with_taken_in(clocks.known_at).filter(slug=slug).first()
    if body is None:
        return None
    taken_in = _take_in(body, known)
    told = _told(Decision.objects.on_bodies([body, *taken_in]).recorded_by(clocks.known_at))
    history = list(told.order_by("-effective_on", "-id"))
    for decision in history:
        decision.known_correction = correction_of(decision, clocks)
    return Portrait(
        body=body,
        taken_in=taken_in,
        accreditations=_accreditation_states(history, clocks),
        lines=_line_standings(body, taken_in, clocks, texts),
        history=history,
    )


def _public_contacts(moment: datetime) -> ArraySubquery:
    """Contacts on record at the moment that the public may see, as a list of dicts."""
    rows = Contact.objects.filter(body=OuterRef("pk")).current(moment).public()
    return ArraySubquery(
        rows.values(row=JSONObject(**{name: name for name in ("name", "role", "email", "phone")}))
    )


def _take_in(body: Body, known) -> list[Body]:
    """The bodies merged into this one, whose sites, numbers, names and appointments become its own here."""
    mergers = {row["body"]: row for row in body.taken_in_rows}
    taken_in = list(known.filter(id__in=mergers).order_by("shown_name", "id")) if mergers else []
    for other in taken_in:
        merger = mergers[other.id]
        other.merger = {**merger, "since": datetime.fromisoformat(merger["since"])}
        body.site_rows += other.site_rows
        body.contact_rows += other.contact_rows
        body.home_rows += other.home_rows
        body.identifier_rows += [row for row in other.identifier_rows if row not in body.identifier_rows]
        body.former_name_rows += [row for row in other.former_name_rows if row not in body.former_name_rows]
    return taken_in


@dataclass(frozen=True)
class Elsewhere:
    """Under which address a body is found instead; ``lasting`` unless it could be undone."""

    slug: str
    lasting: bool


def elsewhere(slug: str, clocks: Clocks) -> Elsewhere | None:
    """Where to look for a body that is merged into another at the asked moment, or that gave up this address."""
    merger = Merger.objects.known(clocks.known_at).filter(body__slug=slug).select_related("into").first()
    if merger is not None:
        return Elsewhere(merger.into.slug, lasting=False)
    former = FormerName.objects.filter(slug=slug).exclude(body__slug=slug).select_related("body").first()
    return Elsewhere(former.body.slug, lasting=True) if former else None


def _line_standings(body: Body, taken_in: list[Body], clocks: Clocks, texts: Texts) -> list[LineStanding]:
    moment = clocks.asked_at
    left = {row["id"]: row["left_on"] for row in body.site_rows}
    merged = {other.id: other.shown_name for other in taken_in}
    stretches: dict[int, list[AcceptedScope]] = {}
    for row in AcceptedScope.objects.filter(body=body, recorded__contains=moment).order_by("line", "valid"):
        stretches.setdefault(row.line_id, []).append(row)
    standings = [
        LineStanding(
            line=facts.line,
            annex=texts.annexes[facts.line.annex_id],
            importing=texts.economies[facts.line.importing_id],
            stretches=stretches[facts.line.id],
            answer=chain.answer(facts, on=clocks.on, moment=moment, texts=texts),
            site_left_on=left.get(facts.line.site_id),
            told_for=merged.get(facts.line.body_id, ""),
        )
        for facts in (line_facts.load(stretches) if stretches else [])
    ]
    return sorted(
        standings, key=lambda standing: (standing.importing.name, standing.annex.code, standing.line.id)
    )


def _accreditation_states(history: list[Decision], clocks: Clocks) -> list[AccreditationState]:
    """From the history, so that it needs no query."""
    groups: dict[Accreditation, list[Decision]] = {}
    for decision in history:
        if decision.accreditation_id:
            groups.setdefault(decision.accreditation, []).append(decision)
    return [
        AccreditationState(accreditation, state_by(decisions, clocks), _counting(decisions, clocks))
        for accreditation, decisions in groups.items()
    ]


def body_told(decision: Decision, clocks: Clocks) -> naming.Identity:
    """Whom the decision is about, as the register called it at the asked moment."""
    return naming.of(decision, decision.body).at(clocks.asked_at)


def decision_told(decision: Decision, clocks: Clocks) -> dict:
    """A decision as files and the API tell it: publicly, so without the person and the internal note."""
    record, known = decision.record, body_told(decision, clocks)
    direction = None if decision.accreditation_id else record
    correction = correction_of(decision, clocks)
    return {
        "id": decision.id,
        "act": decision.act,
        "act_words": decision.get_act_display(),
        "body": {"id": known.id, "name": known.name, "slug": known.slug},
        "sample": record.body.is_sample,
        "on": "accreditation" if direction is None else type(record).__name__.lower(),
        "annex": direction.annex.code if direction else None,
        "exporting": direction.exporting.code if direction else None,
        "importing": direction.importing.code if direction else None,
        "authority": decision.authority_name,
        "decided_on": decision.decided_on,
        "effective_on": decision.effective_on,
        "start_unknown": decision.start_unknown,
        "until": decision.until,
        "recorded_at": decision.recorded_at,
        "public_reason": decision.public_reason,
        "older_results": decision.older_results or None,
        "older_results_until": decision.older_results_until,
        "corrects": decision.corrects_id,
        "corrected_by": correction.id if correction else None,
        "citation": decision.citation,
        "source": decision.source_name,
    }


def sentence(decision: Decision) -> str:
    """One decision in a line."""
    return _("%(act)s by %(who)s, with effect from %(day)s") % {
        "act": decision.get_act_display().capitalize(),
        "who": decision.authority_name or _("an authority that the source does not name"),
        "day": say(decision.effective_on),
    }

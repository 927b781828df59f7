"""Whether a proposal may be made at all, and what is missing before it can be put before the second person."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from agreements import competence
from agreements.acting import Acting
from agreements.models import Authority, Capacity, DocumentAsked
from portal import clock
from registry import scoping
from registry.models import Attachment, Body, OlderResults, Proposal, Site, Step
from registry.policies import NotYours, relation_to_body, speaks_for, stands_in


@dataclass(frozen=True)
class Problem:
    """Something missing or wrong: the section and field it is in, and what to do."""

    section: str
    field: str
    words: str


ON_BODY = (Step.RENAME, Step.MERGE, Step.SEPARATE, Step.MOVE_SITE, Step.CONTACTS)


def check_may_propose(by: Acting, step: str, about: dict) -> None:
    """Raises NotYours when the decision would not be the actor's authority's to make."""
    if not _may_propose(by, step, about):
        raise NotYours(_("This is for another authority to decide."))


def _may_propose(by: Acting, step: str, about: dict) -> bool:
    if step in (Step.DESIGNATE, Step.REGISTER):
        return bool(competence.directions(by, Capacity.DESIGNATING))
    if step in (Step.CORRECT, Step.ANNUL):
        decision = about["decision"]
        return speaks_for(by, decision.record, decision.act)
    if step == Step.ACCREDIT:
        own = competence.authority_of(by)
        return own is not None and bool({Capacity.ACCREDITATION, Capacity.DESIGNATING} & set(own.capacities))
    if step == Step.CONTACTS:
        return looks_after(by, about["body"]) or relation_to_body(by, about["body"]) != "none"
    if step in ON_BODY:
        return looks_after(by, about["body"])
    record = about.get("designation") or about.get("recognition") or about.get("accreditation")
    if record is None:
        return False
    if about.get("accreditation"):
        return by.acts_for(record.accreditation_body) or stands_in(by, record)
    return speaks_for(by, record, step)


def looks_after(by: Acting, body: Body) -> bool:
    """True for an authority that designates the body, or that designates in the body's economy."""
    own = competence.authority_of(by)
    return own is not None and Body.objects.looked_after_by(own).filter(pk=body.pk).exists()


def check_looked_after(authority: Authority, body: Body) -> None:
    """Raises NotYours unless the authority designates the body, or in the body's economy."""
    if not Body.objects.looked_after_by(authority).filter(pk=body.pk).exists():
        raise NotYours(_("This authority does not look after the body."))


def problems(by: Acting, proposal: Proposal) -> list[Problem]:
    """Everything that keeps the proposal from being submitted or decided, in the order of its sections."""
    if proposal.step == Step.DESIGNATE:
        return list(_of_designation(by, proposal))
    if proposal.step == Step.REGISTER:
        return list(_of_newcomer(proposal))
    if proposal.step in ON_BODY:
        return list(_of_body(proposal))
    return list(_of_decision(proposal))


def _of_newcomer(proposal: Proposal):
    said = proposal.content.get("body", {})
    if proposal.body is None and not (said.get("name") and said.get("economy")):
        yield Problem("body", "name", _("Enter the body's name and economy."))


def _of_designation(by: Acting, proposal: Proposal):
    content = proposal.content
    if proposal.body is None and not content.get("body", {}).get("name"):
        yield Problem("body", "name", _("Choose the body, or enter a new one."))
    if proposal.annex is None:
        yield Problem("partner", "annex", _("Choose the text and the partner."))
        return
    if not competence.is_competent(by, proposal.annex, proposal.exporting, Capacity.DESIGNATING):
        yield Problem("partner", "annex", _("Your authority does not designate under this text."))
    yield from _of_scope(proposal)
    accreditation = content.get("accreditation", {})
    if not accreditation.get("none") and not accreditation.get("accreditation_body"):
        yield Problem(
            "accreditation", "accreditation_body", _("Enter the accreditation, or say that there is none.")
        )
    elif not accreditation.get("none") and _day(accreditation.get("start")) is None:
        yield Problem("accreditation", "start", _("Enter since when the body is accredited."))
    until = _day(accreditation.get("until"))
    if until and until <= clock.today():
        yield Problem("accreditation", "until", _("This accreditation has run out."))
    if not content.get("contacts", {}).get("contacts"):
        yield Problem("contacts", "name", _("Enter at least one contact."))
    yield from _of_documents(proposal)
    if not content.get("declaration", {}).get("declared"):
        yield Problem("declaration", "declared", _("Make the declaration."))
    if _day(content.get("declaration", {}).get("effective_on")) is None:
        yield Problem("declaration", "effective_on", _("Enter the first day of the designation."))


def _of_scope(proposal: Proposal):
    lines = scoping.lines_of(proposal.content)
    if not lines:
        yield Problem("scope", "lines", _("Add at least one scope line."))
        return
    for number, compared in enumerate(compared_scope(proposal), start=1):
        for state, words in (
            (compared.listed, compared.listed_words),
            (compared.accredited, compared.accredited_words),
        ):
            if state in ("no", "edition"):
                yield Problem("scope", f"line-{number}", _line_words(number, compared, words))
        if not compared.covered:
            yield Problem("scope", f"line-{number}", _line_words(number, compared, compared.covered_words))


def _line_words(number: int, compared, words: str) -> str:
    what = compared.requirement or compared.line.requirement or compared.sector or ""
    return _("Line %(number)s, %(what)s: %(words)s") % {"number": number, "what": what, "words": words}


def compared_scope(proposal: Proposal) -> list[scoping.Compared]:
    """The proposal's lines beside the partner's list and the accreditation."""
    covers = proposal.content.get("accreditation", {}).get("covers", "")
    references = [line.strip() for line in covers.splitlines() if line.strip()]
    return scoping.compare(
        scoping.lines_of(proposal.content),
        annex=proposal.annex,
        exporting=proposal.exporting,
        importing=proposal.importing,
        accredited=references or None,
    )


def documents_asked(proposal: Proposal) -> list[DocumentAsked]:
    """What the authorities ask for with this designation, narrowed to the kinds of result it names."""
    if proposal.annex is None:
        return []
    rows = DocumentAsked.objects.for_designation(
        proposal.annex_id, proposal.exporting.code, proposal.importing.code
    )
    kinds = {line.kind for line in scoping.lines_of(proposal.content)}
    return [row for row in rows if not row.kinds or kinds & set(row.kinds)]


def _of_documents(proposal: Proposal):
    there = set(
        Attachment.objects.filter(proposal=proposal, removed_at=None).values_list("purpose", flat=True)
    )
    for document in documents_asked(proposal):
        if document.is_required and document.key not in there:
            yield Problem("documents", document.key, _("Missing: %(name)s.") % {"name": document.name})


def _of_decision(proposal: Proposal):
    said = proposal.content.get("decision", {})
    if proposal.step != Step.ANNUL and _day(said.get("effective_on")) is None:
        yield Problem("decision", "effective_on", _("Enter the day from which it takes effect."))
    needs_reason = (
        Step.CONTEST,
        Step.REFUSE,
        Step.SUSPEND,
        Step.WITHDRAW,
        Step.RESTRICT,
        Step.CORRECT,
        Step.ANNUL,
    )
    if proposal.step in needs_reason and not said.get("public_reason"):
        yield Problem("decision", "public_reason", _("State the reason, as the public will read it."))
    if proposal.step in (Step.RESTRICT, Step.RECOGNISE_IN_PART) and not said.get("lines"):
        yield Problem("decision", "lines", _("Choose the lines."))
    if proposal.step == Step.RECOGNISE_IN_PART:
        for line_id in said.get("refused", []):
            if not said.get("reasons", {}).get(str(line_id)):
                yield Problem(
                    "decision", f"reason-{line_id}", _("Say why this line is refused (21 CFR 26.136).")
                )
    if said.get("older_results") == OlderResults.UNTIL and _day(said.get("older_results_until")) is None:
        yield Problem("decision", "older_results_until", _("Enter the last day for older results."))
    if proposal.step == Step.RENEW and _day(said.get("until")) is None:
        yield Problem("decision", "until", _("Enter the day on which the new term ends."))
    start, end = _day(said.get("effective_on")), _day(said.get("until"))
    if start and end and end <= start:
        yield Problem("decision", "until", _("Enter a day after the day of effect."))


def _of_body(proposal: Proposal):
    said = proposal.content.get("decision", {})
    if proposal.step == Step.RENAME and not said.get("name"):
        yield Problem("decision", "name", _("Enter the new name."))
    if proposal.step == Step.MERGE and not Body.objects.filter(pk=said.get("into")).exists():
        yield Problem("decision", "into", _("Choose the body that stays."))
    if (
        proposal.step == Step.MOVE_SITE
        and not Site.objects.filter(pk=said.get("site"), body=proposal.body).exists()
    ):
        yield Problem("decision", "site", _("Choose the site that moves."))
    if proposal.step in (Step.MERGE, Step.SEPARATE) and not said.get("public_reason"):
        yield Problem("decision", "public_reason", _("State the reason, as the public will read it."))
    if proposal.step in (Step.RENAME, Step.MOVE_SITE) and _day(said.get("effective_on")) is None:
        yield Problem("decision", "effective_on", _("Enter the day from which it takes effect."))
    if proposal.step == Step.CONTACTS and not proposal.content.get("contacts", {}).get("contacts"):
        yield Problem("contacts", "name", _("Enter at least one contact."))


def _day(text) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None

"""Carries a decided proposal out: turns what was typed into the verbs' words, for each kind of proposal."""

from collections.abc import Callable
from datetime import date

from agreements.acting import Acting
from agreements.models import Authority, Economy, Origin, Sector
from portal import clock
from registry import (
    accrediting,
    contacting,
    correcting,
    designating,
    queueing,
    recognising,
    registering,
    scoping,
)
from registry.deciding import Terms
from registry.models import Body, Decision, Proposal, ScopeLine, Site, Step


def carry_out(*, by: Acting, proposal: Proposal) -> Decision | None:
    """Do what the proposal says, in the caller's transaction. Returns the decision made, if its step makes one."""
    return _CARRY[proposal.step](by, proposal)


def terms_of(proposal: Proposal) -> Terms:
    """The terms that a proposal's decision has."""
    section = "declaration" if proposal.step == Step.DESIGNATE else "decision"
    said = proposal.content.get(section, {})
    return Terms(
        effective_on=_day(said.get("effective_on")),
        decided_on=clock.today(),
        until=_day(said.get("until")),
        public_reason=said.get("public_reason", ""),
        internal_note=said.get("internal_note", ""),
        older_results=said.get("older_results", ""),
        older_results_until=_day(said.get("older_results_until")),
        citation=said.get("citation", ""),
        authority_name=proposal.authority.name,
    )


def _day(text) -> date | None:
    return date.fromisoformat(text) if text else None


def _designate(by: Acting, proposal: Proposal) -> Decision:
    content = proposal.content
    body = entered(by, proposal)
    accredit_for(by, body, content.get("accreditation", {}))
    contacting.replace_contacts(by=by, body=body, contacts=content["contacts"]["contacts"])
    terms = terms_of(proposal)
    designation = designating.designate(
        by=by,
        body=body,
        annex=proposal.annex,
        exporting=proposal.exporting,
        importing=proposal.importing,
        authority=proposal.authority,
        scopes=scoping.scopes(scoping.lines_of(content), body),
        terms=terms,
        origin=Origin.SAMPLE if body.is_sample else Origin.ENTERED,
    )
    regulator = regulator_of(proposal)
    notified = Terms(
        effective_on=terms.effective_on, decided_on=clock.today(), authority_name=proposal.authority.name
    )
    designating.notify(by=by, designation=designation, regulator=regulator, terms=notified)
    proposal.designation = designation
    return designation.decisions.latest("id")


def regulator_of(proposal: Proposal) -> Authority | None:
    """Whom the proposal names to decide for the partner."""
    code = proposal.content.get("partner", {}).get("regulator")
    return Authority.objects.filter(code=code).first() if code else None


def entered(by: Acting, proposal: Proposal) -> Body:
    """The body that the proposal is about, registered if it is new, with the sites and numbers that the proposal adds."""
    said = proposal.content.get("body", {})
    if proposal.body is None:
        proposal.body = _register(by, proposal.authority, said)
        if proposal.newcomer:
            others = Proposal.objects.running().filter(newcomer=proposal.newcomer, body=None)
            others.exclude(pk=proposal.pk).update(body=proposal.body)
    _complete(by, proposal.body, said)
    return proposal.body


def _complete(by: Acting, body: Body, said: dict) -> None:
    """Add the sites, by name, and the numbers that the body has not on file."""
    named = {site.name.casefold() for site in body.sites.all()}
    for site in said.get("sites", []):
        if site["name"].casefold() not in named:
            registering.add_site(by=by, body=body, economy=body.economy, **site)
    held = set(body.identifiers.known().values_list("scheme", "value"))
    for number in said.get("numbers", []):
        if (number["scheme"], number["value"]) not in held:
            registering.add_identifier(by=by, body=body, **number)


def _enter(by: Acting, proposal: Proposal) -> None:
    """Put a body on the register, or complete one, without a decision about it."""
    body = entered(by, proposal)
    accredit_for(by, body, proposal.content.get("accreditation", {}))
    if contacts := proposal.content.get("contacts", {}).get("contacts"):
        contacting.replace_contacts(by=by, body=body, contacts=contacts)


def _register(by: Acting, authority: Authority, said: dict) -> Body:
    """A new body."""
    economy = Economy.objects.get(code=said["economy"])
    return registering.register(
        by=by,
        name=name_of_newcomer(authority, said),
        local_name=said.get("local_name", ""),
        economy=economy,
        website=said.get("website", ""),
        is_third_party=THIRD_PARTY.get(said.get("is_third_party", "")),
        origin=Origin.SAMPLE if authority.origin == Origin.SAMPLE else Origin.ENTERED,
        source_name=said.get("source", ""),
        sites=sites_of(said, is_new=True),
    )


THIRD_PARTY = {"yes": True, "no": False}


def name_of_newcomer(authority: Authority, said: dict) -> str:
    """The name of a new body. What a made-up authority registers is made up too, and says so."""
    name = said["name"]
    return f"{name} (sample)" if authority.origin == Origin.SAMPLE and not name.endswith("(sample)") else name


def sites_of(said: dict, *, is_new: bool) -> list[dict]:
    """The sites that a proposal tells of a body; of a new one at least where it is established."""
    sites = [dict(site) for site in said.get("sites", [])]
    if sites or not is_new:
        return sites
    place = {name: said.get(name, "") for name in ("address", "town", "postcode")}
    return [{**place, "name": said.get("site_name", ""), "is_registered_office": True}]


def accredit_for(by: Acting, body: Body, said: dict) -> None:
    """Put the accreditation on record that came with the designation, unless it is there already."""
    if said.get("none") or not said.get("accreditation_body"):
        return
    giver = Authority.objects.get(code=said["accreditation_body"])
    held = body.accreditations.filter(
        accreditation_body=giver, reference=said.get("reference", ""), standard=said.get("standard", "")
    )
    if held.exists():
        return
    _accredited(by, body, giver, said)


def _accredited(by: Acting, body: Body, giver: Authority, said: dict):
    references = [line.strip() for line in said.get("covers", "").splitlines() if line.strip()]
    return accrediting.accredit(
        by=by,
        body=body,
        accreditation_body=giver,
        reference=said.get("reference", ""),
        standard=said.get("standard", ""),
        sector=Sector.objects.filter(code=said.get("sector") or None).first(),
        covers=references,
        origin=Origin.SAMPLE if body.is_sample else Origin.ENTERED,
        terms=Terms(
            effective_on=_day(said.get("start")) or _day(said.get("effective_on")),
            until=_day(said.get("until")),
            authority_name=giver.name,
            source_name="" if by.acts_for(giver) else f"Entered by {by.authority_code}",
        ),
    )


def _accredit(by: Acting, proposal: Proposal) -> Decision:
    said = {**proposal.content["decision"], **proposal.content.get("accreditation", {})}
    giver = Authority.objects.get(code=said["accreditation_body"])
    accreditation = _accredited(by, proposal.body, giver, said)
    proposal.accreditation = accreditation
    return accreditation.decisions.latest("id")


def _on_record(by: Acting, proposal: Proposal) -> Decision:
    """Suspend, restore, restrict, withdraw, renew, recognise, refuse, contest: the verb of that name on the record."""
    field, room = next(
        (field, room)
        for field, room in (
            ("designation", designating),
            ("recognition", recognising),
            ("accreditation", accrediting),
        )
        if getattr(proposal, f"{field}_id")
    )
    said = proposal.content["decision"]
    arguments = {"by": by, field: getattr(proposal, field), "terms": terms_of(proposal)}
    if field != "accreditation" and proposal.step in _IN_PART and said.get("lines"):
        arguments["lines"] = list(ScopeLine.objects.filter(pk__in=said["lines"]))
    if proposal.step in (Step.RESTRICT, Step.RECOGNISE_IN_PART):
        arguments["reasons"] = {int(line_id): words for line_id, words in said.get("reasons", {}).items()}
    return getattr(room, proposal.step)(**arguments)


_IN_PART = (Step.SUSPEND, Step.RESTORE, Step.RESTRICT, Step.RECOGNISE_IN_PART)


def _notify(by: Acting, proposal: Proposal) -> Decision:
    recognition = proposal.recognition
    designating.notify(
        by=by,
        designation=recognition.designation,
        regulator=recognition.authority,
        terms=terms_of(proposal),
    )
    return recognition.decisions.latest("id")


def _correct(by: Acting, proposal: Proposal) -> Decision:
    terms = terms_of(proposal)
    changes = {"effective_on": terms.effective_on, "until": terms.until}
    changes |= {name: getattr(terms, name) for name in ("citation", "internal_note") if getattr(terms, name)}
    if "older_results" in proposal.content["decision"]:
        changes |= {
            "older_results": terms.older_results,
            "older_results_until": terms.older_results_until,
        }
    return correcting.correct(by=by, decision=proposal.decision, reason=terms.public_reason, **changes)


def _annul(by: Acting, proposal: Proposal) -> Decision:
    reason = proposal.content["decision"]["public_reason"]
    return correcting.annul(by=by, decision=proposal.decision, reason=reason)


def _rename(by: Acting, proposal: Proposal) -> None:
    said = proposal.content["decision"]
    registering.rename(
        by=by,
        body=proposal.body,
        name=said["name"],
        local_name=said.get("local_name", ""),
        effective_on=_day(said.get("effective_on")),
        reason=said.get("public_reason", ""),
    )


def _merge(by: Acting, proposal: Proposal) -> None:
    said = proposal.content["decision"]
    into = Body.objects.get(pk=said["into"])
    registering.merge(by=by, body=proposal.body, into=into, reason=said.get("public_reason", ""))


def _separate(by: Acting, proposal: Proposal) -> None:
    reason = proposal.content["decision"].get("public_reason", "")
    registering.separate(by=by, body=proposal.body, reason=reason)


def _move_site(by: Acting, proposal: Proposal) -> None:
    said = proposal.content["decision"]
    site = Site.objects.get(pk=said["site"], body=proposal.body)
    address = {name: said.get(name, "") for name in ("name", "address", "town", "postcode")}
    registering.move_site(
        by=by,
        site=site,
        effective_on=_day(said.get("effective_on")),
        reason=said.get("public_reason", ""),
        **address,
    )
    queueing.site_moved(site)


def _contacts(by: Acting, proposal: Proposal) -> None:
    contacts = proposal.content["contacts"]["contacts"]
    contacting.replace_contacts(by=by, body=proposal.body, contacts=contacts)


_CARRY: dict[str, Callable] = {
    Step.DESIGNATE: _designate,
    Step.REGISTER: _enter,
    Step.NOTIFY: _notify,
    Step.ACCREDIT: _accredit,
    Step.CORRECT: _correct,
    Step.ANNUL: _annul,
    Step.RENAME: _rename,
    Step.MERGE: _merge,
    Step.SEPARATE: _separate,
    Step.MOVE_SITE: _move_site,
    Step.CONTACTS: _contacts,
    **dict.fromkeys(
        (
            Step.RECOGNISE,
            Step.RECOGNISE_IN_PART,
            Step.REFUSE,
            Step.CONTEST,
            Step.SUSPEND,
            Step.RESTORE,
            Step.RESTRICT,
            Step.WITHDRAW,
            Step.RENEW,
        ),
        _on_record,
    ),
}

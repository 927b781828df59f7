"""What an authority's people see of proposals and records: found through what they may see, told with what they may do."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements import competence
from agreements import texts as agreement_texts
from agreements.acting import Acting
from agreements.models import Annex, Authority, Capacity, DocumentAsked, Economy, EconomyKind, Membership
from portal import clock
from registry import checking, deciding, limits, policies
from registry.models import (
    Accreditation,
    Act,
    Attachment,
    Body,
    Decision,
    DecisionLine,
    Designation,
    Message,
    Proposal,
    Recognition,
    ScopeLine,
    State,
    WorkItem,
)

DESIGNATING, RECOGNISING, ACCREDITING = "designating", "recognising", "accrediting"
MODELS = {"designations": Designation, "recognitions": Recognition, "accreditations": Accreditation}

# What is proposed in other ways than by a button on the record.
_NOT_OFFERED = {
    Act.DESIGNATE,
    Act.ACCREDIT,
    Act.EXPIRE,
    Act.ANNUL,
    Act.RECOGNISE_IN_PART,
    Act.REFUSE,
    Act.CONTEST,
}


def kind_of(record) -> str:
    """The key of ``MODELS`` for a record: "designations", "recognitions" or "accreditations"."""
    return next(kind for kind, model in MODELS.items() if isinstance(record, model))


def proposals(by: Acting):
    """The authority's proposals, with all that a page shows of them."""
    return Proposal.objects.visible_to(by).told()


def proposal(by: Acting, number: int) -> Proposal | None:
    """The authority's proposal with that number."""
    return Proposal.objects.visible_to(by).told().filter(pk=number).first()


def attachments(proposal: Proposal) -> list[Attachment]:
    """The files put to a proposal and not taken away, each with what it is for, in words."""
    rows = proposal.attachments.filter(removed_at=None).select_related("stored", "added_by")
    return _with_purposes(list(rows))


def _with_purposes(files: list[Attachment]) -> list[Attachment]:
    names = dict(DocumentAsked.objects.values_list("key", "name")) if files else {}
    for file in files:
        file.purpose_words = names.get(file.purpose, _("another document"))
    return files


def economy_named(code: str | None) -> str:
    """The name of an economy."""
    economy = agreement_texts.current().economy_by_code.get(code)
    return economy.name if economy else ""


def attachment(by: Acting, number: int) -> Attachment | None:
    """The file with that number, if the actor may see it."""
    return Attachment.objects.visible_to(by).select_related("proposal", "stored").filter(pk=number).first()


@dataclass(frozen=True)
class Direction:
    """A text and the way a designation goes under it; ``value`` names it in a form."""

    annex: Annex
    exporting: Economy
    importing: Economy

    @property
    def value(self) -> str:
        return f"{self.annex.pk}:{self.exporting.pk}:{self.importing.pk}"


def directions(by: Acting) -> list[Direction]:
    """Under which texts, to which partners, the actor's authority designates: where an undertaking holds today."""
    law, today, now = agreement_texts.current(), clock.today(), clock.now()
    own = set(competence.directions(by, Capacity.DESIGNATING))
    found = {}
    for (importing_id, exporting_id), facts in law.undertakings.items():
        for fact in facts:
            pair = (fact.row.annex_id, exporting_id)
            if pair in own and fact.known(now) and fact.true_on(today):
                annex = law.annexes[fact.row.annex_id]
                direction = Direction(annex, law.economies[exporting_id], law.economies[importing_id])
                found[direction.value] = direction
    return sorted(found.values(), key=lambda each: (each.importing.name, each.annex.code))


def regulators(direction: Direction) -> list[Authority]:
    """Who may decide for the partner."""
    return list(competence.competent(direction.annex, direction.importing, Capacity.REGULATORY))


def accreditation_bodies() -> list[Authority]:
    """All accreditation bodies on file, by name."""
    found = Authority.objects.filter(capacities__contains=[Capacity.ACCREDITATION])
    return list(found.select_related("economy").order_by("name"))


def accredited_by(proposal: Proposal) -> Authority | None:
    """The accreditation body that a proposal names."""
    code = proposal.content.get("accreditation", {}).get("accreditation_body", "")
    return Authority.objects.filter(code=code).first() if code else None


def bodies_worded(words: str, economies: list[int]) -> list[Body]:
    """Bodies of these economies of which every word stands in a name or a number; the first twenty."""
    found = Body.objects.apart().filter(economy__in=economies).worded(words.replace("\x00", ""))
    return list(found.select_related("economy").order_by("name", "id")[:20])


def party_members(by: Acting) -> list[Economy]:
    """The economies in which a body may be that the authority designates: its own, or a union's members."""
    own = competence.authority_of(by).economy
    inside = competence.members_of(own) if own.kind == EconomyKind.UNION else []
    return list(Economy.objects.filter(pk__in=[own.pk, *inside]))


def records(by: Acting, kind: str, words: str = ""):
    """The designations, recognitions or accreditations that concern the actor's authority, by body."""
    rows = MODELS[kind].objects.filter(_concerning(by, kind)).select_related("body__economy")
    if kind == "accreditations":
        rows = rows.select_related("accreditation_body")
    else:
        rows = rows.select_related("annex", "exporting", "importing")
    if words.strip():
        rows = rows.filter(body__in=Body.objects.worded(words.replace("\x00", "")))
    state = Decision.objects.state_of_each(kind.removesuffix("s"), clock.today())
    return rows.annotate(state_now=state).order_by("body__name", "id")


def _concerning(by: Acting, kind: str) -> Q:
    """Which records the authority owns, or faces as the partner."""
    if kind == "accreditations":
        own = Q(accreditation_body_id=by.authority_id)
        bodies = Designation.objects.filter(_sides(by)).values("body")
        return own | Q(body__in=bodies) | Q(body__in=Recognition.objects.filter(_sides(by)).values("body"))
    return _sides(by)


def _sides(by: Acting) -> Q:
    found = Q(authority_id=by.authority_id)
    for annex_id, party_id in competence.directions(by, Capacity.DESIGNATING):
        found |= Q(annex_id=annex_id, exporting_id=party_id)
    for annex_id, party_id in competence.directions(by, Capacity.REGULATORY):
        found |= Q(annex_id=annex_id, importing_id=party_id)
    return found


def record(by: Acting, kind: str, number: int):
    """The record of that kind and number, if it concerns the actor's authority; else None."""
    return records(by, kind).filter(pk=number).first()


def side_of(by: Acting, record) -> str:
    """On which side of a record the actor's authority stands."""
    if isinstance(record, Accreditation):
        return ACCREDITING if by.authority_id == record.accreditation_body_id else DESIGNATING
    if isinstance(record, Designation):
        return DESIGNATING if policies.speaks_for(by, record, Act.SUSPEND) else RECOGNISING
    return RECOGNISING if policies.speaks_for(by, record, Act.SUSPEND) else DESIGNATING


def state(record) -> str:
    """Where a record stands today."""
    return policies.state_of(deciding.known_decisions(record), clock.today())


def acts_open(by: Acting, record) -> list[str]:
    """What the actor's authority could propose now on a record, by its life cycle."""
    now, cycle = state(record), policies.lifecycle_of(record)
    acts = [each.act for each in cycle.transitions if now in each.before and each.act not in _NOT_OFFERED]
    return [act for act in dict.fromkeys(acts) if policies.speaks_for(by, record, act)]


def check_may_follow(by: Acting, record, act: str) -> None:
    """Raises NotYours for an act on the record that is another authority's, NotAllowed for one that does not follow today."""
    checking.check_may_propose(by, act, {kind_of(record).removesuffix("s"): record})
    policies.lifecycle_of(record).check(state(record), act)


@dataclass(frozen=True)
class LineState:
    """A scope line with where it stands now, where it stood after the last decision, and the reason given then."""

    line: ScopeLine
    state: str
    before: str
    reason: str

    @property
    def state_words(self) -> str:
        return State(self.state).label if self.state else ""

    @property
    def before_words(self) -> str:
        return State(self.before).label if self.before else ""

    @property
    def is_new(self) -> bool:
        """True for a line on which the partner has not decided yet."""
        return not self.before


def line_states(record) -> list[LineState]:
    """Each line of a designation or recognition, with what the last decision before the notification said of it."""
    last: dict[int, str] = {}
    decided: dict[int, tuple[str, str]] = {}
    known = deciding.known_decisions(record)
    rows = DecisionLine.objects.filter(decision__in=known).select_related("decision")
    for row in sorted(rows, key=lambda row: row.decision.order):
        last[row.line_id] = row.state
        if row.state != State.AWAITING:
            decided[row.line_id] = (row.state, row.reason)
    lines = record.lines.select_related("sector", "requirement", "site").order_by("id")
    return [
        LineState(line, last.get(line.pk, ""), *decided.get(line.pk, ("", "")))
        for line in lines
        if line.pk in last
    ]


def decisions(by: Acting, record) -> list[Decision]:
    """All decisions on a record as told, the newest first; note and person only of those that are the own authority's."""
    found = list(record.decisions.told().prefetch_related("lines").order_by("-effective_on", "-id"))
    for decision in found:
        own = policies.speaks_for(by, record, _act_decided(decision))
        is_guest = isinstance(record, Accreditation) and by.authority_id != record.accreditation_body_id
        is_told = own and not is_guest
        decision.note_shown = decision.internal_note if is_told else ""
        decision.person_shown = decision.actor if is_told else ""
        decision.correction = getattr(decision, "corrected_by", None)
        decision.may_correct = decision.correction is None and decision.act != Act.ANNUL and own
    return found


def _act_decided(decision: Decision) -> str:
    """The act; of an annulment the one that it annuls, whose author is its own."""
    return decision.corrects.act if decision.act == Act.ANNUL else decision.act


def decision_of(by: Acting, number: int) -> Decision | None:
    """A decision on a record that concerns the actor's authority."""
    found = Decision.objects.told().filter(pk=number).first()
    if found is None:
        return None
    kind = kind_of(found.record)
    return found if record(by, kind, found.record.pk) is not None else None


def messages(by: Acting, recognition: Recognition) -> list[Message]:
    """What the two sides said to each other, in order."""
    rows = Message.objects.visible_to(by).filter(recognition=recognition)
    return list(rows.select_related("sender", "receiver", "sent_by", "answered_by"))


def question(by: Acting, number: int) -> Message | None:
    """A question put to the actor's authority."""
    found = Message.objects.visible_to(by).filter(pk=number, receiver_id=by.authority_id)
    return found.select_related("recognition").first()


def running_proposal(by: Acting, record) -> Proposal | None:
    """The own proposal on a record that is not finished yet."""
    field = kind_of(record).removesuffix("s")
    found = Proposal.objects.visible_to(by).running()
    return found.told().filter(Q(**{field: record}) | Q(**{f"decision__{field}": record})).first()


def waiting_since(by: Acting, recognition: Recognition) -> WorkItem | None:
    """The own desk's item for a recognition to decide, with its limit."""
    return WorkItem.objects.visible_to(by).waiting().filter(recognition=recognition, kind="recognise").first()


def files_of(by: Acting, recognition: Recognition) -> list[Attachment]:
    """The documents that came with the designation."""
    rows = Attachment.objects.visible_to(by).filter(
        removed_at=None, proposal__designation=recognition.designation, proposal__step="designate"
    )
    return _with_purposes(list(rows.select_related("stored")))


def limits_shown(record, step: str) -> list[limits.Limit]:
    """The notice periods on file that bear on a step, counted from today."""
    if isinstance(record, Accreditation) or step not in (Act.WITHDRAW, Act.CONTEST, Act.SUSPEND):
        return []
    found = limits.on_file(record.annex, limits.BODY_REPLY + limits.PARTNER_POSITION)
    return [limits.counted(limit, clock.today()) for limit in found]


def kinds_covered(proposal: Proposal) -> list[str]:
    """The kinds of result that the partner must accept under the proposal's text today."""
    law, today, now = agreement_texts.current(), clock.today(), clock.now()
    facts = law.undertakings[(proposal.importing_id, proposal.exporting_id)]
    kinds = [
        fact.row.kind
        for fact in facts
        if fact.row.annex_id == proposal.annex_id and fact.known(now) and fact.true_on(today)
    ]
    return sorted(set(kinds))


def sites(body: Body | None) -> list:
    """The locations at which a body works now."""
    return [] if body is None else list(body.sites.filter(left_on=None).select_related("economy"))


def sectors(annex: Annex) -> list:
    """The sectors of a text."""
    return list(annex.sectors.order_by("name"))


def contacts(by: Acting, body: Body | None) -> list[dict]:
    """A body's contacts on record, as a form begins with them: only public ones for who does not look after the body."""
    if body is None:
        return []
    rows = body.contacts.current()
    rows = rows if checking.looks_after(by, body) else rows.public()
    return list(rows.values("name", "role", "email", "phone", "is_public"))


def may_accredit(by: Acting) -> bool:
    """Whether the actor's authority puts accreditations on record: its own, or as a designating authority others'."""
    own = competence.authority_of(by)
    return own is not None and bool({Capacity.ACCREDITATION, Capacity.DESIGNATING} & set(own.capacities))


def givers(by: Acting) -> list[Authority]:
    """Whose accreditations the actor's authority may put on record: its own, or those of bodies that are not here."""
    own = competence.authority_of(by)
    if Capacity.ACCREDITATION in own.capacities:
        return [own]
    here = Membership.objects.running().values("authority")
    return [
        each
        for each in accreditation_bodies()
        if each.pk not in set(here.values_list("authority", flat=True))
    ]


def bodies_for_accreditation(by: Acting, words: str) -> list[Body]:
    """Bodies by words: an accreditation body accredits anywhere, a designating authority speaks of its own economy's."""
    own = competence.authority_of(by)
    found = Body.objects.apart().worded(words.replace("\x00", "")).select_related("economy")
    if Capacity.ACCREDITATION not in own.capacities:
        found = found.filter(economy=own.economy_id)
    return list(found.order_by("name", "id")[:20])

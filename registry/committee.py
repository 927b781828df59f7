"""What a joint committee has before it: its decisions, the texts and partners to choose from, what could be listed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from agreements import competence
from agreements.acting import Acting
from agreements.models import Annex, Authority
from portal import clock
from portal.lifecycle import NotAllowed
from registry import deciding, policies
from registry.models import Act, Body, Decision, JointDecision, JointStage, Recognition, ScopeLine, State
from registry.signing import SIGNING

OPEN_STATES = (State.AWAITING, State.CONTESTED)
MOST_SHOWN = 50


def joint_decisions(by: Acting):
    """The joint decisions that the actor's authority may see, but for those given up; the newest first."""
    rows = JointDecision.objects.visible_to(by).exclude(stage=JointStage.DROPPED)
    return rows.select_related("annex__agreement", "authority", "partner").prefetch_related("signatures")


def joint_decision(by: Acting, number: int) -> JointDecision | None:
    """One joint decision that the actor's authority may see, also one given up."""
    rows = JointDecision.objects.visible_to(by)
    told = rows.select_related("annex__agreement", "authority__economy", "partner__economy", "opened_by")
    return told.prefetch_related("signatures__signed_by").filter(pk=number).first()


def texts_of(by: Acting):
    """The annexes under which the actor's authority acts for its economy and can therefore sign."""
    pairs = [pair for capacity in SIGNING for pair in competence.directions(by, capacity)]
    own = {annex_id for annex_id, party_id in pairs if party_id == by.economy_id}
    return Annex.objects.filter(pk__in=own).select_related("agreement").order_by("agreement__name", "code")


def partners_of(by: Acting, annex: Annex):
    """The authorities of the other parties to the text that could sign with the actor's."""
    parties = annex.agreement.party_rows.exclude(economy_id=by.economy_id).values("economy_id")
    rows = Authority.objects.filter(economy__in=parties, capacities__overlap=list(SIGNING))
    return rows.select_related("economy").order_by("economy__name", "name")


def candidates(by: Acting, annex: Annex):
    """Recognitions under the text, between the actor's economy and another, that still await a decision or are contested.

    Each has ``state``.
    """
    state = Decision.objects.state_of_each("recognition", clock.today())
    rows = Recognition.objects.annotate(state=state)
    own = Q(importing_id=by.economy_id) | Q(exporting_id=by.economy_id)
    found = rows.filter(own, annex=annex, state__in=OPEN_STATES)
    return found.select_related("body", "exporting", "importing").order_by("body__name", "id")


def worded(rows, words: str, chosen: Iterable[int] = ()) -> tuple[list[Recognition], int]:
    """Of ``candidates`` those whose body has every word in a name or number, first of all those chosen already.

    At most ``MOST_SHOWN`` beside the chosen ones, each with ``scope`` (its lines); and how many there are.
    """
    chosen = set(chosen)
    kept = list(rows.filter(pk__in=chosen))
    others = rows.exclude(pk__in=chosen)
    if words:
        others = others.filter(body__in=Body.objects.shown().worded(words).values("pk"))
    shown = kept + list(others[:MOST_SHOWN])
    lines = _lines_by_recognition(shown)
    for row in shown:
        row.scope = lines.get(row.pk, [])
    return shown, others.count() + len(kept)


def _lines_by_recognition(rows: list[Recognition]) -> dict[int, list[ScopeLine]]:
    found: dict[int, list[ScopeLine]] = {}
    lines = ScopeLine.objects.filter(recognition__in=rows).select_related("sector", "requirement")
    for line in lines.order_by("id"):
        found.setdefault(line.recognition_id, []).append(line)
    return found


@dataclass(frozen=True)
class Listed:
    """A body that a joint decision lists: its scope, where its recognition stands, and why it could not be recognised."""

    recognition: Recognition
    lines: list[ScopeLine]
    state: str
    refusal: str


def listed(joint: JointDecision) -> list[Listed]:
    """The bodies that the decision lists, by name."""
    rows = list(
        joint.recognitions.select_related("body", "exporting", "importing").order_by("body__name", "id")
    )
    lines = _lines_by_recognition(rows)
    return [_listed(row, lines.get(row.pk, [])) for row in rows]


def _listed(recognition: Recognition, lines: list[ScopeLine]) -> Listed:
    today, decisions = clock.today(), deciding.known_decisions(recognition)
    refusal = ""
    try:
        policies.check_follows(recognition, Act.RECOGNISE, decisions, today)
    except NotAllowed as error:
        refusal = str(error)
    return Listed(recognition, lines, policies.state_of(decisions, today), refusal)


@dataclass(frozen=True)
class Side:
    """One of the two that sign, with its signature, if it has signed."""

    authority: Authority
    signature: object | None


def sides(joint: JointDecision) -> list[Side]:
    """Both sides, the one that wrote the decision first."""
    by_party = {signature.party_id: signature for signature in joint.signatures.all()}
    return [
        Side(authority, by_party.get(authority.economy_id)) for authority in (joint.authority, joint.partner)
    ]

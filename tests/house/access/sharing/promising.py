"""Who may do what with commitments and alerts."""

from datetime import date

from agreements import appointing
from agreements.models import Capacity
from registry.inspections import alert_reach, alerting, committing
from registry.inspections.committing import Promise
from registry.inspections.fence import reading_everything
from registry.inspections.models import Alert, Commitment
from tests.agreements.factories import BY, make_annex, make_authority, make_economy, make_undertaking
from tests.house.access.answers import APPROVERS, WORKERS, everybody, members
from tests.house.access.people import OTHER_AUTHORITIES, with_factor
from tests.house.access.row import Row
from tests.registry.officers import acting, make_officer, make_person

_SENDERS = ("own approver", "own releaser")
_ANSWERERS = (*WORKERS, "own releaser")
_ELSEWHERE = dict.fromkeys(OTHER_AUTHORITIES, 200)
_WRITTEN = dict.fromkeys(OTHER_AUTHORITIES, 302)
_BOTH_RECEIVERS = ("partner", "third party")
# They act under no text that the form names.
_UNNAMED = dict.fromkeys(("fellow", "partner's fellow", "accreditation body"), 404)


def _commitment(of: str, act: str = ""):
    return lambda world: f"/matrix/commitments/{getattr(world, of).pk}/{act}"


def _alert(of: str, act: str = ""):
    return lambda world: f"/alerts/{getattr(world, of).pk}/{act}"


def _form(world, **fields) -> dict:
    facts = {
        "receiver": world.bystander.pk,
        "information": ["trade_secret"],
        "reach": "every",
        "starts_on": "2020-01-01",
        "citation": "Written in the test",
    }
    return facts | fields


def _alert_form(world) -> dict:
    return {
        "agreement": world.alert_annex.agreement.code,
        "grade": "I",
        "product": "Product",
        "words": "Glass.",
        "to_do": "Stop it.",
        "send": "1",
        "seen": [world.authorities[name].pk for name in _BOTH_RECEIVERS],
    }


# These ask for a fresh proof of who is there.
DECIDING = ("commitment-confirm", "alert-new", "alert-write", "alert-close")

PUBLIC: list[Row] = [
    Row("matrix", lambda world: "/matrix/", everybody()),
    Row("matrix-file", lambda world: "/matrix.csv", everybody()),
    Row("matrix-pair", lambda world: "/matrix/gb-own/us-partner/", everybody()),
    Row("commitment", _commitment("public_commitment"), everybody()),
]
ROWS: list[Row] = [
    Row(
        "commitment-new",
        lambda world: "/matrix/commitments/new/",
        members(WORKERS, others=_ELSEWHERE),
        members(WORKERS, 302, others=_WRITTEN),
        _form,
    ),
    Row(
        "commitment-edit",
        _commitment("drafted_commitment", "edit/"),
        members(WORKERS),
        members(WORKERS, 302),
        lambda world: _form(world, version=world.drafted_commitment.version),
    ),
    Row(
        "commitment-confirm",
        _commitment("drafted_commitment", "confirm/"),
        members(APPROVERS),
        members(APPROVERS, 302),
        lambda world: {"version": world.drafted_commitment.version},
    ),
    Row(
        "commitment-drop",
        _commitment("drafted_commitment", "drop/"),
        members(WORKERS),
        members(WORKERS, 302),
    ),
    Row(
        "commitment-end",
        _commitment("commitment", "end/"),
        members(APPROVERS, others={"partner": 200}),
        members(APPROVERS, 302, others={"partner": 302}),
        lambda world: {"reason": "Over."},
    ),
    Row("alerts", lambda world: "/alerts/", members(elsewhere=200)),
    Row(
        "alert-new",
        lambda world: f"/alerts/new/?agreement={world.alert_annex.agreement.code}",
        members(_SENDERS, others=_ELSEWHERE),
        members(_SENDERS, 302, elsewhere=409, others=_UNNAMED),
        _alert_form,
    ),
    Row("alert", _alert("alert_sent"), members(others=dict.fromkeys(_BOTH_RECEIVERS, 200))),
    Row(
        "alert-acknowledge",
        _alert("alert_received", "acknowledge/"),
        None,
        members(_ANSWERERS, 302, others={"partner": 403}),
        lambda world: {"words": "Done."},
    ),
    Row(
        "alert-write",
        _alert("alert_sent", "write/"),
        None,
        members(_SENDERS, 302, others={"partner": 302, "third party": 400}),
        lambda world: {"words": "More."},
    ),
    Row(
        "alert-close",
        _alert("alert_sent", "close/"),
        None,
        members(_SENDERS, 302, others=dict.fromkeys(_BOTH_RECEIVERS, 403)),
        lambda world: {"words": "Over."},
    ),
]


def addresses(world) -> list[str]:
    """Every page about a commitment or an alert, and the pages of the pairs."""
    with reading_everything():
        alerts = list(Alert.objects.values_list("pk", flat=True))
    commitments = Commitment.objects.values_list("pk", flat=True)
    found = [f"/alerts/{number}/" for number in alerts]
    for number in commitments:
        found += [f"/matrix/commitments/{number}/{act}" for act in ("", "edit/", "confirm/", "drop/", "end/")]
    pairs = (("us-partner", "jp-third"), ("gb-own", "us-partner"), ("gb-own", "jp-third"))
    found += [f"/matrix/{giver}/{receiver}/" for giver, receiver in pairs]
    return [*found, "/matrix.json", "/matrix/?view=list", "/alerts/?side=sent", "/desk/"]


def posts(world) -> list[tuple[str, str, dict]]:
    """Forms with ids of others: who sends it, where, what."""
    draft, foreign = world.drafted_commitment.pk, world.foreign_commitment.pk
    received, sent = world.alert_received.pk, world.alert_sent.pk
    return [
        # commitments of others, and what a receiver may not do with one to itself
        ("third party", f"/matrix/commitments/{draft}/confirm/", {"version": 1}),
        ("third party", f"/matrix/commitments/{draft}/drop/", {}),
        ("partner", f"/matrix/commitments/{draft}/edit/", _form(world, version=1)),
        ("own approver", f"/matrix/commitments/{foreign}/end/", {"reason": "x"}),
        ("fellow", f"/matrix/commitments/{world.public_commitment.pk}/end/", {"reason": "x"}),
        ("partner's fellow", f"/matrix/commitments/{world.commitment.pk}/end/", {"reason": "x"}),
        # with oneself
        ("own editor", "/matrix/commitments/new/", _form(world, receiver=world.own.pk)),
        # alerts that did not reach the sender of the form, or that are not its own to close
        ("third party", f"/alerts/{received}/acknowledge/", {"words": "x"}),
        ("third party", f"/alerts/{received}/write/", {"words": "x"}),
        ("own releaser", f"/alerts/{received}/close/", {"words": "x"}),
        ("own releaser", f"/alerts/{sent}/acknowledge/", {"words": "x"}),
        ("partner", f"/alerts/{sent}/acknowledge/", {"words": "twice"}),
        # receivers whom the alert does not reach, and an agreement that is not the sender's
        (
            "own releaser",
            "/alerts/new/",
            _alert_form(world) | {"grade": "II", "receivers": [world.bystander.pk]},
        ),
        ("fellow", "/alerts/new/", _alert_form(world)),
    ]


def furnish(world) -> None:
    """Put commitments and alerts into the world."""
    world.bystander = make_authority("ca-bystander", "CA", ["regulatory"])
    _commitments(world)
    _alerts(world)


def _commitments(world) -> None:
    word = world.secrets.word
    both, others = ("own", "partner", "operator"), ("partner", "third party", "operator")
    world.public_commitment = _confirmed(world, "partner", citation="Published", is_public=True)
    world.commitment = _confirmed(world, "partner", citation=word("text of the commitment", *both))
    world.drafted_commitment = _written(
        world, "third party", citation=word("text of the commitment to confirm", "own", "operator")
    )
    given_up = _written(
        world, "third party", citation=word("text of the commitment given up", "own", "operator")
    )
    committing.drop(
        by=world.by("own editor"),
        commitment=given_up,
        reason=word("reason of giving the commitment up", "own", "operator"),
    )
    ended = _confirmed(world, "partner", citation=word("text of the commitment ended", *both))
    committing.end(
        by=world.by("partner"), commitment=ended, reason=word("reason of ending the commitment", *both)
    )
    # Between two others: confirmed by a second person of the partner, who is nobody in the table.
    world.foreign_commitment = committing.write_down(
        by=world.by("partner"),
        promise=_promise(world, "third party", citation=word("text of a foreign commitment", *others)),
    )
    second = with_factor(make_person(word("name second approver", "partner", "operator"), is_sample=False))
    partner = world.authorities["partner"]
    committing.confirm(
        by=acting(make_officer(partner, "approver", user=second), partner),
        commitment=world.foreign_commitment,
        version=1,
    )


def _promise(world, receiver: str, **fields) -> Promise:
    facts = {
        "receiver": world.authorities[receiver],
        "information": ["trade_secret", "confidential_commercial"],
        "sectors": [],
        "starts_on": date(2020, 1, 1),
    }
    return Promise(**facts | fields)


def _written(world, receiver: str, **fields):
    return committing.write_down(by=world.by("own editor"), promise=_promise(world, receiver, **fields))


def _confirmed(world, receiver: str, **fields):
    commitment = _written(world, receiver, **fields)
    return committing.confirm(by=world.by("own approver"), commitment=commitment, version=1)


def _medicines(world) -> None:
    """A text on medicines under which each party names one authority, but for Japan."""
    world.alert_annex = make_annex("ALERTS", parties=("US", "GB", "JP"))
    make_undertaking("US", "GB", kind="gmp_inspection", sector=None, annex=world.alert_annex)
    for economy, authority, capacity in (
        ("GB", "own", Capacity.INSPECTORATE),
        ("US", "partner", Capacity.REGULATORY),
    ):
        appointing.assign(
            by=BY,
            annex=world.alert_annex,
            economy=make_economy(economy),
            authority=world.authorities[authority],
            capacity=capacity,
        )


def _alerts(world) -> None:
    _medicines(world)
    word = world.secrets.word
    agreement = world.alert_annex.agreement
    all_three = ("own", *_BOTH_RECEIVERS, "operator")
    both = ("own", "partner", "operator")
    sender = world.by("own releaser")
    world.alert_sent = alerting.send(
        by=sender,
        agreement=agreement,
        grade="I",
        product=word("product of the alert", *all_three),
        batches=word("batches of the alert", *all_three),
        words=word("words of the alert", *all_three),
        to_do=word("to be done by the alert", *all_three),
        receivers=alert_reach.of(sender, agreement).reached,
    )
    alerting.acknowledge(
        by=world.by("partner"), alert=world.alert_sent, words=word("acknowledged by the partner", *both)
    )
    alerting.write(
        by=world.by("partner"), alert=world.alert_sent, words=word("further words of the partner", *both)
    )
    alerting.write(by=sender, alert=world.alert_sent, words=word("further words of the sender", *all_three))
    world.alert_received = alerting.send(
        by=world.by("partner"),
        agreement=agreement,
        grade="II",
        product=word("product of the partner's alert", *both),
        words=word("words of the partner's alert", *both),
        to_do=word("to be done by the partner's alert", *both),
        receivers=[world.own],
    )

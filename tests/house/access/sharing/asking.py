"""Who may do what with requests."""

from agreements import appointing
from agreements.models import Capacity
from registry.inspections import corresponding, requesting
from registry.inspections.models import AccessClass
from tests.agreements.factories import BY, make_annex, make_economy, make_undertaking
from tests.house.access.answers import WORKERS, members
from tests.house.access.row import Row
from tests.registry.inspections.room import GMP, Room, make_facility, make_inspection

BOTH = ("own", "partner", "operator")
ANSWERING = (*WORKERS, "own releaser")

PUBLIC: list[Row] = []


def _page(name: str, step: str, get, post, **data) -> Row:
    return Row(
        name,
        lambda world: f"{world.report_request.get_absolute_url()}{step}",
        get,
        post,
        lambda world: {"version": world.report_request.version, **data},
    )


ROWS: list[Row] = [
    Row("requests", lambda w: "/requests/", members(elsewhere=200)),
    Row("requests-file", lambda w: "/requests.csv", members(elsewhere=200), writes=True),
    Row("request-figures", lambda w: "/requests/figures/", members(elsewhere=200)),
    Row(
        "request-new",
        lambda w: f"/requests/new/?inspection={w.asked_inspection.pk}",
        members(WORKERS, others={"partner": 200}),
        members(WORKERS, 403, others={"partner": 302}),
        lambda w: {
            "inspection": w.asked_inspection.pk,
            "annex": w.reports_annex.pk,
            "wanted": "new_inspection",
            "purpose": "Words",
        },
    ),
    _page(
        "request",
        "",
        members(others={"partner": 200}),
        members(ANSWERING, 302, others={"partner": 302}),
        doing="question",
        words="Words",
    ),
    # The other side may not do these: it is led back to the request, and refused when it tries.
    _page(
        "request-agree",
        "agree/",
        members(ANSWERING, others={"partner": 302}),
        members(ANSWERING, 302, others={"partner": 403}),
        part="all",
    ),
    _page(
        "request-refuse",
        "refuse/",
        members(ANSWERING, others={"partner": 302}),
        members(ANSWERING, 302, others={"partner": 403}),
        words="Words",
    ),
    _page(
        "request-withdraw",
        "withdraw/",
        members(WORKERS, 302, others={"partner": 200}),
        members(WORKERS, 403, others={"partner": 302}),
    ),
]


def furnish(world) -> None:
    """Put requests into the world: the partner asks, under an annex that names the two and nobody else."""
    word = world.secrets.word
    _annex(world)
    world.asked_inspection = make_inspection(
        Room(world.reports_annex, {"giver": world.own}, {}),
        make_facility(word("facility asked about", *BOTH), "GB"),
        access_class=AccessClass.NAMED,
        reference=word("number of the inspection asked about", *BOTH),
    )
    world.asked_inspection.named.set([world.authorities["partner"]])
    world.report_request = _ask(world, word("purpose of the request", *BOTH))
    question = corresponding.question(
        by=world.by("own editor"),
        request=world.report_request,
        words=word("question on the request", *BOTH),
    )
    corresponding.answer(
        by=world.by("partner"), question=question, words=word("answer on the request", *BOTH)
    )
    world.open_request_question = corresponding.question(
        by=world.by("own editor"),
        request=world.report_request,
        words=word("question that waits", *BOTH),
    )
    for act, name in (
        (requesting.refuse, "ground of the refusal"),
        (requesting.agree_in_part, "what is left out"),
    ):
        request = _ask(world, word(f"purpose before the {name}", *BOTH), pre_approval=True)
        request = act(by=world.by("own editor"), request=request, version=1, words=word(name, *BOTH))
        if request.ended_at is None:
            by = world.by("partner")
            requesting.withdraw(
                by=by, request=request, version=request.version, words=word("withdrawal", *BOTH)
            )


def _annex(world) -> None:
    world.reports_annex = make_annex("REPORTS", parties=("US", "GB"), sectors=(GMP,))
    for importing, exporting in (("US", "GB"), ("GB", "US")):
        make_undertaking(importing, exporting, kind="gmp_inspection", sector=GMP, annex=world.reports_annex)
    for economy, authority, capacity in (
        ("GB", "own", Capacity.INSPECTORATE),
        ("US", "partner", Capacity.REGULATORY),
    ):
        appointing.assign(
            by=BY,
            annex=world.reports_annex,
            economy=make_economy(economy),
            authority=world.authorities[authority],
            capacity=capacity,
        )


def _ask(world, purpose: str, **fields):
    inspection = world.asked_inspection
    return requesting.ask(
        by=world.by("partner"),
        asked=world.own,
        annex=world.reports_annex,
        facility=inspection.facility,
        inspection=None if fields else inspection,
        purpose=purpose,
        **fields,
    )

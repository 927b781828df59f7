"""Who may do what with facilities and inspections."""

from datetime import date

from registry.inspections import enrolling, inspecting
from registry.inspections.enrolling import Number
from registry.inspections.inspecting import Facts, Found
from registry.inspections.models import FEI, AccessClass, Facility, Inspection
from tests.agreements.factories import make_economy
from tests.house.access.answers import WORKERS, everybody, members
from tests.house.access.people import OTHER_AUTHORITIES
from tests.house.access.row import Row

# Whoever works for an authority that inspects records its own; an accreditation body inspects nothing.
_ANY_INSPECTING = dict.fromkeys(OTHER_AUTHORITIES, 200) | {"accreditation body": 403}
_RECORDED = dict.fromkeys(OTHER_AUTHORITIES, 302) | {"accreditation body": 403}
_NOTHING_THERE = {"accreditation body": 403}


def _inspection(act: str = "", of: str = "shared_inspection"):
    return lambda world: f"/inspections/{getattr(world, of).pk}/{act}"


def _facility(act: str = "", of: str = "own_facility"):
    return lambda world: f"/facilities/{getattr(world, of).key}/{act}"


def _rows(prefix: str) -> dict:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


def _said(**fields) -> dict:
    facts = {"kind": "routine", "ended_on": "2025-03-28", "access_class": "internal"}
    return facts | _rows("finding") | fields


PUBLIC: list[Row] = [
    Row("inspections", lambda world: "/inspections/", everybody()),
    # What a member takes out is on record; what everybody may have is not.
    Row("inspections-file", lambda world: "/inspections.json", everybody(), writes=None),
    Row("inspection", _inspection(of="public_inspection"), everybody()),
    Row("facilities", lambda world: "/facilities/", everybody()),
    Row("facility", _facility(of="public_facility"), everybody()),
    Row("api-inspections", lambda world: "/api/v1/inspections/", everybody()),
    Row("api-inspection", lambda world: f"/api/v1/inspections/{world.public_inspection.pk}/", everybody()),
]
ROWS: list[Row] = [
    Row(
        "inspection-new",
        lambda world: f"/inspections/new/?facility={world.public_facility.key}",
        members(WORKERS, others=_ANY_INSPECTING),
        members(WORKERS, 302, others=_RECORDED),
        lambda world: _said(),
    ),
    Row(
        "inspection-edit",
        _inspection("edit/"),
        members(WORKERS, others=_NOTHING_THERE),
        members(WORKERS, 302, others=_NOTHING_THERE),
        lambda world: _said(version=world.shared_inspection.version),
    ),
    Row(
        "inspection-withdraw",
        _inspection("withdraw/"),
        members(WORKERS, others=_NOTHING_THERE),
        members(WORKERS, 302, others=_NOTHING_THERE),
        lambda world: {"reason": "Mistaken."},
    ),
    Row(
        "facility-new",
        lambda world: "/facilities/new/",
        members(WORKERS, others=_ANY_INSPECTING),
        members(WORKERS, 302, others=_RECORDED),
        lambda world: {"name": "New works", "none_of_these": "1"} | _rows("number"),
    ),
    Row(
        "facility-edit",
        _facility("edit/"),
        members(WORKERS, others=_NOTHING_THERE),
        members(WORKERS, 302, others=_NOTHING_THERE),
        lambda world: {"version": world.own_facility.version} | _rows("number"),
    ),
    Row(
        "facility-rename",
        _facility("rename/"),
        members(WORKERS, others=_NOTHING_THERE),
        members(WORKERS, 302, others=_NOTHING_THERE),
        lambda world: {"version": world.own_facility.version, "name": "New name"},
    ),
    Row(
        "facility-merge",
        lambda world: f"/facilities/{world.own_facility.key}/merge/?into={world.public_facility.key}",
        members(WORKERS, others=_NOTHING_THERE),
        members(WORKERS, 302, others=_NOTHING_THERE),
        lambda world: {"reason": "One gate."},
    ),
    Row(
        "facility-take-apart",
        _facility("take-apart/", of="merged_facility"),
        members(WORKERS, others=_NOTHING_THERE),
        members(WORKERS, 302, others=_NOTHING_THERE),
        lambda world: {"reason": "Two gates."},
    ),
]


def addresses(world) -> list[str]:
    """Every page about an inspection or a facility, and their lists."""
    found = ["/inspections.json", "/inspections.csv", "/inspections.atom", "/api/v1/inspections/"]
    for number in Inspection.objects.values_list("pk", flat=True):
        found += [f"/inspections/{number}/{act}" for act in ("", "edit/", "withdraw/")]
        found += [f"/api/v1/inspections/{number}/"]
    for key in Facility.objects.values_list("key", flat=True):
        found += [f"/facilities/{key}/{act}" for act in ("", "edit/", "rename/", "merge/", "take-apart/")]
        found += [f"/inspections/new/?facility={key}", f"/inspections.json?facility={key}"]
    found += [f"/facilities/{world.own_facility.key}/merge/?into={world.partners_facility.key}"]
    return found


# Where a reader may look for words.
SEARCHES = (
    "/inspections/?q={}",
    "/inspections.json?q={}",
    "/facilities/?q={}",
    "/api/v1/inspections/?q={}",
    "/inspections/new/?q={}",
)


def posts(world) -> list[tuple[str, str, dict]]:
    """Forms with ids of others: who sends it, where, what."""
    own, shared = world.own_facility, world.shared_inspection
    theirs = world.partners_facility
    return [
        # an inspection at a facility of which the sender may not know
        ("partner", f"/inspections/new/?facility={own.key}", _said()),
        ("own editor", f"/inspections/new/?facility={theirs.key}", _said()),
        # inspections and facilities of another authority, also where one may read them
        ("partner", f"/inspections/{shared.pk}/edit/", _said(version=shared.version)),
        ("partner", f"/inspections/{shared.pk}/withdraw/", {"reason": "x"}),
        ("fellow", f"/inspections/{shared.pk}/withdraw/", {"reason": "x"}),
        ("partner", f"/facilities/{world.public_facility.key}/rename/", {"version": 1, "name": "x"}),
        ("own editor", f"/facilities/{theirs.key}/rename/", {"version": 1, "name": "x"}),
        # a merger with what the sender may not know, and one of what is another's
        ("own editor", f"/facilities/{own.key}/merge/?into={theirs.key}", {"reason": "x"}),
        ("partner", f"/facilities/{own.key}/merge/?into={theirs.key}", {"reason": "x"}),
        # an annex of others, and a number that another facility has
        (
            "own editor",
            f"/inspections/new/?facility={world.public_facility.key}",
            _said(access_class="annex", annex="OPEN"),
        ),
    ]


def furnish(world) -> None:
    """Put facilities and inspections into the world: public, shared under the annex, named, internal, taken back, merged."""
    word = world.secrets.word
    own, audience = ("own", "operator"), ("own", "partner", "third party", "operator")
    world.public_facility = _enrol(world, "Open works", is_public=True)
    world.public_inspection = _record(
        world,
        world.public_facility,
        access_class=AccessClass.PUBLIC,
        findings=(Found("major", 1, "", "Dust."),),
    )
    shared = _enrol(world, word("shared facility", *audience))
    world.shared_inspection = _record(
        world,
        shared,
        access_class=AccessClass.ANNEX,
        annex=world.annex,
        products=word("products of the shared inspection", *audience),
        findings=(Found("major", 2, word("clause of a finding", *own), word("words of a finding", *own)),),
    )
    named = _enrol(world, word("named facility", "own", "third party", "operator"))
    _record(
        world,
        named,
        access_class=AccessClass.NAMED,
        named=(world.authorities["third party"],),
        reference=word("number of the named inspection", "own", "third party", "operator"),
    )
    world.own_facility = _enrol(
        world,
        word("own facility", *own),
        numbers=[Number(word("kind of number", *own), word("number of the facility", *own))],
    )
    _record(world, world.own_facility, next_action=word("next action", *own))
    enrolling.rename(
        by=world.by("own editor"),
        facility=world.own_facility,
        version=1,
        name=word("new name of the own facility", *own),
    )
    world.own_facility.refresh_from_db()
    _mistaken(world)
    _merged(world)
    world.partners_facility = _enrol(
        world, word("partner's facility", "partner", "operator"), who="partner", economy="US"
    )
    _record(
        world,
        world.partners_facility,
        who="partner",
        outcome=word("partner's outcome", "partner", "operator"),
        scale="Own",
    )


def _mistaken(world) -> None:
    """A public inspection at a facility that was known by it alone, taken back."""
    word, own = world.secrets.word, ("own", "operator")
    facility = _enrol(world, word("facility of the mistake", *own))
    mistake = _record(world, facility, access_class=AccessClass.PUBLIC, standard=word("mistaken", *own))
    inspecting.take_back(
        by=world.by("own editor"), inspection=mistake, reason=word("reason of taking back", *own)
    )


def _merged(world) -> None:
    """A confidential twin of the public facility."""
    word, own = world.secrets.word, ("own", "operator")
    world.merged_facility = _enrol(
        world, word("confidential twin", *own), numbers=[Number(FEI, "3004540906")]
    )
    enrolling.merge(
        by=world.by("own editor"),
        facility=world.merged_facility,
        into=world.public_facility,
        reason=word("reason of the facilities' merger", *own),
    )


def _enrol(world, name: str, *, who: str = "own editor", economy: str = "GB", **fields) -> Facility:
    return enrolling.enrol(by=world.by(who), name=name, economy=make_economy(economy), **fields)


def _record(world, facility: Facility, *, who: str = "own editor", **facts) -> Inspection:
    facts = {"ended_on": date(2025, 3, 28), "product_classes": ("human",)} | facts
    return inspecting.record(by=world.by(who), facility=facility, facts=Facts(**facts))

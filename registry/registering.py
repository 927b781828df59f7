"""Putting bodies on the register: who they are, where they work, by which names and numbers they are known."""

from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Economy, Origin, Requirement, Sector
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.validity import days, from_now, moments
from portal.verbs import verb
from registry import accepted_scope, indexing, naming, policies
from registry.models import Body, FormerName, HomeAppointment, Identifier, Merger, ScopeLine, Site


@verb
def register(
    *,
    by: Acting,
    name: str,
    economy: Economy,
    local_name: str = "",
    local_word: str = "",
    website: str = "",
    is_third_party: bool | None = None,
    origin: str = Origin.REGISTER_ROW,
    source_name: str = "",
    sites: list[dict] | None = None,
    identifiers: list[dict] | None = None,
    former_names: list[str] | None = None,
) -> Body:
    """Put a body on the register with its sites and numbers.

    ``sites`` and ``identifiers`` are keyword arguments of Site and Identifier; a site's economy defaults to the body's.
    """
    policies.check_may_register(by, economy)
    now = clock.now()
    body = Body.objects.create(
        slug=free_slug(name),
        name=name,
        local_name=local_name,
        economy=economy,
        local_word=local_word,
        website=website,
        is_third_party=is_third_party,
        origin=origin,
        source_name=source_name,
        recorded_at=now,
    )
    Site.objects.bulk_create(
        Site(**{"economy": economy, **site}, body=body, recorded_at=now) for site in sites or []
    )
    Identifier.objects.bulk_create(Identifier(**identifier, body=body) for identifier in identifiers or [])
    FormerName.objects.bulk_create(
        FormerName(body=body, name=former, source_name=source_name, recorded_at=now)
        for former in former_names or []
    )
    _index(body)
    recording.record(by=by, target=body, after={"name": name, "economy": economy.code})
    return body


def free_slug(name: str, body: Body | None = None) -> str:
    """The name as an address part that no body has or had; one that ``body`` has already serves it further."""
    stem = slugify(name)[:150] or "body"
    slug, number = stem, 2
    while not (body and body.slug == slug) and _is_taken(slug):
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _is_taken(slug: str) -> bool:
    return Body.objects.filter(slug=slug).exists() or FormerName.objects.filter(slug=slug).exists()


@verb
def rename(
    *,
    by: Acting,
    body: Body,
    name: str,
    local_name: str = "",
    effective_on: date | None = None,
    reason: str = "",
) -> Body:
    """Give a body its new name and address, from that day on (None: today). The old address leads to the new one.

    What the register said before it learned of the name stays said. Raises NotYours or NotAllowed.
    """
    policies.check_may_register(by, body.economy)
    body = _locked(body)[body.id]
    name, local_name = name.strip(), local_name.strip()
    if not name or (name, local_name) == (body.name, body.local_name):
        raise NotAllowed(_("Give the body a name other than the one that it has."))
    if body.is_sample and not name.endswith("(sample)"):
        raise NotAllowed(_("The name of a fictional body ends with “(sample)”."))
    effective_on, before = effective_on or clock.today(), _named(body)
    with clock.at(_after_its_names(body)):
        FormerName.objects.create(
            body=body, until=effective_on, renamed_at=clock.now(), recorded_at=clock.now(), **before
        )
        body.slug, body.name, body.local_name = free_slug(name, body), name, local_name
        body.save(update_fields=["slug", "name", "local_name"])
        _refresh([body])
        after = {**_named(body), "effective_on": effective_on}
        recording.record(by=by, target=body, reason=reason, before=before, after=after)
    return body


def _after_its_names(body: Body) -> datetime:
    """This moment, or the first one after the last renaming: who waited for another to rename the body comes after it."""
    last = body.former_names.aggregate(last=Max("renamed_at"))["last"]
    return max(clock.now(), last + timedelta(microseconds=1)) if last else clock.now()


def _named(body: Body) -> dict[str, str]:
    return {"name": body.name, "local_name": body.local_name, "slug": body.slug}


def _locked(*bodies: Body) -> dict[int, Body]:
    """The rows of these bodies by id, locked in one order to the end of the transaction."""
    rows = Body.objects.select_for_update(of=["self"]).select_related("economy").order_by("id")
    return {row.id: row for row in rows.filter(id__in=[body.id for body in bodies])}


def _refresh(bodies: list[Body]) -> None:
    """Let the answers about these bodies, and about those that are one with them, say from now on who they are."""
    lines = ScopeLine.objects.filter(body_id__in=naming.one_with(body.id for body in bodies))
    accepted_scope.refresh(lines)
    _index(*bodies)


def _index(*bodies: Body) -> None:
    """Let the directory list these bodies, and those that are one with them, as they are now."""
    indexing.refresh(naming.one_with(body.id for body in bodies))


@verb
def merge(*, by: Acting, body: Body, into: Body, reason: str) -> Merger:
    """Put on record that two bodies on file are one: from now on ``into`` stands for ``body``, and for what it took in.

    Records, lines and decisions stay where they were told. Raises NotYours or NotAllowed.
    """
    policies.check_may_register(by, body.economy)
    rows = _locked(body, into)
    body, into = rows[body.id], rows[into.id]
    _check_may_be_one(body, into, reason)
    taken_in = list(body.absorbed.known().select_related("body").order_by("id"))
    for earlier in taken_in:
        _end(earlier)
    for other in [body, *(earlier.body for earlier in taken_in)]:
        Merger.objects.create(body=other, into=into, recorded=from_now(), reason=reason)
    _refresh([into])
    also = [earlier.body.slug for earlier in taken_in]
    after = {"into": into.slug, "also": also}
    recording.record(by=by, target=body, reason=reason, before={"into": None, "taken_in": also}, after=after)
    return body.mergers.known().get()


def _check_may_be_one(body: Body, into: Body, reason: str) -> None:
    if body == into:
        raise NotAllowed(_("A body cannot be merged into itself."))
    if not reason.strip():
        raise NotAllowed(_("Say why the two are one body."))
    if body.economy_id != into.economy_id:
        raise NotAllowed(_("The two are established in different economies, so they are not one body."))
    if body.is_sample != into.is_sample:
        raise NotAllowed(_("A fictional body and a real one are not one body."))
    if body.mergers.known().exists():
        raise NotAllowed(_("This body is merged into another already. Separate it first."))
    if into.mergers.known().exists():
        raise NotAllowed(_("The other body is itself merged into one. Choose that one."))


def _end(merger: Merger) -> None:
    """Close the merger now. One that was opened at this very moment was never said."""
    now = clock.now()
    if merger.recorded.lower >= now:
        merger.delete()
        return
    merger.recorded = moments(merger.recorded.lower, now)
    merger.save(update_fields=["recorded"])


@verb
def separate(*, by: Acting, body: Body, reason: str) -> Body:
    """Undo a merger from now on: the body stands for itself again, and for what it stood for when it was merged.

    Raises NotYours or NotAllowed.
    """
    policies.check_may_register(by, body.economy)
    body = _locked(body, *Body.objects.filter(absorbed__in=body.mergers.known()))[body.id]
    merger = body.mergers.known().select_related("into").first()
    if merger is None:
        raise NotAllowed(_("This body is not merged into another."))
    if not reason.strip():
        raise NotAllowed(_("Say why the two are not one body."))
    into, began = merger.into, merger.recorded.lower
    brought = list(Merger.objects.filter(into=body, recorded__endswith=began).order_by("id"))
    with_it = {each.body_id: each for each in into.absorbed.known().filter(recorded__startswith=began)}
    _end(merger)
    for earlier in brought:
        if earlier.body_id in with_it:
            _end(with_it[earlier.body_id])
            again = {"body_id": earlier.body_id, "into": body, "reason": earlier.reason}
            Merger.objects.create(recorded=from_now(), **again)
    _refresh([into, body])
    recording.record(by=by, target=body, reason=reason, before={"into": into.slug}, after={"into": None})
    return body


@verb
def add_identifier(
    *,
    by: Acting,
    body: Body,
    scheme: str,
    value: str,
    issuer: Authority | None = None,
    is_former: bool = False,
) -> Identifier:
    """Note a further number by which the body is known."""
    policies.check_may_register(by, body.economy)
    identifier = Identifier.objects.create(
        body=body, scheme=scheme, value=value, issuer=issuer, is_former=is_former
    )
    _index(body)
    recording.record(by=by, target=body, after={"scheme": scheme, "value": value})
    return identifier


@verb
def add_site(*, by: Acting, body: Body, economy: Economy, **fields) -> Site:
    """Note a further location of the body. ``fields`` are those of Site."""
    policies.check_may_register(by, body.economy)
    site = Site.objects.create(body=body, economy=economy, recorded_at=clock.now(), **fields)
    _index(body)
    recording.record(by=by, target=body, after={"site": str(site)})
    return site


@verb
def move_site(*, by: Acting, site: Site, effective_on: date, reason: str = "", **address) -> Site:
    """Put on record that a body left a location on that day for another, which is returned.

    ``address`` are fields of Site; the economy and whether it is the registered office are the old one's unless given. The
    scope lines at the old location stay as they are until the authorities decide. Raises NotYours or NotAllowed.
    """
    policies.check_may_register(by, site.body.economy)
    site = Site.objects.select_for_update(of=["self"]).select_related("body", "economy").get(pk=site.pk)
    if site.moved_to_id:
        raise NotAllowed(_("The body left this location already. Move the one that took its place."))
    if not address:
        raise NotAllowed(_("Say where the body moves to."))
    kept = {"economy": site.economy, "is_registered_office": site.is_registered_office}
    fields = {**kept, **address, "body": site.body, "recorded_at": clock.now()}
    site.moved_to, site.left_on = Site.objects.create(**fields), effective_on
    site.save(update_fields=["moved_to", "left_on"])
    _index(site.body)
    before = {"site": str(site), "site_id": site.id}
    after = {"site": str(site.moved_to), "site_id": site.moved_to_id, "left_on": effective_on}
    recording.record(by=by, target=site.body, reason=reason, before=before, after=after)
    return site.moved_to


@verb
def add_former_name(*, by: Acting, body: Body, name: str, source_name: str = "") -> FormerName:
    """Note a name that the body had, or has in another register."""
    policies.check_may_register(by, body.economy)
    former = FormerName.objects.create(body=body, name=name, source_name=source_name, recorded_at=clock.now())
    _index(body)
    recording.record(by=by, target=body, after={"former_name": name})
    return former


@verb
def appoint_at_home(
    *,
    by: Acting,
    body: Body,
    market: Economy,
    area: str,
    source_name: str,
    sector: Sector | None = None,
    requirement: Requirement | None = None,
    detail: str = "",
    is_provisional: bool = False,
    status: str = "appointed",
    start: date | None = None,
    end: date | None = None,
) -> HomeAppointment:
    """Note what the body's own economy appointed it for at home. No partner owes anything for it."""
    policies.check_may_register(by, body.economy)
    appointment = HomeAppointment.objects.create(
        body=body,
        market=market,
        area=area,
        sector=sector,
        requirement=requirement,
        detail=detail,
        is_provisional=is_provisional,
        status=status,
        source_name=source_name,
        valid=days(start, end),
    )
    recording.record(by=by, target=body, after={"area": area, "market": market.code})
    return appointment

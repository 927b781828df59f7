"""Putting bodies on the register: who they are, where they work, by which numbers they are known."""

from datetime import date

from django.utils.text import slugify

from agreements.acting import Acting
from agreements.models import Authority, Economy, Origin, Requirement, Sector
from portal import clock
from portal.audit import recording
from portal.validity import days
from portal.verbs import verb
from registry import policies
from registry.models import Body, FormerName, HomeAppointment, Identifier, Site


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
    recording.record(by=by, target=body, after={"name": name, "economy": economy.code})
    return body


def free_slug(name: str) -> str:
    """The name as an address part that no body has yet."""
    stem = slugify(name)[:150] or "body"
    slug, number = stem, 2
    while Body.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


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
    recording.record(by=by, target=body, after={"scheme": scheme, "value": value})
    return identifier


@verb
def add_site(*, by: Acting, body: Body, economy: Economy, **fields) -> Site:
    """Note a further location of the body. ``fields`` are those of Site."""
    policies.check_may_register(by, body.economy)
    site = Site.objects.create(body=body, economy=economy, recorded_at=clock.now(), **fields)
    recording.record(by=by, target=body, after={"site": str(site)})
    return site


@verb
def add_former_name(*, by: Acting, body: Body, name: str, source_name: str = "") -> FormerName:
    """Note a name that the body had, or has in another register."""
    policies.check_may_register(by, body.economy)
    former = FormerName.objects.create(body=body, name=name, source_name=source_name, recorded_at=clock.now())
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

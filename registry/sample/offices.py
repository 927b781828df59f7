"""The fictional authorities of the sample: two sides of an agreement, and an accreditation body."""

from dataclasses import dataclass
from datetime import date

from agreements import appointing
from agreements.acting import operator
from agreements.models import Annex, Authority, Capacity, Economy, Origin, ProductClass
from portal.validity import days

BY = operator("load_sample")
GIVER, RECEIVER, OUTSIDER = "sample-de-inspectorate", "sample-us-inspectorate", "sample-jp-inspectorate"
DESIGNATING, REGULATOR, ACCREDITATION = (
    "sample-mx-designating",
    "sample-us-regulator",
    "sample-accreditation-mx",
)


@dataclass(frozen=True)
class Office:
    """One fictional authority; ``annex`` is the text under which it acts for its economy, "" for none.

    An inspectorate acts under it because the other party, ``recognised_by``, has recognised it.
    """

    code: str
    name: str
    economy: str
    capacity: str
    annex: str = ""
    recognised_by: str = ""


OFFICES = (
    Office(
        DESIGNATING, "Designating Authority of Mexico (sample)", "MX", Capacity.DESIGNATING, annex="US-MX"
    ),
    Office(REGULATOR, "Regulator of the United States (sample)", "US", Capacity.REGULATORY, annex="US-MX"),
    Office(ACCREDITATION, "Accreditation Body of Mexico (sample)", "MX", Capacity.ACCREDITATION),
    Office(
        GIVER,
        "Inspectorate of Germany (sample)",
        "DE",
        Capacity.INSPECTORATE,
        "US-EU-GMP",
        recognised_by="US",
    ),
    Office(
        RECEIVER,
        "Medicines Inspectorate of the United States (sample)",
        "US",
        Capacity.INSPECTORATE,
        "US-EU-GMP",
        recognised_by="EU",
    ),
    Office(OUTSIDER, "Medicines Inspectorate of Japan (sample)", "JP", Capacity.INSPECTORATE),
)


def establish() -> None:
    """Put those on record that are not."""
    known = set(
        Authority.objects.filter(code__in=[office.code for office in OFFICES]).values_list("code", flat=True)
    )
    for office in OFFICES:
        if office.code not in known:
            _establish(office)


def _establish(office: Office) -> None:
    economy = Economy.objects.get(code=office.economy)
    authority = appointing.establish(
        by=BY,
        code=office.code,
        name=office.name,
        economy=economy,
        capacities=[office.capacity],
        origin=Origin.SAMPLE,
    )
    if not office.annex:
        return
    annex = Annex.objects.get(code=office.annex)
    if office.recognised_by:
        appointing.recognise_authority(
            by=BY,
            annex=annex,
            importing=Economy.objects.get(code=office.recognised_by),
            authority=authority,
            product_class=ProductClass.HUMAN,
            valid=days(date(2019, 7, 11)),
            since="2019-07-11",
            origin=Origin.SAMPLE,
        )
    else:
        appointing.assign(by=BY, annex=annex, economy=economy, authority=authority, capacity=office.capacity)

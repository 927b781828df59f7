"""The fictional authorities of the sample: two sides of an agreement, and an accreditation body."""

from dataclasses import dataclass

from agreements import appointing
from agreements.acting import operator
from agreements.models import Annex, Authority, Capacity, Economy, Origin

BY = operator("load_sample")
DESIGNATING, REGULATOR, ACCREDITATION = (
    "sample-mx-designating",
    "sample-us-regulator",
    "sample-accreditation-mx",
)


@dataclass(frozen=True)
class Office:
    """One fictional authority; ``annex`` is the text under which it acts for its economy, "" for none."""

    code: str
    name: str
    economy: str
    capacity: str
    annex: str = ""


OFFICES = (
    Office(
        DESIGNATING, "Designating Authority of Mexico (sample)", "MX", Capacity.DESIGNATING, annex="US-MX"
    ),
    Office(REGULATOR, "Regulator of the United States (sample)", "US", Capacity.REGULATORY, annex="US-MX"),
    Office(ACCREDITATION, "Accreditation Body of Mexico (sample)", "MX", Capacity.ACCREDITATION),
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
    if office.annex:
        annex = Annex.objects.get(code=office.annex)
        appointing.assign(by=BY, annex=annex, economy=economy, authority=authority, capacity=office.capacity)

"""What the agreements say before a random history begins, and the bodies that it is about."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from agreements.models import Annex, Economy, Requirement, Sector
from portal import clock
from registry import registering
from registry.designating import Scope
from registry.models import Body
from tests.agreements.factories import (
    BY,
    make_agreement,
    make_annex,
    make_authority,
    make_economy,
    make_membership,
    make_requirement,
    make_sector,
    make_undertaking,
)

FIRST_DAY = date(2020, 1, 1)
FIRST_MOMENT = datetime(2020, 1, 5, 12, tzinfo=UTC)


@dataclass
class Law:
    """What the agreements say before the history begins, and the bodies that it is about.

    Of each of the two directions there are an annex, both parties and some bodies: those of the first have even numbers.
    """

    annexes: list[Annex]
    exporting: list[Economy]
    partners: list[Economy]
    bodies: list[Body]
    sectors: list[Sector]
    requirement: Requirement
    scopes: list[list[Scope]]
    accreditor: object
    moments: list[datetime] = field(default_factory=list)
    days: set[date] = field(default_factory=set)

    @property
    def importing(self) -> Economy:
        """The partner of the first direction."""
        return self.partners[0]


def make_law() -> Law:
    """Two directions to the United States: from the United Kingdom, and from the European Union with its members."""
    with clock.at(FIRST_MOMENT - timedelta(days=300)):
        return _law()


def _law() -> Law:
    emc, radio = make_sector("emc"), make_sector("radio")
    us, gb, eu, de = (make_economy(code) for code in ("US", "GB", "EU", "DE"))
    of_gb = make_annex(sectors=("emc", "radio"), agreement=make_agreement(parties=("US", "GB")))
    of_eu = make_annex(sectors=("emc", "radio"), agreement=make_agreement(parties=("US", "EU")))
    make_membership("DE", "EU")
    make_undertaking("US", "GB", "test_report", "emc", annex=of_gb)
    make_undertaking("US", "GB", "certificate", "emc", annex=of_gb, accreditation_required=True)
    make_undertaking("US", "GB", "certificate", "radio", annex=of_gb, verified=False)
    make_undertaking("US", "EU", "test_report", None, annex=of_eu)
    make_undertaking("US", "EU", "certificate", "emc", annex=of_eu, third_party_only=True)
    first = [_body("Lab at home", gb, gb, None), _body("Lab of the union", de, gb, False)]
    twins = [
        _body(f"{name} {place}", economy, gb, None)
        for name in ("Second", "Third")
        for place, economy in (("at home", gb), ("of the union", de))
    ]
    bodies = [*first, *twins]
    rule = make_requirement()
    scopes = []
    for body in bodies:
        abroad = body.sites.get()
        scopes.append(
            [
                Scope(emc, "test_report"),
                Scope(emc, "certificate"),
                Scope(emc, ""),
                Scope(radio, "certificate"),
                Scope(emc, "test_report", requirement=rule),
                Scope(emc, "test_report", site=abroad),
            ]
        )
    accreditor = make_authority("ukas", "GB", ["accreditation"])
    return Law([of_gb, of_eu], [gb, eu], [us, us], bodies, [emc, radio], rule, scopes, accreditor)


def _body(name: str, economy: Economy, elsewhere: Economy, is_third_party) -> Body:
    return registering.register(
        by=BY, name=name, economy=economy, is_third_party=is_third_party, sites=[{"economy": elsewhere}]
    )


def make_plain_law() -> Law:
    """From the United Kingdom to two partners under texts that are in force: what matters is who decided what, and when."""
    with clock.at(FIRST_MOMENT - timedelta(days=300)):
        emc, gb = make_sector("emc"), make_economy("GB")
        partners = [make_economy("US"), make_economy("CA")]
        annexes = [make_annex(agreement=make_agreement(parties=(one.code, "GB"))) for one in partners]
        for annex, partner in zip(annexes, partners, strict=True):
            make_undertaking(partner.code, "GB", "test_report", "emc", annex=annex)
        three = [_body(name, gb, gb, None) for name in ("First", "Second", "Third")]
        bodies = [body for body in three for _partner in partners]
        scopes = [Scope(emc, "test_report"), Scope(emc, "test_report", product="Radios")]
        rule, accreditor = make_requirement(), make_authority("ukas", "GB", ["accreditation"])
        return Law(annexes, [gb, gb], partners, bodies, [emc], rule, [scopes] * 6, accreditor)

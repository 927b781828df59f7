"""Two authorities with their people, and proposals on the way through them, for tests."""

from dataclasses import dataclass
from datetime import date, timedelta

from agreements import texts
from agreements.acting import Acting
from agreements.models import Annex, Authority, Economy
from portal import clock
from portal.accounts.models import User
from registry import proposing
from registry.models import Designation, Proposal, Recognition, Step
from tests.agreements.factories import make_annex, make_authority, make_economy, make_sector, make_undertaking
from tests.registry.officers import acting, make_officer

REASON = "For the reasons given."
CONTACTS = [{"name": "Ines Roe", "email": "ines@lab.example", "is_public": True}]
LINES = [
    {"sector": "emc", "kind": "test_report"},
    {"sector": "emc", "kind": "test_report", "product": "Radios"},
]


@dataclass
class Parties:
    """A British authority that designates, an American one that recognises, and a British accreditation body.

    ``ana`` and ``dan`` are editors, ``beto`` and ``erin`` approvers, ``ana`` and ``beto`` of the first.
    """

    designating: Authority
    regulator: Authority
    accreditor: Authority
    annex: Annex
    exporting: Economy
    importing: Economy
    ana: User
    beto: User
    dan: User
    erin: User

    def acts(self, name: str) -> Acting:
        """One of the four, acting for the own authority with the roles held now."""
        authority = self.designating if name in ("ana", "beto") else self.regulator
        return acting(getattr(self, name), authority)

    @property
    def direction(self) -> dict:
        """The text and both parties of a designation."""
        return {"annex": self.annex, "exporting": self.exporting, "importing": self.importing}


def make_parties() -> Parties:
    """The two authorities and the text between them."""
    texts.forget()
    make_sector("emc")
    annex = make_annex(parties=("US", "GB"))
    make_undertaking(annex=annex)
    designating = make_authority("gb-desig", "GB", ["designating"], name="Designator")
    regulator = make_authority("us-regul", "US", ["regulatory"], name="Regulator")
    return Parties(
        designating=designating,
        regulator=regulator,
        accreditor=make_authority("gb-accr", "GB", ["accreditation"], name="Accreditor"),
        annex=annex,
        exporting=make_economy("GB"),
        importing=make_economy("US"),
        ana=make_officer(designating, "editor", name="Ana"),
        beto=make_officer(designating, "approver", name="Beto"),
        dan=make_officer(regulator, "editor", name="Dan"),
        erin=make_officer(regulator, "approver", name="Erin"),
    )


def designation_content(parties: Parties, name: str = "Istmo Laboratory", **sections) -> dict:
    """A complete designation as typed, section by section."""
    return {
        "body": {"name": name, "economy": "GB", "town": "Leeds", "site_name": "Head office"},
        "partner": {"regulator": parties.regulator.code},
        "scope": {"lines": LINES},
        "accreditation": {
            "accreditation_body": parties.accreditor.code,
            "reference": "X-1",
            "standard": "ISO/IEC 17025:2017",
            "start": "2024-01-01",
        },
        "contacts": {"contacts": CONTACTS},
        "declaration": {"declared": True, "effective_on": clock.today().isoformat()},
        **sections,
    }


def decision(day: date | None = None, **said) -> dict:
    """A decision as typed, effective today unless said otherwise."""
    return {"decision": {"effective_on": (day or clock.today()).isoformat(), "public_reason": REASON, **said}}


def in_days(number: int) -> str:
    """A day counted from today, as typed."""
    return (clock.today() + timedelta(days=number)).isoformat()


def drafted(by: Acting, step: str, content: dict | None = None, **about) -> Proposal:
    """A draft, complete as far as its content is."""
    return proposing.draft(by=by, step=step, content=decision() if content is None else content, **about)


def submitted(by: Acting, step: str, content: dict | None = None, **about) -> Proposal:
    """A proposal that awaits its second person."""
    proposal = drafted(by, step, content, **about)
    return proposing.submit(by=by, proposal=proposal, version=proposal.version)


def decided(by: tuple[Acting, Acting], step: str, content: dict | None = None, **about) -> Proposal:
    """A proposal that the first has submitted and the second decided."""
    first, second = by
    proposal = submitted(first, step, content, **about)
    return proposing.decide(by=second, proposal=proposal, version=proposal.version)


def designator_pair(parties: Parties) -> tuple[Acting, Acting]:
    """The two people of the designating authority."""
    return parties.acts("ana"), parties.acts("beto")


def regulator_pair(parties: Parties) -> tuple[Acting, Acting]:
    """The two people of the regulator."""
    return parties.acts("dan"), parties.acts("erin")


def designated(parties: Parties, name: str = "Istmo Laboratory") -> Designation:
    """A body designated and notified by two people of its authority."""
    content = designation_content(parties, name)
    return decided(designator_pair(parties), Step.DESIGNATE, content, **parties.direction).designation


def recognised(parties: Parties, name: str = "Istmo Laboratory") -> Recognition:
    """A body besides recognised by two people of the partner."""
    recognition = designated(parties, name).recognition
    decided(regulator_pair(parties), Step.RECOGNISE, recognition=recognition, body=recognition.body)
    return recognition

"""The words in which the sample's stories are told: each runs the real verb on the day the story says."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from agreements.acting import Acting, operator
from agreements.models import Annex, Authority, Economy, Origin, Requirement, Sector
from portal import clock
from registry import accrediting, correcting, designating, recognising, registering
from registry.deciding import Terms
from registry.designating import Scope
from registry.models import Accreditation, Body, Decision, Designation, Recognition, ScopeLine

SOURCE = "Sample register: fictional, not the act of any authority"


def scope(sector: str, kind: str, requirement: str = "", product: str = "") -> Scope:
    """One scope line by catalogue codes."""
    return Scope(
        sector=Sector.objects.get(code=sector),
        kind=kind,
        requirement=Requirement.objects.get(slug=requirement) if requirement else None,
        product=product,
    )


@dataclass
class Story:
    """One fictional body under one annex. Days are given as ISO text; each act is recorded on its own day at noon."""

    name: str
    annex_code: str
    exporting_code: str
    importing_code: str
    economy_code: str = ""
    town: str = ""
    is_third_party: bool | None = True
    designator_code: str = ""
    regulator_code: str = ""
    local_word: str = ""
    by: Acting = field(default_factory=lambda: operator("load_sample"))
    body: Body = field(init=False)
    designation: Designation | None = field(init=False, default=None)
    recognition: Recognition | None = field(init=False, default=None)
    accreditation: Accreditation | None = field(init=False, default=None)

    def __post_init__(self):
        self.annex = Annex.objects.get(code=self.annex_code)
        self.exporting = Economy.objects.get(code=self.exporting_code)
        self.importing = Economy.objects.get(code=self.importing_code)

    def registered(self, day: str, **fields) -> "Story":
        """The body comes on the register."""
        economy = Economy.objects.get(code=self.economy_code or self.exporting_code)
        with _noon(day):
            self.body = registering.register(
                by=self.by,
                name=f"{self.name} (sample)",
                economy=economy,
                origin=Origin.SAMPLE,
                source_name=SOURCE,
                is_third_party=self.is_third_party,
                local_word=self.local_word,
                sites=[{"town": self.town, "is_registered_office": True}],
                **fields,
            )
        return self

    def accredited(self, day: str, body_code: str, reference: str, standard: str, until: str = "") -> "Story":
        """An accreditation body accredits it."""
        giver = Authority.objects.get(code=body_code)
        with _noon(day):
            self.accreditation = accrediting.accredit(
                by=self.by,
                body=self.body,
                accreditation_body=giver,
                reference=reference,
                standard=standard,
                origin=Origin.SAMPLE,
                terms=self._terms(day, until=until, who=giver.name),
            )
        return self

    def accreditation_act(self, act: str, day: str, reason: str) -> "Story":
        """The accreditation body suspends, restores, withdraws."""
        with _noon(day):
            getattr(accrediting, act)(
                by=self.by,
                accreditation=self.accreditation,
                terms=self._terms(day, reason, who=self.accreditation.accreditation_body.name),
            )
        return self

    def designated(self, day: str, *scopes: Scope, until: str = "", recorded: str = "") -> "Story":
        """Its own authority designates it."""
        with _noon(recorded or day):
            self.designation = designating.designate(
                by=self.by,
                body=self.body,
                annex=self.annex,
                exporting=self.exporting,
                importing=self.importing,
                authority=self._office(self.designator_code),
                scopes=list(scopes),
                terms=self._terms(day, until=until, who=self._designator()),
                origin=Origin.SAMPLE,
                source_name=SOURCE,
            )
        return self

    def designation_act(self, act: str, day: str, reason: str, **changes) -> "Story":
        """Its own authority suspends, restores, restricts, withdraws."""
        lines = changes.pop("lines", None)
        extra = {"lines": lines} if lines is not None else {}
        with _noon(day):
            getattr(designating, act)(
                by=self.by,
                designation=self.designation,
                terms=self._terms(day, reason, who=self._designator(), **changes),
                **extra,
            )
        return self

    def notified(self, day: str) -> "Story":
        """The designation is put before the partner."""
        with _noon(day):
            self.recognition = designating.notify(
                by=self.by,
                designation=self.designation,
                regulator=self._office(self.regulator_code),
                terms=self._terms(day, who=self._designator()),
            )
        return self

    def recognition_act(self, act: str, day: str, reason: str = "", recorded: str = "", **changes) -> "Story":
        """The partner recognises, refuses, contests, suspends, restores, withdraws."""
        extra = {name: changes.pop(name) for name in ("lines", "reasons") if name in changes}
        with _noon(recorded or day):
            getattr(recognising, act)(
                by=self.by,
                recognition=self.recognition,
                terms=self._terms(day, reason, who=self._recogniser(), **changes),
                **extra,
            )
        return self

    def corrected(self, act: str, day: str, reason: str, **changes) -> "Story":
        """The latest decision of that kind on the recognition is corrected by a further one."""
        decision = Decision.objects.filter(recognition=self.recognition, act=act).latest("id")
        with _noon(day):
            correcting.correct(by=self.by, decision=decision, reason=reason, **changes)
        return self

    def lines(self) -> list[ScopeLine]:
        """The scope lines of the story, in the order given."""
        return list(self.designation.lines.order_by("id"))

    def _terms(self, day: str, reason: str = "", *, until: str = "", who: str = "", **changes) -> Terms:
        return Terms(
            effective_on=date.fromisoformat(day),
            decided_on=date.fromisoformat(day),
            public_reason=reason,
            until=date.fromisoformat(until) if until else None,
            authority_name=f"{who.removesuffix(' (sample)')} (sample)",
            source_name=SOURCE,
            **changes,
        )

    def _designator(self) -> str:
        office = self._office(self.designator_code)
        return office.name if office else f"Designating authority of {self.exporting.name}"

    def _recogniser(self) -> str:
        office = self._office(self.regulator_code)
        return office.name if office else f"Regulator of {self.importing.name}"

    def _office(self, code: str) -> Authority | None:
        return Authority.objects.get(code=code) if code else None


def _noon(day: str):
    return clock.at(datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC))

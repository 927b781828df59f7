"""The made-up people of the sample, who sign in without a second factor, on the machine of whoever tries the portal."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from agreements import joining
from agreements.acting import Acting, member, person, standings
from agreements.models import Annex, Authority, Economy, Role
from portal.accounts.models import User
from portal.accounts.people import create_person
from registry import proposing, representing
from registry.models import Body, Step
from registry.sample import offices
from registry.sample.offices import ACCREDITATION, BY, DESIGNATING, GIVER, OUTSIDER, RECEIVER, REGULATOR

PASSWORD = "sample-sign-in-only"  # printed at every start, and good for nothing in production
BODY = "Laboratorio del Bajío (sample)"


@dataclass(frozen=True)
class Somebody:
    """One made-up person; without an authority, somebody who signs in for the sample's body."""

    name: str
    does: str
    authority: str = ""
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """In a domain that nobody can own (RFC 2606)."""
        return f"{self.name.split()[0].lower()}@sample.example"


PEOPLE = (
    Somebody("Ana Aguilar", "drafts designations for Mexico", DESIGNATING, (Role.EDITOR,)),
    Somebody("Beto Blanco", "approves what Ana drafts", DESIGNATING, (Role.APPROVER,)),
    Somebody("Carla Cruz", "administers Mexico’s authority", DESIGNATING, (Role.ADMINISTRATOR,)),
    Somebody("Dan Dawson", "drafts decisions for the United States", REGULATOR, (Role.EDITOR,)),
    Somebody("Erin Ellis", "approves what Dan drafts", REGULATOR, (Role.APPROVER,)),
    Somebody("Frank Foster", "administers the regulator", REGULATOR, (Role.ADMINISTRATOR,)),
    Somebody("Gabriela Gil", "tells what becomes of accreditations", ACCREDITATION, (Role.EDITOR,)),
    Somebody(
        "Hugo Haro", "approves and administers there", ACCREDITATION, (Role.APPROVER, Role.ADMINISTRATOR)
    ),
    Somebody("Greta Gross", "records and proposes for Germany’s inspectorate", GIVER, (Role.EDITOR,)),
    Somebody("Heiko Holm", "releases and approves there", GIVER, (Role.RELEASER, Role.APPROVER)),
    Somebody("Nora Nash", "asks for reports in the United States", RECEIVER, (Role.EDITOR,)),
    Somebody("Owen Oak", "releases and approves there", RECEIVER, (Role.RELEASER, Role.APPROVER)),
    Somebody("Yuki Yamada", "at Japan’s inspectorate, with whom nothing is shared", OUTSIDER, (Role.EDITOR,)),
    Somebody("Rosa Reyes", "signs in for Laboratorio del Bajío (sample)"),
)


@transaction.atomic
def let_in() -> int:
    """Give everybody an account and a place, and put some work on the desks. Returns how many people came.

    Raises RuntimeError in production. Who is there already is left alone.
    """
    if settings.PRODUCTION:
        raise RuntimeError("The sample's people are for local use: everybody knows their password.")
    offices.establish()
    new = [each for each in PEOPLE if User.with_email(each.email) is None]
    for each in new:
        user = create_person(
            by=BY, email=each.email, name=f"{each.name} (sample)", password=PASSWORD, is_sample=True
        )
        if each.authority:
            _join(user, each)
    if len(new) == len(PEOPLE):
        _work()
    return len(new)


def _join(user: User, each: Somebody) -> None:
    invitation = joining.invite(
        by=BY,
        authority=Authority.objects.get(code=each.authority),
        email=user.email,
        name=user.name,
        roles=list(each.roles),
        by_mail=False,
    )
    joining.accept(by=person(user), invitation=invitation, user=user)


def _work() -> None:
    """What Ana has begun: a draft for a new laboratory, new contacts that wait for Beto, a sign-in for the body."""
    ana, body = acting_as("ana"), Body.objects.get(name=BODY)
    representing.represent(by=ana, body=body, user=User.with_email("rosa@sample.example"))
    proposing.draft(
        by=ana,
        step=Step.DESIGNATE,
        annex=Annex.objects.get(code="US-MX"),
        exporting=Economy.objects.get(code="MX"),
        importing=Economy.objects.get(code="US"),
        content={
            "body": {
                "name": "Ensayos de Querétaro (sample)",
                "economy": "MX",
                "town": "Querétaro",
                "is_third_party": "yes",
            },
            "partner": {"regulator": REGULATOR},
            "scope": {"lines": [{"sector": "radio", "kind": "test_report", "requirement": "47-cfr-15"}]},
        },
    )
    contact = {
        "name": "Recepción de muestras (sample)",
        "role": "office",
        "email": "laboratorio@sample.example",
        "is_public": True,
    }
    proposal = proposing.draft(
        by=ana, step=Step.CONTACTS, body=body, content={"contacts": {"contacts": [contact]}}
    )
    proposing.submit(by=ana, proposal=proposal, version=proposal.version)


def acting_as(name: str) -> Acting:
    """One of them by first name, acting for the own authority."""
    (standing,) = standings(User.with_email(f"{name}@sample.example"))
    return member(standing.membership, standing.roles)


def write_sign_ins() -> None:
    """Leave word of the sign-ins that work here for the launcher, or none where there are none."""
    there = set(User.objects.filter(is_sample=True, is_active=True).values_list("email", flat=True))
    lines = [f"  {each.email:<26}{each.does}" for each in PEOPLE if each.email in there]
    path = settings.DATA_DIR / "sample_sign_ins.txt"
    if not lines or settings.PRODUCTION:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f"Sample sign-ins, password {PASSWORD} (local use only):", *lines, ""]))

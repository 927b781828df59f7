"""The bodies that an authority looks after, and what its own people see of one."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agreements import competence
from agreements.acting import Acting
from agreements.models import Invitation, Origin
from portal import clock
from portal.audit.models import AuditEntry
from portal.clocks import Clocks
from registry import listing, representing
from registry.checking import ON_BODY
from registry.models import Body, Contact, Designation, Merger, Proposal, Representative, Stage

MOST_FOUND = 20


def bodies(by: Acting, words: str = ""):
    """Those that the actor's authority designates, or that are established where it designates; by name.

    Bodies merged into another are among them, with ``is_merged``.
    """
    merged = Merger.objects.known().filter(body=OuterRef("pk"))
    rows = Body.objects.shown().annotate(is_merged=Exists(merged))
    rows = rows.looked_after_by(competence.authority_of(by))
    if words:
        rows = rows.worded(words)
    return rows.order_by("name", "id")


def body(by: Acting, slug: str) -> Body | None:
    """One of them, with its particulars."""
    return bodies(by).with_particulars(clock.now()).filter(slug=slug).first()


def later_address(slug: str) -> str | None:
    """The address of a body that gave this one up when it was renamed."""
    found = listing.elsewhere(slug, Clocks(on=clock.today()))
    return found.slug if found and found.lasting else None


@dataclass(frozen=True)
class Kept:
    """What an authority's people see of a body: contacts, its own people, and what is being proposed."""

    contacts: list[Contact]
    representatives: list[Representative]
    invitations: list[Invitation]
    proposals: list[Proposal]
    merged_into: Body | None


def kept(by: Acting, body: Body) -> Kept:
    """What is on file for insiders, now."""
    merger = Merger.objects.known().select_related("into").filter(body=body).first()
    invited = Invitation.objects.visible_to(by).open()
    proposals = Proposal.objects.visible_to(by).running().filter(body=body)
    return Kept(
        contacts=list(body.contacts.current()),
        representatives=list(Representative.objects.running().filter(body=body).select_related("user")),
        invitations=list(invited.filter(purpose=representing.PURPOSE, subject=str(body.pk))),
        proposals=list(proposals.select_related("opened_by")),
        merged_into=merger.into if merger else None,
    )


def representative(body: Body, number: int) -> Representative | None:
    """A person who signs in for the body."""
    found = Representative.objects.filter(body=body, ended_at=None)
    return found.select_related("user", "body").filter(pk=number).first()


def sites(body: Body) -> list:
    """The locations at which the body works now."""
    return list(body.sites.filter(left_on=None).select_related("economy"))


def draft(by: Acting, body: Body, number: int) -> Proposal | None:
    """A draft of the actor's authority about the body itself."""
    rows = Proposal.objects.visible_to(by).filter(body=body, stage=Stage.DRAFT, step__in=ON_BODY)
    return rows.select_related("body", "authority").filter(pk=number).first()


def running(by: Acting, body: Body, step: str) -> Proposal | None:
    """The authority's open proposal of that kind about the body, if there is one."""
    return Proposal.objects.visible_to(by).running().filter(body=body, step=step).first()


def saved_last(proposal: Proposal) -> AuditEntry | None:
    """By whom and when the proposal was changed last."""
    entries = AuditEntry.objects.filter(target_kind="registry.proposal", target_id=str(proposal.pk))
    return entries.order_by("-id").first()


def might_be(body: Body, words: str) -> list[Body]:
    """Bodies that could be the same as this one and that are not merged themselves; the first few by name."""
    rows = Body.objects.shown().apart().filter(economy=body.economy_id).exclude(pk=body.pk)
    sample = Q(origin=Origin.SAMPLE)
    rows = rows.filter(sample if body.is_sample else ~sample)
    return list(rows.worded(words).order_by("name", "id")[:MOST_FOUND]) if words else []


def other(body: Body, **by_what) -> Body | None:
    """The body with this slug or id, if it could be the same as this one, with its particulars."""
    rows = Body.objects.shown().apart().with_particulars(clock.now()).filter(economy=body.economy_id)
    return rows.exclude(pk=body.pk).filter(**by_what).first()


@dataclass(frozen=True)
class Fact:
    """One thing that is on file of two bodies."""

    label: str
    first: list[str]
    second: list[str]

    @property
    def is_same(self) -> bool:
        """True where both say the same."""
        return self.first == self.second


def side_by_side(body: Body, other: Body) -> list[Fact]:
    """What is on file of either body; both are read with their particulars."""
    texts = {one.pk: _told(one) for one in (body, other)}
    return [
        Fact(label, first, second)
        for (label, first), (_label, second) in zip(texts[body.pk], texts[other.pk], strict=True)
    ]


def _told(body: Body) -> list[tuple[str, list[str]]]:
    appointments = Designation.objects.filter(body=body).select_related("annex", "exporting", "importing")
    directions = [f"{row.annex.code}: {row.exporting.code} → {row.importing.code}" for row in appointments]
    return [
        (_("Name"), [body.name]),
        (_("Name in its own script"), [body.local_name] if body.local_name else []),
        (_("Other names"), sorted({row["name"] for row in body.former_name_rows})),
        (_("Established in"), [body.economy.name]),
        (_("Numbers"), [f"{row['scheme']} {row['value']}" for row in body.identifier_rows]),
        (_("Locations"), [_address(row) for row in body.site_rows]),
        (_("Website"), [body.website] if body.website else []),
        (_("Source"), [body.source_name] if body.source_name else []),
        (_("Designations on file"), directions),
    ]


def _address(row: dict) -> str:
    parts = (row["name"], row["address"], row["town"], row["postcode"], row["economy_name"])
    return ", ".join(part for part in parts if part)

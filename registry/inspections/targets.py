"""What a request is about to ask for: the thing, whose it is, and on which grounds it can be asked for."""

import uuid
from dataclasses import dataclass

from agreements.acting import Acting
from agreements.models import Authority, Sector
from registry import queueing
from registry.inspections import citing, deadlines, following
from registry.inspections.citing import Cover, Ground
from registry.inspections.fence import fenced
from registry.inspections.models import Document, Facility, Inspection


@dataclass(frozen=True)
class Target:
    """A facility, and the inspection or document at it where one is named. ``asked`` is None where that must be chosen."""

    facility: Facility
    inspection: Inspection | None = None
    document: Document | None = None
    asked: Authority | None = None

    @property
    def sector(self) -> Sector | None:
        """The sector of what is named, where it is on file."""
        named = self.document or self.inspection
        return named.sector if named else None

    @property
    def query(self) -> dict[str, str]:
        """The address of the form about it, as parameters."""
        if self.document:
            return {"document": str(self.document.pk)}
        if self.inspection:
            return {"inspection": str(self.inspection.pk)}
        asked = {"asked": self.asked.code} if self.asked else {}
        return {"facility": str(self.facility.key), **asked}


@dataclass(frozen=True)
class Offer:
    """On which grounds one may ask: those that can be cited, each with its limits in words, and those that cannot."""

    citable: list[tuple[Ground, list[tuple[str, str]]]]
    lacking: list[Ground]
    cover: Cover
    has_people: bool


@fenced
def target_of(
    *, by: Acting, document: str = "", inspection: str = "", facility: str = "", asked: str = ""
) -> Target | None:
    """The thing of these parameters as far as the actor may know of it; the narrowest that is named counts."""
    if document:
        found = _with_pk(Document.objects.visible_to(by), document)
        return found and Target(found.facility, found.inspection, found, found.authority)
    if inspection:
        found = _with_pk(Inspection.objects.visible_to(by), inspection)
        return found and Target(found.facility, found, None, found.authority)
    place = _with_key(by, facility)
    if place is None:
        return None
    return Target(place, asked=next((each for each in citing.askable(by) if each.code == asked), None))


def _with_pk(rows, text: str):
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    related = ["facility__economy", "authority__economy", "sector"]
    related += ["inspection"] if rows.model is Document else []
    return rows.select_related(*related).filter(pk=int(text)).first()


def _with_key(by: Acting, text: str) -> Facility | None:
    try:
        key = uuid.UUID(text)
    except ValueError:
        return None
    return Facility.objects.visible_to(by).select_related("economy").filter(key=key).first()


@fenced
def offer(*, by: Acting, target: Target) -> Offer:
    """On which grounds the actor may ask the target's authority for it."""
    found = citing.grounds(by, target.asked, target.sector)
    return Offer(
        citable=[(each, deadlines.told(each.annex)) for each in found if not each.lacks],
        lacking=[each for each in found if each.lacks],
        cover=citing.cover(by, target.asked, target.sector),
        has_people=bool(queueing.members(target.asked, following.ANSWERING)),
    )

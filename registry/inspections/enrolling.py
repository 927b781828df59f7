"""Facilities put on file and kept right: enrolled, renamed, revised, and taken for one where two turn out to be the same.

Every verb takes the actor as ``by``, raises PermissionDenied when the actor may not, NotAllowed when things do not fit, and
ValueError in words for what was typed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Economy
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.validity import days
from portal.verbs import tell_the_public, verb
from registry.inspections import countries, policies
from registry.inspections.fence import fenced
from registry.inspections.models import (
    DUNS,
    FEI,
    ISSUERS,
    AccessClass,
    Document,
    Facility,
    FacilityIdentifier,
    FacilityName,
    Inspection,
)

PLACE = ("local_name", "address", "town", "postcode", "country")
_DIGITS = {FEI: (6, 11), DUNS: (9, 9)}


class Outdated(NotAllowed):
    """Somebody else has changed it since it was read."""

    def __init__(self):
        super().__init__(
            _("A colleague has changed this since you opened it. Compare, and save again if it still holds.")
        )


class NumberTaken(ValueError):
    """A number belongs to another facility on file, ``facility``, which the actor may know."""

    def __init__(self, number: "Number", facility: Facility):
        super().__init__(
            _(
                "%(number)s is the number of another facility on those days. Look for it by the number, or correct it."
            )
            % {"number": f"{number.scheme} {number.value}"}
        )
        self.facility = facility


@dataclass(frozen=True)
class Number:
    """A number by which ``issuer`` knows a facility, from ``start`` up to, not including, ``end`` (None: open)."""

    scheme: str
    value: str
    issuer: str = ""
    start: date | None = None
    end: date | None = None

    def cleaned(self) -> "Number":
        """The number as it is kept. Raises ValueError in words."""
        scheme, value = self.scheme.strip(), self.value.strip()
        if not scheme or not value:
            raise ValueError(_("Say what kind of number it is, and the number."))
        if scheme in _DIGITS:
            value, (least, most) = re.sub(r"[\s-]", "", value), _DIGITS[scheme]
            if not (value.isascii() and value.isdigit() and least <= len(value) <= most):
                wanted = (
                    str(least)
                    if least == most
                    else _("%(least)s to %(most)s") % {"least": least, "most": most}
                )
                raise ValueError(
                    _("%(scheme)s has %(wanted)s digits; correct “%(value)s”.")
                    % {"scheme": scheme, "wanted": wanted, "value": value}
                )
        if self.start and self.end and self.end <= self.start:
            raise ValueError(_("%(value)s ends before it begins; correct its days.") % {"value": value})
        return Number(scheme, value, ISSUERS.get(scheme) or self.issuer.strip(), self.start, self.end)

    def told(self) -> dict:
        """The number as the audit keeps it."""
        bounds = {"from": self.start, "to": self.end}
        return {"scheme": self.scheme, "value": self.value, "issuer": self.issuer, **bounds}


@verb(room="desk")
@fenced
def enrol(
    *,
    by: Acting,
    name: str,
    economy: Economy | None,
    numbers: Iterable[Number] = (),
    is_public: bool = False,
    is_sample: bool = False,
    **place,
) -> Facility:
    """Put a facility on file with its numbers.

    ``place`` are local_name, address, town, postcode and, where it lies in no economy on file, the code of the country.
    """
    authority = Authority.objects.filter(pk=by.authority_id).first()
    policies.check_may_record(by, authority)
    facility = Facility.objects.create(
        name=_name(name),
        economy=economy,
        is_public=is_public,
        is_sample=is_sample,
        entered_by=authority,
        **_place(place),
    )
    cleaned = [number.cleaned() for number in numbers]
    _put_numbers(by, facility, cleaned)
    _tell(facility)
    recording.record(by=by, target=facility, after=_told(facility, cleaned))
    return facility


@verb(room="desk")
@fenced
def rename(*, by: Acting, facility: Facility, version: int, name: str, since: date | None = None) -> Facility:
    """Give a facility a new name; the old one stays as a former name, up to the day ``since`` (None: not known)."""
    facility = _locked(by, facility, version)
    name, former = _name(name), facility.name
    if name == former:
        raise ValueError(_("This is its name already. Type the new one."))
    if since and since > clock.today():
        raise ValueError(_("Enter a day that is not in the future; rename it once it bears the new name."))
    FacilityName.objects.filter(facility=facility, name=name).delete()
    FacilityName.objects.update_or_create(facility=facility, name=former, defaults={"until": since})
    facility.name = name
    _save(facility)
    _tell(facility)
    recording.record(by=by, target=facility, before={"name": former}, after={"name": name, "since": since})
    return facility


@verb(room="desk")
@fenced
def revise(
    *,
    by: Acting,
    facility: Facility,
    version: int,
    economy: Economy | None,
    numbers: Iterable[Number],
    is_public: bool,
    **place,
) -> Facility:
    """Correct where a facility lies, its numbers (all that it has) and whether everybody may know of it."""
    facility = _locked(by, facility, version)
    told_before = facility.is_public
    before = _told(facility, numbers_of(facility))
    cleaned = [number.cleaned() for number in numbers]
    facility.economy, facility.is_public = economy, is_public
    for field, value in _place(place).items():
        setattr(facility, field, value)
    FacilityIdentifier.objects.filter(facility=facility).delete()
    _put_numbers(by, facility, cleaned)
    _save(facility)
    _tell(facility, was_public=told_before)
    recording.record(by=by, target=facility, before=before, after=_told(facility, cleaned))
    return facility


@verb(room="desk")
@fenced
def merge(*, by: Acting, facility: Facility, into: Facility, reason: str) -> Facility:
    """Take a facility for the same as another one, which stays; its old address leads there."""
    facility, into = _both_locked(facility, into)
    policies.check_keeps(by, facility)
    if not by.is_operator and not Facility.objects.visible_to(by).filter(pk=into.pk).exists():
        raise NotAllowed(_("Choose a facility that stays."))
    if facility.pk == into.pk:
        raise NotAllowed(_("A facility cannot be merged into itself. Choose another one."))
    if facility.merged_into_id or into.merged_into_id:
        raise NotAllowed(
            _("One of the two is merged already. Take it apart first, or choose the one that stayed.")
        )
    if facility.taken_in.exists():
        raise NotAllowed(_("Others are merged into this one. Choose it as the one that stays."))
    if facility.is_sample != into.is_sample:
        raise NotAllowed(_("A made-up facility is never the same as a real one."))
    facility.merged_into, facility.merged_at = into, clock.now()
    _save(facility)
    after = {"into": str(into.key), "into_name": into.name}
    _tell(facility)
    recording.record(by=by, target=facility, reason=_reason(reason), before={"into": None}, after=after)
    return facility


@verb(room="desk")
@fenced
def take_apart(*, by: Acting, facility: Facility, reason: str) -> Facility:
    """Let a facility that was merged stand for itself again."""
    facility = (
        Facility.objects.select_for_update(of=["self"]).select_related("merged_into").get(pk=facility.pk)
    )
    policies.check_keeps(by, facility)
    into = facility.merged_into
    if into is None:
        raise NotAllowed(_("This facility is not merged into another one."))
    facility.merged_into = facility.merged_at = None
    _save(facility)
    before = {"into": str(into.key), "into_name": into.name}
    _tell(facility)
    recording.record(by=by, target=facility, reason=_reason(reason), before=before, after={"into": None})
    return facility


def numbers_of(facility: Facility) -> list[Number]:
    """All numbers on file of a facility."""
    return [
        Number(row.scheme, row.value, row.issuer, row.valid.lower, row.valid.upper)
        for row in facility.identifiers.all()
    ]


def _put_numbers(by: Acting, facility: Facility, numbers: list[Number]) -> None:
    known = Facility.objects.visible_to(by)
    for number in numbers:
        valid = days(number.start, number.end)
        taken = known.filter(
            identifiers__scheme=number.scheme,
            identifiers__value=number.value,
            identifiers__valid__overlap=valid,
        ).first()
        if taken is not None:
            raise NumberTaken(number, taken)
        FacilityIdentifier.objects.create(
            facility=facility,
            scheme=number.scheme,
            value=number.value,
            issuer=number.issuer,
            valid=valid,
            kept_by_id=facility.entered_by_id,
        )


def _locked(by: Acting, facility: Facility, version: int) -> Facility:
    facility = Facility.objects.select_for_update(of=["self"]).select_related("economy").get(pk=facility.pk)
    policies.check_keeps(by, facility)
    if facility.version != version:
        raise Outdated
    if facility.merged_into_id:
        raise NotAllowed(_("This facility is merged into another one. Take it apart first."))
    return facility


def _both_locked(one: Facility, other: Facility) -> tuple[Facility, Facility]:
    rows = Facility.objects.select_for_update().order_by("id").filter(pk__in={one.pk, other.pk})
    found = {row.pk: row for row in rows}
    return found[one.pk], found[other.pk]


def _save(facility: Facility) -> None:
    facility.version += 1
    facility.save()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValueError(_("Enter the name of the facility."))
    return name


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValueError(_("Say why, so that it can be followed later."))
    return reason


def _place(place: dict) -> dict:
    unknown = set(place) - set(PLACE)
    if unknown:
        raise TypeError(f"a facility has no {', '.join(sorted(unknown))}")
    found = {field: value.strip() for field, value in place.items()}
    if found.get("country") and not countries.name_of(found["country"]):
        raise ValueError(_("Choose a country from the list."))
    return found


def _told(facility: Facility, numbers: list[Number]) -> dict:
    fields = {field: getattr(facility, field) for field in ("name", *PLACE, "is_public")}
    economy = facility.economy.code if facility.economy else None
    return {**fields, "economy": economy, "numbers": [number.told() for number in numbers]}


def _tell(facility: Facility, was_public: bool = False) -> None:
    """Public pages change with a facility that everybody may know of: by itself, by an inspection or by a document."""
    public = {"facility": facility, "access_class": AccessClass.PUBLIC}
    if (
        facility.is_public
        or was_public
        or Inspection.objects.filter(**public, withdrawn_at=None).exists()
        or Document.objects.filter(**public).exists()
    ):
        tell_the_public()

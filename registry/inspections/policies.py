"""Who may record, file, release and read, and whether the thing is in a fit state. ``check_may_x`` raises with the reason."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.holding import held
from agreements.models import AnnexAuthority, Authority, Capacity
from agreements.rights import NONE, OWN
from portal import permissions
from registry.inspections.models import Facility, Inspection

RECORD = "inspection.record"
INSPECTING = (Capacity.INSPECTORATE, Capacity.REGULATORY)


def may(by: Acting, action: str, authority_id: int | None) -> bool:
    """Whether the actor may do this to what belongs to the authority."""
    return permissions.may(by, action, _relation(by, authority_id))


def check_may(by: Acting, action: str, authority_id: int | None) -> None:
    """Raises PermissionDenied, in words, unless ``may``."""
    permissions.check(by, action, _relation(by, authority_id))


def inspects(authority: Authority) -> bool:
    """Whether the authority inspects or regulates, by itself or for a party under an annex."""
    if set(INSPECTING) & set(authority.capacities):
        return True
    return AnnexAuthority.objects.filter(authority=authority, capacity__in=INSPECTING).exists()


def check_inspects(authority: Authority) -> None:
    """Raises PermissionDenied for an authority that neither inspects nor regulates."""
    if not inspects(authority):
        raise PermissionDenied(_("Only an inspectorate or a regulatory authority files official documents."))


def may_record(by: Acting) -> bool:
    """Whether the actor may record inspections of the authority acted for."""
    if by.authority_id is None or not permissions.may(by, RECORD, OWN):
        return False
    return _inspects(by.authority_id)


@held
def _inspects(authority_id: int) -> bool:
    return inspects(Authority.objects.get(pk=authority_id))


def check_may_record(by: Acting, authority: Authority | None) -> None:
    """Raises PermissionDenied unless it is the actor's own authority and inspects; the operator needs one that inspects."""
    if by.is_operator and authority is None:
        return
    if not by.is_operator:
        check_may(by, RECORD, authority.pk if authority else None)
    if authority is None or not inspects(authority):
        raise PermissionDenied(_("Only an inspectorate or a regulator records facilities and inspections."))


def keeps(by: Acting, facility: Facility) -> bool:
    """Whether what is on file about the facility is the actor's to change: the authority's that put it there."""
    if by.is_operator:
        return True
    return facility.entered_by_id == by.authority_id and may_record(by)


def check_keeps(by: Acting, facility: Facility) -> None:
    """Raises PermissionDenied unless ``keeps``."""
    if not keeps(by, facility):
        raise PermissionDenied(
            _("Only the authority that put this facility on file changes what is said about it.")
        )


def may_change(by: Acting, inspection: Inspection) -> bool:
    """Whether the inspection is the actor's to revise and to take back, and has not been taken back."""
    mine = _relation(by, inspection.authority_id)
    return inspection.withdrawn_at is None and permissions.may(by, RECORD, mine)


def _relation(by: Acting, authority_id: int | None) -> str:
    return OWN if authority_id is not None and by.authority_id == authority_id else NONE

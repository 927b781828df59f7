"""What an authority asks of the documents that others release to it."""

from agreements.acting import Acting
from agreements.models import Authority
from portal import clock
from portal.audit import recording
from portal.verbs import verb
from registry.inspections import policies
from registry.inspections.models import Reception


@verb(room="desk")
def demand(*, by: Acting, scanned_only: bool) -> Reception:
    """Say whether the authority takes only documents that a virus scanner found clean. It counts at once, also for what is shared."""
    policies.check_may(by, "reception.change", by.authority_id)
    authority = Authority.objects.select_for_update().get(pk=by.authority_id)
    reception = Reception.objects.filter(authority=authority).first() or Reception(authority=authority)
    before = {"scanned_only": reception.scanned_only}
    reception.scanned_only, reception.changed_at, reception.changed_by = scanned_only, clock.now(), by.actor
    reception.save()
    recording.record(by=by, target=reception, before=before, after={"scanned_only": scanned_only})
    return reception


def scanned_only(by: Acting) -> bool:
    """Whether the actor's authority has said so."""
    return Reception.objects.filter(authority_id=by.authority_id, scanned_only=True).exists()

"""Files put to a proposal, and taken away again while it is a draft."""

from django.utils.translation import gettext as _

from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from portal.files.models import StoredFile
from portal.files.storing import store
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import proposing
from registry.models import Attachment, Proposal

OTHER = "other"
MOST = 40


@verb(room="desk")
def attach(*, by: Acting, proposal: Proposal, purpose: str, uploaded) -> Attachment:
    """Put a file to a draft, for one of the documents asked for or as another one. Raises BadFile in words."""
    proposal = proposing.locked_draft(by, proposal)
    if proposal.attachments.filter(removed_at=None).count() >= MOST:
        raise NotAllowed(_("A proposal takes at most %(number)s files.") % {"number": MOST})
    stored = store(by_words=by.actor, uploaded=uploaded)
    attachment = Attachment.objects.create(
        proposal=proposal, purpose=purpose, stored=stored, added_at=clock.now(), added_by_id=by.user_id
    )
    proposing.touch(by, proposal)
    recording.record(
        by=by, target=proposal, after={"attached": stored.shown_name, "sha256": stored.sha256, "as": purpose}
    )
    return attachment


@verb(room="desk")
def detach(*, by: Acting, attachment: Attachment) -> None:
    """Take a file away from a draft. Its content is kept: the proposal's history speaks of it."""
    proposal = proposing.locked_draft(by, attachment.proposal)
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.removed_at:
        raise NotAllowed(_("This file has been taken away already."))
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])
    proposing.touch(by, proposal)
    recording.record(by=by, target=proposal, before={"attached": attachment.stored.shown_name})


@verb(room="desk")
def fetch(*, by: Acting, attachment: Attachment) -> StoredFile:
    """Note that somebody downloads a file. Raises Attachment.DoesNotExist for whoever may not."""
    attachment = Attachment.objects.visible_to(by).select_related("stored", "proposal").get(pk=attachment.pk)
    recording.record(
        by=by,
        target=attachment.proposal,
        after={"downloaded": attachment.stored.shown_name, "as": attachment.purpose},
    )
    return attachment.stored

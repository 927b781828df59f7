"""Whom to reach at a body. A change replaces the contacts as a whole; what was told before stays known."""

from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from portal.verbs import verb
from registry import policies
from registry.models import Body, Contact

FIELDS = ("name", "role", "email", "phone", "is_public")


@verb
def replace_contacts(*, by: Acting, body: Body, contacts: list[dict]) -> list[Contact]:
    """Put these contacts (fields name, role, email, phone, is_public) in the place of the ones on record."""
    policies.check_may_register(by, body.economy)
    body = Body.objects.select_for_update().get(pk=body.pk)
    held = body.contacts.current()
    before = [contact.name for contact in held]
    now = clock.now()
    held.update(replaced_at=now)
    rows = [
        Contact(
            body=body,
            recorded_at=now,
            **{name: contact.get(name, "") for name in FIELDS[:-1]},
            is_public=bool(contact.get("is_public")),
        )
        for contact in contacts
    ]
    for row in rows:
        row.full_clean(validate_constraints=False)
    Contact.objects.bulk_create(rows)
    recording.record(
        by=by, target=body, before={"contacts": before}, after={"contacts": [row.name for row in rows]}
    )
    return rows

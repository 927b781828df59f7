"""The verbs that say who the authorities are and which of them partners recognise.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when the facts do not
fit together, and ValidationError when a value is no possible one.
"""

from django.utils.translation import gettext as _

from agreements import announcing, policies
from agreements.acting import Acting
from agreements.models import Annex, AnnexAuthority, Authority, AuthorityRecognition, Economy, Origin
from agreements.superseding import supersede
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.validity import days
from portal.verbs import verb


@verb
def establish(
    *, by: Acting, code: str, name: str, economy: Economy | None, capacities: list[str], **fields
) -> Authority:
    """Put an authority on record. ``fields`` are further fields of Authority."""
    policies.check_may_keep_texts(by)
    authority = Authority(
        code=code, name=name, economy=economy, capacities=capacities, **{"origin": Origin.ENTERED, **fields}
    )
    authority.full_clean()
    authority.save()
    after = {"economy": economy.code if economy else "", "capacities": [str(one) for one in capacities]}
    recording.record(by=by, target=authority, target_name=code, after=after)
    return authority


@verb
def assign(
    *, by: Acting, annex: Annex, economy: Economy, authority: Authority, capacity: str, remark: str = ""
) -> AnnexAuthority:
    """Say that an authority acts for a party under an annex in some capacity. Saying it again changes the remark."""
    policies.check_may_speak_for(by, economy)
    annex = Annex.objects.select_for_update().get(pk=annex.pk)
    row, _created = AnnexAuthority.objects.update_or_create(
        annex=annex,
        economy=economy,
        authority=authority,
        capacity=capacity,
        defaults={"remark": remark, "origin": Origin.ENTERED},
    )
    after = {
        "economy": economy.code,
        "authority": authority.code,
        "capacity": str(capacity),
        "remark": remark,
    }
    recording.record(by=by, target=row, target_name=annex.code, after=after)
    return row


@verb
def recognise_authority(
    *, by: Acting, annex: Annex, importing: Economy, authority: Authority, product_class: str, valid, **fields
) -> AuthorityRecognition:
    """Put on record that a party recognises an inspectorate for a product class over some days.

    ``status`` among ``fields`` may say that the assessment is still under way. What is on record for those days is
    replaced, and stays readable with an earlier ``known_at``.
    """
    policies.check_may_speak_for(by, importing)
    annex = Annex.objects.select_for_update().get(pk=annex.pk)
    same = AuthorityRecognition.objects.filter(
        annex=annex, importing=importing, authority=authority, product_class=product_class
    )
    supersede(same, valid.lower, valid.upper)
    recognition = AuthorityRecognition(
        annex=annex,
        importing=importing,
        authority=authority,
        product_class=product_class,
        valid=valid,
        **{"origin": Origin.ENTERED, **fields},
    )
    recognition.full_clean(validate_constraints=False)
    recognition.save()
    after = {
        "authority": authority.code,
        "product_class": str(product_class),
        "status": str(recognition.status),
    }
    recording.record(by=by, target=recognition, target_name=annex.code, after=after)
    announcing.annexes_changed({annex.pk})
    return recognition


@verb
def end_authority_recognition(*, by: Acting, recognition: AuthorityRecognition, on, reason: str = "") -> None:
    """Let a recognition end: ``on`` is the first day on which it no longer holds.

    Raises NotAllowed when the row has been replaced meanwhile, or has ended by that day.
    """
    policies.check_may_speak_for(by, recognition.importing)
    annex = Annex.objects.select_for_update().get(pk=recognition.annex_id)
    rows = AuthorityRecognition.objects.filter(pk=recognition.pk)
    if not rows.known().filter(valid__overlap=days(on)).exists():
        raise NotAllowed(_("This is not on record for that day or any later one."))
    supersede(rows, on)
    recording.record(by=by, target=recognition, target_name=annex.code, reason=reason, after={"to": str(on)})
    announcing.annexes_changed({annex.pk})


@verb
def succeed(*, by: Acting, authority: Authority, successor: Authority, reason: str = "") -> Authority:
    """Say that an authority's tasks went to another. Its own acts stay its own.

    Raises NotAllowed when the succession would lead back to the authority itself.
    """
    policies.check_may_keep_texts(by)
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    following = successor
    while following is not None:
        if following.pk == authority.pk:
            raise NotAllowed(_("An authority cannot be its own successor."))
        following = following.successor
    before = authority.successor.code if authority.successor else ""
    authority.successor = successor
    authority.save(update_fields=["successor"])
    recording.record(
        by=by,
        target=authority,
        target_name=authority.code,
        reason=reason,
        before={"successor": before},
        after={"successor": successor.code},
    )
    return authority

"""Puts what must be done on the desks, and takes it off again; called inside verbs, in their transaction."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.acting import Acting
from agreements.competence import competent
from agreements.models import Authority, Capacity, RoleGrant
from agreements.rights import WORKERS
from agreements.steps import say
from portal import clock
from portal.notices.models import Category
from portal.notices.telling import tell
from registry import limits
from registry.models import (
    Accreditation,
    Act,
    Decision,
    Designation,
    Recognition,
    Representative,
    Site,
    State,
    Work,
    WorkItem,
)

_DECIDES = {
    Act.RECOGNISE,
    Act.RECOGNISE_IN_PART,
    Act.REFUSE,
    Act.CONTEST,
    Act.SUSPEND,
    Act.RESTORE,
    Act.RESTRICT,
    Act.WITHDRAW,
    Act.RENEW,
    Act.EXPIRE,
}
_NEW_TERM = {Act.RENEW, Act.EXPIRE, Act.WITHDRAW, Act.DESIGNATE, Act.ACCREDIT, Act.RECOGNISE}
_SETTLES_CONTESTATION = _DECIDES - {Act.CONTEST, Act.RESTRICT}


def put(
    *,
    authority: Authority,
    kind: str,
    key: str,
    words: str = "",
    due_on: date | None = None,
    due_source: str = "",
    assigned_to=None,
    roles: Iterable[str] = WORKERS,
    but_not: Iterable[int] = (),
    silent: bool = False,
    **about,
) -> None:
    """Put a piece of work on an authority's desk, once, and tell its members in these roles, or whoever it is given to.

    ``but_not`` are people who need not be told; with ``silent`` nobody is. ``about`` names the record: proposal, designation, recognition, accreditation, joint or body.
    """
    item, made = WorkItem.objects.get_or_create(
        authority=authority,
        kind=kind,
        key=key,
        closed_at=None,
        defaults={
            "words": words,
            "due_on": due_on,
            "due_source": due_source,
            "assigned_to": assigned_to,
            "opened_at": clock.now(),
            **about,
        },
    )
    if not made or silent:
        return
    people = [assigned_to.id] if assigned_to else members(authority, roles)
    tell(
        users=sorted(set(people) - set(but_not)),
        key=f"work:{item.pk}",
        kind="work.opened",
        category=Category.QUEUE,
        words=f"{Work(kind).label}: {item.about}"[:300],
        link=f"/desk/work/{item.pk}/",
        target_kind="workitem",
        target_id=str(item.pk),
        authority_code=authority.code,
    )


def put_notified(recognitions: list[Recognition], start: date, *, key: str) -> None:
    """Put many designations of one direction, notified on that day, before the partner at once: one notice for all of them."""
    one = recognitions[0]
    limit = limits.for_recognition(one, start)
    for authority in regulators(one):
        items = [
            WorkItem(
                authority=authority,
                kind=Work.RECOGNISE,
                key=f"recognition:{recognition.pk}",
                due_on=limit.due_on if limit else None,
                due_source=limit.source if limit else "",
                opened_at=clock.now(),
                recognition=recognition,
            )
            for recognition in recognitions
        ]
        WorkItem.objects.bulk_create(items)
        tell(
            users=members(authority, WORKERS),
            key=f"work:{key}:{authority.pk}",
            kind="work.opened",
            category=Category.QUEUE,
            words=ngettext(
                "%(count)s designation to decide on: %(annex)s, %(economy)s",
                "%(count)s designations to decide on: %(annex)s, %(economy)s",
                len(items),
            )
            % {"count": len(items), "annex": one.annex.code, "economy": one.exporting.name},
            link="/desk/?kind=recognise",
            target_kind="workitem",
            target_id=str(items[0].pk),
            authority_code=authority.code,
        )


def take(*, by: Acting, kinds: Iterable[str], **about) -> int:
    """Take the waiting items of these kinds about a record off all desks. Returns how many there were."""
    rows = WorkItem.objects.waiting().filter(kind__in=list(kinds), **about)
    return rows.update(closed_at=clock.now(), closed_by=by.actor)


def members(authority: Authority, roles: Iterable[str]) -> list[int]:
    """The people who hold one of these roles at the authority today."""
    grants = RoleGrant.objects.in_force().filter(membership__authority=authority, role__in=list(roles))
    return sorted(set(grants.values_list("membership__user_id", flat=True)))


def regulators(recognition: Recognition) -> list[Authority]:
    """Who decides on a recognition: its own authority, or those that are competent for the partner under the annex."""
    if recognition.authority_id:
        return [recognition.authority]
    return list(competent(recognition.annex, recognition.importing, Capacity.REGULATORY))


def designators(record) -> list[Authority]:
    """Who designates: the designation's own authority, or those competent for the exporting party under the annex."""
    if isinstance(record, Designation):
        own = [record.authority] if record.authority_id else []
    else:
        own = (
            list(Authority.objects.filter(designations=record.designation_id))
            if record.designation_id
            else []
        )
    return own or list(competent(record.annex, record.exporting, Capacity.DESIGNATING))


def follow(*, by: Acting, record, decision: Decision) -> None:
    """What a decision means for the desks: called for every decision, corrections included."""
    if isinstance(record, Recognition):
        _follow_recognition(by, record, decision)
    elif isinstance(record, Designation):
        _follow_designation(by, record, decision)
    else:
        _follow_accreditation(by, record, decision)
    tell_representatives(record, decision)


def _follow_recognition(by: Acting, recognition: Recognition, decision: Decision) -> None:
    if decision.act == Act.NOTIFY:
        limit = limits.for_recognition(recognition, decision.effective_on)
        for authority in regulators(recognition):
            put(
                authority=authority,
                kind=Work.RECOGNISE,
                key=f"recognition:{recognition.pk}",
                due_on=limit.due_on if limit else None,
                due_source=limit.source if limit else "",
                recognition=recognition,
            )
        return
    settled = [Work.RECOGNISE] if decision.act in _DECIDES else []
    settled += [Work.CONTESTED] if decision.act in _SETTLES_CONTESTATION else []
    settled += [Work.EXPIRING] if decision.act in _NEW_TERM else []
    if settled:
        take(by=by, kinds=settled, recognition=recognition)
    if decision.act == Act.CONTEST:
        for authority in designators(recognition):
            put(
                authority=authority,
                kind=Work.CONTESTED,
                key=f"recognition:{recognition.pk}",
                words=decision.public_reason[:300],
                recognition=recognition,
            )
    else:
        _tell_partner(designators(recognition), decision, recognition=recognition)


def _follow_designation(by: Acting, designation: Designation, decision: Decision) -> None:
    _renewed(by, decision, designation=designation)
    if decision.act in (Act.SUSPEND, Act.RESTORE, Act.RESTRICT, Act.WITHDRAW, Act.RENEW, Act.EXPIRE):
        recognition = Recognition.objects.filter(designation=designation).select_related("authority").first()
        if recognition is not None:
            _tell_partner(regulators(recognition), decision, recognition=recognition)


def _follow_accreditation(by: Acting, accreditation: Accreditation, decision: Decision) -> None:
    _renewed(by, decision, accreditation=accreditation)
    if (
        decision.state not in (State.SUSPENDED, State.WITHDRAWN, State.EXPIRED)
        and decision.act != Act.RESTORE
    ):
        return
    concerned = {}
    for designation in Designation.objects.filter(body=accreditation.body_id).select_related("authority"):
        concerned |= {authority.pk: authority for authority in designators(designation)}
    for recognition in Recognition.objects.filter(body=accreditation.body_id).select_related("authority"):
        concerned |= {authority.pk: authority for authority in regulators(recognition)}
    for authority in concerned.values():
        put(
            authority=authority,
            kind=Work.ACCREDITATION,
            key=f"decision:{decision.pk}",
            words=_("%(act)s, with effect from %(day)s")
            % {"act": decision.get_act_display(), "day": say(decision.effective_on)},
            accreditation=accreditation,
        )


def site_moved(site: Site) -> None:
    """Both sides look at the scope lines of a location that a body has left: it acts only at recognised ones (NIST)."""
    lines = site.lines.select_related("designation__authority", "recognition__authority")
    concerned = {}
    for line in lines:
        if line.designation_id:
            concerned |= {authority.pk: authority for authority in designators(line.designation)}
        if line.recognition_id:
            concerned |= {authority.pk: authority for authority in regulators(line.recognition)}
    for authority in concerned.values():
        put(authority=authority, kind=Work.SITE, key=f"site:{site.pk}", words=str(site), body=site.body)


def _renewed(by: Acting, decision: Decision, **about) -> None:
    """A record that ended or got a new term no longer runs out."""
    if decision.act in _NEW_TERM:
        take(by=by, kinds=[Work.EXPIRING], **about)


def _tell_partner(authorities: list[Authority], decision: Decision, *, recognition: Recognition) -> None:
    for authority in authorities:
        put(
            authority=authority,
            kind=Work.PARTNER,
            key=f"decision:{decision.pk}",
            words=f"{decision.authority_name}: {decision.get_act_display()}"[:300],
            recognition=recognition,
        )


def tell_representatives(record, decision: Decision) -> None:
    """Tell whoever signs in for the body of a decision about it."""
    people = Representative.objects.running().filter(body=record.body_id).values_list("user_id", flat=True)
    tell(
        users=list(people),
        key=f"decision:{decision.pk}",
        kind="standing.changed",
        category=Category.DECISIONS,
        words=f"{decision.get_act_display()}: {decision.subject}"[:300],
        link="/mine/",
        target_kind="body",
        target_id=str(record.body_id),
    )

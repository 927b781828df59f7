"""Finds releases: those that an authority gave or received, and one of them with everything that belongs to it."""

from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from agreements.acting import Acting
from registry.inspections import gating, policies
from registry.inspections.fence import fenced
from registry.inspections.gating import Gate
from registry.inspections.models import (
    Document,
    Onward,
    OnwardStage,
    Release,
    ReleaseStage,
    Version,
)

PER_PAGE = 25
RECEIVED, GIVEN, WAITING = "received", "given", "waiting"
OPEN, CLOSED = "open", "closed"
_WORDS = (
    "version__document__title",
    "version__document__number",
    "version__document__facility__name",
    "receiver__name",
    "giver__name",
    "legal_basis",
    "request__number",
)


@dataclass(frozen=True)
class Sought:
    """Which releases somebody wants to see. ``now`` is "" for any, else whether they can be read now."""

    which: str = RECEIVED
    now: str = ""
    words: str = ""


@dataclass(frozen=True)
class Listed:
    """One page of a list; ``counts`` say how many each list holds."""

    page: Page
    counts: dict[str, int]


@dataclass
class Whole:
    """One release; ``version`` is None where the reader does not read it now, ``gates`` say why not.

    ``newer`` is set where a further version of the same row was accepted since.
    """

    release: Release
    version: Version | None
    document: Document | None
    gates: list[Gate]
    questions: list[Onward]
    is_own: bool
    newer: Version | None = None
    may: dict[str, bool] = field(default_factory=dict)


@fenced
def releases(*, by: Acting, sought: Sought, number: str | int = 1) -> Listed:
    """One page of the releases that concern the actor's authority. The same few queries, however many there are."""
    visible = Release.objects.visible_to(by)
    rows = _list(by, visible, sought.which)
    open_now = Release.objects.giving_access().values("pk")
    if sought.now:
        rows = rows.filter(pk__in=open_now) if sought.now == OPEN else rows.exclude(pk__in=open_now)
    for word in sought.words.split()[:8]:
        found = Q()
        for name in _WORDS:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    rows = rows.select_related("giver", "receiver", "annex", "request").order_by("-proposed_at", "-id")
    page = Paginator(rows, PER_PAGE).get_page(number)
    page.object_list = _shown(list(page.object_list))
    return Listed(page, _counts(by, visible))


def _list(by: Acting, rows, which: str):
    if which == RECEIVED:
        return rows.filter(receiver_id=by.authority_id)
    if which == WAITING:
        return rows.filter(giver_id=by.authority_id, stage=ReleaseStage.PROPOSED)
    return rows.filter(giver_id=by.authority_id)


def _counts(by: Acting, visible) -> dict[str, int]:
    given = Q(giver_id=by.authority_id)
    return visible.aggregate(
        **{
            RECEIVED: Count("pk", filter=Q(receiver_id=by.authority_id)),
            GIVEN: Count("pk", filter=given),
            WAITING: Count("pk", filter=given & Q(stage=ReleaseStage.PROPOSED)),
        }
    )


def _shown(releases: list[Release]) -> list[Release]:
    """Each with ``shown``, the version if the reader may see it now: a join would lose what is read no longer."""
    rows = Version.objects.filter(pk__in=[release.version_id for release in releases])
    versions = {version.pk: version for version in rows.select_related("document__facility", "stored")}
    numbers = [release.pk for release in releases]
    open_now = set(Release.objects.giving_access().filter(pk__in=numbers).values_list("pk", flat=True))
    for release in releases:
        release.shown = versions.get(release.version_id)
        release.is_open = release.pk in open_now
    return releases


@fenced
def release_of(*, by: Acting, number: int) -> Whole | None:
    """One release that concerns the actor's authority, or None."""
    rows = Release.objects.visible_to(by).select_related(
        "giver", "receiver", "annex", "request", "proposed_by", "released_by"
    )
    release = rows.filter(pk=number).first()
    if release is None:
        return None
    is_own = release.giver_id == by.authority_id
    [release] = _shown([release])
    version = release.shown
    if version is not None:
        release.version = version
    questions = release.onward.visible_to(by).select_related("asked_by", "answered_by")
    return Whole(
        release=release,
        version=version,
        document=version.document if version else None,
        gates=_gates(by, release, version, is_own),
        questions=list(questions),
        is_own=is_own,
        newer=_newer(version) if is_own and version else None,
        may=_may(by, release, is_own),
    )


def _gates(by: Acting, release: Release, version: Version | None, is_own: bool) -> list[Gate]:
    """What stands between receiver and version, for the giver; a receiver learns what it can see from its own side."""
    if not is_own or version is None or release.stage not in (ReleaseStage.PROPOSED, ReleaseStage.RELEASED):
        return []
    return gating.gates(version, release.receiver, release.annex)


def _newer(version: Version) -> Version | None:
    same = Version.objects.filter(document=version.document_id, redacted=version.redacted)
    return same.filter(number__gt=version.number, stored__state="accepted").order_by("-number").first()


def _may(by: Acting, release: Release, is_own: bool) -> dict[str, bool]:
    """What the actor may do with it now, by name."""
    proposed = release.stage == ReleaseStage.PROPOSED
    giver, receiver = release.giver_id, release.receiver_id
    decides = policies.may(by, "release.decide", giver)
    return {
        "decide": proposed and decides and by.user_id != release.proposed_by_id,
        "must_be_another": proposed and decides and by.user_id == release.proposed_by_id,
        "drop": proposed and policies.may(by, "release.propose", giver),
        "revoke": release.stage == ReleaseStage.RELEASED and policies.may(by, "release.revoke", giver),
        "download": release.is_open and not is_own and policies.may(by, "document.download", receiver),
        "ask": release.is_open and policies.may(by, "onward.ask", receiver),
        "answer": policies.may(by, "onward.answer", giver),
    }


@fenced
def question_of(*, by: Acting, release_id: int, number: int) -> Onward | None:
    """A question about passing on, still open, that the actor's authority is asked, or None."""
    rows = Onward.objects.visible_to(by).select_related("release__giver", "release__receiver", "asked_by")
    return rows.filter(
        pk=number, release=release_id, release__giver_id=by.authority_id, stage=OnwardStage.ASKED
    ).first()

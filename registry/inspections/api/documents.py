"""``documents/`` for programs: the authority's own, and those that it may know of. Their contents leave by the browser alone."""

from django.http import Http404
from django.urls import path

from agreements.keys.api.private import KeyEndpoint
from portal.endpoints import ListEndpoint
from portal.endpoints.describing import (
    ADDRESS,
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    PAGES,
    TEXT,
    describe_reading,
    many,
    one_of,
    optional,
    paged,
    parameter,
    shape,
)
from registry import listing
from registry.inspections import accessing, documents
from registry.inspections.fence import reading_as
from registry.inspections.filters import DocumentFilter
from registry.inspections.models import AccessClass, DocumentKind, Information

_LARGEST_ID = 2**63 - 1
_SHORT = {
    "id": NUMBER,
    "kind": one_of(DocumentKind.values),
    "title": TEXT,
    "number": TEXT,
    "authority": TEXT,
    "facility": shape(key=TEXT, name=TEXT),
    "issued_on": DAY,
    "valid_until": DAY,
    "sector": optional(TEXT),
    "external_url": TEXT,
    "recorded_at": MOMENT,
    "page": TEXT,
}
_RELEASE = shape(
    id=NUMBER,
    stage=TEXT,
    giver=TEXT,
    receiver=optional(TEXT),
    legal_basis=TEXT,
    until=DAY,
    conditions=TEXT,
    form=TEXT,
    open=FLAG,
)
_VERSION = shape(
    id=NUMBER,
    number=NUMBER,
    redacted=FLAG,
    language=TEXT,
    note=TEXT,
    information=optional(many(one_of(Information.values))),
    filed_at=MOMENT,
    sha256=TEXT,
    superseded_by=optional(NUMBER),
    held_up=TEXT,
    readers=many(TEXT),
    page=ADDRESS,
)
_DOCUMENT = shape(
    **_SHORT,
    access_class=optional(one_of(AccessClass.values)),
    annex=optional(TEXT),
    named=many(TEXT),
    versions=many(_VERSION),
    releases=many(_RELEASE),
)


@describe_reading(
    "documents_list",
    "Documents that the authority may know of",
    paged(shape(**_SHORT)),
    parameter("kind", "Kind of document.", values=DocumentKind.values),
    parameter("authority", "Code of the authority whose document it is."),
    parameter("facility", "Key of the facility."),
    parameter("inspection", "Id of the inspection.", kind=int),
    *PAGES,
)
class Documents(KeyEndpoint, ListEndpoint):
    """The authority's own documents, those released to it, and those of whose existence it may know; the newest first."""

    scope = "inspection.see"
    order = (("-id", int),)

    def answer(self, request, **kwargs):
        """One page, read behind the fence."""
        with reading_as(request.auth):
            return super().answer(request, **kwargs)

    def rows(self, request):
        """The documents that the parameters ask for."""
        return listing.filtered(DocumentFilter, request, documents.known(request.auth)).qs

    def shown(self, rows, request):
        """Each in short."""
        return [_short(each) for each in rows]


@describe_reading(
    "documents_read",
    "One document",
    _DOCUMENT,
    parameter("number", "Id of the document.", kind=int, path=True),
    missing=True,
)
class DocumentDetail(KeyEndpoint):
    """One document with its versions, as far as the authority may read them, and the releases it may know of.

    Looking at what is not public goes on record, as it does on the page.
    """

    scope = "inspection.see"

    def answer(self, request, *, number):
        """The document as the reader may see it now."""
        kept = documents.document(by=request.auth, number=number) if number <= _LARGEST_ID else None
        if kept is None:
            raise Http404
        accessing.see(by=request.auth, document=kept.document)
        return {
            **_short(kept.document),
            "access_class": kept.document.access_class if kept.is_own else None,
            "annex": kept.document.annex.code if kept.is_own and kept.document.annex else None,
            "named": [each.code for each in kept.named],
            "versions": [_version(request, kept, each) for each in kept.versions],
            "releases": [_release(each) for each in kept.releases],
        }

    def version(self, told):
        """Each of its versions has a number; the document itself has none."""


def _short(document) -> dict:
    return {
        "id": document.pk,
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "authority": document.authority.code,
        "facility": {"key": str(document.facility.key), "name": document.facility.name},
        "issued_on": document.issued_on,
        "valid_until": document.valid_until,
        "sector": document.sector.code if document.sector else None,
        "external_url": document.external_url,
        "recorded_at": document.recorded_at,
        "page": document.get_absolute_url(),
    }


def _version(request, kept: documents.Kept, shown: documents.Shown) -> dict:
    version = shown.version
    return {
        "id": version.pk,
        "number": version.number,
        "redacted": version.redacted,
        "language": version.language,
        "note": version.note,
        "information": version.information if kept.is_own else None,
        "filed_at": version.filed_at,
        "sha256": version.stored.sha256,
        "superseded_by": shown.newer.pk if shown.newer else None,
        "held_up": shown.held_up,
        "readers": [each.receiver.code for each in shown.readers if each.receiver],
        "page": request.build_absolute_uri(kept.document.get_absolute_url()),
    }


def _release(release) -> dict:
    return {
        "id": release.pk,
        "stage": release.stage,
        "giver": release.giver.code,
        "receiver": release.receiver.code if release.receiver else None,
        "legal_basis": release.legal_basis,
        "until": release.until,
        "conditions": release.conditions,
        "form": release.form,
        "open": release.is_open,
    }


urlpatterns = [
    path("documents/", Documents.as_view(), name="api-documents"),
    path("documents/<int:number>/", DocumentDetail.as_view(), name="api-document"),
]

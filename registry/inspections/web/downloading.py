"""Downloads: a ticket for one person and session, fetched once; and what everybody may read, without one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.web.doors import Member
from portal.files import sending
from portal.files.contents import LostFile, StorageFailed
from portal.files.stamping import CannotStamp
from portal.lifecycle import NotAllowed
from registry.inspections import accessing, documents


class VersionFile(View):
    """``/inspections/documents/<number>/<version>/``: GET for what is released to everybody; POST asks for a ticket."""

    http_method_names = ["get", "post", "options"]

    def get(self, request, number, version):
        """The file, for anybody; 404 for whatever is not public."""
        download = accessing.public(document_id=number, number=version)
        if download is None:
            raise Http404
        try:
            return sent(download)
        except (LostFile, StorageFailed) as error:
            return HttpResponse(_words(error), status=503, content_type="text/plain; charset=utf-8")

    def post(self, request, number, version):
        """A ticket, for members."""
        return _Ticket.as_view()(request, number=number, version=version)


class _Ticket(Member, View):
    """Issues the ticket and leads to where it is redeemed, once."""

    action = "document.download"
    http_method_names = ["post"]

    def post(self, request, number, version):
        """404 for what one may not read."""
        found = documents.version_of(by=request.acting, document_id=number, number=version)
        if found is None:
            raise Http404
        try:
            secret = accessing.fetch(
                by=request.acting, version=found, session_key=request.session.session_key
            )
        except NotAllowed as error:
            raise Http404 from error
        return HttpResponseRedirect(reverse("release-fetch", args=[secret]))


class Fetch(Member, View):
    """``/releases/fetch/<secret>/``: the file, once, within a minute, for whoever asked in this session."""

    action = "document.download"
    http_method_names = ["get"]

    def get(self, request, secret):
        """The file; 404 for every ticket that is not good, whatever is wrong with it."""
        download = accessing.redeem(by=request.acting, secret=secret, session_key=request.session.session_key)
        if download is None:
            raise Http404(_("This link was used, is older than a minute, or is not yours. Download again."))
        try:
            return sent(download)
        except (LostFile, StorageFailed, CannotStamp) as error:
            download.ended(0, "failed")
            messages.error(request, _words(error))
            return HttpResponseRedirect(download.document.get_absolute_url())


_LOST = gettext_lazy("The file is missing or damaged in the storage. Tell the operator of the portal.")


def _words(error: Exception) -> str:
    """A lost file's own words are for the log."""
    return str(_LOST if isinstance(error, LostFile) else error)


def sent(download: accessing.Download) -> HttpResponse:
    """The stream. Raises LostFile, StorageFailed and CannotStamp before the first byte."""
    return sending.answer(
        download.stored,
        safe=download.safe,
        filename=download.filename,
        still_allowed=download.still_allowed,
        ended=download.ended,
        stamp=download.stamp,
    )

"""Downloads: a ticket for one person, then the file, each with its entry in the audit."""

import logging

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views import View

from agreements.web.doors import Member
from portal.files import sending, tickets
from portal.files.contents import LostFile, StorageFailed
from portal.files.stamping import CannotStamp
from registry.inspections import accessing, documents
from registry.inspections.models import Form
from registry.inspections.web.doors import Open

_log = logging.getLogger(__name__)
_SUBJECT = "version:"


class AskForFile(Member, View):
    """``/inspections/documents/versions/<number>/fetch/``: gives a ticket for the version, if the reader may have it."""

    action = "document.download"
    http_method_names = ["post"]

    def post(self, request, number):
        if documents.version(by=request.acting, number=number) is None:
            raise Http404
        with transaction.atomic():
            secret = tickets.issue(
                user_id=request.user.pk,
                session_key=request.session.session_key,
                subject=f"{_SUBJECT}{number}",
            )
        return HttpResponseRedirect(f"/releases/fetch/{secret}/")


class FetchFile(Member, View):
    """``/releases/fetch/<secret>/``: the file, once, for whoever holds the ticket, while they may have it."""

    action = "document.download"
    http_method_names = ["get"]

    def get(self, request, secret):
        subject = tickets.redeem(
            secret=secret, user_id=request.user.pk, session_key=request.session.session_key
        )
        if subject is None or not subject.startswith(_SUBJECT):
            raise Http404
        version = documents.version(by=request.acting, number=int(subject.removeprefix(_SUBJECT)))
        if version is None:
            raise Http404
        try:
            return _sent(request.acting, version)
        except (LostFile, StorageFailed, CannotStamp) as error:
            _log.exception("Version %s cannot be handed out.", version.pk)
            messages.error(request, _words(error))
            return HttpResponseRedirect(version.document.get_absolute_url())


class PublicFile(Open):
    """``/inspections/documents/versions/<number>/``: a version that was released to everybody."""

    http_method_names = ["get"]

    def get(self, request, number):
        version = documents.public_version(number)
        if version is None:
            raise Http404
        return sending.answer(
            version.stored,
            safe=False,
            filename=version.stored.shown_name,
            still_allowed=lambda: documents.public_version(number) is not None,
            ended=lambda sent, outcome: None,
            stoppable=False,
        )


def _words(error: Exception) -> str:
    if isinstance(error, LostFile):
        return _(
            "The file is not what was stored, so it is not handed out. Tell its authority and the operator of the portal."
        )
    return str(error)


def _sent(by, version):
    form = documents.form_of(by=by, version=version)
    accessing.fetched(by=by, version=version, form=form)
    return sending.answer(
        version.stored,
        safe=form == Form.STAMPED,
        filename=version.stored.shown_name,
        still_allowed=lambda: accessing.still_may_read(by=by, number=version.pk),
        ended=lambda sent, outcome: accessing.fetch_ended(by=by, version=version, sent=sent, outcome=outcome),
        stamp=accessing.stamp(by, version) if form == Form.STAMPED else None,
    )

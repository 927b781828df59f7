"""Downloads: a ticket for one person, then the file, each with its entry in the audit."""

from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.views import View

from agreements.web.doors import Member
from portal.files import sending, tickets
from registry.inspections import accessing, documents
from registry.inspections.models import Form
from registry.inspections.web.doors import Open

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
        return _sent(request.acting, version)


class PublicFile(Open):
    """``/inspections/documents/versions/<number>/``: a version that was released to everybody."""

    http_method_names = ["get"]

    def get(self, request, number):
        version = documents.public_version(number)
        if version is None:
            raise Http404
        return sending.answer(
            version.stored,
            still_allowed=lambda: documents.public_version(number) is not None,
            ended=lambda sent, outcome: None,
        )


def _sent(by, version):
    form = documents.form_of(by=by, version=version)
    accessing.fetched(by=by, version=version, form=form)
    return sending.answer(
        version.stored,
        safe=form == Form.STAMPED,
        still_allowed=lambda: accessing.still_may_read(by=by, number=version.pk),
        ended=lambda sent, outcome: accessing.fetch_ended(by=by, version=version, sent=sent, outcome=outcome),
    )

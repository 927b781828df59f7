"""Who may change what the agreements say. ``check_may_x`` raises with the reason."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Economy


def check_may_keep_texts(by: Acting) -> None:
    """The texts, their parties and their status bind all parties: only the operator writes them down.

    Raises PermissionDenied with the reason.
    """
    if not by.is_operator:
        raise PermissionDenied(_("Only the operator of the portal may change what an agreement says."))


def check_may_speak_for(by: Acting, economy: Economy) -> None:
    """What one party accepts, lists or recognises is said by an authority of that party, or by the operator for it.

    Raises PermissionDenied with the reason.
    """
    speaks = Authority.objects.filter(code=by.authority_code, economy=economy)
    if not (by.is_operator or speaks.exists()):
        raise PermissionDenied(
            _("Only an authority of %(economy)s, or the operator of the portal, may say this.")
            % {"economy": economy.name}
        )

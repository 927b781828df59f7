"""Who may make dumps and load them."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting


def check_may_keep_dumps(by: Acting) -> None:
    """The operator's processes alone. Raises PermissionDenied."""
    if not by.is_operator:
        raise PermissionDenied(_("Only the operator of the portal makes, removes and loads dumps."))

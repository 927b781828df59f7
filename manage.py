#!/usr/bin/env python
"""Runs Django's commands, with the embedded services for as long as a command needs them."""

import os
import sys

from portal.embedded.holding import held, missing_services
from portal.embedded.places import CannotStart, at

NEEDS_NO_SERVICES = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "spectacular",
    "version",
}

# They change tables, which the application's role may not; make_world sets indexes aside while it writes.
NEED_THE_OWNER = {"make_world", "migrate"}


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in NEED_THE_OWNER:
        os.environ["DATABASE_AS_OWNER"] = "1"
    from django.conf import settings
    from django.core.management import execute_from_command_line

    data = at(settings.DATA_DIR)  # the first look at the settings: a bad environment ends here, in words
    idle = command in NEEDS_NO_SERVICES or command.startswith("-")
    with held(data, () if idle else missing_services(os.environ)):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except CannotStart as words:
        sys.exit(str(words))
    except KeyboardInterrupt:
        sys.exit(130)

"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# Tasks sent by the web process need the configured app; it is made once Django is ready.
import portal.celery  # noqa: E402, F401

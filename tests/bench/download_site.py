"""A small site over ``portal.files`` for measuring: fetch, one query, upload. Served by gunicorn with the portal's own settings."""

import hashlib
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from portal.files import contents, sending  # noqa: E402
from portal.files.models import StoredFile  # noqa: E402


def fetch(request, key):
    """``?unstoppable`` says that nginx may have it."""
    return sending.answer(
        StoredFile.objects.get(key=key),
        safe=False,
        filename="report.pdf",
        still_allowed=lambda: StoredFile.objects.filter(key=key).exists(),
        ended=lambda _size, _outcome: None,
        stoppable="unstoppable" not in request.GET,
    )


def one_query(request, key):
    """What a view with one query takes, with the bytes that were asked for."""
    stored = StoredFile.objects.get(key=key)
    return HttpResponse(b"x" * stored.size, content_type="application/octet-stream")


@csrf_exempt
def upload(request):
    """Keep what is handed in, sealed, and answer with its hash."""
    uploaded, digest = request.FILES["file"], hashlib.sha256()
    stored = StoredFile()

    def chunks():
        for chunk in uploaded.chunks():
            digest.update(chunk)
            yield chunk

    contents.write(stored, chunks())
    contents.delete(stored.path)
    return HttpResponse(digest.hexdigest())


urlpatterns = [
    path("fetch/<uuid:key>/", fetch),
    path("one-query/<uuid:key>/", one_query),
    path("upload/", upload),
    path("calendar/<str:secret>", lambda request, secret: HttpResponse(secret)),
]
settings.ROOT_URLCONF = __name__
# Nobody signs in here, and a large body is taken from people who have (tests/portal/test_bodies.py).
settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != "portal.web.bodies.Bounds"]
application = get_wsgi_application()

"""The floor of a web server: a Django view that says hello, with nothing around it."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"], SECRET_KEY="of a bench", MIDDLEWARE=[]
    )
urlpatterns = [path("hello/", lambda request: HttpResponse("hello"))]
application = get_wsgi_application()

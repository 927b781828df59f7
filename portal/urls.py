"""All addresses of the portal. Each package keeps its own list; this file only puts them together."""

from agreements.keys.web.urls import urlpatterns as keys
from agreements.web.urls import urlpatterns as agreements
from portal.accounts.urls import urlpatterns as accounts
from portal.api.urls import urlpatterns as api
from portal.health import urlpatterns as health
from portal.web.keys import urlpatterns as signing_keys
from portal.web.notices import urlpatterns as notices
from portal.web.operators import urlpatterns as operators
from registry.batches.web.urls import urlpatterns as batches
from registry.inspections.web.urls import urlpatterns as inspections
from registry.opendata.web.urls import urlpatterns as opendata
from registry.watching.web.urls import urlpatterns as watching
from registry.web.urls import urlpatterns as registry

urlpatterns = [
    *health,
    *signing_keys,
    *accounts,
    *operators,
    *notices,
    *inspections,
    *batches,
    *opendata,
    *watching,
    *registry,
    *agreements,
    *keys,
    *api,
]

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.permission_denied"
handler404 = "portal.web.errors.page_not_found"
handler429 = "portal.accounts.screens.too_many"
handler500 = "portal.web.errors.server_error"

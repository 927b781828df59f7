"""All addresses of the portal. Each package keeps its own list; this file only puts them together."""

from portal.health import urlpatterns as health

urlpatterns = [
    *health,
]

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.permission_denied"
handler404 = "portal.web.errors.page_not_found"
handler500 = "portal.web.errors.server_error"

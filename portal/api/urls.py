"""All addresses of the API, and what its root lists."""

from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView

from agreements.api.urls import urlpatterns as agreements
from portal.api.docs import DocsPage
from portal.endpoints import DISCLAIMER, Endpoint
from portal.endpoints.describing import TEXT, describe, shape
from portal.endpoints.limiting import PerMinute
from registry.api.urls import urlpatterns as registry
from registry.inspections.api.urls import urlpatterns as inspections

_LISTS = (
    "acceptance",
    "agreements",
    "economies",
    "authorities",
    "requirements",
    "bodies",
    "designations",
    "inspections",
    "changes",
)
# These answer 401 without a key.
_WITH_KEY = ("accreditations", "documents", "proposals", "report-requests")


@describe(
    "root",
    "What there is",
    shape(endpoints={"type": "object", "additionalProperties": TEXT}, disclaimer=TEXT),
)
class Root(Endpoint):
    """The addresses of the API."""

    def answer(self, request):
        """Each endpoint's address, with those of the description and its readable form."""
        endpoints = {name: request.build_absolute_uri(f"/api/v1/{name}/") for name in (*_LISTS, "schema")}
        endpoints |= {name: request.build_absolute_uri(f"/api/v1/{name}/") for name in _WITH_KEY}
        endpoints["docs"] = request.build_absolute_uri("/api/docs/")
        return {"endpoints": endpoints, "disclaimer": DISCLAIMER}


class Schema(SpectacularAPIView):
    """The OpenAPI 3.1 description, as YAML or, with ``?format=json``, as JSON."""

    http_method_names = ["get", "head", "options"]
    throttle_classes = [PerMinute]
    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        """The description."""
        return super().get(request, *args, **kwargs)


urlpatterns = [
    path("api/docs/", DocsPage.as_view(), name="api-docs"),
    path("api/v1/", Root.as_view(), name="api-root"),
    path("api/v1/schema/", Schema.as_view(), name="api-schema"),
    path("api/v1/", include([*agreements, *registry, *inspections])),
]

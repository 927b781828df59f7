"""The API's first page, and its documentation drawn from the schema: no script, nothing from elsewhere."""

from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema

from portal.pages import Page
from portal.reading import Reading

_PREFIX = "/api/v1/"


class Root(Reading):
    """What there is."""

    @extend_schema(operation_id="root", responses=OpenApiTypes.OBJECT)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        names = ("acceptance", "agreements", "economies", "authorities", "requirements", "bodies", "designations", "changes")
        found = {name: request.build_absolute_uri(f"{_PREFIX}{name}/") for name in (*names, "schema")}
        return {**found, "docs": request.build_absolute_uri("/api/docs/")}


class DocsPage(Page):
    """``/api/docs/``."""

    def get(self, request):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        endpoints = [
            {"path": path, "id": operation["operationId"], **operation}
            for path, operations in schema["paths"].items()
            for method, operation in operations.items()
            if method == "get"
        ]
        return render(request, "portal/api_docs.html", {"endpoints": endpoints, "info": schema["info"]})

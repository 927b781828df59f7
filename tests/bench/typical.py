"""A directory as Django portals usually have one: DRF, django-filter, icontains, COUNT and a GROUP BY for each facet.

It reads the product's own tables and answers the same questions, with indexes as Django makes them: the floor of P4.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

import django_filters  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.urls import include, path  # noqa: E402
from django_filters.rest_framework import DjangoFilterBackend  # noqa: E402
from rest_framework import pagination, permissions, routers, serializers, viewsets  # noqa: E402

from portal import clock  # noqa: E402
from registry.models import Body, Identifier, Site  # noqa: E402

FACETS = (
    "economy__code",
    "local_word",
    "accepted__importing__code",
    "accepted__standing",
    "lines__annex__agreement__code",
    "lines__sector__code",
    "accreditations__standard",
)


class Bodies(django_filters.FilterSet):
    """Words, economy, partner and standing."""

    q = django_filters.CharFilter(method="worded")
    economy = django_filters.CharFilter(field_name="economy__code")
    accepted_by = django_filters.CharFilter(field_name="accepted__importing__code")
    standing = django_filters.CharFilter(method="standing_today")

    class Meta:
        model = Body
        fields = ()

    def worded(self, rows, _name, words):
        """Each word somewhere in names, numbers or towns."""
        for word in words.split():
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(local_name__icontains=word)
                | Q(former_names__name__icontains=word)
                | Q(identifiers__value__icontains=word)
                | Q(sites__town__icontains=word)
            )
        return rows

    def standing_today(self, rows, _name, standing):
        """As the read model has it today."""
        return rows.filter(
            accepted__standing=standing,
            accepted__valid__contains=clock.today(),
            accepted__recorded__upper_inf=True,
        )


class SiteSerializer(serializers.ModelSerializer):
    """A location."""

    class Meta:
        model = Site
        fields = ("name", "town", "postcode")


class IdentifierSerializer(serializers.ModelSerializer):
    """A number."""

    class Meta:
        model = Identifier
        fields = ("scheme", "value")


class BodySerializer(serializers.ModelSerializer):
    """A row of the list."""

    economy = serializers.CharField(source="economy.name")
    sites = SiteSerializer(many=True)
    identifiers = IdentifierSerializer(many=True)

    class Meta:
        model = Body
        fields = (
            "id",
            "slug",
            "name",
            "local_name",
            "economy",
            "local_word",
            "website",
            "sites",
            "identifiers",
        )


class Pages(pagination.PageNumberPagination):
    """Twenty-five at a time."""

    page_size = 25


class BodyViews(viewsets.ReadOnlyModelViewSet):
    """The list with its facets."""

    queryset = (
        Body.objects.select_related("economy").prefetch_related("sites", "identifiers").order_by("name")
    )
    serializer_class = BodySerializer
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = Bodies
    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)

    def get_queryset(self):
        """Every body once, whatever was joined."""
        return super().get_queryset().distinct()

    def list(self, request, *args, **kwargs):
        """A page, and how many bodies there are for each value of each facet."""
        response = super().list(request, *args, **kwargs)
        found = self.filter_queryset(self.get_queryset()).order_by()
        response.data["facets"] = {
            facet: list(found.values_list(facet).annotate(number=Count("id", distinct=True)))
            for facet in FACETS
        }
        return response


router = routers.SimpleRouter()
router.register("bodies", BodyViews)
urlpatterns = [path("", include(router.urls))]
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = []
settings.ALLOWED_HOSTS = ["localhost"]
application = get_wsgi_application()

"""Addresses of the agreements floor's pages."""

from django.urls import path, re_path

from agreements.web import agreements, audit, economies

urlpatterns = [
    path("agreements/", agreements.AgreementsPage.as_view(), name="agreements"),
    re_path(
        r"^agreements\.(?P<ending>csv|json)$", agreements.AgreementsFile.as_view(), name="agreements-file"
    ),
    path("agreements/<str:code>/", agreements.AgreementPage.as_view(), name="agreement"),
    path("audit/", audit.AuditPage.as_view(), name="audit"),
    re_path(r"^audit\.(?P<ending>csv|json)$", audit.AuditFile.as_view(), name="audit-file"),
    path("economies/", economies.EconomiesPage.as_view(), name="economies"),
    re_path(r"^economies\.(?P<ending>csv|json)$", economies.EconomiesFile.as_view(), name="economies-file"),
    re_path(
        r"^economies/(?P<code>[A-Za-z]{2,3})\.(?P<ending>csv|json)$",
        economies.EconomyFile.as_view(),
        name="economy-file",
    ),
    path("economies/<str:code>/", economies.EconomyPage.as_view(), name="economy"),
]

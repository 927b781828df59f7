"""Addresses of the agreements floor's pages."""

from django.urls import path, re_path

from agreements.web import acting, agreements, audit, economies, invitations, members

urlpatterns = [
    path("acting/", acting.ActingPage.as_view(), name="acting"),
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
    path("invitation/<str:secret>/", invitations.invitation_page, name="invitation"),
    path("members/", members.MembersPage.as_view(), name="members"),
    path("members/authorities/", members.AuthoritiesPage.as_view(), name="members-authorities"),
    path("members/<slug:code>/", members.MembersPage.as_view(), name="members-of"),
    path("members/<slug:code>/invite/", members.InvitePage.as_view(), name="members-invite"),
    re_path(
        r"^members/(?P<code>[-\w]+)/invitations/(?P<number>\d{1,18})/(?P<act>withdraw|again)/$",
        members.InvitationAct.as_view(),
        name="invitation-act",
    ),
    path("members/<slug:code>/people/<int:number>/", members.MemberPage.as_view(), name="member"),
    path("members/<slug:code>/people/<int:number>/end/", members.EndMembership.as_view(), name="member-end"),
    path(
        "members/<slug:code>/roles/<int:number>/confirm/", members.ConfirmRole.as_view(), name="role-confirm"
    ),
    path("members/<slug:code>/roles/<int:number>/end/", members.EndRole.as_view(), name="role-end"),
]

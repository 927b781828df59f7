"""Addresses of the registry's pages."""

from django.urls import path, re_path

from registry.web import bodies, changes, comparing, desk, directory, finder, joint, mine, our_bodies, verify
from registry.web.desk_urls import urlpatterns as desk_urlpatterns

urlpatterns = [
    path("", finder.FinderPage.as_view(), name="finder"),
    path("accepted/", finder.AcceptedPage.as_view(), name="accepted"),
    re_path(r"^accepted\.(?P<ending>csv|json)$", finder.AcceptedFile.as_view(), name="accepted-file"),
    path("suggest/", finder.SuggestPage.as_view(), name="suggest"),
    path("verify/", verify.VerifyPage.as_view(), name="verify"),
    re_path(r"^verify\.(?P<ending>json|pdf|svg)$", verify.VerifyFile.as_view(), name="verify-file"),
    re_path(
        r"^verify/statement\.(?P<ending>json|sig)$", verify.StatementFile.as_view(), name="verify-statement"
    ),
    path("verify/how/", verify.HowPage.as_view(), name="verify-how"),
    path("bodies/", directory.DirectoryPage.as_view(), name="bodies"),
    re_path(
        r"^bodies\.(?P<ending>csv|xlsx|json|atom)$", directory.DirectoryFile.as_view(), name="bodies-file"
    ),
    path("bodies/<slug:slug>/", bodies.BodyPage.as_view(), name="body"),
    path("bodies/<slug:slug>/compare/", comparing.ComparePage.as_view(), name="compare"),
    path("bodies/<slug:slug>/compare.json", comparing.CompareFile.as_view(), name="compare-file"),
    path("changes/", changes.ChangesPage.as_view(), name="changes"),
    re_path(r"^changes\.(?P<ending>csv|json|atom)$", changes.ChangesFile.as_view(), name="changes-file"),
    path("mine/", mine.MinePage.as_view(), name="mine"),
    path("mine/<slug:slug>/contacts/", mine.MyContacts.as_view(), name="mine-contacts"),
    path(
        "mine/<slug:slug>/contacts/<int:number>/withdraw/",
        mine.WithdrawContacts.as_view(),
        name="mine-withdraw",
    ),
    path("desk/bodies/", our_bodies.OurBodies.as_view(), name="our-bodies"),
    path("desk/bodies/<slug:slug>/", our_bodies.OurBodyPage.as_view(), name="our-body"),
    path(
        "desk/bodies/<slug:slug>/representatives/<int:number>/end/",
        our_bodies.EndRepresentative.as_view(),
        name="our-body-end",
    ),
    path(
        "desk/bodies/<slug:slug>/propose/<slug:step>/",
        our_bodies.StartPage.as_view(),
        name="our-body-propose",
    ),
    path(
        "desk/bodies/<slug:slug>/proposals/<int:number>/edit/",
        our_bodies.EditPage.as_view(),
        name="our-body-edit",
    ),
    path("desk/joint/", joint.JointList.as_view(), name="joint-decisions"),
    path("desk/joint/new/", joint.NewJoint.as_view(), name="joint-new"),
    path("desk/joint/<int:number>/", joint.JointPage.as_view(), name="joint-decision"),
    path("desk/joint/<int:number>/open/", joint.OpenJoint.as_view(), name="joint-open"),
    path("desk/joint/<int:number>/drop/", joint.DropJoint.as_view(), name="joint-drop"),
    path("desk/joint/<int:number>/sign/", joint.SignJoint.as_view(), name="joint-sign"),
    path("desk/", desk.DeskPage.as_view(), name="desk"),
    path("desk/work/<int:number>/", desk.WorkPlace.as_view(), name="work"),
    path("desk/work/<int:number>/assign/", desk.AssignWork.as_view(), name="work-assign"),
    path("desk/work/<int:number>/seen/", desk.SeeWork.as_view(), name="work-seen"),
    *desk_urlpatterns,
]

"""Addresses of proposals and records on the desk."""

from django.urls import path, re_path

from registry.web import accreditation, designate, designate_scope, drafting, proposals, records

_KIND = r"^desk/(?P<kind>designations|recognitions|accreditations)/"
_PROPOSAL = "desk/proposals/<int:number>/"

urlpatterns = [
    path("desk/designate/", designate.StartPage.as_view(), name="designate"),
    path("desk/accreditations/new/", accreditation.NewPage.as_view(), name="accredit"),
    re_path(rf"{_KIND}$", records.RecordsPage.as_view(), name="records"),
    re_path(rf"{_KIND}(?P<number>\d{{1,18}})/$", records.RecordPage.as_view(), name="record"),
    re_path(
        rf"{_KIND}(?P<number>\d{{1,18}})/propose/(?P<step>[a-z_]+)/$",
        drafting.ProposePage.as_view(),
        name="propose",
    ),
    re_path(
        r"^desk/decisions/(?P<number>\d{1,18})/(?P<step>correct|annul)/$",
        drafting.CorrectPage.as_view(),
        name="correct",
    ),
    path(_PROPOSAL, proposals.ProposalPage.as_view(), name="proposal"),
    path(f"{_PROPOSAL}decide/", proposals.DecidePage.as_view(), name="proposal-decide"),
    path(f"{_PROPOSAL}edit/", drafting.EditPage.as_view(), name="proposal-edit"),
    path(f"{_PROPOSAL}tasks/", designate.TasksPage.as_view(), name="proposal-tasks"),
    path(f"{_PROPOSAL}check/", designate.AnswersPage.as_view(), name="proposal-check"),
    path(f"{_PROPOSAL}body/", designate.BodyPage.as_view(), name="proposal-body"),
    path(f"{_PROPOSAL}partner/", designate.PartnerPage.as_view(), name="proposal-partner"),
    path(f"{_PROPOSAL}scope/", designate_scope.ScopePage.as_view(), name="proposal-scope"),
    path(f"{_PROPOSAL}accreditation/", designate.AccreditationPage.as_view(), name="proposal-accreditation"),
    path(f"{_PROPOSAL}contacts/", designate.ContactsPage.as_view(), name="proposal-contacts"),
    path(f"{_PROPOSAL}documents/", designate.DocumentsPage.as_view(), name="proposal-documents"),
    path(f"{_PROPOSAL}declaration/", designate.DeclarationPage.as_view(), name="proposal-declaration"),
    path("desk/files/<int:number>/", proposals.AttachmentFile.as_view(), name="attachment"),
]

"""Addresses of commitments and alerts."""

from django.urls import path, re_path

from registry.inspections.web import alerts, commitments, matrix

_COMMITMENT = "matrix/commitments/<int:number>/"
_ALERT = "alerts/<int:number>/"

urlpatterns = [
    path("matrix/", matrix.MatrixPage.as_view(), name="matrix"),
    re_path(r"^matrix\.(?P<ending>csv|json)$", matrix.MatrixFile.as_view(), name="matrix-file"),
    path("matrix/commitments/new/", commitments.NewCommitment.as_view(), name="commitment-new"),
    path(_COMMITMENT, commitments.CommitmentPage.as_view(), name="commitment"),
    path(f"{_COMMITMENT}edit/", commitments.EditCommitment.as_view(), name="commitment-edit"),
    path(f"{_COMMITMENT}confirm/", commitments.ConfirmCommitment.as_view(), name="commitment-confirm"),
    path(f"{_COMMITMENT}drop/", commitments.DropCommitment.as_view(), name="commitment-drop"),
    path(f"{_COMMITMENT}end/", commitments.EndCommitment.as_view(), name="commitment-end"),
    path("matrix/<slug:giver>/<slug:receiver>/", matrix.PairPage.as_view(), name="matrix-pair"),
    path("alerts/", alerts.AlertsPage.as_view(), name="alerts"),
    path("alerts/new/", alerts.NewAlert.as_view(), name="alert-new"),
    path(_ALERT, alerts.AlertPage.as_view(), name="alert"),
    path(f"{_ALERT}acknowledge/", alerts.AcknowledgeAlert.as_view(), name="alert-acknowledge"),
    path(f"{_ALERT}write/", alerts.WriteOnAlert.as_view(), name="alert-write"),
    path(f"{_ALERT}close/", alerts.CloseAlert.as_view(), name="alert-close"),
]

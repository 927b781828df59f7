"""Addresses of watching. A secret is 43 characters, which ``deploy/nginx.conf`` keeps out of its log."""

from django.urls import path, re_path

from registry.watching.keys import PATTERN
from registry.watching.web import beginning, stopping, watches

_SECRET = rf"(?P<secret>{PATTERN})"
_NUMBER = r"(?P<number>[0-9]{1,18})"
_ACT = r"(?P<act>stop|resume)"

urlpatterns = [
    path("watches/", watches.OwnWatches.as_view(), name="watches"),
    path("watches/new/", beginning.NewWatch.as_view(), name="watch-new"),
    path("watches/asked/", beginning.Asked.as_view(), name="watch-asked"),
    re_path(rf"^watches/{_NUMBER}/$", watches.OwnWatch.as_view(), name="watch"),
    re_path(rf"^watches/{_NUMBER}/{_ACT}/$", watches.OwnAct.as_view(), name="watch-act"),
    re_path(rf"^watches/confirm/{_SECRET}/$", beginning.Confirm.as_view(), name="watch-confirm"),
    re_path(rf"^watches/of/{_SECRET}/$", watches.WatchesOf.as_view(), name="watches-of"),
    re_path(rf"^watches/of/{_SECRET}/{_NUMBER}/$", watches.WatchOf.as_view(), name="watch-of"),
    re_path(rf"^watches/of/{_SECRET}/{_NUMBER}/{_ACT}/$", watches.ActOf.as_view(), name="watch-of-act"),
    re_path(rf"^watches/stop/{_SECRET}/$", stopping.Stop.as_view(), name="watch-stop"),
    re_path(rf"^watches/stop/{_SECRET}/undo/$", stopping.Undo.as_view(), name="watch-undo"),
]

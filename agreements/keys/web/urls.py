"""Addresses of the screens of keys."""

from django.urls import path

from agreements.keys.web import keys

urlpatterns = [
    path("members/<slug:code>/keys/", keys.KeysPage.as_view(), name="keys"),
    path("members/<slug:code>/keys/new/", keys.NewKey.as_view(), name="key-new"),
    path("members/<slug:code>/keys/<int:number>/revoke/", keys.RevokeKey.as_view(), name="key-revoke"),
]

"""Addresses of inspections and sharing. More particular ones come first."""

from registry.inspections.web.asking_urls import urlpatterns as asking
from registry.inspections.web.loading_urls import urlpatterns as loading
from registry.inspections.web.promising_urls import urlpatterns as promising
from registry.inspections.web.recording_urls import urlpatterns as recording
from registry.inspections.web.releasing_urls import urlpatterns as releasing

urlpatterns = [*loading, *releasing, *asking, *promising, *recording]

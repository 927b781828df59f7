"""``/data/``: the public register as files, with what they mean, where they come from and how to check them."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from portal import signatures
from portal.pages import Page
from registry.opendata import dictionary, listing, provenance, serving


class DataPage(Page):
    """``/data/``: the newest dump, the older ones, how to verify, coverage and licences."""

    def get(self, request):
        dumps = listing.dumps()
        return render(request, "opendata/data.html", _context(dumps[0] if dumps else None, dumps[1:]))


class DumpPage(Page):
    """``/data/2026-11-24/``: one dump."""

    def get(self, request, day):
        dump = listing.dump_of(day)
        if dump is None:
            raise Http404
        return render(request, "opendata/dump.html", _context(dump, []))


class DictionaryPage(Page):
    """``/data/dictionary/``: what each column means."""

    def get(self, request):
        return render(request, "opendata/dictionary.html", {"tables": dictionary.told()})


class DumpFile(View):
    """``/data/2026-11-24/bodies.csv``: one file, the same for everybody and for ever."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, day, name):
        dump = listing.dump_of(day)
        told = dump and dump.file(name)
        if not told:
            raise Http404
        return serving.answer(request, dump, told)


class LatestFile(View):
    """``/data/latest/bodies.csv``: the way to the file of the newest dump."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, name):
        dump = listing.dump_of("latest")
        if dump is None or not dump.file(name):
            raise Http404
        address = reverse("data-file", kwargs={"day": dump.day, "name": name})
        return HttpResponseRedirect(address, headers={"Cache-Control": "public, max-age=300"})


def _context(dump, older) -> dict:
    return {
        "dump": dump,
        "older": older,
        "key_id": signatures.key_id(),
        "licence": settings.DATA_LICENCE,
        "covered": provenance.stated(),
        "uncovered": provenance.unstated(),
    }

"""What the lists of inspections and facilities have in common: paging, what narrows them, the same list as a file."""

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from portal.pages import BadQuestion

PER_PAGE = 25
FILES = (
    ("CSV", "csv", "text/csv"),
    ("JSON", "json", "application/json"),
    ("Atom", "atom", "application/atom+xml"),
)


def page_of(request, rows) -> ListPage:
    """The page that is asked for. Raises BadQuestion for what is no number."""
    try:
        number = int(request.GET.get("page") or 1)
    except ValueError as error:
        raise BadQuestion("page", _("Enter a page number, for example 2.")) from error
    return Paginator(rows, PER_PAGE).get_page(number)


def chips(request, found, address: str) -> list[dict]:
    """What narrows the list, each with the address of the list without it."""
    told = []
    for name, value in found.form.cleaned_data.items():
        if value in (None, "", []) or name == "sort":
            continue
        field = found.form.fields[name]
        words = dict(getattr(field, "choices", ())).get(value) if not hasattr(value, "pk") else str(value)
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("page", None)
        told.append(
            {
                "label": field.label or _("One facility"),
                "words": words or ("" if name == "facility" else str(value)),
                "href": f"{address}?{query.urlencode()}",
            }
        )
    return told


def downloads(request, stem: str) -> list[dict]:
    """The same list in other forms."""
    query = request.GET.copy()
    query.pop("page", None)
    return [
        {"text": text, "href": f"/{stem}.{ending}?{query.urlencode()}", "type": kind}
        for text, ending, kind in FILES
    ]

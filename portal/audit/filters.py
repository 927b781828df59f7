"""One filter of audit entries for screen and export alike."""

from typing import Self

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit.models import AuditEntry
from portal.audit.telling import words_of

_NO_DATE = {"invalid": _("Enter a real date as year-month-day, for example 2020-06-01.")}


class AuditForm(forms.Form):
    """Refuses a range that ends before it begins."""

    def clean(self):
        asked = super().clean()
        first, last = asked.get("from"), asked.get("to")
        if first and last and last < first:
            self.add_error("to", _("Enter a day that is not before “From”."))
        return asked


class AuditFilter(django_filters.FilterSet):
    """Which entries: act, person, what it was done to, days (UTC), request."""

    act = django_filters.ChoiceFilter(
        method="of_act",
        label=_("Act"),
        empty_label=_("any"),
        error_messages={"invalid_choice": _("Choose an act from the list.")},
    )
    person = django_filters.CharFilter(
        method="by_person", label=_("Person"), max_length=200, help_text=_("Words of the name.")
    )
    target = django_filters.CharFilter(
        method="on_target",
        label=_("What it was done to"),
        max_length=200,
        help_text=_("Words of the name, or the number."),
    )

    class Meta:
        model = AuditEntry
        form = AuditForm
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, **others):
        super().__init__(data, queryset, **others)
        self.filters["act"].extra["choices"] = [(act, words_of(act)) for act in self.queryset.acts()]

    @classmethod
    def of(cls, by, data) -> Self:
        """The filter over what ``by`` may see."""
        return cls(data, queryset=AuditEntry.objects.visible_to(by))

    def of_act(self, entries, _name, act):
        """Those of one verb."""
        return entries.of_act(act)

    def by_person(self, entries, _name, words):
        """Those of a person."""
        return entries.by_person(words)

    def on_target(self, entries, _name, words):
        """Those on what has these words in its name."""
        return entries.on_target(words)

    def since(self, entries, _name, day):
        """Those of that day and later."""
        return entries.since(day)

    def until(self, entries, _name, day):
        """Those of that day and earlier."""
        return entries.until(day)

    def of_request(self, entries, _name, request_id):
        """Those written while one request was served."""
        return entries.of_request(request_id)


# "from" is a word of Python's own, so the days are declared by name, and what stands after them too.
AuditFilter.base_filters.update(
    {
        "from": django_filters.DateFilter(
            method="since",
            label=_("From"),
            help_text=_("For example 2026-03-01, in UTC."),
            error_messages=_NO_DATE,
        ),
        "to": django_filters.DateFilter(
            method="until", label=_("To"), help_text=_("That day included."), error_messages=_NO_DATE
        ),
        "request": django_filters.CharFilter(
            method="of_request",
            label=_("Request"),
            max_length=80,
            help_text=_("The id that an error page or a log names."),
        ),
    }
)

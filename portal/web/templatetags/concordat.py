"""Tags and filters every page of the portal may load: statuses, dates and periods, links that keep the date."""

import datetime
from typing import Any

from django import template
from django.utils import dateparse, formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.web.wording import wording

register = template.Library()

# How each precision is written: in English, which Django would abbreviate or put in American order, and elsewhere.
YEAR = ("Y", "Y")
MONTH = ("F Y", "YEAR_MONTH_FORMAT")
DAY = ("j F Y", "DATE_FORMAT")
SHORT_DAY = ("j M Y", "DATE_FORMAT")

PRECISIONS = {
    len("2013"): ("%Y", YEAR),
    len("2013-12"): ("%Y-%m", MONTH),
    len("2013-12-03"): ("%Y-%m-%d", DAY),
}


@register.inclusion_tag("portal/components/status_tag.html")
def status_tag(code: Any, label: str | None = None) -> dict[str, Any]:
    """Show a status as a word: `{% status_tag code %}` or, with a wording of the page's own, `label=…`."""
    word = wording(str(code))
    return {"text": label or word.text, "tone": word.tone}


@register.simple_tag
def status_tone(code: Any) -> str:
    """Return the tone of a status for a class name: `c-verdict--{% status_tone code %}`."""
    return wording(str(code)).tone


@register.inclusion_tag("portal/components/sample_mark.html")
def sample_mark() -> dict[str, Any]:
    """Mark a made-up record."""
    return {}


@register.filter
def day(value: datetime.date | datetime.datetime | str | None) -> SafeString | str:
    """Show a day in the reader's language inside `<time>`: `{{ date|day }}`."""
    date = _as_date(value)
    if date is None:
        return ""
    return _time(date, _shown(date, DAY))


@register.filter
def day_text(value: datetime.date | datetime.datetime | str | None) -> str:
    """Show a day without markup, for a title, a picture or an attribute: `{{ date|day_text }}`."""
    date = _as_date(value)
    return "" if date is None else _shown(date, DAY)


@register.filter
def partial(value: str | int | None) -> SafeString | str:
    """Show a date as far as it is known: `{{ "2013-12"|partial }}` is December 2013."""
    text = "" if value is None else str(value)
    if len(text) not in PRECISIONS:
        return text
    pattern, form = PRECISIONS[len(text)]
    try:
        date = datetime.datetime.strptime(text, pattern).date()
    except ValueError:
        return text
    return format_html('<time datetime="{}">{}</time>', text, _shown(date, form))


@register.simple_tag
def period(start: datetime.date | str | None, end: datetime.date | str | None) -> SafeString:
    """Show `[start, end)` with the last day it includes: `{% period start end %}`."""
    first, after = _as_date(start), _as_date(end)
    last = after - datetime.timedelta(days=1) if after else None
    return format_html('<span class="c-period">{}</span>', _period_words(first, last))


@register.simple_tag(takes_context=True)
def clocked(context: template.Context, href: str) -> str:
    """Return a link of the portal that keeps the date being looked at: `href="{% clocked url %}"`."""
    clocks = context.get("clocks")
    if clocks is None or clocks.is_default or not clocks.query:
        return href
    path, hash_sign, fragment = href.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{clocks.query}{hash_sign}{fragment}"


@register.simple_tag(takes_context=True)
def keep_query(context: template.Context, *left_out: str) -> SafeString:
    """Write the parameters of this page as hidden inputs of a form, but for those the form asks itself."""
    request = context.get("request")
    pairs = (
        [] if request is None else [(name, value) for name, values in request.GET.lists() for value in values]
    )
    kept = ((name, value) for name, value in pairs if name not in left_out)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)


def _as_date(value: datetime.date | datetime.datetime | str | None) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, str):
        try:
            return dateparse.parse_date(value)
        except ValueError:
            return None
    return value


def _period_words(first: datetime.date | None, last: datetime.date | None) -> SafeString | str:
    if first and last:
        pattern = _("only on {}") if first == last else _("{} – {}")
        return format_html(pattern, *(_short(date) for date in dict.fromkeys((first, last))))
    if first:
        return format_html(_("from {}"), _short(first))
    if last:
        return format_html(_("until {}"), _short(last))
    return _("always")


def _short(date: datetime.date) -> SafeString:
    return _time(date, _shown(date, SHORT_DAY))


def _time(date: datetime.date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), text)


def _shown(date: datetime.date, form: tuple[str, str]) -> str:
    english, elsewhere = form
    return formats.date_format(date, english if (get_language() or "en").startswith("en") else elsewhere)

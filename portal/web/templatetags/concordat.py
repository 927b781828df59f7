"""Tags and filters every page of the portal may load: statuses, dates and periods, links that keep the date."""

import datetime
from typing import Any

from django import template
from django.utils import dateparse, formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.web.wording import wording

register = template.Library()

PARTIAL_FORMATS = {4: ("%Y", "Y"), 7: ("%Y-%m", "YEAR_MONTH_FORMAT"), 10: ("%Y-%m-%d", "DATE_FORMAT")}


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
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), _plain_day(date))


@register.filter
def partial(value: str | int | None) -> SafeString | str:
    """Show a date as far as it is known: `{{ "2013-12"|partial }}` is December 2013."""
    text = "" if value is None else str(value)
    if len(text) not in PARTIAL_FORMATS:
        return text
    pattern, shown = PARTIAL_FORMATS[len(text)]
    try:
        date = datetime.datetime.strptime(text, pattern).date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return text
    return format_html('<time datetime="{}">{}</time>', text, formats.date_format(date, shown))


@register.simple_tag
def period(start: datetime.date | str | None, end: datetime.date | str | None) -> SafeString:
    """Show `[start, end)` with the last day it includes: `{% period start end %}`."""
    first, after = _as_date(start), _as_date(end)
    if first is None and after is None:
        return format_html('<span class="c-period">{}</span>', _("always"))
    if after is None:
        return format_html('<span class="c-period">{}</span>', format_html(_("from {}"), day(first)))
    last = after - datetime.timedelta(days=1)
    if first is None:
        return format_html('<span class="c-period">{}</span>', format_html(_("until {}"), day(last)))
    if last <= first:
        return format_html('<span class="c-period">{}</span>', format_html(_("only on {}"), day(first)))
    return format_html('<span class="c-period">{}</span>', format_html(_("{} – {}"), day(first), day(last)))


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
    pairs = [] if request is None else [(name, value) for name, values in request.GET.lists() for value in values]
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


def _plain_day(date: datetime.date) -> str:
    return formats.date_format(date, "DATE_FORMAT")

"""Changes in words: one sentence for each, the same on the page and in a letter."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from agreements import texts as agreement_texts
from agreements.models import AnnexStatus, AuthorityRecognition
from registry import listing
from registry.models import Standing, Verdict
from registry.watching.comparing import THERE
from registry.watching.models import Change, Family

# Words of codes, the verdict's before others.
_LABELS = {
    **{str(code): label for code, label in AuthorityRecognition.Status.choices},
    **{str(code): label for code, label in AnnexStatus.choices},
    **{str(code): label for code, label in Standing.choices},
    **{str(code): label for code, label in Verdict.choices},
}


def sentence(change: Change) -> str:
    """What changed, in one sentence."""
    return _SENTENCES[change.family](change)


def _decision(change: Change) -> str:
    decision = change.decision
    words = f"{change.about}: {listing.sentence(decision)} ({decision.subject})"
    if decision.corrects_id:
        words += f" – {_('a correction')}"
    return f"{words}. {decision.public_reason}".strip() if decision.public_reason else f"{words}."


def _body(change: Change) -> str:
    values = {"name": change.about or _("A body that is no longer on the register")}
    if not change.before:
        values["how"] = _how(change.after)
        return (
            _("%(name)s is new here: %(how)s.") % values
            if values["how"]
            else _("%(name)s is new here.") % values
        )
    if not change.after:
        return _("%(name)s is no longer here.") % values
    was, now = _tokens(change.before), _tokens(change.after)
    steps = [
        f"{_economy(name)}{_step(was.get(name, ''), now.get(name, ''))}"
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]
    return f"{values['name']}: {'; '.join(steps)}."


def _tokens(text: str) -> dict[str, str]:
    """How a body stands, by partner; without a partner under no name."""
    if text == THERE:
        return {}
    return dict(each.split("=", 1) if "=" in each else ("", each) for each in text.split(" "))


def _how(text: str) -> str:
    return "; ".join(f"{_economy(name)}{_label(how)}" for name, how in sorted(_tokens(text).items()))


def _economy(code: str) -> str:
    if not code:
        return ""
    economy = agreement_texts.current().economy_by_code.get(code)
    return f"{economy.name if economy else code}: "


def _label(codes: str) -> str:
    """Codes in words: a verdict and why, a status, a span of days."""
    if not codes:
        return _("not on file")
    if codes == THERE:
        return _("on file")
    if "/" in codes:
        return ", ".join(_span(each) for each in codes.split(", "))
    verdict, _colon, standing = codes.partition(":")
    words = str(_LABELS.get(verdict, verdict))
    why = str(_LABELS.get(standing, standing))
    return f"{words} ({why})" if why and standing not in (verdict, "recognised", "text_obliges") else words


def _span(text: str) -> str:
    what, _space, days = text.rpartition(" ")
    start, _slash, end = days.partition("/")
    words = {
        (True, True): _("from %(start)s until before %(end)s"),
        (True, False): _("from %(start)s"),
        (False, True): _("until before %(end)s"),
        (False, False): _("without a day of its own"),
    }[bool(start), bool(end)] % {"start": start, "end": end}
    return f"{_LABELS.get(what, what)} {words}".strip()


def _step(before: str, after: str) -> str:
    return _("%(before)s → %(after)s") % {"before": _label(before), "after": _label(after)}


def _named(title) -> Callable[[Change], str]:
    """A thing with how it stood and stands."""

    def words(change: Change) -> str:
        about = f"{title()} {change.about}".strip()
        if not change.before:
            new = _("%(about)s: new, %(after)s.") % {"about": about, "after": _label(change.after)}
            return new if change.after != THERE else _("%(about)s: new.") % {"about": about}
        if not change.after:
            return _("%(about)s: no longer on file.") % {"about": about}
        return f"{about}: {_step(change.before, change.after)}."

    return words


def _count(change: Change) -> str:
    if not change.before:
        return _(
            "%(after)s bodies: too many to follow one by one. From now on their number alone is followed; narrow the list to "
            "be told which."
        ) % {"after": change.after}
    if not change.after:
        return _("No longer too many: from now on each body is followed.")
    return _("%(before)s bodies → %(after)s bodies.") % {"before": change.before, "after": change.after}


def _more(change: Change) -> str:
    return _("%(number)s further changes: see the page itself.") % {"number": change.after}


def _name(change: Change) -> str:
    return _("Renamed: “%(before)s” is now “%(after)s”.") % {"before": change.before, "after": change.after}


def _site(change: Change) -> str:
    was, now = change.before.partition("|"), change.after.partition("|")
    if not change.before:
        return _("New location: %(place)s.") % {"place": now[0]}
    if now[2] and not was[2]:
        return _("Location left on %(day)s: %(place)s.") % {"day": now[2], "place": now[0]}
    if not change.after:
        return _("Location no longer on file: %(place)s.") % {"place": was[0]}
    return _("Location: %(before)s → %(after)s.") % {"before": was[0], "after": now[0]}


def _number(change: Change) -> str:
    values = {"number": change.about}
    if not change.after:
        return _("Number no longer on file: %(number)s.") % values
    if change.after == "former":
        return _("Number no longer held: %(number)s.") % values
    return _("Number held: %(number)s.") % values


def _merged(change: Change) -> str:
    if not change.after:
        return _("It stands for itself again on the register.")
    return _("On the register it is now one body with %(name)s.") % {"name": change.after}


def _edition(change: Change) -> str:
    if not change.before:
        return _("New edition on file: %(about)s.") % {"about": change.about}
    return _("Edition no longer on file: %(about)s.") % {"about": change.about}


def _question(change: Change) -> str:
    if change.after:
        return _("This question cannot be asked any more: something it names is gone from the register.")
    return _("This question can be asked again.")


_SENTENCES: dict[str, Callable[[Change], str]] = {
    Family.BODY: _body,
    Family.COUNT: _count,
    Family.DECISION: _decision,
    Family.MORE: _more,
    Family.NAME: _name,
    Family.SITE: _site,
    Family.NUMBER: _number,
    Family.MERGED: _merged,
    Family.PARTNER: _named(lambda: _("Standing with")),
    Family.UNDERTAKING: _named(lambda: _("Undertaking")),
    Family.LISTING: _named(lambda: _("List of requirements:")),
    Family.ANNEX: _named(lambda: _("Status of")),
    Family.INSPECTORATE: _named(lambda: _("Inspectorate")),
    Family.EDITION: _edition,
    Family.QUESTION: _question,
}

"""Scales of outcomes and of findings, each in the words of those who made it. Values are kept as given, never converted."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scale:
    """One scale: the values of an outcome and the grades of a finding, with their meaning, and where that is written.

    An empty ``outcomes`` or ``grades`` means that the scale has none, or that they are free words.
    """

    code: str
    name: str | Promise
    outcomes: tuple[tuple[str, str | Promise], ...]
    grades: tuple[tuple[str, str | Promise], ...]
    source: str
    source_url: str

    def meaning_of(self, outcome: str) -> str:
        """What the outcome means; "" for words of the authority's own."""
        return str(dict(self.outcomes).get(outcome, ""))

    def grade_meaning(self, grade: str) -> str:
        """What the grade of a finding means; "" for words of the authority's own."""
        return str(dict(self.grades).get(grade.casefold(), ""))


_SCALES = (
    Scale(
        "FDA",
        _("FDA classification"),
        (
            ("NAI", _("no objectionable conditions")),
            ("VAI", _("objectionable conditions, no action by the agency")),
            ("OAI", _("official action recommended")),
        ),
        (),
        "FDA, Inspection Classifications",
        "https://www.fda.gov/inspections-compliance-enforcement-and-criminal-investigations/inspection-basics/"
        "inspection-classifications",
    ),
    Scale(
        "PIC/S",
        _("PIC/S classification of deficiencies"),
        (),
        (
            ("critical", _("has produced, or leads to a significant risk of, a harmful product")),
            (
                "major",
                _("not critical: may not comply with its authorisation, or a major deviation from GMP"),
            ),
            ("other", _("a departure from GMP that is neither critical nor major")),
        ),
        "PIC/S, PI 040-1 (1 January 2019), classification of GMP deficiencies, as given by Taiwan FDA",
        "https://www.fda.gov.tw/EN/siteListContent.aspx?sid=1523&id=1537&chk=312fed8c-bc74-42c2-b232-65a323ad168e",
    ),
    Scale(
        "MDSAP",
        _("MDSAP grades of nonconformities"),
        (),
        tuple((str(number), _("grade of the matrix, after escalation")) for number in range(1, 6)),
        "MDSAP, after GHTF/SG3/N19, as described by Akra Team",
        "https://akra-team.mykajabi.com/blog/inside-mdsap-navigating-multi-regulatory-harmonization",
    ),
)
SCALES = {scale.code: scale for scale in _SCALES}


def named(code: str) -> Scale | None:
    """The scale of that name; None where the authority uses words of its own."""
    return SCALES.get(code)


def check(scale: str, outcome: str) -> None:
    """Raises ValueError, in words, when the scale has fixed outcomes and this is none of them."""
    known = named(scale)
    if known is None or not outcome or not known.outcomes:
        return
    if outcome not in dict(known.outcomes):
        raise ValueError(
            _("%(outcome)s is no value of the scale %(scale)s. It has: %(values)s.")
            % {
                "outcome": outcome,
                "scale": known.name,
                "values": ", ".join(value for value, _meaning in known.outcomes),
            }
        )


def check_grade(scale: str, grade: str) -> None:
    """Raises ValueError, in words, when the scale has fixed grades of findings and this is none of them."""
    known = named(scale)
    if known is None or not known.grades:
        return
    if grade.casefold() not in dict(known.grades):
        raise ValueError(
            _("%(grade)s is no grade of the scale %(scale)s. It has: %(values)s.")
            % {
                "grade": grade,
                "scale": known.name,
                "values": ", ".join(value for value, _meaning in known.grades),
            }
        )

"""Scope lines in the making: picked from the partner's list, pasted by the hundred, compared with list and accreditation."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements import texts as agreement_texts
from agreements.models import Economy, Requirement, RequirementListing, ResultKind, Sector
from portal import clock
from registry.designating import Scope
from registry.models import Site

MOST_LINES = 2000


@dataclass(frozen=True)
class Line:
    """One line as typed: codes and slugs. ``site`` is the id of a site of the body, as text, or its name, or ""."""

    sector: str
    kind: str
    requirement: str = ""
    site: str = ""
    product: str = ""
    procedure: str = ""

    def told(self) -> dict:
        """As it is kept in a proposal."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Compared:
    """A line with what it names, and how it compares with the partner's list and the accreditation.

    ``listed`` and ``accredited`` are "yes", "no", "edition" (another edition is), or "unknown"; the words say what to do.
    """

    line: Line
    sector: Sector | None
    requirement: Requirement | None
    listed: str
    listed_words: str
    accredited: str
    accredited_words: str
    covered: bool
    covered_words: str

    @property
    def kind_words(self) -> str:
        """The kind of result for a reader."""
        return str(ResultKind(self.line.kind).label) if self.line.kind in ResultKind.values else ""

    @property
    def fits(self) -> bool:
        """False where something must be put right before the designation."""
        return self.covered and self.listed in ("yes", "unknown") and self.accredited in ("yes", "unknown")


def lines_of(content: dict) -> list[Line]:
    """The lines kept in a proposal's content."""
    kept = content.get("scope", {}).get("lines", [])
    return [Line(**{name: row.get(name, "") for name in Line.__dataclass_fields__}) for row in kept]


def listed_requirements(annex, importing: Economy, words: str = "") -> list[Requirement]:
    """The requirements on the partner's list today, narrowed by words in their reference or title."""
    rows = RequirementListing.objects.known().in_force(clock.today()).filter(annex=annex, importing=importing)
    found = Requirement.objects.filter(pk__in=rows.values("requirement")).select_related("sector")
    for word in words.replace("\x00", "").split()[:6]:
        found = found.containing(word)
    return sorted(found, key=lambda one: (_in_order(one.reference), one.edition))


def requirements_by_name(annex, importing: Economy) -> dict[tuple[str, ...], Requirement]:
    """What can be named under a text: the partner's list, or all requirements where that is not on file, by ``tokens``."""
    by_name = {}
    for requirement in listed_requirements(annex, importing) or Requirement.objects.select_related("sector"):
        by_name[tokens(requirement.reference)] = requirement
        by_name[tokens(str(requirement))] = requirement
    return by_name


def _in_order(reference: str) -> list:
    """Part 2 before Part 11: runs of digits count as numbers."""
    return [int(part) if part.isdigit() else part.casefold() for part in re.split(r"(\d+)", reference)]


def compare(
    lines: list[Line], *, annex, exporting, importing, accredited: list[str] | None
) -> list[Compared]:
    """Each line beside the partner's list and the accreditation. ``accredited`` are references as the scope of the
    accreditation words them; None where that scope is not on file. A fixed number of queries whatever the number of lines.
    """
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    slugs = {line.requirement for line in lines if line.requirement}
    requirements = {
        requirement.slug: requirement
        for requirement in Requirement.objects.filter(slug__in=slugs).select_related("sector")
    }
    listed = {requirement.slug: requirement for requirement in listed_requirements(annex, importing)}
    law = agreement_texts.current()
    return [
        _compared(
            line,
            sectors.get(line.sector),
            requirements.get(line.requirement),
            listed,
            accredited,
            lambda kind, sector: law.candidates(
                annex_id=annex.id,
                importing_id=importing.id,
                exporting_id=exporting.id,
                kind=kind,
                sector=sector,
            ),
        )
        for line in lines
    ]


def _compared(line, sector, requirement, listed, accredited, candidates) -> Compared:
    on_list, list_words = _on_list(line, requirement, listed)
    by_accreditation, accreditation_words = _accredited(requirement, accredited)
    today, now = clock.today(), clock.now()
    covering = sector is not None and any(
        fact.known(now) and fact.true_on(today) for fact in candidates(line.kind, sector)
    )
    words = (
        ""
        if covering
        else _("The text does not oblige the partner to accept this kind of result in this sector.")
    )
    return Compared(
        line, sector, requirement, on_list, list_words, by_accreditation, accreditation_words, covering, words
    )


def _on_list(line: Line, requirement, listed: dict) -> tuple[str, str]:
    if not line.requirement:
        return "unknown", _("The whole sector; no requirement is named.")
    if requirement is None:
        return "no", _("No requirement of that reference is on file.")
    if not listed:
        return "unknown", _("The partner's list is not on file.")
    if requirement.slug in listed:
        return "yes", _("On the partner's list.")
    for other in listed.values():
        if tokens(other.reference) == tokens(requirement.reference):
            return "edition", _("The list has another edition: %(edition)s.") % {"edition": other}
    return "no", _("Not on the partner's list.")


def _accredited(requirement, accredited: list[str] | None) -> tuple[str, str]:
    if accredited is None:
        return "unknown", _("The scope of the accreditation is not on file.")
    if requirement is None:
        return "unknown", _("No requirement is named that could be compared.")
    same = [one for one in accredited if _names(one, requirement.reference)]
    if not same:
        return "no", _("The accreditation does not name it.")
    if requirement.edition and not any(_names(one, requirement.edition) for one in same):
        return "edition", _("The accreditation names another edition: %(reference)s.") % {
            "reference": same[0]
        }
    return "yes", _("Within the accreditation.")


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of a reference: "47 CFR Part 15" and "47CFR15" are the same, Part 2 is not Part 22."""
    found = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*", text.casefold())
    return tuple(token for token in found if token != "part")


def _names(text: str, reference: str) -> bool:
    """True when the words and numbers of the reference stand in the text, in a row."""
    wanted, given = tokens(reference), tokens(text)
    starts = range(len(given) - len(wanted) + 1)
    return bool(wanted) and any(given[start : start + len(wanted)] == wanted for start in starts)


@dataclass(frozen=True)
class PastedRow:
    """One pasted row that cannot be used: its number, the cell and why."""

    number: int
    column: str
    value: str
    words: str


_COLUMNS = ("reference", "kind", "sector", "product", "procedure", "site")


def read_pasted(
    text: str, *, annex, importing, sites: dict[str, str], kind: str, sector: str = ""
) -> tuple[list[Line], list[PastedRow]]:
    """Read many lines: "reference; kind; sector; product; procedure; site", everything after the reference may be left out.

    Cells are split at tabs or semicolons. Every row that cannot be used is named with number, column, value and reason. The
    sector is the row's, the requirement's own, or ``sector``; ``kind`` is used where a row names none.
    """
    by_name = requirements_by_name(annex, importing)
    sectors = {one.code: one for one in annex.sectors.all()}
    lines, refused = [], []
    for number, pasted in enumerate(text.replace("\x00", "").splitlines(), start=1):
        cells = [cell.strip().strip('"') for cell in pasted.split("\t" if "\t" in pasted else ";")]
        if any(cells):
            row = dict(zip(_COLUMNS, [*cells, *[""] * len(_COLUMNS)], strict=False))
            _read_row(number, row, by_name, sectors, sectors.get(sector), sites, kind, lines, refused)
    return lines, refused


def _read_row(number, row, by_name, sectors, default, sites, kind, lines, refused) -> None:
    def refuse(column, words):
        refused.append(PastedRow(number, column, row[column], words))

    requirement = by_name.get(tokens(row["reference"]))
    if requirement is None:
        return refuse("reference", _("Not on the partner's list. Check the reference, or pick it below."))
    wanted = kind_named(row["kind"]) if row["kind"] else kind
    if not wanted:
        return refuse("kind", _("Enter one of: %(kinds)s.") % {"kinds": ", ".join(ResultKind.values)})
    typed = sectors.get(row["sector"].lower().replace(" ", "_"))
    sector = typed if row["sector"] else requirement.sector or default
    if sector is None:
        return refuse("sector", _("Enter one of: %(sectors)s.") % {"sectors": ", ".join(sectors)})
    site = sites.get(row["site"].casefold(), "") if row["site"] else ""
    if row["site"] and not site:
        return refuse("site", _("The body has no such site. Add it under “Body and site” first."))
    lines.append(
        Line(sector.code, wanted, requirement.slug, site, row["product"][:300], row["procedure"][:300])
    )
    return None


def kind_named(text: str) -> str:
    """The kind of result that is named so, by its code or its words; "" for none."""
    wanted = text.casefold().replace(" ", "_")
    by_label = {str(label).casefold().replace(" ", "_"): value for value, label in ResultKind.choices}
    return wanted if wanted in ResultKind.values else by_label.get(wanted, "")


def scopes(lines: list[Line], body) -> list[Scope]:
    """The lines as the verbs take them."""
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    slugs = [line.requirement for line in lines if line.requirement]
    requirements = {one.slug: one for one in Requirement.objects.filter(slug__in=slugs)}
    own = list(Site.objects.filter(body=body))
    sites = {site.name.casefold(): site for site in own if site.name} | {str(site.pk): site for site in own}
    return [
        Scope(
            sector=sectors[line.sector],
            kind=line.kind,
            requirement=requirements.get(line.requirement),
            site=sites.get(line.site.casefold()),
            product=line.product,
            procedure=line.procedure,
        )
        for line in lines
    ]

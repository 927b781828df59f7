"""The UK register's requirements: areas, designated standards, and the tree of scopes, each checked against the others."""

from collections import defaultdict

from django.utils.text import slugify

from agreements.acting import Acting
from agreements.models import Origin, Requirement
from registry.intake import home_areas, repairing, ukmcab
from registry.intake.reading import Source
from registry.intake.reporting import BadFile, Report

FORMAT = "ukmcab_requirements"
COLUMNS = {"id", "name"}
_AREAS, _PURPOSES, _CATEGORIES = "LegislativeAreas.json", "PurposeOfAppointment.json", "Categories.json"
_PRODUCTS = "Products.json"
_LINKS = {
    "legislativeAreaId": _AREAS,
    "purposeOfAppointmentId": _PURPOSES,
    "categoryId": _CATEGORIES,
    "purposeOfAppointmentIds": _PURPOSES,
    "categoryIds": _CATEGORIES,
    "productIds": _PRODUCTS,
}


def recognises(source: Source) -> bool:
    """True when the file's objects are areas, standards or nodes of the scope tree."""
    return source.is_json and "id" in source.heads and bool(({"regulation"} | set(_LINKS)) & source.heads)


def as_of(source: Source) -> None:
    """The files carry no day."""
    return None


def load(*, by: Acting, source: Source, report: Report) -> None:
    """Check every row; areas with a regulation and designated standards become requirements of the UK."""
    rows = [(row, one) for row, one in source.objects() if _is_whole(report, row, one)]
    report.rows = len(source.objects())
    if "hasDataModel" in source.heads:
        _load_areas(rows, report)
        return
    _check_links(source, rows, report)
    if "referenceNumber" in source.heads:
        _load_standards(source, rows, report)


def _is_whole(report: Report, row: int, one: dict) -> bool:
    for column in ("id", "name"):
        if not one.get(column):
            report.note("rejected", row, column, one.get(column), "is blank")
            report.counts["rows rejected"] += 1
            return False
    return True


def _load_areas(rows: list, report: Report) -> None:
    for row, one in rows:
        name = repairing.cell(report, row, "name", one["name"])
        if isinstance(one.get("hasDataModel"), str):
            report.note(
                "repaired", row, "hasDataModel", one.get("hasDataModel"), "a truth value written as text"
            )
        regulation = repairing.cell(report, row, "regulation", one.get("regulation"))
        if not regulation:
            report.note("noted", row, "regulation", "", f"{name} names no regulation; no requirement made")
            continue
        _keep(report, regulation, "", name, Requirement.Kind.REGULATION, home_areas.sector_of(name))


def _load_standards(source: Source, rows: list, report: Report) -> None:
    areas = {one.get("id"): repairing.text(one.get("name")) for one in source.sister(_AREAS)}
    titles, sectors = {}, defaultdict(set)
    for row, one in rows:
        if not isinstance(one.get("referenceNumber"), list):
            raise BadFile(f"Row {row}: referenceNumber is not a list.")
        for number in one["referenceNumber"]:
            reference, _colon, edition = repairing.text(number).partition(":")
            mark = (reference.strip()[:200], edition.strip()[:60])
            titles.setdefault(mark, repairing.text(one["name"]))
            sectors[mark].add(areas.get(one.get("legislativeAreaId"), ""))
    held = set(Requirement.objects.filter(economy=ukmcab.home()).values_list("reference", "edition"))
    for (reference, edition), title in titles.items():
        # A standard designated in several areas belongs to no one sector.
        named = sectors[reference, edition]
        sector = home_areas.sector_of(next(iter(named))) if len(named) == 1 else None
        if (reference, edition) not in held:
            _keep(report, reference, edition, title, Requirement.Kind.STANDARD, sector)


def _keep(report: Report, reference: str, edition: str, title: str, kind: str, sector) -> None:
    _requirement, made = Requirement.objects.get_or_create(
        economy=ukmcab.home(),
        reference=reference,
        edition=edition,
        defaults={
            "slug": _free_slug(f"gb {reference} {edition}"),
            "title": title,
            "kind": kind,
            "sector": sector,
            "origin": Origin.REGISTER_ROW,
            "citation": ukmcab.REGISTER,
        },
    )
    report.counts["requirements"] += made


def _free_slug(words: str) -> str:
    stem = slugify(words.replace("/", " ").replace(":", " "))[:110]
    slug, number = stem, 2
    while Requirement.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _check_links(source: Source, rows: list, report: Report) -> None:
    sisters = {name: {one.get("id"): one for one in source.sister(name)} for name in set(_LINKS.values())}
    for row, one in rows:
        for column in _LINKS.keys() & one.keys():
            linked = one[column] if isinstance(one[column], list) else [one[column]]
            for value in filter(None, linked):
                known = sisters[_LINKS[column]]
                if known and value not in known:
                    report.note("doubtful", row, column, value, f"no such id in {_LINKS[column]}")
                    report.counts["links that lead nowhere"] += 1
        _check_area(row, one, sisters, report)


def _check_area(row: int, one: dict, sisters: dict, report: Report) -> None:
    """What a row links to must lie in the row's own area."""
    area = one.get("legislativeAreaId")
    products = {
        sisters[_PRODUCTS].get(each, {}).get("legislativeAreaId") for each in one.get("productIds") or []
    }
    for purpose in one.get("purposeOfAppointmentIds") or []:
        other = sisters[_PURPOSES].get(purpose, {}).get("legislativeAreaId")
        if area and other and other != area:
            names = {key: value.get("name") for key, value in sisters[_AREAS].items()}
            if area in products:
                words = (
                    f"its area and products are {names.get(area)}, this purpose lies in {names.get(other)}"
                )
                report.note("doubtful", row, "purposeOfAppointmentIds", purpose, words)
                return
            words = f"carries the id of {names.get(area)}, its purpose lies in {names.get(other)}"
            report.note("doubtful", row, "legislativeAreaId", area, words)
            report.counts["rows with another area's id"] += 1
            return

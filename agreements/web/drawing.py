"""The pictures of an agreement: its annexes over the years, and who accepts what from whom."""

from agreements.models import AnnexStatus, ResultKind
from agreements.portraying import AnnexPortrait
from portal import clock
from portal.clocks import Clocks
from portal.pictures import Cell, Grid, Head, Segment, Timeline, TimelineRow

LETTERS = {
    ResultKind.TEST_REPORT: "T",
    ResultKind.CERTIFICATE: "C",
    ResultKind.TYPE_APPROVAL: "A",
    ResultKind.INSPECTION_REPORT: "I",
    ResultKind.FACTORY_INSPECTION: "F",
    ResultKind.GMP_INSPECTION: "G",
    ResultKind.GLP_INSPECTION: "L",
    ResultKind.BATCH_CERTIFICATE: "B",
    ResultKind.OFFICIAL_BATCH_RELEASE: "R",
    ResultKind.MARKET_ACCESS: "M",
}


def timeline(annexes: list[AnnexPortrait], clocks: Clocks) -> Timeline | None:
    """The status of each annex over the years; None where nothing is known of any."""
    rows = [
        TimelineRow(
            one.annex.title,
            [
                Segment(row.valid.lower, row.valid.upper, row.status, str(AnnexStatus(row.status).label))
                for row in one.periods
            ],
        )
        for one in annexes
        if one.periods
    ]
    return Timeline(rows, today=clock.today(), on=clocks.on if clocks.asked_on else None) if rows else None


def grid(undertakings: list) -> Grid | None:
    """Importing parties down, exporting parties across; None between two parties, where a table says it better."""
    pairs: dict[tuple[str, str], set[str]] = {}
    names: dict[str, str] = {}
    for row in undertakings:
        pairs.setdefault((row.importing.code, row.exporting.code), set()).add(row.kind)
        names |= {row.importing.code: row.importing.name, row.exporting.code: row.exporting.name}
    if len(names) < 3:
        return None
    heads = [
        Head(code, name, f"/economies/{code}/")
        for code, name in sorted(names.items(), key=lambda item: item[1])
    ]
    cells = {
        pair: Cell(
            " ".join(sorted(LETTERS[kind] for kind in kinds)),
            ", ".join(sorted(str(ResultKind(kind).label) for kind in kinds)),
            f"/accepted/?importing={pair[0]}&exporting={pair[1]}",
        )
        for pair, kinds in pairs.items()
    }
    return Grid(heads, heads, cells)


def legend(undertakings: list) -> list[dict]:
    """What the letters of the grid mean."""
    kinds = sorted({row.kind for row in undertakings}, key=lambda kind: LETTERS[kind])
    return [{"short": LETTERS[kind], "text": ResultKind(kind).label} for kind in kinds]

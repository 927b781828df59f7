"""A figure of the bench: a measured ratio or time, beside what it should be."""

import operator
from dataclasses import asdict, dataclass, field

_SIGNS = {"≤": operator.le, "≥": operator.ge}


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``value`` is None for what could not be measured, and ``note`` says why.

    ``sign`` is "≤" or "≥" before ``target``; a figure without a target is told for its own sake. ``parts`` are the
    measurements behind it, by name with unit.
    """

    row: str
    what: str
    value: float | None = None
    sign: str = ""
    target: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def met(self) -> bool | None:
        """None where there is nothing to meet."""
        if self.value is None or self.target is None:
            return None
        return _SIGNS[self.sign](self.value, self.target)

    def told(self) -> dict:
        """As JSON."""
        return {**asdict(self), "met": self.met}


def table(figures: list[Figure]) -> str:
    """The figures for a reader."""
    lines = [f"{'row':4} {'figure':58} {'measured':>10} {'target':>9}       behind it"]
    for each in figures:
        value = (
            "–" if each.value is None else f"{each.value:.3g}" if each.value < 1000 else f"{each.value:,.0f}"
        )
        target = f"{each.sign} {each.target:g}" if each.target is not None else ""
        verdict = {True: "met", False: "MISSED", None: ""}[each.met]
        parts = ", ".join(f"{name} {number:,.4g}" for name, number in each.parts.items())
        behind = "; ".join(part for part in (parts, each.note) if part)
        lines.append(f"{each.row:4} {each.what:58} {value:>10} {target:>9} {verdict:6} {behind}")
    return "\n".join(lines)

"""Which body of the register a row speaks of; and putting it there when it is new."""

import re
import unicodedata
from dataclasses import dataclass, field

from agreements.acting import Acting
from agreements.models import Economy
from registry import registering
from registry.intake.reporting import Report
from registry.models import Body, FormerName, Identifier

_WORDS = {"ltd": "limited", "inc": "incorporated", "corp": "corporation", "co": "company"}


@dataclass
class Named:
    """A body as a row names it. ``numbers`` and ``former`` are its numbers under ``scheme``."""

    row: int
    name: str
    economy: Economy
    scheme: str
    numbers: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    local_word: str = ""
    website: str = ""
    sites: list[dict] = field(default_factory=list)
    further: list[tuple[str, str]] = field(default_factory=list)


def key(name: str) -> str:
    """The name without what spellings differ in: case, accents, points, Ltd for Limited."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return " ".join(_WORDS.get(word, word) for word in re.findall(r"\w+", plain))


class Matcher:
    """The bodies on the register, by number and by name, kept up to date while rows are read."""

    def __init__(self, *, by: Acting, report: Report, source_name: str):
        self.by, self.report, self.source_name = by, report, source_name
        self._by_name: dict[tuple[str, int], Body] = {}
        self._by_number: dict[tuple[str, str], Body] = {}
        for body in Body.objects.exclude(origin="sample").order_by("id"):
            self._by_name.setdefault((key(body.name), body.economy_id), body)
        renamed = FormerName.objects.exclude(renamed_at=None).exclude(body__origin="sample")
        for former in renamed.select_related("body").order_by("id"):
            self._by_name.setdefault((key(former.name), former.body.economy_id), former.body)
        rows = Identifier.objects.known().exclude(body__origin="sample").select_related("body")
        self._held = {(row.body_id, row.scheme, row.value) for row in rows}
        for row in rows:
            self._by_number.setdefault((row.scheme, row.value), row.body)

    def find(self, scheme: str, numbers: list[str], name: str, economy: Economy | None = None) -> Body | None:
        """The body with one of these numbers and a like name, or with this name (in the economy, if one is given)."""
        for number in numbers:
            body = self._by_number.get((scheme, number))
            if body is not None and key(body.name) == key(name):
                return body
        same = [body for (held, _economy), body in self._by_name.items() if held == key(name)]
        if economy is not None:
            same = [body for body in same if body.economy_id == economy.id]
        return same[0] if same else None

    def place(self, named: Named) -> Body:
        """The body on the register, made if new, with every number and site that was not on file yet."""
        body = self.find(named.scheme, named.numbers, named.name, named.economy)
        if body is None:
            self._tell_clash(named)
            body = self._register(named)
        else:
            self._tell_merge(body, named)
        self._complete(body, named)
        return body

    def _register(self, named: Named) -> Body:
        body = registering.register(
            by=self.by,
            name=named.name,
            economy=named.economy,
            local_word=named.local_word[:120],
            website=named.website[:300],
            source_name=self.source_name,
        )
        self._by_name[key(named.name), named.economy.id] = body
        self.report.counts["bodies registered"] += 1
        return body

    def _tell_clash(self, named: Named) -> None:
        for number in named.numbers:
            other = self._by_number.get((named.scheme, number))
            if other is not None:
                self.report.note(
                    "doubtful",
                    named.row,
                    "number",
                    number,
                    f"also the number of {other.name}; kept as two bodies",
                )

    def _tell_merge(self, body: Body, named: Named) -> None:
        if body.name != named.name:
            self.report.note("merged", named.row, "name", named.name, f"the same body as {body.name}")
        held = {
            value for body_id, scheme, value in self._held if body_id == body.id and scheme == named.scheme
        }
        new = [number for number in named.numbers if number not in held]
        if held and new:
            words = f"{body.name} is also on file under {', '.join(sorted(held))}; one body with both numbers"
            self.report.note("merged", named.row, "number", ", ".join(new), words)
            self.report.counts["bodies merged"] += 1

    def _complete(self, body: Body, named: Named) -> None:
        wanted = [(named.scheme, value, False) for value in named.numbers]
        wanted += [(named.scheme, value, True) for value in named.former]
        wanted += [(scheme, value, False) for scheme, value in named.further if value]
        for scheme, value, is_former in wanted:
            if (body.id, scheme, value) not in self._held:
                registering.add_identifier(
                    by=self.by, body=body, scheme=scheme, value=value, is_former=is_former
                )
                self._held.add((body.id, scheme, value))
                self._by_number.setdefault((scheme, value), body)
        on_file = set(body.sites.values_list("economy_id", "town", "postcode"))
        for site in named.sites:
            if (site["economy"].id, site.get("town", ""), site.get("postcode", "")) not in on_file:
                registering.add_site(by=self.by, body=body, **site)
                self.report.counts["sites added"] += 1

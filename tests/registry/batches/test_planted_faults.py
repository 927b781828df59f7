"""Random tables with planted faults: exactly the planted faults are told, whatever stands around them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.batches import checking
from registry.batches.models import Said
from tests.registry.batches.sheets import as_csv, as_xlsx, line

# Each with the cells that it spoils and what is then said of the row. A row has at most one fault of each column.
FAULTS = {
    "no economy": ({"economy": ""}, [("economy", "blank")]),
    "another economy": ({"economy": "FR"}, [("economy", "economy")]),
    "no kind": ({"kind": ""}, [("kind", "blank_too")]),
    "a wrong kind": ({"kind": "tea"}, [("kind", "kind")]),
    "a wrong sector": ({"sector": "tea"}, [("sector", "sector")]),
    "neither sector nor requirement": ({"sector": ""}, [("sector", "what")]),
    "a wrong requirement": ({"requirement": "Tea 1"}, [("requirement", "requirement")]),
    "a wrong text": ({"annex": "TEA"}, [("annex", "direction")]),
    "no partner": ({"partner": ""}, [("partner", "blank_too")]),
    "no such day": ({"from": "2026-02-30"}, [("from", "day")]),
    "no day": ({"from": ""}, [("from", "blank_too")]),
    "an early end": ({"until": "2025-12-31"}, [("until", "term")]),
    "half a number": ({"number_kind": ""}, [("number_kind", "blank_too")]),
    "neither yes nor no": ({"third_party": "maybe"}, [("third_party", "third_party")]),
    "no address": ({"contact_email": "nobody"}, [("contact_email", "email")]),
    "nobody to reach": ({"contact_email": ""}, [("contact", "reach")]),
    "no site": ({"site": ""}, [("site", "blank_too")]),
    "a site nowhere": ({"town": ""}, [("site", "site")]),
    "a long product": ({"product": "x" * 301}, [("product", "long")]),
    "a wrong accreditation body": (
        {"accreditation_body": "tea", "accredited_from": "2024-01-01"},
        [("accreditation_body", "accreditor")],
    ),
    "no day of accreditation": ({"accreditation_body": "gb-accr"}, [("accredited_from", "blank_too")]),
}
_rows = st.lists(
    st.tuples(
        st.lists(st.sampled_from(sorted(FAULTS)), max_size=3, unique=True),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=20),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def _clash(names: list[str]) -> bool:
    """Faults that spoil the same cells, or of which one hides the other."""
    cells = [cell for name in names for cell in FAULTS[name][0]]
    what = {"a wrong text", "no partner", "neither sector nor requirement", "a wrong sector", "a wrong requirement",
            "no kind", "a wrong kind"}  # fmt: skip
    days = {"no such day", "no day", "an early end"}
    sites = {"no site", "a site nowhere"}
    reach = {"no address", "nobody to reach"}
    return len(cells) != len(set(cells)) or any(
        len(group & set(names)) > 1 for group in (what, days, sites, reach)
    )


@pytest.mark.parametrize("write", [as_csv, as_xlsx], ids=["csv", "xlsx"])
def test_exactly_the_planted_faults_are_told(parties, write):
    numbers = iter(range(10_000))

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(rows=_rows)
    def holds(rows):
        table, planted = [], set()
        for number, (names, product, again) in enumerate(rows, start=2):
            names = [] if _clash(names) else names
            body = f"Body {next(numbers)}"
            cells = {"body": body, "number": body, "product": " ".join(product.split()).lstrip("'=+-@ ")}
            table.append(line(parties, **cells))
            for name in names:
                table[-1] |= FAULTS[name][0]
                planted |= {(number, *told) for told in FAULTS[name][1]}
            if again and not names and number == len(rows) + 1:
                table.append(dict(table[-1]))
                planted.add((number + 1, "", "twice"))
        batch = checking.check_content(by=parties.acts("ana"), name="a.csv", content=write(table))
        found = set(Said.objects.filter(batch=batch, is_fault=True).values_list("row", "column", "reason"))
        assert found == planted
        assert batch.counts["bad_rows"] == len({row for row, _column, _reason in planted})

    holds()

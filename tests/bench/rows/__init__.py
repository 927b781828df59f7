"""The rows of the bench, each a module with ``measure(bench)`` that gives its figures, in the order in which they are taken.

What writes to the register comes last.
"""

from tests.bench.rows import (
    baseline,
    caching,
    deciding,
    delivering,
    exporting,
    finding,
    finding_pages,
    growing,
    importing,
    mixing,
    querying,
    searching,
)

ROWS = {
    "P1": finding,
    "P2": finding_pages,
    "P3": searching,
    "P4": baseline,
    "P5": mixing,
    "P6": exporting,
    "P8": delivering,
    "P9": caching,
    "P10": growing,
    "P11": querying,
    "P12": deciding,
    "P7": importing,
}

"""What the bench asks: typical and heavy questions to the finder, and a mix of ways to look for a body."""

from urllib.parse import urlencode

TYPICAL = {"importing": "US", "exporting": "GB", "kind": "test_report", "sector": "emc"}
HEAVIEST = {"importing": "US", "exporting": "EU"}

_PAIRS = (("US", "GB"), ("US", "JP"), ("US", "CA"), ("CA", "US"), ("US", "DE"), ("EU", "US"), ("CH", "DE"), ("US", "KR"),
          ("AU", "FR"), ("CA", "FR"), ("US", "SG"), ("EU", "JP"))  # fmt: skip
_SECTORS = ("emc", "radio", "telecommunications")

# A word that stands in many names, one in some, one in few: each as a reader would type it.
WORDS = (
    "testing",
    "certification",
    "laboratory",
    "electrical",
    "product",
    "inspection",
    "radio",
    "conformity",
)
_NARROWED = (
    ("GB", "US"),
    ("US", "EU"),
    ("US", "CA"),
    ("JP", "US"),
    ("CA", "US"),
    ("SG", "US"),
    ("AU", "EU"),
    ("KR", "US"),
)

MIX = {
    "broad word": ({"q": "testing"}, {"q": "laboratory"}, {"q": "certification"}),
    "two words": ({"q": "testing leeds"}, {"q": "radio osaka"}, {"q": "prüflabor münchen"}),
    "rare word": ({"q": "karimotec"}, {"q": "vidapecert"}, {"q": "sanolutest"}),
    "accents folded": ({"q": "munchen"}, {"q": "sao joao"}, {"q": "lodz"}),
    "one edit away": ({"q": "labratory"}, {"q": "certifcation"}, {"q": "muenchen"}),
    "inside a compound": ({"q": "電磁"}, {"q": "検査"}, {"q": "시험"}, {"q": "检测"}),
    "other scripts": ({"q": "δοκιμών"}, {"q": "лаборатория"}, {"q": "مختبر"}),
    "number": ({"q": "00042"}, {"q": "00777"}),
    "an economy": ({"economy": "DE"}, {"economy": "US"}, {"economy": "MT"}),
    "a partner": ({"accepted_by": "US"}, {"accepted_by": "EU"}),
    "a standing": ({"standing": "suspended"}, {"standing": "awaiting_recognition"}),
    "a sector": ({"sector": "emc"}, {"sector": "radio", "economy": "JP"}),
    "another day": ({"q": "testing", "on": "2021-06-01"}, {"economy": "GB", "on": "2020-01-01"}),
    "sorted": ({"q": "testing", "sort": "name"}, {"economy": "DE", "sort": "-decision"}),
    "word and three filters": tuple(
        {"q": word, "economy": economy, "accepted_by": partner, "standing": "recognised"}
        for word, (economy, partner) in zip(WORDS, _NARROWED, strict=True)
    ),
}  # fmt: skip


def finder(stem: str) -> list[str]:
    """Addresses of some dozens of questions to the finder."""
    asked = [
        {"importing": importing, "exporting": exporting, "sector": sector}
        for importing, exporting in _PAIRS
        for sector in _SECTORS
    ]
    return [f"{stem}?{urlencode(each)}" for each in asked]


def narrowed(stem: str) -> list[str]:
    """Addresses in the directory: a word and three filters, in all combinations of the words and the pairs."""
    asked = [
        {"q": word, "economy": economy, "accepted_by": partner, "standing": "recognised"}
        for word in WORDS
        for economy, partner in _NARROWED
    ]
    return [f"{stem}?{urlencode(each)}" for each in asked]


def mix(stem: str) -> dict[str, list[str]]:
    """Addresses in the directory, by what kind of question they put."""
    return {kind: [f"{stem}?{urlencode(each)}" for each in asked] for kind, asked in MIX.items()}

"""Recognised inspectorates and time limits of the catalogue, as rows."""

from agreements.catalogue.places import Places, sourced
from agreements.catalogue.reading import Row, rows
from agreements.catalogue.settling import Settling
from agreements.catalogue.texts import Texts
from agreements.models import AuthorityRecognition, Origin, ProductClass, TimeLimit


def load(settling: Settling, places: Places, texts: Texts) -> None:
    """Bring recognitions of inspectorates and time limits up to date."""
    settling.settle(
        AuthorityRecognition,
        ("annex", "importing", "authority", "product_class"),
        [
            one
            for file in ("gmp_authorities_human.json", "gmp_authorities_veterinary.json")
            for row in rows(file, label="authority")
            for one in _recognitions(row, places, texts)
        ],
    )
    _time_limits(settling, places, texts)


def _recognitions(row: Row, places: Places, texts: Texts) -> list[AuthorityRecognition]:
    """One row of the file names one or more product classes."""
    fields = {
        "annex": row.one("annex", texts.annexes),
        "importing": row.one("importing", places.economies),
        "authority": row.one("authority", places.authorities),
        "status": row.choice(
            "status", AuthorityRecognition.Status, AuthorityRecognition.Status.RECOGNISED.value
        ),
        "valid": row.days(),
        "since": row.partial("since"),
        "not_before": row.day("not_before"),
        **sourced(row),
    }
    classes = row.get("product_classes")
    for one in classes:
        row.named("product_classes", one, dict.fromkeys(ProductClass.values))
    row.done()
    return [row.checked(AuthorityRecognition(product_class=one, **fields)) for one in classes]


def _time_limits(settling: Settling, places: Places, texts: Texts) -> None:
    wanted, annexes = [], {}
    for row in rows("time_limits.json", label="key"):
        economies = row.many("economies", places.economies, [])
        limit = TimeLimit(
            key=row.get("key"),
            value=row.get("value"),
            unit=row.choice("unit", TimeLimit.Unit),
            is_minimum=row.get("is_minimum", False),
            runs=row.get("runs"),
            meaning=row.get("meaning"),
            superseded=row.get("superseded", False),
            economies=[economy.code for economy in economies],
            **sourced(row),
        )
        annexes[limit.key] = {annex.pk for annex in row.many("annexes", texts.annexes, [])}
        row.done()
        wanted.append(row.checked(limit))
    kept = settling.keep(TimeLimit, ("key",), wanted, prune=TimeLimit.objects.filter(origin=Origin.CATALOGUE))
    links = {limit.pk: annexes[key] for key, limit in kept.items()}
    settling.link(TimeLimit.annexes.through, "timelimit_id", "annex_id", links)

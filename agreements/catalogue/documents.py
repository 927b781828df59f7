"""Documents that authorities ask for with a designation, as rows."""

from agreements.catalogue.places import Places, sourced
from agreements.catalogue.reading import rows
from agreements.catalogue.settling import Settling
from agreements.catalogue.texts import Texts
from agreements.models import DocumentAsked, Origin, ResultKind


def load(settling: Settling, places: Places, texts: Texts) -> None:
    """Bring the documents asked for up to date."""
    wanted, annexes = [], {}
    for row in rows("documents_asked.json", label="key"):
        kinds = row.get("kinds", [])
        for kind in kinds:
            row.named("kinds", kind, dict.fromkeys(ResultKind.values))
        document = DocumentAsked(
            key=row.get("key"),
            name=row.get("name"),
            hint=row.get("hint", ""),
            is_required=row.get("is_required", True),
            exporting=[economy.code for economy in row.many("exporting", places.economies, [])],
            importing=[economy.code for economy in row.many("importing", places.economies, [])],
            kinds=kinds,
            **sourced(row),
        )
        annexes[document.key] = {annex.pk for annex in row.many("annexes", texts.annexes, [])}
        row.done()
        wanted.append(row.checked(document))
    kept = settling.keep(
        DocumentAsked, ("key",), wanted, prune=DocumentAsked.objects.filter(origin=Origin.CATALOGUE)
    )
    links = {document.pk: annexes[key] for key, document in kept.items()}
    settling.link(DocumentAsked.annexes.through, "documentasked_id", "annex_id", links)

"""How often a person wants to be written to."""

from collections.abc import Iterable, Mapping

from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.notices.models import DEFAULT_PACES, Category, Notice, Pace, Preference
from portal.verbs import verb


def paces_of(user_id: int) -> dict[str, str]:
    """The pace of each category for one person, in the order of the categories."""
    chosen = dict(Preference.objects.filter(user_id=user_id).values_list("category", "pace"))
    return {str(category): chosen.get(category, str(DEFAULT_PACES[category])) for category in Category}


def pace_for_each(user_ids: Iterable[int], category: str) -> dict[int, str]:
    """The pace of one category for each of these people; one query."""
    default = str(DEFAULT_PACES[Category(category)])
    rows = Preference.objects.filter(user_id__in=user_ids, category=category)
    return dict.fromkeys(user_ids, default) | dict(rows.values_list("user_id", "pace"))


@verb(room="desk")
def choose_paces(*, by, user: User, paces: Mapping[str, str]) -> None:
    """Write to this person as often as they say for each category named in ``paces``.

    What still waits in a category turned off is never mailed. Raises ValueError for an unknown category or pace.
    """
    chosen = {str(Category(category)): str(Pace(pace)) for category, pace in paces.items()}
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = paces_of(user.pk)
    Preference.objects.bulk_create(
        [Preference(user=user, category=category, pace=pace) for category, pace in chosen.items()],
        update_conflicts=True,
        unique_fields=["user", "category"],
        update_fields=["pace"],
    )
    off = [category for category, pace in chosen.items() if pace == Pace.OFF]
    Notice.objects.of(user.pk).waiting().filter(category__in=off).update(delivered_at=clock.now())
    recording.record(by=by, target=user, before=before, after=before | chosen)

"""Who may do what with watches: one of a person with an account, one behind the secret of a letter, one not confirmed yet."""

from django.http import QueryDict

from agreements.acting import person
from registry.watching import keys, questions, subscribing
from registry.watching.models import Confirmation, Watch
from tests.house.access.answers import everybody, signed_in
from tests.house.access.row import Row

PUBLIC: list[Row] = []
_OWN = "own reader"
_DAILY = {"pace": "daily"}


def _of(world, *more) -> str:
    return "/".join(["/watches/of", world.watches_secret, *map(str, more), ""])


ROWS: list[Row] = [
    Row("watches", lambda w: "/watches/", signed_in()),
    Row(
        "watch-new",
        lambda w: "/watches/new/?watch=bodies&q=zq",
        everybody(),
        everybody(302),
        lambda w: _DAILY | {"email": "somebody@example.org"},
        idle=True,
    ),
    Row("watch-asked", lambda w: "/watches/asked/", everybody()),
    Row(
        "watch",
        lambda w: f"/watches/{w.watch.pk}/",
        signed_in(404, {_OWN: 200}),
        signed_in(404, {_OWN: 302}),
        lambda w: _DAILY,
    ),
    Row("watch-act", lambda w: f"/watches/{w.watch.pk}/stop/", None, signed_in(404, {_OWN: 302})),
    Row(
        "watch-confirm",
        lambda w: f"/watches/confirm/{w.confirm_secret}/",
        everybody(),
        everybody(302),
        lambda w: {"wish": w.wish.pk},
        idle=True,
        knows=("asker",),
    ),
    Row("watches-of", lambda w: _of(w), everybody(), knows=("watcher",)),
    Row(
        "watch-of",
        lambda w: _of(w, w.letter_watch.pk),
        everybody(),
        everybody(302),
        lambda w: _DAILY,
        idle=True,
        knows=("watcher",),
    ),
    Row(
        "watch-of-act",
        lambda w: _of(w, w.letter_watch.pk, "stop"),
        None,
        everybody(302),
        idle=True,
        knows=("watcher",),
    ),
    Row(
        "watch-stop",
        lambda w: f"/watches/stop/{w.stop_secret}/",
        everybody(),
        everybody(),
        idle=True,
        knows=("watcher",),
    ),
    Row(
        "watch-undo",
        lambda w: f"/watches/stop/{w.stop_secret}/undo/",
        None,
        everybody(),
        idle=True,
        knows=("watcher",),
    ),
]


def furnish(world) -> None:
    """Put the three watches into the world, each asking with a secret word."""
    user = world.user(_OWN)
    world.watch = subscribing.watch(
        by=person(user), user=user, question=_question(world, "what a person watches", _OWN), pace="weekly"
    )
    address = world.secrets.word("address of a reader", "operator")
    _asked(world, address, "what a reader watches", "watcher")
    confirmation = Confirmation.objects.get()
    wish = confirmation.wishes.get()
    reader = subscribing.confirm(secret=subscribing.secret_of(confirmation), chosen=[wish.pk])
    world.watches_secret = keys.reader_secret(reader)
    world.letter_watch = Watch.objects.get(reader=reader)
    world.stop_secret = keys.stop_secret(world.letter_watch)
    asker = world.secrets.word("address of an asker", "operator")
    _asked(world, asker, "what an asker would watch", "asker")
    confirmation = Confirmation.objects.get(used_at=None)
    world.confirm_secret, world.wish = subscribing.secret_of(confirmation), confirmation.wishes.get()


def _question(world, what: str, *groups: str):
    word = world.secrets.word(what, *groups, "operator")
    return questions.read(QueryDict(f"watch=bodies&q={word}"))


def _asked(world, address: str, what: str, group: str) -> None:
    subscribing.ask(email=f"{address}@example.org", question=_question(world, what, group), pace="weekly")

"""What may happen to a designation and its recognition, and how often."""

from datetime import date, timedelta

from registry.models import Act, State
from registry.world.lives import LAST, Life


def _before_the_partner(life: Life, lines: list, until: date | None = None) -> None:
    life.designate(lines, until)
    life.notify()
    life.wait(0, 0 if life.loaded_at and life.random.random() < 0.5 else 200)


def _recognised(life: Life, lines: list) -> None:
    _before_the_partner(life, lines)
    life.recognise()


def _in_part(life: Life, lines: list) -> None:
    _before_the_partner(life, lines)
    life.recognise_in_part()


def _awaiting(life: Life, lines: list) -> None:
    life.day = max(life.day, LAST - timedelta(days=life.random.randint(5, 160)))
    life.designate(lines)
    life.notify()


def _refused(life: Life, lines: list) -> None:
    _before_the_partner(life, lines)
    life.object_to(Act.REFUSE, State.REFUSED, State.AWAITING)


def _contested(life: Life, lines: list) -> None:
    _before_the_partner(life, lines)
    life.object_to(Act.CONTEST, State.CONTESTED, State.AWAITING)
    life.wait(30, 200)
    if life.random.random() < 0.6:
        life.recognise()


def _contested_later(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(200, 1500)
    life.object_to(Act.CONTEST, State.CONTESTED, State.RECOGNISED)


def _suspended(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(100, 1200)
    life.suspend(life.recognition)
    life.wait(20, 300)
    if life.random.random() < 0.7:
        life.restore(life.recognition)


def _suspended_at_home(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(100, 1200)
    life.suspend(life.designation)
    life.wait(20, 300)
    if life.random.random() < 0.7:
        life.restore(life.designation)


def _withdrawn(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(200, 1800)
    life.withdraw(life.recognition)


def _withdrawn_at_home(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(200, 1800)
    life.withdraw(life.designation)


def _for_a_term(life: Life, lines: list) -> None:
    """Recognised for three years, then renewed, or run out with or without its being put on record."""
    _before_the_partner(life, lines)
    end = life.day + timedelta(days=1096)
    life.recognise(end)
    if life.random.random() < 0.6:
        life.day = end - timedelta(days=life.random.randint(0, 60))
        life.renew(life.recognition, end + timedelta(days=1826))
    elif life.random.random() < 0.6:
        life.day = end
        life.expire(life.recognition)


def _restricted(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(200, 1500)
    life.restrict(life.recognition if life.random.random() < 0.5 else life.designation)


def _corrected(life: Life, lines: list) -> None:
    _before_the_partner(life, lines)
    life.correct(life.recognition, life.recognise())


def _suspended_by_mistake(life: Life, lines: list) -> None:
    _recognised(life, lines)
    life.wait(200, 1500)
    life.correct(life.recognition, life.suspend(life.recognition), annul=True)


def _grown(life: Life, lines: list) -> None:
    """A first scope, and a further one some years later."""
    half = max(1, len(lines) // 2)
    _recognised(life, lines[:half])
    life.wait(200, 1500)
    if lines[half:]:
        life.designate(lines[half:])
        life.notify()
        life.wait(20, 200)
        life.recognise()


def _designated_only(life: Life, lines: list) -> None:
    life.designate(lines)


def _listed_only(life: Life, lines: list) -> None:
    """The partner's list shows it; its designation is not on file."""
    life.decide(life.recognition, Act.RECOGNISE, State.RECOGNISED, lines)


_SHARES = {
    _recognised: 44,
    _in_part: 7,
    _for_a_term: 10,
    _designated_only: 6,
    _awaiting: 5,
    _suspended: 5,
    _grown: 4,
    _withdrawn: 4,
    _refused: 3,
    _contested: 2,
    _listed_only: 2,
    _withdrawn_at_home: 2,
    _suspended_at_home: 2,
    _restricted: 2,
    _corrected: 2,
    _contested_later: 1,
    _suspended_by_mistake: 1,
}
_STORIES, _WEIGHTS = list(_SHARES), list(_SHARES.values())


def tell(life: Life, lines: list) -> None:
    """Let one of them happen to these lines."""
    life.random.choices(_STORIES, _WEIGHTS)[0](life, lines)

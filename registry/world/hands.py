"""Helping processes: each holds the work, unpacked once, and does it for the numbers it is handed.

Imports no model, so that a fresh interpreter gets here before Django is set up.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django

_work: Callable | None = None


def done_by(processes: int, work: Callable, tasks: Iterable[tuple]) -> Iterator:
    """The results of ``work(*task)`` in the order of the tasks; few are ready ahead of whoever takes them."""
    # A fresh interpreter each: an open connection must not be inherited.
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (pickle.dumps(work),)) as pool:
        ahead: deque = deque()
        for task in tasks:
            ahead.append(pool.submit(_do, task))
            if len(ahead) > 2 * processes:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _begin(packed: bytes) -> None:
    global _work
    django.setup()
    _work = pickle.loads(packed)


def _do(task: tuple):
    return _work(*task)

"""Who handles which message."""

from collections.abc import Callable
from typing import Protocol


class Handler(Protocol):
    """Does the work of one message.

    It runs in the transaction that marks the message done, and may run again after a crash: what it does
    outside the database must be harmless when repeated with the same key.
    """

    def __call__(self, *, key: str, payload: dict) -> None: ...


_handlers: dict[str, Handler] = {}


class NoHandler(LookupError):
    """No handler is registered for a task."""


def handles(task: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for messages of `task`; a second one for the same task is an error."""

    def register(handler: Handler) -> Handler:
        if task in _handlers:
            raise ValueError(f"{task} has a handler already: {_handlers[task]}")
        _handlers[task] = handler
        return handler

    return register


def handler_for(task: str) -> Handler:
    """The handler of `task`. Raises NoHandler."""
    try:
        return _handlers[task]
    except KeyError:
        raise NoHandler(f"no handler for {task}") from None

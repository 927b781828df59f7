"""The nouns of watching."""

from registry.watching.models.change import Change, Family, Sighting
from registry.watching.models.reader import LinkKey, Reader
from registry.watching.models.subject import Kind, Subject
from registry.watching.models.watch import Post, Watch, WatchPace
from registry.watching.models.wish import Confirmation, Wish

__all__ = [
    "Change",
    "Confirmation",
    "Family",
    "Kind",
    "LinkKey",
    "Post",
    "Reader",
    "Sighting",
    "Subject",
    "Watch",
    "WatchPace",
    "Wish",
]

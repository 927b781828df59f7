"""Asking for the letters that are due: one for each watch, however many days were missed."""

from django.db import transaction
from django.db.models import F, Q

from portal import clock
from portal.outbox.queue import enqueue_many
from registry.watching.models import Post, WatchPace
from registry.watching.pacing import next_after

LETTER = "watching.letter"
BATCH = 1000


def ask_for_letters() -> int:
    """Put a message into the outbox for each watch that is due and has news; return how many.

    Harmless at any hour and any number of times. A watch whose hour has come without news waits for the next hour.
    """
    asked = 0
    while True:
        posts, letters = _ask()
        asked += letters
        if posts < BATCH:
            return asked


@transaction.atomic
def _ask() -> tuple[int, int]:
    now = clock.now()
    # Whoever is told at once waits for news, not for an hour.
    at_once = Q(watch__pace=WatchPace.AT_ONCE)
    due = Post.objects.due(now).filter(~at_once | Q(watch__subject__newest__gt=F("told")))
    rows = due.select_related("watch__subject").order_by("watch")
    posts = list(rows.select_for_update(skip_locked=True, of=["self"])[:BATCH])
    letters = {
        f"{post.watch_id}:{post.watch.subject.newest}": {
            "watch": post.watch_id,
            "until": post.watch.subject.newest,
        }
        for post in posts
        if post.watch.subject.newest > post.told
    }
    for post in posts:
        post.next_at = next_after(post.watch.pace, now)
    Post.objects.bulk_update(posts, ["next_at"], batch_size=BATCH)
    enqueue_many(task=LETTER, payloads=letters)
    return len(posts), len(letters)

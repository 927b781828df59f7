"""The letter about one watch, with every question asked again at the moment of sending."""

from registry.watching import listing, mailing
from registry.watching.models import Change, Post, Watch


def deliver(*, watch_id: int, until: int) -> None:
    """Write to the reader what changed up to that change, unless it was told already or the watch was stopped.

    The watch is locked until the letter is away, so that who stops it is written to no more afterwards.
    """
    watch = (
        Watch.objects.running()
        .select_for_update(of=["self"], no_key=True)
        .select_related("subject", "reader__user")
        .filter(pk=watch_id)
        .first()
    )
    if watch is None:
        return
    post = Post.objects.select_for_update().get(watch=watch)
    new = Change.objects.filter(subject=watch.subject_id, id__gt=post.told, id__lte=until)
    changes = listing.with_decisions(new.order_by("id"))
    if changes and watch.reader.address:
        mailing.send_changes(watch, changes, until)
    post.told = max(post.told, until)
    post.save(update_fields=["told"])

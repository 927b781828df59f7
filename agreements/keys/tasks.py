"""Work done later: what nobody asks for again is forgotten."""

from celery import shared_task

from agreements.keys import remembering


@shared_task(name="agreements.keys.tasks.forget_old_answers")
def forget_old_answers() -> int:
    """Delete the answers that are kept for a repetition and are over a day old."""
    return remembering.forget_old()

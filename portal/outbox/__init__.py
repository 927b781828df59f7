"""What must happen after a change, written in the same transaction as the change.

A verb calls :func:`portal.outbox.queue.enqueue`; a handler registered with
:func:`portal.outbox.handlers.handles` does the work later, at least once and until it succeeds.
"""

"""Database connections that give up on a server that has stopped answering.

A server that is down refuses, and a slow one is ended by `statement_timeout`. One that is frozen, or cut off by a
network that swallows packets, says nothing at all: libpq waits for it for ever, and so would every visitor.
"""

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

GRACE_SECONDS = 0.4


def connection_class(statement_seconds: float) -> type[psycopg.Connection]:
    """A connection that waits for one answer a little longer than a statement may take; 0 waits for ever.

    When the wait is over it closes and raises psycopg.OperationalError.
    """
    if not statement_seconds:
        return psycopg.Connection

    class ImpatientConnection(psycopg.Connection):
        def wait(self, *arguments: Any, **options: Any) -> Any:
            if options.get("timeout") is None:
                options["timeout"] = statement_seconds + GRACE_SECONDS
            try:
                return super().wait(*arguments, **options)
            except psycopg.OperationalError:
                if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                    self.pgconn.finish()
                raise

    return ImpatientConnection

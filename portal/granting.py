"""What the application's database role may do: rows, not tables; and to append-only tables only add.

The owner, who runs the migrations, gives it after each of them. Where both are one role there is nothing to give.
"""

from django.conf import settings
from django.db import connections

_APPEND_ONLY = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only' AND NOT tgisinternal
"""


def give(*, using: str, **_signal) -> None:
    """After migrations: give the application's role its rights on every table and sequence of the schema."""
    connection = connections[using]
    role = settings.DATABASE_APPLICATION_ROLE
    if not role or role == connection.settings_dict["USER"]:
        return
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute(_APPEND_ONLY)
        for (table,) in cursor.fetchall():
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {name}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}")

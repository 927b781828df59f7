"""The bundled database and broker for one machine.

Three parts: :mod:`portal.embedded.holding` keeps the services running while a process needs them,
:mod:`portal.embedded.keeper` is the process that owns them, and `python -m portal.embedded` (what `make run`
calls) starts the whole portal on top. Nothing here is used when DATABASE_URL and REDIS_URL are set.
"""

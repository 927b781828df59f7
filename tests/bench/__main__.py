"""``make bench``: the finder against its SQL floor, a decision, the desk, and downloads, at 10,000 made bodies. Prints a table and JSON."""

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
import time

from portal.embedded import holding, places

QUESTION = "importing=US&exporting=GB&kind=test_report&sector=emc"
TARGETS = {"api": 4, "page": 8}
# A decision recorded with its acceptance rows, in ms; queries of the desk with 5,000 open items.
LIMITS = {"decision_ms": 25, "desk_queries": 15}
# The floor's time ÷ the download's, at least (P8 asks for more on a machine that does nothing else).
DELIVERY = {"20 MB by nginx": 0.85}


def main() -> int:
    """Build the world in a throwaway database, measure, print. Exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=60)
    chosen = parser.parse_args()
    where = places.at(tempfile.mkdtemp(prefix="concordat-bench-"))
    services = holding.hold(where, throwaway=True, remove=True)
    try:
        os.environ |= {
            "DATA_DIR": str(where.data),
            "DATABASE_URL": where.owner_url,
            "REDIS_URL": where.redis_url,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "ERROR",
            "DATABASE_STATEMENT_TIMEOUT": "60",
            "FILES_NGINX_LOCATION": "/stored-files/",
        }
        found = measure(chosen.bodies, chosen.seed, chosen.rounds)
    finally:
        services.release()
    print_table(found)
    print(json.dumps(found))
    met = [found["ratios"][name] <= target for name, target in TARGETS.items()]
    met += [found[name] <= limit for name, limit in LIMITS.items()]
    met += [
        found["delivery"][name]["ratio"] >= least for name, least in DELIVERY.items() if found["delivery"]
    ]
    return 0 if all(met) else 1


def measure(bodies: int, seed: int, rounds: int) -> dict:
    """Medians in milliseconds: the SQL of the answer alone, the API, the page; and their ratios."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from tests.bench import deciding, delivering, world

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    world.make(bodies, seed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    addresses = {"api": f"/api/v1/acceptance/?{QUESTION}", "page": f"/accepted/?{QUESTION}"}
    floors = {name: floor(connection, client, address, rounds) for name, address in addresses.items()}
    times = {name: median(lambda a=address: client.get(a), rounds) for name, address in addresses.items()}
    decision = deciding.decision(median, rounds)
    desk, queries = deciding.desk(median, rounds, client)
    return {
        "bodies": bodies,
        "floor_ms": {name: round(value, 3) for name, value in floors.items()},
        "p50_ms": {name: round(value, 3) for name, value in times.items()},
        "ratios": {name: round(times[name] / floors[name], 2) for name in times},
        "targets": TARGETS,
        "decision_ms": round(decision, 2),
        "desk_ms": round(desk, 2),
        "desk_queries": queries,
        "limits": LIMITS,
        "delivery": delivering.rows(settings.DATA_DIR / "nginx", settings.DATA_DIR / "files"),
    }


def floor(connection, client, address: str, rounds: int) -> float:
    """The median time of the statements behind an answer, run bare and fetched whole."""
    statements = []

    def keep(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    client.get(address)
    with connection.execute_wrapper(keep):
        client.get(address)
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:

        def run():
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()

        return median(run, rounds)


def median(work, rounds: int) -> float:
    """The median of the work's time in milliseconds, after three rounds to warm up."""
    for _round in range(3):
        work()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def print_table(found: dict) -> None:
    """The figures for a reader."""
    print(f"{found['bodies']:,} made bodies; medians in ms")
    print(f"{'':8}{'SQL floor':>12}{'answer':>12}{'ratio':>8}{'target':>8}")
    for name, target in found["targets"].items():
        row = (found["floor_ms"][name], found["p50_ms"][name], found["ratios"][name])
        print(f"{name:8}{row[0]:>12}{row[1]:>12}{row[2]:>8}{'≤ ' + str(target):>8}")
    print(f"a decision with its acceptance rows: {found['decision_ms']} ms (≤ {LIMITS['decision_ms']})")
    print(
        f"the desk with 5,000 open items: {found['desk_ms']} ms, "
        f"{found['desk_queries']} queries (≤ {LIMITS['desk_queries']})"
    )
    print_delivery(found["delivery"])


def print_delivery(rows: dict | None) -> None:
    """Downloads against nginx's sendfile of the same file, or for small ones a view with one query."""
    if rows is None:
        print("downloads: left out, there is no nginx on this machine")
        return
    print(f"{'download':26}{'floor':>10}{'answer':>10}{'floor ÷ answer':>16}")
    for name, row in rows.items():
        least = f" (≥ {DELIVERY[name]})" if name in DELIVERY else ""
        print(f"{name:26}{row['floor_ms']:>10}{row['ms']:>10}{row['ratio']:>16}{least}")


if __name__ == "__main__":
    sys.exit(main())

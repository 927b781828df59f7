"""``make bench``: build a made world, measure floors and product in one run, print a table and JSON (docs/benchmarks.md)."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg

from portal.embedded import holding, places

SMALL = "concordat_small"


def main() -> int:
    """Exit code 1 with ``--strict`` when a measured figure misses its target, else 0."""
    chosen = _arguments()
    started = time.monotonic()
    with _services(chosen.data) as where:
        small = _prepare(where, chosen)
        found = measure(chosen, where, small)
    took = round(time.monotonic() - started)
    told = {
        "bodies": chosen.bodies,
        "seed": chosen.seed,
        "seconds": took,
        "figures": [each.told() for each in found],
    }
    text = json.dumps(told, ensure_ascii=False)
    if chosen.json:
        Path(chosen.json).write_text(text + "\n")
    print(text)
    missed = [each for each in found if each.met is False]
    return 1 if chosen.strict and missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=60, help="Times that a median is taken of.")
    parser.add_argument("--only", type=lambda text: text.upper().split(","), help="Rows, such as P3,P5.")
    parser.add_argument("--json", help="Write the JSON to this file, too.")
    parser.add_argument("--data", help="Keep the world in this folder, or use the one that is there.")
    parser.add_argument("--strict", action="store_true", help="Exit code 1 when a target is missed.")
    return parser.parse_args()


@contextmanager
def _services(kept: str | None) -> Iterator[places.Places]:
    where = places.at(kept or tempfile.mkdtemp(prefix="concordat-bench-"))
    services = holding.hold(where, throwaway=True, remove=kept is None)
    try:
        os.environ |= {
            "DATA_DIR": str(where.data),
            "DATABASE_URL": where.database_url,
            "DATABASE_OWNER_URL": where.owner_url,
            "REDIS_URL": where.redis_url,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "ERROR",
            "DATABASE_STATEMENT_TIMEOUT": "60",
            "FILES_NGINX_LOCATION": "/stored-files/",
            "ALLOWED_HOSTS": "localhost,testserver",
        }
        yield where
    finally:
        services.release()


def _prepare(where: places.Places, chosen: argparse.Namespace) -> dict[str, float] | None:
    """Make the world, and for P10 a tenth of it beside; give the medians of the small one."""
    _manage("collectstatic", "--noinput")
    small = None
    if chosen.bodies >= 1000 and (chosen.only is None or "P10" in chosen.only):
        owner = where.database_url_of(SMALL, places.OWNER)
        environment = {"DATABASE_URL": where.database_url_of(SMALL), "DATABASE_OWNER_URL": owner}
        if _made_database(where):
            _make(chosen.bodies // 10, chosen.seed, owner, environment)
        command = [sys.executable, "-m", "tests.bench.small", str(chosen.rounds)]
        said = subprocess.run(
            command, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True
        )
        small = json.loads(said.stdout)
    _make(chosen.bodies, chosen.seed, where.owner_url, {})
    return small


def _made_database(where: places.Places) -> bool:
    with psycopg.connect(where.superuser_url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [SMALL]).fetchone():
            return False
        connection.execute(f"CREATE DATABASE {SMALL} OWNER {places.OWNER}")
    return True


def _make(bodies: int, seed: int, owner_url: str, environment: dict[str, str]) -> None:
    _manage("migrate", **environment)
    _manage("load_catalogue", **environment)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        held = connection.execute("SELECT count(*) FROM registry_body").fetchone()[0]
        if held == 0:
            _say(f"Making {bodies:,} bodies")
            start = time.monotonic()
            _manage("make_world", "--bodies", str(bodies), "--seed", str(seed), **environment)
            _say(f"made in {time.monotonic() - start:.0f} s")
        elif held != bodies:
            raise SystemExit(
                f"The folder holds a world of {held:,} bodies. Give --bodies {held}, or another folder."
            )
        connection.execute("VACUUM ANALYZE")


def _manage(*arguments: str, **environment: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)


def measure(chosen: argparse.Namespace, where: places.Places, small: dict[str, float] | None) -> list:
    """The figures of the chosen rows, each printed as it is found, and the table at the end."""
    django.setup()
    # What Django has to be set up for.
    from tests.bench import figures, rows
    from tests.bench.running import Bench

    bench, found = Bench(chosen.bodies, chosen.rounds, where.data, small), []
    for code, row in rows.ROWS.items():
        if chosen.only is None or code in chosen.only:
            start = time.monotonic()
            found += row.measure(bench)
            _say(f"{code} in {time.monotonic() - start:.0f} s")
    found.sort(key=lambda each: int(each.row[1:]))
    print(f"{chosen.bodies:,} made bodies, seed {chosen.seed}")
    print(figures.table(found))
    return found


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

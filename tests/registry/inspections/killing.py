"""Kills the loading of a file at every statement, and says what was left. See tests.registry.killing for how.

``run`` works on an empty database of its own, which DATABASE_URL names; SEEN_BY names it for whoever row-level security does not hold.
"""

import gc
import json
import os
import sys

import psycopg
from django.db import connection, transaction

from agreements import texts
from agreements.acting import Acting
from agreements.models import Authority
from registry.inspections.importing import load_content
from registry.inspections.intake.tables import BY_COMMAND
from tests.agreements.factories import make_authority
from tests.registry.inspections.sheets import ROWS, as_csv
from tests.registry.killing import Ordeal, Register, in_child

_AUTHORITY = "de-inspectorate"


class Everything(Register):
    """The database with every row of the fenced tables, too."""

    def __init__(self):
        super().__init__()
        self.seen.close()
        self.seen = psycopg.connect(os.environ["SEEN_BY"], autocommit=True)


def prepare() -> tuple[Acting, Authority]:
    authority = Authority.objects.get(code=_AUTHORITY)
    by = Acting(
        actor="load_inspections",
        is_operator=True,
        authority_code=authority.code,
        authority_id=authority.pk,
        economy_id=authority.economy_id,
    )
    return by, authority


def work(by: Acting, authority: Authority) -> None:
    with transaction.atomic():
        load_content(
            by=by,
            authority=authority,
            name="march.csv",
            content=as_csv(*ROWS),
            budget=BY_COMMAND,
            only_check=False,
        )


def run() -> None:
    """Do all of it and print what came of it as JSON."""
    make_authority(_AUTHORITY, "DE", ["inspectorate"])
    connection.close()
    connection.close_pool()
    texts.forget()
    gc.freeze()
    register = Everything()
    ordeal = Ordeal(register, prepare, work)
    ordeal.at_each_statement()
    in_child(work, prepare=prepare)
    after = register.look()
    ordeal.again()
    names = ("inspection", "finding", "facility", "loadbatch", "loadrow")
    there = {name: after[f"inspections_{name}"][0] for name in names}
    json.dump({**ordeal.told(), "there": there}, sys.stdout)

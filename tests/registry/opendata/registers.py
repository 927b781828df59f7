"""Registers to dump: random histories, the shipped catalogue, the public files; and one database after the other."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection

from agreements import texts
from agreements.acting import operator
from agreements.catalogue.loading import bring_up_to_date
from portal import clock, signatures
from portal.files.storage import documents
from registry.importing import load_file
from registry.models import OlderResults
from registry.opendata import loading, making, writing
from registry.opendata.unpacking import Package
from registry.sample import stories
from tests.embedded_plugin import clone_database
from tests.registry import histories
from tests.registry.histories import DEEDS, Deed
from tests.registry.laws import Law, make_law

BY = operator("tests")
# The acts that lead somewhere come more often, so that there is what to suspend, correct and merge.
_OFTEN = ["designate", "notify", "recognise_recognition", "accredit", "list_body"]


def dumped() -> Path:
    """The folder of the dump made now."""
    dump = making.make_todays(by=BY)
    return Path(documents().path(writing.place_of(dump.day)))


def loaded(path: Path) -> dict[str, int]:
    """The dump in a database that was empty before."""
    empty()
    return loading.load(by=BY, package=Package(path), trusted=[signatures.public_key_pem()])


def empty() -> None:
    """The same process on a new database."""
    connection.close()
    connection.close_pool()
    clone_database()
    texts.forget()


def random_history(seed: int, length: int) -> Law:
    """A law and a random history of it, committed."""
    law = make_law()
    histories.tell(law, deeds(seed, length))
    return law


def deeds(seed: int, length: int) -> list[Deed]:
    """Random deeds, always the same for a seed."""
    random = Random(seed)
    return [_deed(random) for _number in range(length)]


def _deed(random: Random) -> Deed:
    return Deed(
        name=random.choice([*sorted(DEEDS), *_OFTEN * 3]),
        side=random.choice([0, 0, 0, 1]),
        offset=random.randint(-20, 25),
        length=random.choice([None, None, None, 1, 15, 60]),
        pick=random.randint(0, 11),
        older=random.choice(OlderResults.values),
        undated=random.random() < 0.5,
    )


def catalogue_and_files() -> bool:
    """The shipped catalogue, the sample and, where they lie beside the project, the public files. True when they do."""
    bring_up_to_date(by=BY)
    stories.tell_all()
    folder = Path(settings.BASE_DIR).parent / "shared" / "data"
    names = ["ukmcab/cabs.json", "ukmcab/schedules.csv", "notified_bodies_mdr_ivdr.csv"]
    if folder.is_dir():
        with clock.at(datetime(2025, 5, 7, tzinfo=UTC)):
            for name in names:
                load_file(BY, folder / name)
    return folder.is_dir()

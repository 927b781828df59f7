"""Nothing that is said behind closed doors is in a dump: not in a table, not in what describes it, not in the archive."""

import io
from zipfile import ZipFile

from portal.files.storage import documents
from registry.models import Contact, Decision, Proposal
from registry.opendata import writing


def _contents(world) -> dict[str, bytes]:
    found = {}
    for told in world.dump.files:
        with documents().reading(writing.place_of(world.dump.day, told["name"])) as reader:
            found[told["name"]] = b"".join(iter(lambda: reader.read(1 << 20), b""))
    with ZipFile(io.BytesIO(found[writing.ZIP])) as archive:
        return found | {name: archive.read(name) for name in archive.namelist()}


def test_no_secret_is_in_any_file_of_a_dump(world):
    contents = _contents(world)
    assert Decision.objects.exclude(internal_note="").exists(), "there is nothing to keep back"
    assert Contact.objects.exists()
    assert Proposal.objects.exists()
    assert contents["decisions.csv"].count(b"\r\n") > 3
    wrong = {
        name: told
        for name, content in contents.items()
        if (told := world.secrets.told(frozenset(), content.decode(errors="replace").casefold()))
    }
    assert wrong == {}
    assert not [name for name, content in contents.items() if b"zq" in content and name.endswith("csv")]

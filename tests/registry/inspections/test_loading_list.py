"""FDA's list of Form 483s, as it is: what it must become."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from registry.inspections.models import Facility, Inspection


@pytest.fixture
def listed() -> Path:
    """The public file, which is no part of this repository."""
    path = Path(settings.BASE_DIR).parent / "shared" / "data" / "fda_form_483s.xlsx"
    if not path.is_file():
        pytest.skip(f"the public file is not there: {path}")
    return path


def _load(*arguments) -> str:
    told = io.StringIO()
    call_command("load_inspections", *map(str, arguments), stdout=told)
    return told.getvalue()


def test_x(catalogue, listed):
    import time

    t = time.time()
    print(_load(listed)[-900:], time.time() - t)
    print(Facility.objects.count(), Inspection.objects.count())
    assert 0

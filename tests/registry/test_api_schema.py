"""What the committed description promises, held against what comes back: schemathesis asks, with and without a key.

The examples are the same in every run (derandomized, nothing remembered), and no time limit decides.
"""

from contextlib import nullcontext, suppress

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi import checks as described

from agreements import texts
from registry import proposing
from tests.agreements.keyring import READING, WRITING, bearing, make_key
from tests.registry import proposals
from tests.registry.officers import acting, make_officer

EXAMPLES = 5


def unfitting_is_refused(ctx, response, case):
    """What does not fit is refused; a parameter that was left empty is as if it had not been sent, as in every form.

    An If-Match of whatever form that is not the version's own is refused as outdated (412, RFC 9110, 13.1.1).
    """
    if response.status_code == 412:
        return None
    if any(not str(value).strip() for value in (case.query or {}).values()):
        return None
    return described.negative_data_rejection(ctx, response, case)


CHECKS = [
    not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_headers_conformance,
    described.response_schema_conformance,
    unfitting_is_refused,
]
HOW = how(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCHEMA = schemathesis.openapi.from_dict(
    yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())
)
SCHEMA.config.update(base_url="http://localhost/")
SCHEMA.config.generation.update(with_security_parameters=False)  # keys are these tests' own to send
OPERATIONS = {
    f"{each.ok().method.upper()} {each.ok().path}": each.ok() for each in SCHEMA.get_all_operations()
}


@pytest.fixture(autouse=True)
def _one_connection():
    """As Django's own client does: a request leaves the test's connection, and its transaction, as they are."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def place(db):
    """A register with something on it, and a program with all that a key may be given; what is in the address, by name."""
    texts.forget()
    parties = proposals.make_parties()
    content = proposals.designation_content(parties, "First Laboratory")
    proposal = proposals.drafted(parties.acts("ana"), "designate", content, **parties.direction)
    proposal = proposing.submit(by=parties.acts("ana"), proposal=proposal, version=proposal.version)
    proposal = proposing.decide(by=parties.acts("beto"), proposal=proposal, version=proposal.version)
    administrator = make_officer(parties.designating, "administrator")
    secret, _key = make_key(
        acting(administrator, parties.designating), parties.designating, *READING, *WRITING
    )
    yield {
        "secret": secret,
        "designations": {"number": proposal.designation_id},
        "recognitions": {"number": proposal.designation.recognition.pk},
        "proposals": {"number": proposal.pk},
        "bodies": {"slug": proposal.designation.body.slug},
        "economies": {"code": "GB"},
        "authorities": {"code": "gb-desig"},
        "agreements": {"code": parties.annex.agreement.code},
    }
    texts.forget()


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"]
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_comes_back_is_what_is_described(place, name, mode):
    """Without a key, with one, and with one at an address where there is something."""
    operation, noun = OPERATIONS[name], name.split("/")[3] if name.count("/") > 3 else ""
    application = get_wsgi_application()
    aimed = place.get(noun) if "{number}" in name or "{slug}" in name or "{code}" in name else None
    tried = [({}, None), (bearing(place["secret"]), None)]
    tried += [(bearing(place["secret"]), aimed)] if aimed else []
    for headers, path_parameters in tried:
        cases = operation.as_strategy(generation_mode=mode, path_parameters=path_parameters)
        # Where an address takes nothing but words in its path, nothing can be sent that does not fit.
        with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
            _ask(cases, application, headers)


def _ask(cases, application, headers: dict) -> None:
    @HOW
    @given(case=cases)
    def ask(case):
        with transaction.atomic():
            response = case.call(app=application, headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS, headers=headers)

    ask()

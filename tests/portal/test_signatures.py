"""The register's signature: verifiable by standard tools, with keys in use and retired ones."""

import base64
import hashlib
import shutil
import subprocess
from datetime import UTC, date, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from portal import clock, signatures
from portal.env import parse_signing_key

SEED = bytes(range(32))


@pytest.fixture
def former_signature():
    return signatures.sign(b"before the rotation")


@pytest.fixture
def former_key(settings):
    """The key that was in use until it is replaced, as an operator would do it on the first day of 2027."""
    with clock.at(datetime(2027, 1, 1, tzinfo=UTC)):
        retired = signatures.as_retired()
    period, _colon, raw = retired.partition(":")
    since, until = map(date.fromisoformat, period.split("/"))
    former = signatures.published_keys()[0]
    settings.SIGNING_KEY = (date(2027, 1, 1), SEED)
    settings.RETIRED_SIGNING_KEYS = ((since, until, base64.b64decode(raw)),)
    return former


def verifies(pem: bytes, signature: bytes, content: bytes) -> bool:
    try:
        load_pem_public_key(pem).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def test_one_changed_byte_is_found():
    signature = signatures.sign(b"a statement")
    assert len(signature) == 64
    assert signature == signatures.sign(b"a statement")
    assert verifies(signatures.public_key_pem(), signature, b"a statement")
    assert not verifies(signatures.public_key_pem(), signature, b"a Statement")
    assert not verifies(
        signatures.public_key_pem(), bytes([signature[0] ^ 1, *signature[1:]]), b"a statement"
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_key_id_can_be_made_from_the_key_with_standard_tools(tmp_path):
    (tmp_path / "key.pem").write_bytes(signatures.public_key_pem())
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", tmp_path / "key.pem", "-outform", "DER"],
        capture_output=True,
        check=True,
    ).stdout
    assert hashlib.sha256(der).hexdigest().startswith(signatures.key_id())


def test_what_the_former_key_signed_stays_verifiable(client, former_signature, former_key):
    assert not verifies(signatures.public_key_pem(), former_signature, b"before the rotation")
    keys = client.get("/.well-known/concordat-keys.json").json()["keys"]
    assert [(key["kid"], key["from"], key["to"]) for key in keys] == [
        (signatures.key_id(), "2027-01-01", None),
        (former_key.key_id, "2026-01-01", "2027-01-01"),
    ]
    answer = client.get(f"/.well-known/concordat-keys/{former_key.key_id}.pem")
    assert answer.content == former_key.pem == keys[1]["pem"].encode()
    assert verifies(answer.content, former_signature, b"before the rotation")
    assert client.get("/.well-known/concordat-keys/0123456789abcdef.pem").status_code == 404


def test_the_keys_are_public_and_may_be_kept(client):
    answer = client.get("/.well-known/concordat-keys.json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    (key,) = answer.json()["keys"]
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")
    assert base64.urlsafe_b64decode(key["x"] + "=") == signatures.published_keys()[0].raw
    pem = client.get(f"/.well-known/concordat-keys/{key['kid']}.pem")
    assert pem.content == signatures.public_key_pem()
    assert client.post("/.well-known/concordat-keys.json").status_code == 405


def test_the_private_key_is_nowhere_published(client, settings):
    _since, seed = settings.SIGNING_KEY
    said = client.get("/.well-known/concordat-keys.json").content.decode()
    for form in (base64.b64encode(seed), base64.urlsafe_b64encode(seed), seed.hex().encode()):
        assert form.decode().rstrip("=") not in said


def test_a_new_key_is_one_that_the_setting_takes():
    with clock.at(datetime(2026, 11, 24, tzinfo=UTC)):
        since, seed = parse_signing_key(signatures.new_signing_key().strip())
    assert since == date(2026, 11, 24)
    assert len(seed) == 32

"""The words that go with the tables: the Data Package, the catalogue record, the dictionary and the page to read first."""

import json

from django.conf import settings

from portal import signatures
from registry.opendata import catalogue_record, dictionary, provenance
from registry.opendata.public_tables import BY_NAME
from registry.opendata.shaping import Column, Table

FORMAT = 1
_PROFILES = "https://datapackage.org/profiles/2.0"
_DIALECT = {
    "$schema": f"{_PROFILES}/tabledialect.json",
    "header": True,
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
}


def documents_of(written, *, archive: str) -> list[tuple[str, str, bytes]]:
    """Name, media type and content of each file that describes the tables; ``archive`` is the file that will hold all."""
    from_sources = provenance.stated()
    package = json.dumps(_package(written, from_sources), indent=1, ensure_ascii=False).encode() + b"\n"
    return [
        ("README.md", "text/markdown", _read_first(written, from_sources).encode()),
        ("data-dictionary.md", "text/markdown", dictionary.page().encode()),
        ("datapackage.json", "application/json", package),
        ("dcat.jsonld", "application/ld+json", catalogue_record.as_json_ld(written, [archive])),
        ("dcat.ttl", "text/turtle", catalogue_record.as_turtle(written, [archive])),
    ]


def _package(written, from_sources: list[provenance.Stated]) -> dict:
    licence = settings.DATA_LICENCE
    is_address = licence.startswith(("http://", "https://"))
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "concordat",
        "id": f"{settings.BASE_URL}/data/{written.day}/",
        "title": "Concordat",
        "description": "The public register of mutual recognition: texts, bodies, decisions. Information, not a legal decision.",
        "homepage": f"{settings.BASE_URL}/data/",
        "version": str(written.day),
        "created": written.made_at.isoformat(),
        **({"licenses": [{"path" if is_address else "name": licence}]} if licence else {}),
        "concordat": {
            "format": FORMAT,
            "register_version": written.register_version,
            "sample_bodies": written.samples,
            "coverage": [_covered(one) for one in from_sources],
        },
        "resources": [_resource(one) for one in written.files],
    }


def _covered(one: provenance.Stated) -> dict:
    return {
        "economy": one.economy.code,
        "side": one.side,
        "source": one.source,
        "as_of": one.as_of and one.as_of.isoformat(),
        "statement": one.statement,
        "licence": one.licence and {"name": one.licence.name, "path": one.licence.address},
    }


def _resource(told: dict) -> dict:
    name, _dot, ending = told["name"].rpartition(".")
    if "table" not in told:
        return _file(told, told["name"].replace(".", "-").lower(), ending)
    table = BY_NAME[told["table"]]
    found = _file(told, name if ending == "csv" else f"{name}-{ending}", ending)
    found |= {"type": "table", "title": table.name.replace("_", " "), "description": table.description}
    return found | ({"dialect": _DIALECT} if ending == "csv" else {}) | {"schema": schema_of(table)}


def _file(told: dict, name: str, ending: str) -> dict:
    return {
        "name": name.replace("_", "-"),
        "path": told["name"],
        "format": ending,
        "mediatype": told["media_type"],
        "encoding": "utf-8",
        "bytes": told["bytes"],
        "hash": f"sha256:{told['sha256']}",
    }


def schema_of(table: Table) -> dict:
    """The Table Schema of a table."""
    keys = [_foreign_key(table, column) for column in table.columns if dictionary.target_of(column)]
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "primaryKey": ["id"],
        "foreignKeys": keys,
        "missingValues": [""],
    }


def _field(column: Column) -> dict:
    found = {"name": column.name, "type": column.kind, "description": dictionary.meaning(column)}
    if column.kind == "string" and (labels := dictionary.labels_of(column)):
        found["categories"] = [{"value": value, "label": label} for value, label in labels]
    constraints = {}
    if column.is_required:
        constraints["required"] = True
    if column.field.unique:
        constraints["unique"] = True
    return found | ({"constraints": constraints} if constraints else {})


def _foreign_key(table: Table, column: Column) -> dict:
    target = dictionary.target_of(column)
    reference = {} if target == table.name else {"resource": target.replace("_", "-")}
    return {"fields": [column.name], "reference": {**reference, "fields": ["id"]}}


_READ_FIRST = """# Concordat, {day}

The public register as it stood at {made_at} (register version {version}): {address}

Every table is here as CSV and as JSON Lines. `data-dictionary.md` says what each column means, `datapackage.json` says it for programs
(Data Package 2.0), `dcat.jsonld` and `dcat.ttl` describe the files for data catalogues.{samples}

Information, not a legal decision. "Not in this register" never means "not competent".

## Is it whole, and is it the register's?

    sha256sum --check --quiet SHA256SUMS
    openssl pkeyutl -verify -rawin -pubin -inkey signing-key.pem -in SHA256SUMS -sigfile SHA256SUMS.sig

The second command needs OpenSSL 3. The key that came with the files proves nothing by itself: compare it with the one that the register
publishes at {keys}{key_id}.pem. Only some of the files? Add `--ignore-missing` to the first command.

## Into a register of one's own

    manage.py migrate
    manage.py load_dump --trust-key signing-key.pem FOLDER_OR_ZIP

## Coverage and licences, by economy

The register's own licence: {licence}.

{coverage}

Of the other economies no list of bodies is on file: that a body is absent means nothing. What the agreements say comes from sources
that each row names; their licences are not on file.
"""


def _read_first(written, from_sources: list[provenance.Stated]) -> str:
    samples = (
        f"\n\n{written.samples} of the bodies are fictional; their names end in (sample)."
        if written.samples
        else ""
    )
    rows = [
        f"| {one.economy.name} | {one.side} | {one.source} | {one.as_of or 'not on file'} | "
        f"{one.licence.name if one.licence else 'not on file'} | {one.statement} |"
        for one in from_sources
    ]
    head = [
        "| economy | side | source | as of | licence | what it holds |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return _READ_FIRST.format(
        day=written.day,
        made_at=written.made_at.isoformat(),
        version=written.register_version,
        address=f"{settings.BASE_URL}/data/{written.day}/",
        samples=samples,
        keys=f"{settings.BASE_URL}/.well-known/concordat-keys/",
        key_id=signatures.key_id(),
        licence=settings.DATA_LICENCE or "not stated",
        coverage="\n".join([*head, *rows]) if rows else "No list of bodies of any economy is on file.",
    )

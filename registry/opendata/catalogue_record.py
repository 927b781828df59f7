"""The dump as data catalogues read it: DCAT 3 with the basics of DCAT-AP, as JSON-LD and as Turtle, from one description."""

import json

from django.conf import settings

_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TITLE = "Concordat: whose conformity assessment results are accepted"
_DESCRIPTION = (
    "Mutual recognition agreements with their annexes, periods and undertakings; conformity assessment bodies with their "
    "designations, recognitions, scopes and decisions; and whose results are accepted, over both clocks. Information, not a legal "
    "decision."
)
_KEYWORDS = ("mutual recognition", "conformity assessment", "accreditation", "technical regulations")
_DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
_FORMATS = {"text/csv": "CSV", "application/zip": "ZIP"}


def as_json_ld(written, names: list[str]) -> bytes:
    """The description as JSON-LD 1.1. ``names`` are files that are still to come, so without size and hash."""
    content = {"@context": _PREFIXES, **_catalogue(written, names)}
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def as_turtle(written, names: list[str]) -> bytes:
    """The same as Turtle."""
    prefixes = "".join(f"@prefix {name}: <{address}> .\n" for name, address in _PREFIXES.items())
    return f"{prefixes}\n{_subject(_catalogue(written, names))} .\n".encode()


def _catalogue(written, names: list[str]) -> dict:
    home = f"{settings.BASE_URL}/data/"
    publisher = {"@id": f"{settings.BASE_URL}/", "@type": "foaf:Agent", "foaf:name": _in_english("Concordat")}
    dataset = {
        "@id": f"{home}{written.day}/",
        "@type": "dcat:Dataset",
        "dct:title": _in_english(_TITLE),
        "dct:description": _in_english(_DESCRIPTION),
        "dct:identifier": f"{home}{written.day}/",
        "dct:publisher": {"@id": f"{settings.BASE_URL}/"},
        "dct:issued": _moment(written.made_at),
        "dct:modified": _moment(written.made_at),
        "dct:accrualPeriodicity": {"@id": _DAILY},
        "dcat:version": str(written.register_version),
        "dcat:landingPage": {"@id": home},
        "dcat:keyword": [_in_english(word) for word in _KEYWORDS],
        "dcat:distribution": [
            *(_distribution(written, one["name"], one) for one in written.files),
            *(_distribution(written, name, {"media_type": "application/zip"}) for name in names),
        ],
    }
    return {
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": _in_english("Concordat: open data"),
        "dct:description": _in_english("The public register as files, made every night."),
        "dct:publisher": publisher,
        "dcat:dataset": dataset,
    }


def _distribution(written, name: str, told: dict) -> dict:
    address = f"{settings.BASE_URL}/data/{written.day}/{name}"
    found = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _in_english(name),
        "dcat:accessURL": {"@id": f"{settings.BASE_URL}/data/"},
        "dcat:downloadURL": {"@id": address},
    }
    if form := _FORMATS.get(told["media_type"]):
        found["dct:format"] = {"@id": f"http://publications.europa.eu/resource/authority/file-type/{form}"}
        found["dcat:mediaType"] = {
            "@id": f"https://www.iana.org/assignments/media-types/{told['media_type']}"
        }
    found |= _licence()
    if "sha256" in told:
        found["dcat:byteSize"] = {"@value": str(told["bytes"]), "@type": "xsd:nonNegativeInteger"}
        found["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": told["sha256"], "@type": "xsd:hexBinary"},
        }
    return found


def _licence() -> dict:
    said = settings.DATA_LICENCE
    if not said:
        return {}
    if said.startswith(("http://", "https://")):
        return {"dct:license": {"@id": said}}
    return {"dct:rights": {"@type": "dct:RightsStatement", "dct:description": _in_english(said)}}


def _in_english(text: str) -> dict:
    return {"@value": text, "@language": "en"}


def _moment(moment) -> dict:
    return {"@value": moment.isoformat(), "@type": "xsd:dateTime"}


def _subject(node: dict) -> str:
    """A node as Turtle: a name, or brackets around what has none; what it points at is written inside, or after it."""
    lines, later = [], []
    for name, values in node.items():
        if name == "@id":
            continue
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict) and "@id" in value and len(value) > 1:
                later.append(_subject(value))
                value = {"@id": value["@id"]}
            lines.append(f"    a {value}" if name == "@type" else f"    {name} {_object(value)}")
    said = " ;\n".join(lines)
    return " .\n\n".join([f"{_iri(node['@id'])}\n{said}", *later])


def _object(value) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if "@value" in value:
        kind = f"@{value['@language']}" if "@language" in value else f"^^{value['@type']}"
        return json.dumps(value["@value"], ensure_ascii=False) + kind
    if "@id" in value:
        return _iri(value["@id"])
    parts = [f"a {one}" if name == "@type" else f"{name} {_object(one)}" for name, one in value.items()]
    return f"[ {' ; '.join(parts)} ]"


def _iri(address: str) -> str:
    is_short = address.partition(":")[0] in _PREFIXES
    return address if is_short else f"<{address}>"

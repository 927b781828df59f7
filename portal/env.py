"""Every environment variable of the portal, typed and listed once.

`portal.settings` reads them with :func:`read`; `docs/operations.md` shows them with :func:`table`.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
SHORTEST_SECRET_KEY = 50
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class BadValue(ValueError):
    """A value that cannot be read; its text says which form is expected."""


class BadEnvironment(Exception):
    """The environment cannot be used; `problems` names each variable at fault."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("The portal does not start:\n" + "\n".join(f"  - {problem}" for problem in problems))


def _text(raw: str) -> str:
    return raw


def _texts(raw: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in raw.split(",") if text.strip())


def _switch(raw: str) -> bool:
    if raw not in {"0", "1"}:
        raise BadValue("0 or 1")
    return raw == "1"


def _port(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= 65535:
        raise BadValue("a number from 1 to 65535")
    return int(raw)


def _count(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit():
        raise BadValue("a whole number, 0 or more")
    return int(raw)


def _path(raw: str) -> Path:
    path = Path(raw).expanduser()
    return path if path.is_absolute() else Path.cwd() / path


def _names(raw: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in raw.split(",") if name.strip())
    if any(re.search(r"[\s/]", name) for name in names):
        raise BadValue("host names separated by commas, such as mra.example.org,www.mra.example.org")
    return names


def _origin(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadValue("an address such as https://mra.example.org")
    return raw.rstrip("/")


def _origins(raw: str) -> tuple[str, ...]:
    return tuple(_origin(part.strip()) for part in raw.split(",") if part.strip())


def _admin_path(raw: str) -> str:
    path = raw.strip("/")
    if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", path):
        raise BadValue("a path of letters, digits and dashes, such as behind-the-counter")
    return path


def _positive(raw: str) -> int:
    number = _count(raw)
    if number == 0:
        raise BadValue("a whole number, 1 or more")
    return number


def _email_url(raw: str) -> str:
    form = "smtp://user:password@host:587/?tls=1, smtps://user:password@host:465 or file:///folder"
    raw = _url("smtp", "smtps", "file", form=form)(raw)
    parts = urlsplit(raw)
    if not (parts.path if parts.scheme == "file" else parts.hostname):
        raise BadValue(form)
    return raw


FILE_KEY_BYTES = 32


def parse_file_keys(raw: str) -> tuple[tuple[str, bytes], ...]:
    """Key-encryption keys by name, the current one first."""
    form = f"id:key,… with each id once and each key {FILE_KEY_BYTES} bytes in base64, the current one first"
    keys = []
    for part in filter(None, (part.strip() for part in raw.split(","))):
        name, _colon, text = part.partition(":")
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error:
            raise BadValue(form) from None
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) or len(key) != FILE_KEY_BYTES or len(set(key)) < 5:
            raise BadValue(form)
        keys.append((name, key))
    if not keys or len(dict(keys)) != len(keys):
        raise BadValue(form)
    return tuple(keys)


def _storage_url(raw: str) -> str:
    form = "file:///folder or s3://KEY:SECRET@host:port/bucket?region=eu-west-1&tls=1"
    parts = urlsplit(_url("file", "s3", form=form)(raw))
    if parts.scheme == "file":
        if parts.netloc or not parts.path.strip("/"):
            raise BadValue(form)
        return raw
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    bucket = re.fullmatch(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/?", parts.path)
    known = query.keys() <= {"region", "tls"} and query.get("tls", "1") in {"0", "1"}
    if not (parts.hostname and parts.username and parts.password and bucket and known):
        raise BadValue(form)
    return raw


def _internal_location(raw: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9_-]+/?", raw):
        raise BadValue("the path of the internal location, such as /stored-files/")
    return f"/{raw.strip('/')}/"


def _clamd_url(raw: str) -> str:
    form = "tcp://host:3310 or unix:///path/of/clamd.sock"
    raw = _url("tcp", "unix", form=form)(raw)
    parts = urlsplit(raw)
    if not (parts.hostname if parts.scheme == "tcp" else parts.path.strip("/")):
        raise BadValue(form)
    return raw


PROVIDER_KEYS = {"id", "name", "server_url", "client_id", "secret", "authority"}


def _providers(raw: str) -> tuple[dict[str, str], ...]:
    """Identity providers from JSON; the address must be https, but for one on this machine."""
    form = "a JSON list of objects with " + ", ".join(sorted(PROVIDER_KEYS)) + ", each id once"
    try:
        providers = json.loads(raw)
    except ValueError:
        raise BadValue(form) from None
    if not isinstance(providers, list) or not all(_is_provider(provider) for provider in providers):
        raise BadValue(form + "; an id is letters, digits and dashes, server_url begins with https://")
    if len({provider["id"] for provider in providers}) != len(providers):
        raise BadValue(form)
    return tuple(providers)


def _is_provider(provider: Any) -> bool:
    if not isinstance(provider, dict) or set(provider) != PROVIDER_KEYS:
        return False
    if not all(isinstance(value, str) and value for value in provider.values()):
        return False
    address = urlsplit(provider["server_url"])
    safe = address.scheme == "https" or (
        address.scheme == "http" and address.hostname in {"localhost", "127.0.0.1"}
    )
    return safe and re.fullmatch(r"[a-z0-9-]{1,40}", provider["id"]) is not None


def _url(*schemes: str, form: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        try:
            parts = urlsplit(raw)
            _ = parts.port
        except ValueError:
            raise BadValue(form) from None
        if parts.scheme not in schemes:
            raise BadValue(form)
        return raw

    return parse


def _level(raw: str) -> str:
    if raw.upper() not in LOG_LEVELS:
        raise BadValue("one of " + ", ".join(LOG_LEVELS))
    return raw.upper()


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    `default` is the raw text used when the variable is unset (None: derived, told by `unset`).
    `production` says that the portal refuses to start with `DEBUG=0` while it is unset.
    `unless` names a switch that takes that need away when it is off. `secret` keeps the value out of messages.
    """

    name: str
    kind: str
    parse: Callable[[str], Any]
    meaning: str
    default: str | None = None
    unset: str = ""
    production: bool = False
    unless: str = ""
    secret: bool = False


VARIABLES = (
    Variable(
        "DEBUG",
        "switch",
        _switch,
        "`0` is production: unsafe defaults refuse to start. `1` shows tracebacks in the browser. "
        "Unset is local use with the portal's own error pages.",
        unset="local use",
    ),
    Variable(
        "DATA_DIR",
        "folder",
        _path,
        "Where the portal keeps the embedded database, logs, collected static files and the local secret key.",
        default=str(BASE_DIR / ".data"),
        unset="`.data/` in the checkout",
    ),
    Variable("PORT", "port", _port, "The port of the web server that `make run` starts.", default="8000"),
    Variable(
        "SAMPLE",
        "switch",
        _switch,
        "`0` keeps the fictional sample, its people and their sign-ins out of an empty register when `make run` starts.",
        default="1",
    ),
    Variable(
        "BASE_URL",
        "address",
        _origin,
        "The public address of the site, used where a link must be absolute.",
        unset="`http://localhost:PORT`",
        production=True,
    ),
    Variable(
        "SECRET_KEY",
        "text",
        _text,
        f"Key of signatures, at least {SHORTEST_SECRET_KEY} characters.",
        unset="made once and kept in `DATA_DIR/secret_key`",
        production=True,
        secret=True,
    ),
    Variable(
        "SECRET_KEY_FALLBACKS",
        "texts",
        _texts,
        "Earlier values of `SECRET_KEY`, separated by commas: what was signed or locked with them is still good.",
        default="",
        unset="none",
        secret=True,
    ),
    Variable(
        "ALLOWED_HOSTS",
        "host names",
        _names,
        "Host names the site answers to, separated by commas; `*` is refused in production.",
        default="localhost,127.0.0.1,[::1]",
        production=True,
    ),
    Variable(
        "CSRF_TRUSTED_ORIGINS",
        "addresses",
        _origins,
        "Further origins whose forms may post here, separated by commas.",
        default="",
        unset="none",
    ),
    Variable(
        "TRUSTED_PROXIES",
        "count",
        _count,
        "How many reverse proxies stand in front. From 1 on, `X-Forwarded-Proto` tells whether the visitor used "
        "https; each proxy must set it and the port behind must not be reachable past them.",
        default="0",
    ),
    Variable(
        "DATABASE_URL",
        "URL",
        _url(
            "postgres",
            "postgresql",
            form="postgresql://user:password@host:5432/name or postgresql://user@/name?host=/socket/folder",
        ),
        "PostgreSQL 15 or newer. Query parameters are passed to libpq (`sslmode=verify-full`).",
        unset="the embedded database in `DATA_DIR`",
        production=True,
        secret=True,
    ),
    Variable(
        "DATABASE_OWNER_URL",
        "URL",
        _url(
            "postgres",
            "postgresql",
            form="postgresql://owner:password@host:5432/name or postgresql://owner@/name?host=/socket/folder",
        ),
        "The same database as the role that owns its tables, for `manage.py migrate` alone; the role of `DATABASE_URL` is then "
        "given what the application needs, which is less.",
        unset="the role of `DATABASE_URL` owns the tables",
        secret=True,
    ),
    Variable(
        "DATABASE_AS_OWNER",
        "switch",
        _switch,
        "`1` connects as the owner. `manage.py migrate` does it by itself.",
        default="0",
    ),
    Variable(
        "DATABASE_STATEMENT_TIMEOUT",
        "seconds",
        _count,
        "Longest time for one SQL statement, and for a server that says nothing; 0 is no limit. Commands of "
        "`manage.py` set 0 for themselves; a worker may need more than a page.",
        default="4",
    ),
    Variable(
        "REDIS_URL",
        "URL",
        _url(
            "redis",
            "rediss",
            "unix",
            form="redis://host:6379/0, rediss://user:password@host:6379/0 or unix:///path/of.sock?db=0",
        ),
        "Redis or Valkey for the task queue; the cache takes the next database number on the same server.",
        unset="the embedded Valkey in `DATA_DIR`",
        production=True,
        secret=True,
    ),
    Variable(
        "CLAMD_URL",
        "URL",
        _clamd_url,
        "The virus scanner clamd: `tcp://host:3310` or `unix:///path/of/clamd.sock`. With it no document is accepted unscanned.",
        unset="documents are not scanned, and say so",
    ),
    Variable(
        "SESSION_IDLE_MINUTES",
        "minutes",
        _positive,
        "Somebody who does nothing for so long is signed out.",
        default="60",
    ),
    Variable(
        "SESSION_HOURS",
        "hours",
        _positive,
        "Somebody who signed in so long ago is signed out, whatever they do.",
        default="12",
    ),
    Variable(
        "API_LIMIT_ADDRESS",
        "count",
        _count,
        "How many requests a minute the API answers to one address without a key; 0 is no limit.",
        default="300",
    ),
    Variable(
        "API_LIMIT_KEY",
        "count",
        _count,
        "How many requests a minute the API answers to one key; 0 is no limit.",
        default="1200",
    ),
    Variable(
        "API_LIMIT_WRITES",
        "count",
        _count,
        "How many requests a minute in which one key asks for something to be done; 0 is no limit.",
        default="120",
    ),
    Variable(
        "STORAGE_URL",
        "URL",
        _storage_url,
        "Where the contents of files lie: `file:///folder`, or a bucket that speaks S3, "
        "`s3://KEY:SECRET@host:port/bucket?region=eu-west-1&tls=1` (`tls=0` for a server on the same machine).",
        unset="`DATA_DIR/files`",
        secret=True,
    ),
    Variable(
        "FILE_KEYS",
        "keys",
        parse_file_keys,
        "Keys that lock the key of each file: `id:key`, separated by commas, each 32 random bytes in base64. The first locks; "
        "the others still open what they locked, until `manage.py rotate_file_keys`. Never keep them beside the files or the database.",
        unset="made once and kept in `DATA_DIR/file_keys`",
        production=True,
        unless="SEAL_FILES",
        secret=True,
    ),
    Variable(
        "SEAL_FILES",
        "switch",
        _switch,
        "`0` stores new files as they are: for storage that somebody else encrypts. What is sealed already stays readable with "
        "`FILE_KEYS`.",
        default="1",
    ),
    Variable(
        "FILES_NGINX_LOCATION",
        "path",
        _internal_location,
        "The internal location of nginx (`deploy/nginx.conf`) that hands out what lies unsealed in a local folder. Files are then "
        "readable for the group of their folder.",
        unset="the portal streams every file itself",
    ),
    Variable(
        "EMAIL_URL",
        "URL",
        _email_url,
        "The mail server: `smtp://user:password@host:587/?tls=1` (STARTTLS) or `smtps://user:password@host:465`; "
        "`file:///folder` writes each message to a file.",
        unset="files in `DATA_DIR/mail`",
        production=True,
        secret=True,
    ),
    Variable(
        "EMAIL_FROM",
        "address",
        _text,
        "The sender of all e-mail, such as `Concordat <mra@example.org>`.",
        unset="`Concordat <no-reply@HOST>` with the host of `BASE_URL`",
    ),
    Variable(
        "OIDC_PROVIDERS",
        "JSON",
        _providers,
        "Sign-in by an authority's own OpenID Connect service: a list of "
        '`{"id", "name", "server_url", "client_id", "secret", "authority"}`. The address to register there is '
        "`BASE_URL/account/oidc/ID/login/callback/`.",
        default="[]",
        unset="none",
        secret=True,
    ),
    Variable(
        "ADMIN_PATH",
        "path",
        _admin_path,
        "Where operators find the tables of the portal. Choose something that cannot be guessed.",
        unset="`operator` in local use; in production no such pages",
    ),
    Variable("LOG_LEVEL", "level", _level, "One of " + ", ".join(LOG_LEVELS) + ".", default="INFO"),
)


@dataclass(frozen=True)
class Environment:
    """The parsed values by variable name, and the names that were given rather than defaulted."""

    values: dict[str, Any] = field(repr=False)
    given: frozenset[str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def production(self) -> bool:
        """True when DEBUG=0."""
        return self.values["DEBUG"] is False


def read(environ: Mapping[str, str]) -> Environment:
    """Parse the variables found in `environ`; an empty text counts as unset.

    Raises :class:`BadEnvironment` with every problem at once: values of the wrong form and, with DEBUG=0,
    whatever production needs.
    """
    values: dict[str, Any] = {}
    problems = []
    given = frozenset(variable.name for variable in VARIABLES if environ.get(variable.name))
    for variable in VARIABLES:
        raw = environ.get(variable.name) or variable.default
        try:
            values[variable.name] = None if raw is None else variable.parse(raw)
        except BadValue as expected:
            shown = "its value" if variable.secret else repr(raw)
            problems.append(f"{variable.name}: {shown} cannot be used; expected {expected}.")
            values[variable.name] = None
    environment = Environment(values, given)
    if environment.production:
        problems += _unsafe_in_production(environment)
    if problems:
        raise BadEnvironment(problems)
    if values["BASE_URL"] is None:
        values["BASE_URL"] = f"http://localhost:{values['PORT']}"
    return environment


def _unsafe_in_production(environment: Environment) -> list[str]:
    problems = [
        f"{variable.name}: not set. Production (DEBUG=0) has no default for it; {_first_lower(variable.meaning)}"
        for variable in VARIABLES
        if variable.production
        and variable.name not in environment.given
        and environment.values.get(variable.unless, True)
    ]
    secret_key = environment["SECRET_KEY"]
    if secret_key and len(secret_key) < SHORTEST_SECRET_KEY:
        problems.append(f"SECRET_KEY: too short; production needs at least {SHORTEST_SECRET_KEY} characters.")
    if secret_key and len(secret_key) >= SHORTEST_SECRET_KEY and len(set(secret_key)) < 5:
        problems.append("SECRET_KEY: too few different characters; make it at random.")
    if "*" in (environment["ALLOWED_HOSTS"] or ()):
        problems.append("ALLOWED_HOSTS: '*' answers to every name; list the names of the site.")
    return problems


def _first_lower(sentence: str) -> str:
    return "it is: " + sentence if sentence[:2].isupper() else sentence[0].lower() + sentence[1:]


def table() -> str:
    """The variables as a Markdown table, as docs/operations.md shows it."""
    lines = [
        "| variable | type | unset | needed in production | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for variable in VARIABLES:
        unset = variable.unset or f"`{variable.default}`"
        needed = "yes" if variable.production else "no"
        needed += f", unless `{variable.unless}=0`" if variable.unless else ""
        lines.append(f"| `{variable.name}` | {variable.kind} | {unset} | {needed} | {variable.meaning} |")
    return "\n".join(lines) + "\n"

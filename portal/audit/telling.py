"""Entries as plain data: with the person for insiders, with the authority alone for the public."""

import json
from collections.abc import Iterable

from django.apps import apps

from portal.audit.models import AuditEntry

_MISSING = object()


def as_public(entry: AuditEntry) -> dict:
    """What anybody may be told: no person, no reason (it may be for insiders), no content, no request."""
    return {
        "id": entry.id,
        "at": entry.at,
        "act": entry.act,
        "authority": entry.authority or None,
        "target": {"kind": entry.target_kind, "id": entry.target_id, "name": entry.target_name},
    }


def as_insider(entry: AuditEntry) -> dict:
    """What the authority itself and the operator are told: the whole entry but its hashes."""
    return {
        **as_public(entry),
        "actor": entry.actor,
        "actor_key": entry.actor_key or None,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "request_id": entry.request_id or None,
    }


def words_of(act: str) -> str:
    """The verb for a reader: ``registry.give_role`` is "Give role"."""
    return act.rpartition(".")[2].replace("_", " ").capitalize()


def kind_of(entry: AuditEntry) -> str:
    """What kind of thing the act was done to, for a reader."""
    model = _model(entry.target_kind)
    return str(model._meta.verbose_name) if model else entry.target_kind


def differences(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """What the act changed: name, before and after as text ("" where there was nothing), in order of the names."""
    names = sorted({*entry.before, *entry.after})
    pairs = [(name, entry.before.get(name, _MISSING), entry.after.get(name, _MISSING)) for name in names]
    return [(name, _text(before), _text(after)) for name, before, after in pairs if before != after]


def _text(value) -> str:
    if value is _MISSING or value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def addresses(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """By kind and id, the page of each target whose model has pages; one query per kind.

    The page asks for itself whether the reader may see it.
    """
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.target_kind, set()).add(entry.target_id)
    return {
        (kind, str(row.pk)): row.get_absolute_url()
        for kind, ids in wanted.items()
        for row in _with_pages(kind, ids)
    }


def _with_pages(kind: str, ids: set[str]) -> list:
    model = _model(kind)
    if model is None or not hasattr(model, "get_absolute_url"):
        return []
    numbers = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 19]
    return list(model._default_manager.filter(pk__in=numbers).select_related())


def _model(kind: str):
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None

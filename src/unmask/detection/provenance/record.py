"""What a C2PA record says, of the manifest store that the library gives as JSON.

The store is whatever a stranger wrote: what has another form than it should is passed over, and all
of it is bounded. Source: C2PA Specification 2.4, chapters 9 (actions, ingredients) and 18
(assertions); CAWG Metadata 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from unmask.detection.provenance.claims import RecordAction, RecordIngredient
from unmask.detection.provenance.source_types import is_generated_source, source_type_name
from unmask.detection.provenance.statuses import standing
from unmask.detection.text import printable

MAX_TEXT: Final = 200
MAX_MANIFESTS: Final = 100
MAX_ACTIONS: Final = 50
MAX_INGREDIENTS: Final = 20
MAX_WALKED: Final = 20_000
"""Values of an assertion that are looked at."""

_SOURCE_TYPES: Final = ("digitalsourcetype", "digitalsourcefiletype")
_DISCLOSURES: Final = ("c2pa.ai-disclosure", "c2pa.ai_disclosure", "c2pa.ai_generated_content")
"""Assertions, and an action of that name, by which a record says that AI took part."""
_DISCLOSED: Final = ("modelName", "modelIdentifier", "modelType")


def says_generated(manifests: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest, or one that it was made from, says that generative AI took part."""
    waiting, met = [manifest], 0
    while waiting and met < MAX_MANIFESTS:
        one = waiting.pop()
        met += 1
        if disclosure(one) is not None or any(map(is_generated_source, source_types(one))):
            return True
        for ingredient in _dicts(one.get("ingredients")):
            origin = manifests.get(str(ingredient.get("active_manifest")))
            if isinstance(origin, dict):
                waiting.append(origin)
    return False


def source_types(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Digital source types wherever a manifest may hold them.

    They stand with actions and their templates, in parameters of either, and in assertions of
    metadata (`c2pa.metadata`, `cawg.metadata`, `stds.iptc`).
    """
    for label, data in _assertions(manifest):
        if label.startswith("c2pa.actions") or _is_metadata(label):
            yield from _walked(data)


def disclosure(manifest: Mapping[str, Any]) -> str | None:
    """What a record discloses of a model that took part; None where it discloses none."""
    for label, data in _assertions(manifest):
        if label.startswith(_DISCLOSURES):
            named = (text(data.get(name)) for name in _DISCLOSED) if isinstance(data, dict) else ()
            return next((name for name in named if name), "a model that is not named")
    acts = (str(action.get("action")) for action in _actions(manifest))
    return "a model that is not named" if any(map(_DISCLOSURES.__contains__, acts)) else None


def actions(manifest: Mapping[str, Any]) -> list[RecordAction]:
    """What was done to the picture, in the order that the record tells it."""
    return [
        RecordAction(
            action=text(action.get("action")) or "unknown",
            when=text(action.get("when")),
            software=_agent(action.get("softwareAgent")),
            digital_source_type=_source_type(action),
            description=text(action.get("description")),
        )
        for action in _actions(manifest)[:MAX_ACTIONS]
    ]


def ingredients(
    manifests: Mapping[str, Any], manifest: Mapping[str, Any]
) -> list[RecordIngredient]:
    """What the picture was made from, each with the state of its own record."""
    found = []
    for ingredient in _dicts(manifest.get("ingredients"))[:MAX_INGREDIENTS]:
        origin = manifests.get(str(ingredient.get("active_manifest")))
        record = origin if isinstance(origin, dict) else {}
        results = ingredient.get("validation_results")
        told = results.get("activeManifest") if isinstance(results, dict) else None
        if not isinstance(told, dict):  # records of before version 2 list failures only
            told = {
                "success": [{"code": "claimSignature.validated"}],
                "failure": ingredient.get("validation_status") or [],
            }
        state = standing(told).state if record or told["failure"] else "no_record"
        found.append(
            RecordIngredient(
                title=text(ingredient.get("title")),
                relation=text(ingredient.get("relationship")),
                state=state,
                signer=signer(record),
                software=software(record),
                says_generated=says_generated(manifests, record),
            )
        )
    return found


def signer(manifest: Mapping[str, Any]) -> str | None:
    """Organisation that the certificate was made out to, and its common name where it differs."""
    signature = manifest.get("signature_info")
    if not isinstance(signature, dict):
        return None
    organisation, name = text(signature.get("issuer")), text(signature.get("common_name"))
    if organisation and name and organisation != name:
        return f"{organisation} ({name})"
    return organisation or name


def software(manifest: Mapping[str, Any]) -> str | None:
    """The software that wrote the record."""
    infos = _dicts(manifest.get("claim_generator_info"))
    return _agent(infos[0]) if infos else text(manifest.get("claim_generator"))


def camera(manifest: Mapping[str, Any]) -> str | None:
    """Make and model of the camera, of an assertion of metadata."""
    for label, data in _assertions(manifest):
        if not _is_metadata(label) or not isinstance(data, dict):
            continue
        named = {key.rpartition(":")[2].lower(): value for key, value in data.items()}
        make, model = text(named.get("make")), text(named.get("model"))
        if make and model:
            return model if model.startswith(make) else f"{make} {model}"
        if model:
            return model
    return None


def text(value: object) -> str | None:
    """A text of the record, cut short; None where there is none."""
    return short(value) if isinstance(value, str) and value.strip() else None


def short(value: object) -> str:
    """Anything as one short line that can steer no terminal."""
    return printable(" ".join(str(value)[: 4 * MAX_TEXT].split()))[:MAX_TEXT]


def _agent(value: object) -> str | None:
    """Name and version of a software, which older records give as one text."""
    if not isinstance(value, dict):
        return text(value)
    parts = [text(value.get("name")), text(value.get("version"))]
    return " ".join(part for part in parts if part) or None


def _source_type(action: Mapping[str, Any]) -> str | None:
    """The type of an action; of several the one that tells of generative AI."""
    found = list(_walked(action))
    value = next(filter(is_generated_source, found), found[0] if found else None)
    return None if value is None else text(source_type_name(value))


def _actions(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        action
        for label, data in _assertions(manifest)
        if label.startswith("c2pa.actions") and isinstance(data, dict)
        for action in _dicts(data.get("actions"))
    ]


def _assertions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for assertion in _dicts(manifest.get("assertions")):
        yield str(assertion.get("label", "")), assertion.get("data")


def _is_metadata(label: str) -> bool:
    return label.startswith("stds.") or ".metadata" in label


def _walked(data: object) -> Iterator[str]:
    """Values of the keys that hold digital source types, however deep they lie."""
    waiting: list[tuple[str, object]] = [("", data)]
    for _ in range(MAX_WALKED):
        if not waiting:
            return
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [
                (key if name in ("@id", "@value") else str(name), held)
                for name, held in value.items()
            ]
        elif isinstance(value, list):
            waiting += [(key, held) for held in value]
        elif isinstance(value, str) and _last_part(key) in _SOURCE_TYPES:
            yield value


def _last_part(key: str) -> str:
    return key.replace(":", ".").rpartition(".")[2].lower()


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

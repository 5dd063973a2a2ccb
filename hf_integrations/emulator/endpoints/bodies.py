"""What an owner may order: bodies of create and update, checked as the API does.

Fields that it does not know are dropped without a word, as in the real one.
Source: huggingface_hub, `hf_api.py`, `create_inference_endpoint` and `update_inference_endpoint`;
https://api.endpoints.huggingface.cloud (OpenAPI).
"""

from __future__ import annotations

import copy
import re
from typing import Any

from hf_integrations.emulator.endpoints.hardware import Instance, find
from hf_integrations.emulator.problems import Refusal, hub_problem

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")
REPOSITORY = re.compile(r"[\w.-]{1,96}(?:/[\w.-]{1,96})?")
TYPES = ("public", "authenticated", "protected", "private")
REDACTED = "***"
_SIZES = {"tensorParallelSize": ("vLLM", "sGLang"), "dataParallelSize": ("vLLM",)}
_CONTAINER = ("url", "port", "healthRoute", "env", "command", "args", "tensorParallelSize",
              "dataParallelSize", "maxBatchTokens", "maxConcurrentRequests", "pooling",
              "maxBatchTotalTokens", "maxInputLength", "maxTotalTokens", "quantize", "ctxSize",
              "mode", "modelPath", "nGpuLayers", "nParallel", "threadsHttp", "variant",
              "kvCacheDtype", "maxNumSeqs", "maxNumBatchedTokens")  # fmt: skip
VARIANTS: dict[str, tuple[str, ...]] = {
    "huggingface": (), "hfServe": _CONTAINER, "custom": (*_CONTAINER, "credentials"),
    **dict.fromkeys(
        ("vLLM", "sGLang", "tgi", "tgiNeuron", "tgiTpu", "tei", "llamacpp"), _CONTAINER
    ),
}  # fmt: skip
_MODEL = (
    "repository",
    "revision",
    "task",
    "framework",
    "image",
    "command",
    "args",
    "env",
    "secrets",
)
_INSTANCE = ("accelerator", "instanceType", "instanceSize")
_SCALING = ("minReplica", "maxReplica", "scaleToZeroTimeout", "measure")
_TOP = ("type", "tags", "cacheHttpResponses", "privateService", "route", "customRouter")


def checked(body: dict[str, Any]) -> dict[str, Any]:
    """Return the order for a new endpoint, whole and without what is not known."""
    name = body.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _wrong("name", "must be 2 to 32 lower-case letters, digits or hyphens")
    model, compute, place = (_object(body, key) for key in ("model", "compute", "provider"))
    if "task" in model and model["task"] is None:
        raise _wrong("model.task", "invalid type: null, expected a string")
    for field in ("repository", "framework", "image"):
        if not model.get(field):
            raise _wrong(f"model.{field}", "missing field")
    if not REPOSITORY.fullmatch(str(model["repository"])):
        raise _wrong("model.repository", "must be the id of a model, organisation/name")
    spec = {
        "name": name, "type": "authenticated",
        "provider": {key: str(place.get(key, "")) for key in ("vendor", "region")},
        "compute": {key: compute.get(key) for key in _INSTANCE}
        | {"scaling": {"minReplica": 1, "maxReplica": 1, "scaleToZeroTimeout": None}},
        "model": {"revision": None, "task": "custom", "env": {}, "secrets": {}},
    }  # fmt: skip
    return changed(spec, body)


def changed(spec: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return the order with what `body` changes of it."""
    new = copy.deepcopy(spec)
    for key, value in _object(body, "model").items():
        if key in _MODEL:
            new["model"][key] = _image(value) if key == "image" else value
    compute = _object(body, "compute")
    for key in _INSTANCE:
        new["compute"][key] = compute.get(key) or new["compute"][key]
    for key, value in _object(compute, "scaling").items():
        if key in _SCALING:
            new["compute"]["scaling"][key] = value
    new |= {key: body[key] for key in _TOP if body.get(key) is not None}
    _check(new)
    return new


def instance_of(spec: dict[str, Any]) -> Instance:
    """Return the machine that an order names."""
    place, compute = spec["provider"], spec["compute"]
    found = find(
        place["vendor"], place["region"], compute["accelerator"], compute["instanceType"],
        compute["instanceSize"],
    )  # fmt: skip
    if found is None:
        asked = f"{compute['accelerator']} {compute['instanceType']} {compute['instanceSize']}"
        raise _wrong("compute", f"no instance {asked} in {place['vendor']} {place['region']}")
    return found


def _check(spec: dict[str, Any]) -> None:
    if spec["type"] not in TYPES:
        raise _wrong(
            "type", f"unknown variant `{spec['type']}`, expected one of {', '.join(TYPES)}"
        )
    if spec["type"] == "private" and not spec.get("privateService"):
        raise _wrong("privateService", "missing field for a private endpoint")
    if instance_of(spec).status in ("not_available", "deprecated"):
        raise _wrong("compute", f"the instance is {instance_of(spec).status}")
    scaling = spec["compute"]["scaling"]
    least, most = scaling["minReplica"], scaling["maxReplica"]
    if (
        not isinstance(least, int)
        or not isinstance(most, int)
        or not 0 <= least <= most
        or not most
    ):
        raise _wrong("compute.scaling", "minReplica must be from 0 to maxReplica")


def _image(image: Any) -> dict[str, Any]:
    """Return an image without the fields that its variant does not have."""
    if not isinstance(image, dict) or len(image) != 1:
        raise _wrong("model.image", "must be an object with one key, the variant")
    [(variant, given)] = image.items()
    if variant not in VARIANTS or not isinstance(given, dict):
        told = ", ".join(VARIANTS)
        raise _wrong("model.image", f"unknown variant `{variant}`, expected one of {told}")
    if variant == "custom" and not given.get("url"):
        raise _wrong("model.image.custom", "missing field `url`")
    known = VARIANTS[variant]
    kept = {
        key: value
        for key, value in given.items()
        if key in known and variant in _SIZES.get(key, (variant,))
    }
    return {variant: copy.deepcopy(kept)}


def _object(body: dict[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(key, "must be an object")
    return value


def _wrong(field: str, why: str) -> Refusal:
    return hub_problem(400, f"{field}: {why}")

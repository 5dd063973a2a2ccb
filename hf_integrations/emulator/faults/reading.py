"""Scripts as people write them: a line of text, a JSON value, a header of a request.

`2 x loading, then rate_limited, fine` is a sequence, `10% rate_limited, 5% cut; seed=7` a storm. A
step is a name of `named.NAMED` or a status, with fields in brackets, joined to others by `+`:
`slow(delay=0.2) + no_done`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from http import HTTPStatus
from typing import Any

import msgspec

from hf_integrations.emulator.faults.fault import Fault
from hf_integrations.emulator.faults.named import NAMED, fault
from hf_integrations.emulator.faults.script import Script, Sequence, Storm
from hf_integrations.errors import ConfigurationError

_SCOPE = ("path", "model", "method")
_SEED = re.compile(r";\s*seed\s*=\s*(\d+)\s*$")
_BORDER = re.compile(r"\s*(?:,\s*(?:then\b)?|\bthen\b)\s*(?![^()]*\))")
_PLUS = re.compile(r"\s*\+\s*(?![^()]*\))")
_STEP = re.compile(r"(?:(?P<times>\d+)\s*[x×*]\s*|(?P<percent>\d+(?:\.\d+)?)\s*%\s*)?(?P<what>.+)")
_WHAT = re.compile(r"(?:(?P<status>\d{3})\s*)?(?P<name>[a-z_]*)\s*(?:\((?P<fields>[^()]*)\))?")
_OF_STATUS = {one.status: name for name, one in reversed(NAMED.items()) if one.status}
_OF_STATUS |= {400: "paused", 429: "rate_limited", 503: "unavailable"}

_Step = tuple[Fault, float | None]  # with its chance, in a storm


def read(value: Any, *, seed: int = 0, **scope: str) -> Script:
    """Return the script that a text or a JSON value describes.

    Args:
        value: a text; a list of texts and faults; an object with the fields of a fault and `name`,
            or with `script` or `storm`, `seed`, `path`, `model` and `method`.
        seed: of a storm that names none.
        scope: path, model and method of faults that say nothing of their own.

    Raises:
        ConfigurationError: it describes none.
    """
    if isinstance(value, str):
        return _from_text(value, seed, scope)
    if isinstance(value, list):
        return Sequence(_scoped(one, scope) for step in value for one in _faults(step))
    if not isinstance(value, dict):
        raise ConfigurationError("A fault is a name, a script, or an object with fields.")
    if "script" in value or "storm" in value:
        return _from_object(value, seed, scope)
    return Sequence([_scoped(_from_fields(value), scope)])


def storm(odds: Any, *, seed: Any = 0, **scope: str) -> Storm:
    """Return the storm with these odds: a step as text, and its probability from 0 to 1."""
    good = isinstance(odds, Mapping) and all(
        isinstance(chance, (int, float)) and not isinstance(chance, bool)
        for chance in odds.values()
    )
    if not good or not isinstance(seed, int):
        raise ConfigurationError(
            "A storm is an object of faults and their probabilities, with a whole number as seed."
        )
    return Storm(
        {name: (_scoped(_step(name)[0], scope), float(chance)) for name, chance in odds.items()},
        seed=seed,
    )


def from_header(text: str) -> Fault | Script:
    """Return what the header `x-emulator-fault` asks for: one fault, or a script that goes on."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            value = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ConfigurationError("The fault in x-emulator-fault is not JSON.") from error
        if isinstance(value, dict) and not {"script", "storm"} & value.keys():
            return _from_fields(value)
        return read(value, method="*")
    if not re.search(r"[,;%]|^\s*\d+\s*[x*\xd7]|\bthen\b", text):
        return _step(text)[0]
    return read(text, method="*")


def _from_text(text: str, seed: int, scope: Mapping[str, str]) -> Script:
    if told := _SEED.search(text):
        text, seed = text[: told.start()], int(told[1])
    named = [part for part in _BORDER.split(text.strip()) if part]
    steps = [_step(part) for part in named]
    if not any(chance is not None for _, chance in steps):
        return Sequence(_scoped(one, scope) for one, _ in steps)
    if any(chance is None for _, chance in steps):
        raise ConfigurationError("Give every fault of a script a probability, or none of them.")
    odds = {
        name: (_scoped(one, scope), chance or 0.0)
        for name, (one, chance) in zip(named, steps, strict=True)
    }
    return Storm(odds, seed=seed)


def _from_object(value: dict[str, Any], seed: int, scope: Mapping[str, str]) -> Script:
    if unknown := sorted(value.keys() - {"script", "storm", "seed", *_SCOPE}):
        raise ConfigurationError(f"A script has no field {unknown[0]}.")
    given = {name: value[name] for name in _SCOPE if name in value}
    seed = value.get("seed", seed)
    if "storm" in value:
        return storm(value["storm"], seed=seed, **{**scope, **given})
    return read(value["script"], seed=seed, **{**scope, **given})


def _faults(step: Any) -> list[Fault]:
    if isinstance(step, dict):
        return [_from_fields(step)]
    if isinstance(step, str):
        return [_step(step)[0]]
    raise ConfigurationError("A step of a script is a text, or an object with fields.")


def _from_fields(value: dict[str, Any]) -> Fault:
    fields = {name: one for name, one in value.items() if name != "name"}
    name = value.get("name")
    if name is not None and not isinstance(name, str):
        raise ConfigurationError("The name of a fault is a text.")
    try:
        return fault(name, **fields)
    except TypeError as error:
        raise ConfigurationError("A field of the fault has a wrong type.") from error


def _step(text: str) -> _Step:
    found = _STEP.fullmatch(text.strip())
    if found is None:
        raise ConfigurationError("A step of a script is empty.")
    one = reduce(Fault.with_, map(_single, _PLUS.split(found["what"])))
    if found["times"]:
        one = replace(one, times=int(found["times"]))
    return one, float(found["percent"]) / 100 if found["percent"] else None


def _single(text: str) -> Fault:
    found = _WHAT.fullmatch(text.strip())
    if found is None or not (found["status"] or found["name"]):
        raise ConfigurationError(
            f"{text[:60]!r} is no fault; write a name, such as 'loading', or a status."
        )
    fields = dict(_field(part) for part in (found["fields"] or "").split(",") if part.strip())
    if found["name"]:
        named = fault(found["name"], **fields)
        if found["status"] and str(named.status) != found["status"]:
            raise ConfigurationError(f"The fault {found['name']} has no status {found['status']}.")
        return named
    status = int(found["status"])
    if status in _OF_STATUS:
        return fault(_OF_STATUS[status], **fields)
    known = {one.value: one.phrase for one in HTTPStatus}
    return fault(None, **{"status": status, "body": {"error": known.get(status, "")}} | fields)


def _field(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), msgspec.json.decode(value.strip())
    except msgspec.DecodeError:
        return name.strip(), value.strip()


def _scoped(one: Fault, scope: Mapping[str, str]) -> Fault:
    """Return the fault for what is asked of all, unless it says so itself."""
    plain = Fault()
    mine: dict[str, Any] = {
        name: value for name, value in scope.items() if getattr(one, name) == getattr(plain, name)
    }
    return replace(one, **mine) if mine else one

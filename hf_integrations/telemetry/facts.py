"""What may be told of a call and of its answer without telling what was said; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hf_integrations.telemetry import conventions as names
from hf_integrations.telemetry.labels import label

_MODEL = re.compile(r"[\w.-]{1,96}(/[\w.-]{1,96})?(:[\w-]{1,40})?", re.ASCII)
_TASK = re.compile(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,4}")
_NOBODY = frozenset({"", "auto", "fastest", "cheapest", "preferred"})

Facts = dict[str, Any]


def named_model(given: Any) -> str:
    """The model that a call names, if that is a name and not an address or something else."""
    name = given if isinstance(given, str) else ""
    return name.partition(":")[0] if _MODEL.fullmatch(name) else ""


def task_of(args: tuple[Any, ...]) -> str:
    """What `client.run` is asked to do, in the words of the conventions where they have any."""
    task = getattr(args[0], "name", args[0]) if args else ""
    known = task if isinstance(task, str) and _TASK.fullmatch(task) else "run"
    return names.BY_TASK.get(known, known)


def asked(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, streamed: bool) -> Facts:
    """What a call asks for: its numbers, and the kind of its answer."""
    given = dict(_fields(args[0] if args else kwargs.get("messages"))) | dict(kwargs)
    facts = {
        attribute: given[parameter]
        for parameter, attribute in names.PARAMETERS.items()
        if type(given.get(parameter)) in (int, float)
    }
    if streamed:
        facts[names.REQUEST_STREAM] = True
    kind = names.OUTPUTS.get(name)
    if kind is None and given.get("response_format") is not None:
        kind = "json"
    return facts | ({names.OUTPUT_TYPE: kind} if kind else {})


def provider_named(provider: str, headers: Mapping[str, str] | None = None) -> str:
    """Who serves, as far as is known: the one the router chose, or Hugging Face."""
    told = (headers or {}).get("x-inference-provider", "")
    return label(told) if told else "huggingface" if provider in _NOBODY else label(provider)


def answer_of(result: Any) -> Facts:
    """What an answer says of itself: names and numbers, none of its words."""
    found: Facts = {}
    for attribute, value in (
        (names.RESPONSE_MODEL, getattr(result, "model", None)),
        (names.RESPONSE_ID, getattr(result, "id", None)),
        (names.SERVED_BY, getattr(result, "served_by", None)),
    ):
        if isinstance(value, str) and value:
            found[attribute] = label(value)
    if reasons := list(_reasons(result)):
        found[names.FINISH_REASONS] = reasons
    return found | usage_of(result)


def usage_of(result: Any) -> Facts:
    """Tokens, as the server counted them."""
    usage, details = getattr(result, "usage", None), getattr(result, "details", None)
    counted = {
        names.INPUT_TOKENS: getattr(usage, "prompt_tokens", None),
        names.OUTPUT_TOKENS: getattr(usage, "completion_tokens", None),
        names.REASONING_TOKENS: _within(usage, "completion_tokens_details", "reasoning_tokens"),
        names.CACHED_TOKENS: _within(usage, "prompt_tokens_details", "cached_tokens"),
    }
    if counted[names.OUTPUT_TOKENS] is None and usage is None:
        counted[names.OUTPUT_TOKENS] = getattr(details, "generated_tokens", None)
    return {name: number for name, number in counted.items() if type(number) is int}


def _within(usage: Any, group: str, name: str) -> Any:
    inner = getattr(usage, group, None)
    return inner.get(name) if isinstance(inner, Mapping) else getattr(inner, name, None)


def _reasons(result: Any) -> Iterator[str]:
    choices = getattr(result, "choices", None)
    for one in choices if isinstance(choices, list) else (result,):
        reason = getattr(one, "finish_reason", None)
        if isinstance(reason, str) and reason:
            yield label(reason)


def _fields(request: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a whole request, where one is given in place of its parts."""
    for name in getattr(request, "__struct_fields__", ()):
        value = getattr(request, name, None)
        if name == "parameters" and isinstance(value, Mapping):
            yield from value.items()
        elif value is not None:
            yield name, value

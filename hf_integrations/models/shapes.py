"""The two kinds of shape, and the one place where they meet JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import getitem
from typing import Any, TypeVar

import msgspec

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Response
from hf_integrations.models.decoders import converted, decoder_of
from hf_integrations.models.timings import Timings

T = TypeVar("T")


class Sent(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of what we send: immutable, no unknown fields, nothing on the wire that was not set."""


class Received(msgspec.Struct, omit_defaults=True):
    """Base of what we receive: servers grow, so unknown fields are no error."""


class Answer(Received, dict=True):
    """Base of a whole answer: it remembers the exchange it came from."""

    @property
    def http(self) -> Response | None:
        """The HTTP response; None once the answer was copied or pickled."""
        response: Response | None = self.__dict__.get("_http")
        return response

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the response, their names in lower case."""
        return self.http.headers if self.http else {}

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support."""
        return request_id(self.headers)

    @property
    def timings(self) -> Timings:
        """What the server says of the time it took, in seconds."""
        return Timings.of(self.headers)

    @property
    def served_by(self) -> str | None:
        """Who answered, where several were there to be asked (the setting `failover`)."""
        found: str | None = self.__dict__.get("_served_by")
        return found

    @property
    def raw(self) -> Any:
        """The answer as JSON, with the fields this version does not know."""
        if self.http is None or not self.http.body:  # a copy, or put together from a stream
            return msgspec.to_builtins(self)
        return msgspec.json.decode(self.http.body)


def request_id(headers: Mapping[str, str]) -> str | None:
    """The server's id of a request. Source: the Inference Providers' docs, on `Inference-Id`."""
    return headers.get("x-request-id") or headers.get("inference-id")


def encode(value: Any) -> bytes:
    """JSON, as compact as it gets."""
    try:
        return _ENCODER.encode(value)
    except _NO_JSON as error:
        raise _unwritable(error) from None


def as_dict(value: Any) -> dict[str, Any]:
    """A shape as a plain dict, without what was not set."""
    try:
        result: dict[str, Any] = msgspec.to_builtins(value, enc_hook=_builtin)
        return result
    except _NO_JSON as error:
        raise _unwritable(error) from None


_NO_JSON = (TypeError, ValueError, OverflowError, RecursionError)


def _unwritable(error: Exception) -> ValidationError:
    """Of the reasons, only those that name a type; others quote what was to be written."""
    reason = str(error) if isinstance(error, TypeError) else type(error).__name__
    return ValidationError(f"The request cannot be written as JSON: {reason}.")


def decode(body: bytes, shape: type[T]) -> T:
    """An answer in its shape; what does not fit raises `DecodeError`, without showing it.

    Where one of ours does not fit at first, null counts as absent, a number may be text, an id a
    number, and what stands beside the answer anything.
    """
    try:
        result: T = decoder_of(shape).decode(body)
        return result
    except msgspec.ValidationError as error:
        return _loosely(body, shape, error)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unfit(error) from None


def decoding(shape: type[T]) -> Callable[[bytes], T]:
    """`decode` for one shape, for what comes often."""
    read = decoder_of(shape).decode

    def each(body: bytes) -> T:
        try:
            result: T = read(body)
            return result
        except msgspec.ValidationError as error:
            return _loosely(body, shape, error)

    return each


def _loosely(body: bytes, shape: type[T], error: msgspec.ValidationError) -> T:
    kind: object = shape
    if not (isinstance(kind, type) and issubclass(kind, Received)):
        raise _unfit(error) from None
    try:
        value = _without_nulls(msgspec.json.decode(body))
        for _ in range(_MOST_MENDED):
            try:
                return converted(value, shape, strict=False)
            except msgspec.ValidationError as problem:
                if not _mended(value, str(problem)):
                    break
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise _unfit(error) from None


_MOST_MENDED = 100
# What no answer is worth being thrown away for.
_BESIDE = {"created", "id", "logprobs", "model", "object", "system_fingerprint", "usage"}
_PLACE = re.compile(r"\.(\w+)|\[(\d+)\]")


def _mended(value: Any, problem: str) -> bool:
    """Make fit, in place, what does not; whether that could be done.

    Source: text-generation-inference 2.0, `ToolCall.id` (a number); LiteLLM, which knows servers
    without a role.
    """
    what, _, where = problem.partition(" - at ")
    keys = [name or int(number) for name, number in _PLACE.findall(where)]
    if what == "Object missing required field `role`":
        _at(value, keys)["role"] = "assistant"
        return True
    if not keys:
        return False
    holder, last = _at(value, keys[:-1]), keys[-1]
    if last in ("id", "tool_call_id") and isinstance(holder[last], int):
        holder[last] = str(holder[last])
        return True
    beside = next((n for n, key in enumerate(keys) if key in _BESIDE), None)
    if beside is None:
        return False
    del _at(value, keys[:beside])[keys[beside]]
    return True


def _at(value: Any, keys: list[str | int]) -> Any:
    return reduce(getitem, keys, value)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def _unfit(error: Exception) -> DecodeError:
    return DecodeError(f"The answer does not fit its shape: {error}.")


def answer(response: Response, shape: type[T]) -> T:
    """A whole answer in its shape, with the exchange it came from."""
    result = decode(response.body, shape)
    if isinstance(result, Answer):
        result.__dict__["_http"] = response
    return result


def checked(values: dict[str, Any], shape: type[T]) -> T:
    """What the caller gave, in its shape; what does not fit is named, and never shown."""
    try:
        return converted(values, shape)
    except (msgspec.ValidationError, AttributeError):
        plain = {
            name: value.tolist() if hasattr(value, "tolist") else value  # numpy's
            for name, value in values.items()
        }
    try:
        return converted(plain, shape)
    except msgspec.ValidationError as error:
        raise ValidationError(_in_words(str(error))) from None
    except AttributeError:  # what can be indexed, msgspec takes for a mapping and asks for its keys
        raise ValidationError(_no_mapping(plain, shape)) from None


def _no_mapping(values: dict[str, Any], shape: type[T]) -> str:
    """Which of the values can be indexed and is no mapping, where one is wanted."""
    for name, value in values.items():
        try:
            converted({name: value}, shape)
        except msgspec.ValidationError:
            continue
        except AttributeError:
            return f"{name}: expected `object`, got `{type(value).__name__}`."
    return "A value is of a kind that no parameter has."


def _in_words(problem: str) -> str:
    """`Expected x, got y - at `$.a.b`` as `a.b: expected x, got y.`."""
    if unknown := re.fullmatch(r"Object contains unknown field `(.*?)`(?: - at `\$.*`)?", problem):
        return f"{unknown[1]}: there is no such parameter; extra_body= sends what is not listed."
    what, _, place = problem.partition(" - at ")
    name = place.strip("`").removeprefix("$").lstrip(".")
    return f"{name}: {what[:1].lower()}{what[1:]}." if name else f"{what}."


def _builtin(value: Any) -> Any:
    """What JSON does not know: numpy's numbers and arrays, pydantic's models, frameworks' texts."""
    if isinstance(value, str):  # of a kind of its own, as the text of a LangChain message is
        return str.__str__(value)
    if isinstance(value, (int, float)):
        return value.__int__() if isinstance(value, int) else value.__float__()
    for way in ("tolist", "model_dump"):
        if hasattr(value, way):
            return getattr(value, way)()
    raise TypeError(f"{type(value).__name__} is not JSON")


_ENCODER = msgspec.json.Encoder(enc_hook=_builtin)

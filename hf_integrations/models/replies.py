"""Replies in whatever form servers write them: a list, a list in a list, or the object alone."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.decoders import converted
from hf_integrations.models.media import Media, received
from hf_integrations.models.shapes import Answer, request_id
from hf_integrations.models.shown import Shown

T = TypeVar("T")
M = TypeVar("M", bound=Media)


class Answers(Shown[T]):
    """The items of an answer, as the server ordered them: the best first, as a rule.

    In a notebook they are a table.

    Attributes:
        http: the exchange they came from.
    """

    http: Response | None = None

    @property
    def best(self) -> T:
        """The first.

        Raises:
            DecodeError: the server gave none.
        """
        if not self:
            raise DecodeError("The answer is empty: the server found nothing.")
        return self[0]

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support."""
        return request_id(self.http.headers) if self.http else None


def json_of(response: Response) -> Any:
    """The JSON of an answer.

    Raises:
        DecodeError: it is none.
    """
    try:
        return msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unfit(response, "it is not JSON") from None


def unfit(response: Response, why: str) -> DecodeError:
    """An error that says why an answer does not fit, and nothing of what is in it."""
    return DecodeError(
        f"The answer does not fit its shape: {why}.",
        status=response.status,
        request_id=request_id(response.headers),
        hint="Is this a model of this task, and a server of that kind?",
    )


def shaped(response: Response, value: Any, shape: type[T]) -> T:
    """Part of an answer in its shape."""
    try:
        return converted(value, shape)
    except (msgspec.ValidationError, RecursionError, DecodeError) as error:
        message = "it is too deep" if isinstance(error, RecursionError) else str(error)
        raise unfit(response, message) from None


def items(response: Response) -> list[Any]:
    """The items: those of a list, of the only list in a list, or the one object."""
    value = json_of(response)
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return value if isinstance(value, list) else [value]


def many(shape: type[T]) -> Callable[[Response], Answers[T]]:
    """A reader of lists of a shape."""

    def read(response: Response) -> Answers[T]:
        return answers(response, [shaped(response, item, shape) for item in items(response)])

    return read


def one(shape: type[T]) -> Callable[[Response], T]:
    """A reader of one object, or of a list that begins with it."""

    def read(response: Response) -> T:
        found = items(response)
        if not found:
            raise unfit(response, "it is empty")
        return with_http(response, shaped(response, found[0], shape))

    return read


def answers(response: Response, found: list[T]) -> Answers[T]:
    """Items that remember the exchange they came from."""
    result = Answers(found)
    result.http = response
    return result


def with_http(response: Response, answer: T) -> T:
    """An answer that remembers the exchange it came from."""
    if isinstance(answer, Answer):
        answer.__dict__["_http"] = response
    return answer


def media(response: Response, kind: type[M], text: str) -> M:
    """Media within JSON: base64, bare or as a data URI."""
    declared, comma, data = text.partition(",") if text.startswith("data:") else ("", "", text)
    try:
        content = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise unfit(response, f"its {kind.noun} is not base64") from None
    headers = {"content-type": declared[5:].partition(";")[0]} if comma else {}
    return received(kind, Response(response.status, headers, content))

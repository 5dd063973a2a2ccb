"""One request and how it went, for those who want to look at the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hf_integrations.flow import Request
from hf_integrations.models.shapes import request_id
from hf_integrations.models.timings import Timings

T = TypeVar("T")

_OPEN = frozenset(
    {
        "accept",
        "accept-language",
        "content-type",
        "prefer",
        "user-agent",
        "x-hf-bill-to",
        "x-hf-task",
    }
)
_MASK = "***"


class Exchange(Struct):
    """One request, and how it went; sent again after a failure, it is still the same exchange.

    Attributes:
        request: as it was sent; it holds the token and the prompt, and shows neither. In a
            pickle it holds neither.
        status: of the last answer; None when none came.
        headers: of the last answer, their names in lower case.
        body: of the last answer; empty for a stream.
        retries: how many times it was sent again.
        cached: the answer was remembered, and nothing was sent.
    """

    request: Request
    status: int | None = None
    headers: Mapping[str, str] = {}
    body: bytes = b""
    retries: int = 0
    cached: bool = False

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support."""
        return request_id(self.headers)

    @property
    def timings(self) -> Timings:
        """What the server says of the time it took, in seconds."""
        return Timings.of(self.headers)

    @property
    def provider(self) -> str | None:
        """Who answered: as the router says, or as it was asked for; None at a server of one's own.

        `auto` where the router chose, and does not say whom.
        """
        return self.headers.get("x-inference-provider") or self.request.about.provider or None

    @property
    def warnings(self) -> list[str]:
        """What the server warns of, in its headers or beside its answer."""
        told = [self.headers[name] for name in ("warning", "x-warning") if name in self.headers]
        if b'"warnings"' not in self.body:
            return told
        try:
            body = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return told
        beside = body.get("warnings") if isinstance(body, dict) else None
        listed = beside if isinstance(beside, list) else [beside]
        return told + [str(one) for one in listed if one]

    def curl(self) -> str:
        """The request as a line for a shell; the token is masked, the prompt is not."""
        return curl(self.request)

    def __reduce__(self) -> tuple[Any, ...]:
        request = self.request
        headers = tuple(
            (name, value if name in _OPEN else _MASK) for name, value in request.headers
        )
        request = replace(request, headers=headers, body=b"")
        return Exchange, (request, self.status, dict(self.headers), self.body, self.retries)

    def __repr__(self) -> str:
        return f"Exchange({self.request!r}, {self.status}, retries={self.retries})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: nothing that was said."""
        return [("request", self.request), ("status", self.status), ("retries", self.retries)]


class RawResponse(Struct, Generic[T]):
    """What a method returned, and every exchange it took.

    Attributes:
        value: what the method returns without `with_raw_response`.
        exchanges: in the order in which they began; empty where nothing had to be asked, as of
            embeddings that are all remembered.
    """

    value: T
    exchanges: list[Exchange]

    @property
    def last(self) -> Exchange | None:
        """The exchange that began last: the one that brought the answer."""
        return self.exchanges[-1] if self.exchanges else None

    @property
    def status(self) -> int | None:
        """The HTTP status of the last."""
        return self.last.status if self.last else None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the last, their names in lower case."""
        return self.last.headers if self.last else {}

    @property
    def request_id(self) -> str | None:
        """The server's id of the last, for its support."""
        return request_id(self.headers)

    @property
    def timings(self) -> Timings:
        """What the server says of the time the last took, in seconds."""
        return Timings.of(self.headers)

    @property
    def provider(self) -> str | None:
        """Who answered the last; see `Exchange.provider`."""
        return self.last.provider if self.last else None

    @property
    def warnings(self) -> list[str]:
        """What servers warned of, in all exchanges."""
        return [warning for exchange in self.exchanges for warning in exchange.warnings]

    @property
    def retries(self) -> int:
        """How many times anything was sent again."""
        return sum(exchange.retries for exchange in self.exchanges)

    def curl(self) -> str:
        """The last request as a line for a shell; the token is masked, the prompt is not."""
        return self.last.curl() if self.last else ""

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts

        return facts(
            what=type(self.value).__name__,
            status=self.status,
            provider=self.provider,
            request_id=self.request_id,
            exchanges=len(self.exchanges),
            retries=self.retries,
            seconds=self.timings.total,
            warnings="; ".join(self.warnings),
        )

    def __repr__(self) -> str:
        return f"RawResponse({type(self.value).__name__}, {len(self.exchanges)} exchanges)"


def curl(request: Request) -> str:
    """A request as a line for a shell; what may be a secret is masked, the prompt is not."""
    from shlex import quote  # here, as few ever look at the wire

    words = ["curl", "-X", request.method, quote(request.url)]
    for name, value in request.headers:
        if name == "authorization" and value.startswith("Bearer "):
            words.append(f'-H "{name}: Bearer $HF_TOKEN"')  # the shell fills it in
        else:
            words.append(f"-H {quote(f'{name}: {value if name in _OPEN else _MASK}')}")
    if request.body:
        words.append(_data(request.body, quote))
    return " ".join(words)


def _data(body: bytes, quote: Callable[[str], str]) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return f"--data-binary @FILE_OF_{len(body)}_BYTES"
    return f"-d {quote(text)}"

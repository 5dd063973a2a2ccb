"""Requests with a secret in every place that can hold one, and where to look for it after."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from hf_integrations.flow import About, Request, Timeout

WHOLE = Timeout(connect=30, total=60)  # no test waits for so long unless it fails
STREAMED = Timeout(connect=30, silence=300)
ABOUT = About(task="chat-completion", provider="groq", model="org/model")
SECRETS = ("hf_secret_token", "secret-query", "secret prompt")


def ask(url: str, /, **fields: Any) -> Request:
    """A whole exchange; `fields` replace those of the request."""
    request = Request(
        "POST",
        f"{url}/v1/chat?key=secret-query",
        WHOLE,
        headers=(("authorization", "Bearer hf_secret_token"), ("content-type", "application/json")),
        body=b'{"inputs": "secret prompt"}',
        about=ABOUT,
    )
    return replace(request, **fields)


def ask_stream(url: str, /, **fields: Any) -> Request:
    """The same for a stream."""
    return ask(url, **{"timeout": STREAMED, **fields})


def told(error: BaseException | None) -> str:
    """All that an error and its causes say, as a log would have it."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)

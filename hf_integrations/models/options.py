"""What every call may be told besides its own parameters."""

from __future__ import annotations

from typing import Any, TypedDict


class CallOptions(TypedDict, total=False):
    """What every call may be told.

    Attributes:
        extra_body: fields for the body that this version does not list; they win.
        extra_headers: headers for this call; they win.
        timeout: seconds for the whole exchange, or for each piece of a stream.
    """

    extra_body: dict[str, Any] | None
    extra_headers: dict[str, str] | None
    timeout: float | None

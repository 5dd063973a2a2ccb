"""Decoders of shapes, each made once, and never while another is being made.

msgspec works out what a class holds when it is first used, and lets other threads see that half
done: they crash, and the process with them (msgspec 0.22, seen under `sys.setswitchinterval`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")

MOST = 1_024  # a program has few shapes; one that makes a new one each time must not fill memory

_known: dict[Hashable, msgspec.json.Decoder[Any]] = {}
_making = threading.RLock()


def decoder_of(shape: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of a shape, which may be any type that msgspec knows.

    Raises:
        TypeError: it knows no such type.
    """
    try:
        return _known[cast(Hashable, shape)]
    except KeyError:
        return _made(shape)
    except TypeError:  # it cannot be a key, as some annotations cannot
        with _making:
            return msgspec.json.Decoder(shape)


def converted(value: Any, shape: type[T], *, strict: bool = True) -> T:
    """A value in its shape, as `msgspec.convert` gives it.

    Raises:
        msgspec.ValidationError: it does not fit.
    """
    decoder_of(shape)  # from now on it is known what the shape holds
    return msgspec.convert(value, shape, strict=strict)


def _made(shape: type[T]) -> msgspec.json.Decoder[T]:
    with _making:
        if len(_known) >= MOST:
            _known.clear()
        made = _known[cast(Hashable, shape)] = msgspec.json.Decoder(shape)
        return made


# Nothing is half done in a forked process. Windows, which does not fork, lacks the function.
getattr(os, "register_at_fork", dict)(
    before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release
)

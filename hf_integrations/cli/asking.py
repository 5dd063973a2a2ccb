"""The options that say whom a command asks, for all commands that ask somebody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Literal, TypeVar

from hf_integrations.cli import options
from hf_integrations.cli.surroundings import Wishes

Command = TypeVar("Command", bound=Callable[..., None])
More = Literal["provider", "database", "emulator"]

TAKEN = "wishes"  # the parameter of a command that the options become

_KINDS: dict[str, tuple[Any, Any]] = {
    "base_url": (options.BaseUrl, None),
    "token_env": (options.TokenEnv, None),
    "provider": (options.Provider, None),
    "database": (options.Database, None),
    "emulator": (options.Emulated, False),
}


def asking(*more: More, automatic: bool = False) -> Callable[[Command], Command]:
    """Give a command the options for its parameter `wishes: Wishes`, in its place.

    Args:
        *more: options beside --base-url and --token-env.
        automatic: the emulator also answers where there is neither a token nor a base URL.
    """
    added = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _KINDS.items()
        if name in ("base_url", "token_env", *more)
    ]

    def made(command: Command) -> Command:
        parameters: list[Parameter] = []
        for one in signature(command, eval_str=True).parameters.values():
            parameters += added if one.name == TAKEN else [one.replace(kind=Parameter.KEYWORD_ONLY)]

        @wraps(command)
        def called(**given: Any) -> None:
            said = {one.name: given.pop(one.name) for one in added}
            if automatic:
                said["emulator"] = said["emulator"] or None
            command(**given, **{TAKEN: Wishes(**said)})

        called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in parameters}
        return called  # type: ignore[return-value]

    return made

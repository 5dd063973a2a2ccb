"""Names of a package that are loaded when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def loaded(package: str, home: Mapping[str, str], name: str) -> Any:
    """A name from the module of the package that `home` says; it is kept for the next time.

    Raises:
        AttributeError: there is no such name.
    """
    if name not in home:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value = getattr(import_module(f"{package}.{home[name]}"), name)
    setattr(sys.modules[package], name, value)
    return value

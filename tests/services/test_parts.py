"""The parts of a client, each loaded when it is first used."""

from __future__ import annotations

from typing import Any

from hf_integrations.services.parts import service
from hf_integrations.services.tokens import Tokens


class _Client:
    """A client with a part, which counts what it makes."""

    part: service[Any] = service("tokens.Tokens")
    made = 0

    def bound(self, kind: Any) -> Any:
        """What was asked for, and that it was."""
        self.made += 1
        return kind, self.made


def test_a_part_is_made_once_and_kept_with_its_client() -> None:
    """Another client has one of its own."""
    one, other = _Client(), _Client()

    assert one.part == (Tokens, 1)
    assert one.part is one.part
    assert one.made == 1
    assert other.made == 0
    assert other.part is not one.part


def test_of_the_class_a_part_is_its_description() -> None:
    """So that documentation tools may look without making anything."""
    assert isinstance(_Client.part, service)

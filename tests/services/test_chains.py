"""What is known of chains: bounded, and apart for each."""

from __future__ import annotations

from hf_integrations.config.failover import Alternative
from hf_integrations.services.chains import MOST_PINS, Chains
from tests.services.calls import context

ONE, OTHER = Alternative(provider="groq"), Alternative(base_url="http://host", token="hf_secret")


def test_each_chain_has_its_turns_and_its_last() -> None:
    """However many views ask."""
    chains = Chains()

    assert [chains.turn((ONE,)), chains.turn((ONE,)), chains.turn((OTHER,))] == [0, 1, 0]
    chains.answered((ONE,), "groq")
    assert (chains.last((ONE,)), chains.last((OTHER,))) == ("groq", None)
    assert "hf_secret" not in repr(OTHER)


def test_tool_calls_are_remembered_for_a_while() -> None:
    """The oldest go first."""
    chains = Chains()
    for number in range(MOST_PINS + 1):
        chains.pin(str(number), "groq")

    assert (chains.who_called("0"), chains.who_called("1")) == (None, "groq")


def test_a_view_is_made_once() -> None:
    """For each context and alternative."""
    chains, ctx = Chains(), context()
    views = [chains.view(ctx, OTHER, {"base_url": "http://host"}) for _ in range(2)]

    assert views[0] is views[1]
    assert views[0].memory is ctx.memory
    assert chains.view(context(), OTHER, {"base_url": "http://host"}) is not views[0]

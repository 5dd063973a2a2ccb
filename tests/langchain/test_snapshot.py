"""What is known of models without asking anybody."""

from __future__ import annotations

import json

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference
from hf_integrations.langchain.snapshot import _TABLE, known_profile
from tests.langchain.conftest import TOKEN

ROWS = _TABLE.split("\n")[1:-1]


def test_a_well_known_model_is_known_before_anybody_is_asked() -> None:
    """Also by the name of a provider; agents and middleware look into it."""
    for name in ("openai/gpt-oss-120b", "openai/gpt-oss-120b:groq"):
        profile = ChatHfInference(model=name, token=TOKEN).profile
        assert profile is not None
        assert profile["max_input_tokens"] == 131_072
        assert profile["tool_calling"] is True
        assert profile["reasoning_output"] is True
        assert "structured_output" not in profile  # only who serves it can say that
        assert json.dumps(profile)
    assert ChatHfInference(model="org/unknown", token=TOKEN).profile is None


def test_a_server_of_ones_own_may_serve_it_otherwise(emulator: Emulator) -> None:
    """So nothing is claimed of it until it is asked."""
    assert ChatHfInference(model="openai/gpt-oss-120b", base_url=emulator.url).profile is None


def test_a_given_profile_and_the_live_one_win(emulator: Emulator) -> None:
    """What is shipped is for where nobody is asked."""
    given = ChatHfInference(model="Qwen/Qwen3-32B", token=TOKEN, profile={"max_input_tokens": 7})
    live = ChatHfInference(model="Qwen/Qwen3-32B", base_url=emulator.url, token=TOKEN)
    found = live.with_profile().profile

    assert given.profile == {"max_input_tokens": 7}
    assert found is not None
    assert "structured_output" in found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[0])
def test_each_row_can_be_read(row: str) -> None:
    """A name, two numbers, words that mean something; no name twice, in order."""
    name, read, written, *words = row.split()
    assert int(read) >= 8_192
    assert 0 < int(written) <= int(read)
    assert set(words) <= {"tools", "thinks", "image", "video"}
    profile = known_profile(name)
    assert profile is not None
    assert profile.get("image_inputs", False) is ("image" in words)
    assert [other.split()[0] for other in ROWS].count(name) == 1

"""What is said, by which rule."""

from __future__ import annotations

import json
from typing import Any

from hf_integrations.emulator.conversation import Call, Turn
from hf_integrations.emulator.replies import LONG_RESULT, Reply, Shape, filled, prose, reply
from hf_integrations.emulator.tools import Offer, Tool

JOKE: dict[str, Any] = {
    "title": "Joke",
    "type": "object",
    "properties": {"setup": {"type": "string"}, "punchline": {"type": "string"}},
    "required": ["setup", "punchline"],
}
WEATHER = Tool("get_weather", "Get the weather.", {"properties": {"city": {"type": "string"}}})


def say(*texts: str) -> str:
    """Return the reply to a conversation in which user and assistant take turns."""
    roles = ("user", "assistant")
    return prose([Turn(roles[at % 2], text) for at, text in enumerate(texts)])


def result(text: str, name: str = "get_weather") -> list[Turn]:
    """Return a conversation at whose end a tool has answered."""
    return [
        Turn("user", "What is the weather in Oslo?"),
        Turn("assistant", "", calls=(Call("1", name, "{}"),)),
        Turn("tool", text, answers="1"),
    ]


def test_a_greeting_is_returned() -> None:
    """The shortest conversation."""
    assert say("Hello") == say("hi there!") == "Hello! How can I help you?"


def test_other_words_are_reflected_honestly() -> None:
    """The reply shows what was asked and says that no model is at work."""
    found = say("Write me 2 haikus.")
    assert "Write me 2 haikus." in found
    assert "No model" in found
    assert len(say("word " * 500)) < 400


def test_media_are_mentioned() -> None:
    """So that a test sees that they have arrived."""
    found = prose([Turn("user", "Describe.", media=("image", "image", "audio clip"))])
    assert "2 images and 1 audio clip" in found


def test_a_context_is_quoted() -> None:
    """The question is answered from it."""
    prompt = "Context: Ravens are black birds.\n\nQuestion: What colour are ravens?"
    assert say(prompt) == "Ravens are black birds."


def test_what_the_user_said_before_is_remembered() -> None:
    """A conversation is a context, too."""
    assert say("My name is Bob.", "Hi!", "What is my name?") == "You said: My name is Bob."
    assert "You wrote" in say("My name is Bob.", "Hi!", "What is the weather?")
    assert "You wrote" in say("My name is Bob.", "Hi!", "My name is Eve.")


def test_a_result_is_passed_on() -> None:
    """With the name of the tool that gave it."""
    assert prose(result("It's sunny.")) == "The tool get_weather answered: It's sunny."
    assert prose(result("")) == "The tool get_weather answered: nothing"


def test_of_a_long_result_the_best_sentences_are_quoted() -> None:
    """As retrieval tools give long texts."""
    long = "Nothing of interest here today. " * 30 + "The weather in Oslo is cold. "
    found = prose(result(long))
    assert "The weather in Oslo is cold." in found
    assert len(prose(result("x" * 2 * LONG_RESULT))) < LONG_RESULT + 100


def test_calls_come_before_words() -> None:
    """A tool that is asked for is called, with an id of the request's own."""
    found = reply(
        [Turn("user", "What is the weather in Oslo?")],
        offer=Offer((WEATHER,)),
        shape=None,
        ident="x",
    )
    assert found == Reply(calls=(Call("call_x0", "get_weather", found.calls[0].arguments),))


def test_without_calls_words_of_the_wanted_shape() -> None:
    """JSON when it is asked for, text otherwise."""
    turns = [Turn("user", "Tell me a joke about cats.")]
    assert reply(turns, offer=Offer(), shape=None, ident="x").text == prose(turns)
    found = json.loads(reply(turns, offer=Offer(), shape=Shape(JOKE), ident="x").text)
    assert found == {"setup": "cats", "punchline": "Tell me a joke about cats."}


def test_json_without_a_schema_takes_the_keys_from_the_words() -> None:
    """Keys in quotes."""
    text = "A joke about cats as JSON with 'setup' and 'punchline' keys."
    assert set(json.loads(filled([Turn("user", text)], Shape()))) == {"setup", "punchline"}


def test_json_without_a_schema_takes_the_schema_from_the_words() -> None:
    """As output parsers write it into their instructions."""
    text = f'A joke about cats. {{not json}} The schema:\n```\n{json.dumps(JOKE)}\n``` {{"a'
    assert set(json.loads(filled([Turn("user", text)], Shape()))) == {"setup", "punchline"}


def test_json_of_no_shape_holds_the_reply() -> None:
    """An object all the same."""
    assert json.loads(filled([Turn("user", "Hello")], Shape())) == {
        "answer": "Hello! How can I help you?"
    }


def test_json_over_a_context_holds_its_quotation() -> None:
    """Structured output and retrieval together."""
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
    }
    prompt = "Context: Ravens are black birds.\n\nQuestion: What colour are ravens?"
    assert json.loads(filled([Turn("user", prompt)], Shape(schema))) == {
        "answer": "Ravens are black birds."
    }

"""`hfi chat`: one question, or a conversation that remembers what was said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.surroundings import CHAT_MODEL, Surroundings, Wishes, served
from hf_integrations.errors import HfError, ValidationError

HELP = "/reset forgets what was said, /quit ends; Ctrl-C stops an answer."


@asking("provider", "emulator")
def chat(
    message: Annotated[
        str | None,
        typer.Argument(help="What to say; - reads it from the input; nothing: a conversation."),
    ] = None,
    *,
    model: options.ChatModel = CHAT_MODEL,
    system: Annotated[
        str | None, typer.Option("--system", help="How the model is to behave.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option("--temperature", min=0, help="0 leaves nothing to chance.")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", min=1, help="The longest answer.")
    ] = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Talk to a model; answers are printed as they are written.

    Without a message each line of the input is a turn, and the model knows the turns before it.
    """
    settings = {"model": model, "temperature": temperature, "max_tokens": max_tokens}
    settings = {name: value for name, value in settings.items() if value is not None}
    with served(wishes) as place:
        talk = _Talk(place, settings, system, as_json)
        try:
            if message is None:
                _converse(talk)
            else:
                talk.turn(sys.stdin.read() if message == "-" else message)
        finally:
            talk.close()


class _Talk:
    """A conversation and what was said in it."""

    def __init__(
        self, place: Surroundings, settings: dict[str, Any], system: str | None, as_json: bool
    ) -> None:
        self._client = place.client()
        self._settings = settings
        self._as_json = as_json
        self._begin = [{"role": "system", "content": system}] if system else []
        self._said: list[dict[str, Any]] = []

    def reset(self) -> None:
        """Forget what was said."""
        self._said.clear()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def turn(self, text: str) -> None:
        """Say something and print the answer; what failed or was stopped is not remembered."""
        if not text.strip():
            raise ValidationError("There is no message.")
        asked = {"role": "user", "content": text}
        answer, usage = "", None
        messages = [*self._begin, *self._said, asked]
        with self._client.chat.stream(messages, **self._settings) as stream:
            for chunk in stream:
                usage = chunk.usage or usage
                answer += chunk.text
                if not self._as_json:
                    show.piece(chunk.text)
        self._said += [asked, {"role": "assistant", "content": answer}]
        if self._as_json:
            show.as_json({"text": answer, "model": self._settings["model"], "usage": usage})
        else:
            show.piece("\n")


def _converse(talk: _Talk) -> None:
    """Turn by turn, to the end of the input; where people type, an error does not end it."""
    watched = sys.stdin.isatty()
    show.note(HELP)
    for text in _lines(watched):
        if text in ("/quit", "/exit"):
            return
        if text == "/reset":
            talk.reset()
            continue
        try:
            talk.turn(text)
        except HfError as error:
            if not watched:
                raise
            show.note(f"Error: {error}")
        except KeyboardInterrupt:
            if not watched:
                raise
            show.note("(stopped)")


def _lines(watched: bool) -> Iterator[str]:
    """What is typed or piped in, without empty lines."""
    if watched:
        import readline  # noqa: F401 - arrows and history at the prompt
    while True:
        try:
            text = input("> ") if watched else input()
        except EOFError:
            return
        if text.strip():
            yield text.strip()

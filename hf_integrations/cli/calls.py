"""`hfi embed` and `run`: one call, and what it gives."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.surroundings import EMBEDDING_MODEL, Wishes, served
from hf_integrations.errors import ValidationError

SHOWN = 6  # numbers of a vector, for people


@asking("provider", "emulator")
def embed(
    texts: Annotated[
        list[str], typer.Argument(help="What to embed; - reads lines from the input.")
    ],
    *,
    model: Annotated[str, typer.Option("--model", help="Who embeds.")] = EMBEDDING_MODEL,
    output: Annotated[
        Path | None, typer.Option("--output", help="A .npy file for the numbers.")
    ] = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Turn texts into vectors; of two and more, also say how near they are to the first."""
    wanted = [line for line in sys.stdin.read().splitlines() if line] if texts == ["-"] else texts
    with (
        served(wishes) as place,
        place.client() as client,
    ):
        found = client.embeddings.create(wanted, model=model)
        near = client.embeddings.similarity(found.vectors[:1], found)[0]
    if output is not None:
        import numpy as np

        with output.open("wb") as file:
            np.save(file, found.vectors)
    if as_json:
        pairs = zip(wanted, found.vectors, strict=True)
        show.as_json([{"text": text, "vector": vector} for text, vector in pairs])
    elif output is None:
        rows = [
            (f"{closeness:.3f}", len(vector), " ".join(f"{x:.4f}" for x in vector[:SHOWN]), text)
            for text, vector, closeness in zip(wanted, found.vectors, near, strict=True)
        ]
        show.table(("near", "numbers", "first", "text"), rows)
    else:
        show.note(f"{len(wanted)} vectors saved in {output}.")


@asking("provider", "emulator")
def run(
    task: Annotated[str, typer.Argument(help="The task, as the Hub spells it; docs/tasks.md.")],
    inputs: Annotated[
        str,
        typer.Argument(help="A text, a file or URL of media, JSON, or - for the input."),
    ],
    *,
    model: Annotated[str | None, typer.Option("--model", help="Who does it.")] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", help="A parameter, as in top_k=3; may be repeated."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Where a picture, sound or film goes.")
    ] = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Do any task of the Hub."""
    parameters = dict(map(_parameter, param or []))
    given = _value(sys.stdin.read() if inputs == "-" else inputs, only=("{", "["))
    with (
        served(wishes) as place,
        place.client() as client,
    ):
        result = client.run(task, given, model=model, **parameters)
    if hasattr(result, "save"):
        _save(result, output, task, as_json)
    elif output is not None:
        raise ValidationError(f"--output: {task} gives no picture, sound or film to save.")
    elif as_json or not isinstance(getattr(result, "text", result), str):
        show.as_json(result)
    else:
        show.line(getattr(result, "text", result))


def _save(result: Any, output: Path | None, task: str, as_json: bool) -> None:
    """Media become a file, whose name is the result."""
    place = result.save(output or Path(f"{task}{result.suffix}"))
    if as_json:
        show.as_json({"file": str(place), "media_type": result.media_type})
    else:
        show.line(str(place))


def _parameter(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name.isidentifier() or not equals:
        raise ValidationError("--param takes a name and a value, as in --param top_k=3.")
    return name, _value(value)


def _value(text: str, only: tuple[str, ...] = ("",)) -> Any:
    """JSON where it is some, and begins with one of `only`; else the text."""
    try:
        return json.loads(text) if text.lstrip().startswith(only) else text
    except ValueError:
        return text

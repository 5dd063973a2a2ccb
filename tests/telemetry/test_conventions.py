"""The names are those of the installed package of OpenTelemetry's semantic conventions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics
from opentelemetry.semconv.attributes import (
    error_attributes,
    http_attributes,
    server_attributes,
    url_attributes,
)
from opentelemetry.semconv.schemas import Schemas

from hf_integrations.services import binding
from hf_integrations.telemetry import conventions

PACKAGES = (
    gen_ai_attributes, gen_ai_metrics, error_attributes, http_attributes, server_attributes,
    url_attributes,
)  # fmt: skip
CONSTANTS = {
    value
    for package in PACKAGES
    for name, value in vars(package).items()
    if name.isupper() and isinstance(value, str)
}
OURS = {
    name: value
    for name, value in vars(conventions).items()
    if name.isupper() and isinstance(value, str) and not value.startswith("https:")
}
PAGE = Path(__file__).parent.parent.parent / "docs" / "telemetry.md"


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_name_is_one_of_the_conventions_or_begins_as_ours_do(name: str) -> None:
    """As the package spells it."""
    assert OURS[name] in CONSTANTS or OURS[name].startswith("hf.")


def test_parameters_and_operations_are_theirs() -> None:
    """Whatever is not is called by its task on the Hub."""
    assert set(conventions.PARAMETERS.values()) <= CONSTANTS
    known = {one.value for one in gen_ai_attributes.GenAiOperationNameValues}
    assert {*conventions.OPERATIONS.values(), *conventions.BY_TASK.values()} <= known
    kinds = {one.value for one in gen_ai_attributes.GenAiOutputTypeValues}
    assert set(conventions.OUTPUTS.values()) <= kinds


def test_no_name_is_deprecated_within_the_conventions() -> None:
    """All of GenAI has moved to a repository of its own; a name that has a successor has not."""
    source = Path(str(gen_ai_attributes.__file__)).read_text(encoding="utf-8")
    replaced = re.findall(r'Final = "([\w.]+)"\n"""\nDeprecated: (?:Removed|Replaced)', source)
    assert set(OURS.values()) & set(replaced) == set()


def test_operations_are_methods_that_there_are() -> None:
    """As the descriptor names them."""
    from hf_integrations.services import audio, chat, embeddings, image, text_generation, video

    services = (audio.Sounds, chat.Chat, embeddings.Embeddings, image.Images,
                text_generation.TextGeneration, video.Videos)  # fmt: skip
    names = {
        value.name
        for service in services
        for kind in service.__mro__
        for value in vars(kind).values()
        if isinstance(value, (binding.method, binding.streaming))
    }
    assert set(conventions.OPERATIONS) <= names
    assert set(conventions.OUTPUTS) <= set(conventions.OPERATIONS)


def test_the_page_says_which_version() -> None:
    """By which the names above are judged; an installed one that is newer still knows them."""
    page = PAGE.read_text(encoding="utf-8")
    assert conventions.SCHEMA in {one.value for one in Schemas}
    assert conventions.SCHEMA.rpartition("/")[2] in page
    said = re.search(r"opentelemetry-semantic-conventions (\S+)", conventions.__doc__ or "")
    assert said is not None
    assert said[1] in page

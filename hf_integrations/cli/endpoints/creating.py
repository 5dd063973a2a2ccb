"""`hfi endpoints create`: a new one, or one like another."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.endpoints.naming import Namespace, Timeout, begun, manager
from hf_integrations.cli.endpoints.ordering import Wait, until_running
from hf_integrations.cli.endpoints.shapes import money, states
from hf_integrations.cli.surroundings import Wishes
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.models.endpoint_config import EndpointConfig
from hf_integrations.models.endpoint_images import EndpointImage
from hf_integrations.models.hardware import Hardware

if TYPE_CHECKING:
    from hf_integrations.client import HfInferenceClient

IMAGES = {
    "huggingface": EndpointImage.huggingface, "vllm": EndpointImage.vllm,
    "sglang": EndpointImage.sglang, "tgi": EndpointImage.tgi, "tei": EndpointImage.tei,
}  # fmt: skip


@asking()
def create(
    name: Annotated[str, typer.Argument(help="Its name: small letters, digits and hyphens.")],
    *,
    model: Annotated[str | None, typer.Option("--model", help="The model on the Hub.")] = None,
    hardware: Annotated[
        str | None,
        typer.Option("--hardware", help="What it runs on, as `hfi endpoints hardware` lists it."),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like", help="An endpoint that it is to be like in all that is not said.",
            autocompletion=begun,
        ),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option("--image", help=f"{', '.join(IMAGES)}, or the URL of a container."),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", help="As the Hub spells it; else it is found out.")
    ] = None,
    least: Annotated[
        int | None, typer.Option("--min", min=0, help="Replicas that are always there; else 0.")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--max", min=1, help="The most there may be; else 1.")
    ] = None,
    sleep_after: options.SleepAfter = None,
    access: Annotated[
        str | None, typer.Option("--type", help="authenticated (else this), public or private.")
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option("--env", help="A variable, as in LEVEL=2; may be repeated.")
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            "--secret", help="The name of a variable here that it gets, too; may be repeated."
        ),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="For people.")] = None,
    wait: Wait = False,
    timeout: Timeout = None,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Order an endpoint; it starts at once, and costs from then on."""
    said: dict[str, Any] = {
        "repository": model, "image": _image(image), "task": task,
        "min_replica": least, "max_replica": most, "type": access, "tags": tag,
        "env": dict(map(_variable, env)) if env else None,
        "secrets": {each: _secret(each) for each in secret} if secret else None,
    }  # fmt: skip
    said = {each: value for each, value in said.items() if value is not None}
    if sleep_after is not None:
        said["scale_to_zero_timeout"] = sleep_after or None
    if like is None and (model is None or hardware is None):
        raise ValidationError("create: say --model and --hardware, or --like.")
    with manager(wishes) as client:
        if hardware is not None:
            said |= _place(client, hardware, namespace)
        config = _config(client, name, like, namespace, said)
        info = client.endpoints.create(config, namespace=namespace)
        states([until_running(client, info.id, timeout) if wait else info], as_json)


def _config(
    client: HfInferenceClient, name: str, like: str | None, namespace: str | None,
    said: dict[str, Any],
) -> EndpointConfig:  # fmt: skip
    if like is None:
        return EndpointConfig(name=name, **said)
    return client.endpoints.get(like, namespace=namespace).config(name=name, **said)


def _place(client: HfInferenceClient, wanted: str, namespace: str | None) -> dict[str, Any]:
    """The hardware of that id, in the words of a configuration."""
    found = {one.id: one for one in client.endpoints.hardware(namespace=namespace)}
    if (one := found.get(wanted)) is None:
        near = get_close_matches(wanted, found, n=3, cutoff=0.4)
        raise ValidationError(
            f"--hardware: there is no {wanted[:100]!r}.",
            hint=f"Near: {', '.join(near)}." if near else "hfi endpoints hardware lists all.",
        )
    _tell_price(one)
    return {
        "vendor": one.vendor, "region": one.region, "accelerator": one.accelerator,
        "instance_type": one.instance_type, "instance_size": one.instance_size,
    }  # fmt: skip


def _tell_price(one: Hardware) -> None:
    if one.price_per_hour is not None:
        show.note(f"{one.id} costs {money(one.price_per_hour)} $ an hour for each replica.")


def _image(wanted: str | None) -> EndpointImage | str | None:
    """An image by its name, or the URL of a container, which has a registry or a tag."""
    if wanted is None or "/" in wanted or ":" in wanted:
        return wanted
    if wanted not in IMAGES:
        raise ValidationError(
            f"--image must be {', '.join(IMAGES)}, or the URL of a container, not {wanted[:100]!r}."
        )
    return IMAGES[wanted]()


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValidationError("--env takes a name and a value, as in --env LEVEL=2.")
    return name, value


def _secret(name: str) -> str:
    if not (value := os.environ.get(name, "")):
        raise ConfigurationError(
            f"--secret: there is no {name[:100]!r} in the environment.",
            hint="Give the name of the variable, not what is secret.",
        )
    return value

"""What the caller gave, as it may be written into a request: text, fields, or media at hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

import msgspec

from hf_integrations.errors import ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.media import Image, Media
from hf_integrations.models.shapes import Sent, as_dict, checked
from hf_integrations.models.tables import Rows, TableQuestion, as_text, columns
from hf_integrations.models.vision import ImageQuestion
from hf_integrations.routing.tasks import Row
from hf_integrations.services.context import Context


def prepared(
    context: Context, row: Row[Any, Any], inputs: Any, *, as_url: bool = False
) -> Flow[Any]:
    """The inputs of a task: a text, a dict of fields, media, or anything for `custom`.

    Args:
        as_url: media as a URL or a data URI, for servers that take those.

    Raises:
        ValidationError: they are not what the task takes.
        HfError: media could not be read or fetched.
    """
    if row.takes is str:
        return _text(row, inputs)
    if row.takes is NoneType:
        return _nothing(row, inputs)
    if issubclass(row.takes, Media):
        from hf_integrations.transport.media import loading

        written = loading.as_url if as_url else loading.load
        return (yield from written(inputs, row.takes, context.media))
    if row.takes is ImageQuestion:
        return (yield from _about_image(context, row, inputs))
    if issubclass(row.takes, Sent):
        return as_dict(_fields(row, _with_columns(row, inputs)))
    return _anything(inputs)


def _text(row: Row[Any, Any], inputs: object) -> str:
    if not isinstance(inputs, str) or not inputs:
        raise ValidationError("inputs must be a non-empty string.", task=row.name)
    return inputs


def _nothing(row: Row[Any, Any], inputs: object) -> str:
    if inputs is not None:
        raise ValidationError("inputs: this task takes none; pass None.", task=row.name)
    return ""


def _anything(inputs: object) -> object:
    """For a task of the caller's own: bytes and media go as they are, the rest as JSON."""
    if isinstance(inputs, (bytes, bytearray, memoryview)):
        return Media(bytes(inputs))
    return inputs


def _about_image(context: Context, row: Row[Any, Any], inputs: Any) -> Flow[dict[str, Any]]:
    from hf_integrations.transport.media.loading import load

    if isinstance(inputs, ImageQuestion):
        inputs = {"image": inputs.image, "question": inputs.question}
    if not isinstance(inputs, Mapping) or "image" not in inputs:
        raise ValidationError("inputs must have an image and a question.", task=row.name)
    fields = _fields(row, {**inputs, "image": ""})  # of the picture nothing is known yet
    image = yield from load(inputs["image"], Image, context.media)
    return as_dict(fields) | {"image": image.base64}


def _with_columns(row: Row[Any, Any], inputs: Any) -> Any:
    """Tables in any of their forms."""
    if row.takes is Rows and not isinstance(inputs, Rows):
        whole = isinstance(inputs, Mapping) and set(inputs) == {"data"}
        return {"data": columns(inputs["data"] if whole else inputs)}
    if row.takes is TableQuestion and isinstance(inputs, Mapping) and "table" in inputs:
        return {**inputs, "table": as_text(inputs["table"])}
    return inputs


def _fields(row: Row[Any, Any], inputs: Any) -> Sent:
    if isinstance(inputs, row.takes):
        inputs = msgspec.to_builtins(inputs)
    shape = msgspec.structs.fields(row.takes)
    if not isinstance(inputs, Mapping):
        names = " and ".join(field.name for field in shape)
        raise ValidationError(f"inputs must be a dict with {names}.", task=row.name)
    names_sent: dict[str, str] = {field.name: field.encode_name for field in shape}
    fields: Sent = checked(
        {names_sent.get(str(name), str(name)): value for name, value in inputs.items()}, row.takes
    )
    _check_not_empty(row, fields)
    return fields


def _check_not_empty(row: Row[Any, Any], fields: Sent) -> None:
    for name in fields.__struct_fields__:
        if name != "image" and not getattr(fields, name):
            raise ValidationError(f"{name} must not be empty.", task=row.name)

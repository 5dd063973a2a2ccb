"""Where providers have words of their own: how a task is told them, and how their answers read.

Sources: huggingface_hub 2.4, `inference/_providers/`; the providers' own API references.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.routing.orders import Elsewhere, Form, Order, found_at

_SDXL = "stabilityai/stable-diffusion-xl-base-1.0"


def said(order: Order) -> dict[str, Any]:
    """The parameters of an order, those for generation among the others, lists of words as text."""
    given = dict(order.parameters)
    given |= given.pop("generation_parameters", None) or {}
    if isinstance(unwanted := given.get("negative_prompt"), list):
        given["negative_prompt"] = ", ".join(unwanted)
    return given


def prompt(order: Order) -> dict[str, Any]:
    """A prompt, and parameters beside it."""
    return {"prompt": order.inputs, **said(order)}


def openai_speech(order: Order) -> dict[str, Any]:
    """Speech in the words of OpenAI's API."""
    return {"input": order.inputs, **said(order), "model": order.model}


def openai_transcript(order: Order) -> Form:
    """A transcript in the words of OpenAI's API: a form with the sound in it."""
    given = said(order)
    times = given.pop("return_timestamps", None)
    if times == "char":
        raise ValidationError(
            "return_timestamps='char' has no word here; True is for sentences, 'word' for words."
        )
    if times:
        piece = "word" if times == "word" else "segment"
        given |= {"response_format": "verbose_json", "timestamp_granularities[]": piece}
    return Form({**given, "model": order.model}, order.inputs)


def transcript(value: Any) -> Any:
    """A transcript of OpenAI's API: its words or segments are our chunks."""
    if not isinstance(value, dict):
        return value
    pieces = value.get("words") or value.get("segments")
    if not isinstance(pieces, list):
        return value
    return {"text": value.get("text"), "chunks": [_chunk(one) for one in pieces]}


def _chunk(piece: Any) -> Any:
    if not isinstance(piece, dict):
        return piece
    text = piece.get("text", piece.get("word"))
    return {"text": text, "timestamp": [piece.get("start"), piece.get("end")]}


# fal-ai


def fal_prompt(order: Order) -> dict[str, Any]:
    """A picture or a film from words."""
    body = prompt(order)
    if "width" in body and "height" in body:
        body["image_size"] = {"width": body.pop("width"), "height": body.pop("height")}
    return body | _fal_weights(order)


def fal_edit(order: Order) -> dict[str, Any]:
    """A picture from a picture; some models take one, some a list."""
    given = said(order)
    if "target_size" in given:
        given["image_size"] = given.pop("target_size")
    images = {"image_url": order.inputs, "image_urls": [order.inputs]}
    return {**images, **given, **_fal_weights(order)}


def fal_film(order: Order) -> dict[str, Any]:
    """A film from a picture."""
    return {"image_url": order.inputs, **said(order), **_fal_weights(order)}


def fal_cut(order: Order) -> dict[str, Any]:
    """The mask of a picture, within the answer."""
    return {"image_url": order.inputs, **said(order), "sync_mode": True}


def fal_speech(order: Order) -> dict[str, Any]:
    """A text, spoken."""
    return {"text": order.inputs, **said(order)}


def fal_hearing(order: Order) -> dict[str, Any]:
    """A sound to be transcribed. Source: https://fal.ai/models/fal-ai/whisper/api, chunk_level."""
    given = said(order)
    times = given.pop("return_timestamps", None)
    if times:
        given["chunk_level"] = "segment" if times is True else times
    return {"audio_url": order.inputs.data_uri, **given}


def fal_mask(value: Any) -> Any:
    """A mask as hf-inference would answer it: one segment, its picture in base64."""
    url = found_at(value, ("image", "url"))
    if not isinstance(url, str):
        raise DecodeError("The answer holds no picture.")
    return Elsewhere(
        url, lambda data: [{"label": "mask", "mask": b64encode(data).decode(), "score": None}]
    )


def _fal_weights(order: Order) -> dict[str, Any]:
    if not order.weights:
        return {}
    weights: dict[str, Any] = {"loras": [{"path": order.weights, "scale": 1}]}
    # Only for LoRAs on Stable Diffusion does fal want to be told the model below.
    return weights | ({"model_name": _SDXL} if order.model == "fal-ai/lora" else {})


# replicate


def replicate_path(model: str) -> str:
    """One version of a model is asked for in the body, the newest in the path."""
    return "/v1/predictions" if ":" in model else f"/v1/models/{model}/predictions"


def replicate_prompt(order: Order) -> dict[str, Any]:
    """Anything from words."""
    lora = {"lora_weights": order.repository} if order.repository else {}
    return _replicate(order, {"prompt": order.inputs, **said(order), **lora})


def replicate_speech(order: Order) -> dict[str, Any]:
    """A text, spoken."""
    return _replicate(order, {"text": order.inputs, **said(order)})


def replicate_edit(order: Order) -> dict[str, Any]:
    """A picture from a picture; models look for it under several names."""
    one, url = order.inputs, [order.inputs]
    names = {"image": one, "images": url, "input_image": one, "input_images": url}
    return _replicate(order, {**names, **said(order)})


def replicate_hearing(order: Order) -> dict[str, Any]:
    """A sound to be transcribed."""
    return _replicate(order, {"audio": order.inputs.data_uri, **said(order)})


def replicate_text(value: Any) -> Any:
    """What was heard: a text, one in a list, under one of several names, or in a file."""
    output = value.get("output") if isinstance(value, dict) else None
    if isinstance(output, list) and output:
        output = output[0]
    if isinstance(output, str):
        return {"text": output}
    file = found_at(output, ("txt_file",))
    if isinstance(file, str):
        return Elsewhere(file, lambda data: {"text": data.decode("utf-8", "replace")})
    for name in ("translation", "transcription", "text"):
        if isinstance(text := found_at(output, (name,)), str):
            return {"text": text}
    raise DecodeError("The answer holds no text.")


def _replicate(order: Order, inputs: dict[str, Any]) -> dict[str, Any]:
    version = order.model.partition(":")[2]
    return {"input": inputs} | ({"version": version} if version else {})


# together, nscale, nebius: pictures on OpenAI's route


def together_picture(order: Order) -> dict[str, Any]:
    """A picture from words."""
    body = {"prompt": order.inputs, "response_format": "base64", **_steps(said(order))}
    return body | {"model": order.model}


def together_edit(order: Order) -> dict[str, Any]:
    """A picture from a picture: FLUX.1 Kontext takes one, the others a list.

    Source: https://docs.together.ai/docs/image-to-image.
    """
    name = order.model.lower()
    single = "kontext" in name and "flux.1" in name
    image = {"image_url": order.inputs} if single else {"reference_images": [order.inputs]}
    given = {"prompt": "", "response_format": "base64", **_steps(said(order))}
    return {**image, **given, "model": order.model}


def together_film(order: Order) -> dict[str, Any]:
    """A film from words."""
    return {"prompt": order.inputs, "model": order.model, **_steps(_sides(said(order)))}


def together_animation(order: Order) -> dict[str, Any]:
    """A film from a picture, which is its first frame."""
    frames = [{"input_image": order.inputs, "frame": "first"}]
    return {"model": order.model, "frame_images": frames, **_steps(_sides(said(order)))}


def nscale_picture(order: Order) -> dict[str, Any]:
    """A picture from words; how many steps it takes is nscale's own choice."""
    given = said(order)
    if "num_inference_steps" in given:
        raise ValidationError("num_inference_steps: nscale has no word for it; leave it out.")
    body = {"response_format": "b64_json", "prompt": order.inputs, "model": order.model}
    return body | _size(given)


def nebius_picture(order: Order) -> dict[str, Any]:
    """A picture from words."""
    return {"response_format": "b64_json", **prompt(order), "model": order.model}


def zai_picture(order: Order) -> dict[str, Any]:
    """A picture from words."""
    return {"model": order.model, "prompt": order.inputs, **_size(said(order))}


def wavespeed_edit(order: Order) -> dict[str, Any]:
    """A picture or a film from a picture."""
    return {"image": order.inputs, **said(order)}


def _steps(given: dict[str, Any]) -> dict[str, Any]:
    return {("steps" if k == "num_inference_steps" else k): v for k, v in given.items()}


def _sides(given: dict[str, Any]) -> dict[str, Any]:
    return given | (given.pop("target_size", None) or {})


def _size(given: dict[str, Any]) -> dict[str, Any]:
    """Width and height as one word."""
    width, height = given.pop("width", None), given.pop("height", None)
    if (width is None) is not (height is None):
        raise ValidationError("width and height: give both, or neither, to this provider.")
    return given | ({"size": f"{width}x{height}"} if width else {})

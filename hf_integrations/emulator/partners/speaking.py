"""Pictures and sound on OpenAI's routes, as together, nscale, deepinfra and others have them.

Sources: the OpenAI API reference (images, audio); huggingface_hub 2.4, `inference/_providers/`
together, nscale, deepinfra. Speech is always WAV, or bare samples for `pcm`: no other format is
encoded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import wire
from hf_integrations.emulator.media import speech
from hf_integrations.emulator.media.speech import Heard
from hf_integrations.emulator.partners import multipart, orders
from hf_integrations.emulator.partners.wording import problem
from hf_integrations.emulator.tasks import hearing
from hf_integrations.emulator.tasks.asked import Made, heard

# provider ("" is the root): its paths of pictures, changed pictures, speech and transcripts.
PATHS: dict[str, dict[str, str]] = {
    "": {
        "images": "/v1/images/generations", "edits": "/v1/images/edits",
        "speech": "/v1/audio/speech", "transcripts": "/v1/audio/transcriptions",
    },
    "deepinfra": {
        "images": "/v1/openai/images/generations", "speech": "/v1/openai/audio/speech",
        "transcripts": "/v1/openai/audio/transcriptions",
    },
    "groq": {"speech": "/openai/v1/audio/speech", "transcripts": "/openai/v1/audio/transcriptions"},
    "nebius": {"images": "/v1/images/generations"},
    "nscale": {"images": "/v1/images/generations"},
    "openai": {
        "images": "/v1/images/generations", "edits": "/v1/images/edits",
        "speech": "/v1/audio/speech", "transcripts": "/v1/audio/transcriptions",
    },
    "together": {
        "images": "/v1/images/generations", "speech": "/v1/audio/speech",
        "transcripts": "/v1/audio/transcriptions",
    },
}  # fmt: skip
NEEDS_VOICE = frozenset(("together", "openai", ""))
_TEXTS = ("json", "text", "verbose_json", "srt", "vtt")


def routes() -> list[Route]:
    """Return the routes of all providers."""
    answers = {"images": images, "edits": edits, "speech": speak, "transcripts": transcribe}
    return [
        Route(f"/{provider}{path}" if provider else path, answers[kind], methods=["POST"])
        for provider, paths in PATHS.items()
        for kind, path in paths.items()
    ]


async def images(request: Request) -> Response:
    """Answer with pictures, from words or from a picture."""
    return _pictures(request, await orders.read(request))


async def edits(request: Request) -> Response:
    """Answer with a picture that was changed; it comes as a form."""
    form = await multipart.read(request)
    image = form.file("image") or form.file("image[]")
    if image is None:
        raise problem(_provider(request), 400, "image is required")
    return _pictures(request, {**form.fields, "image_url": wire.packed(image)})


async def speak(request: Request) -> Response:
    """Answer with speech."""
    body, provider = await orders.read(request), _provider(request)
    if provider in NEEDS_VOICE and not body.get("voice"):
        raise problem(provider, 400, "voice is required")
    made = orders.made(
        request, provider, "text-to-speech",
        model=_model(body, provider), inputs=body.get("input"), parameters={},
    )  # fmt: skip
    if body.get("response_format") == "pcm":
        made = Made(made.data[44:], "audio/pcm")
    return Response(made.data, media_type=made.mime)


async def transcribe(request: Request) -> Response:
    """Answer with what was heard; the sound comes as a form."""
    form, provider = await multipart.read(request), _provider(request)
    data = form.file("file")
    if data is None:
        raise problem(provider, 400, "file is required")
    model = _model(form.fields, provider)
    how = form.fields.get("response_format", "json")
    if how not in _TEXTS:
        raise problem(provider, 400, f"response_format must be one of {', '.join(_TEXTS)}")
    orders.place(
        request, provider, "automatic-speech-recognition",
        model=model, inputs=wire.packed(data), parameters={},
    )  # fmt: skip
    listened = heard(data)
    words = speech.hear(listened)
    if how in ("text", "srt", "vtt"):
        return wire.answer(_written(words, how))
    told: dict[str, Any] = {"text": hearing.joined(words)}
    if how == "verbose_json":
        told |= _verbose(words, listened.seconds, form.fields)
    return wire.answer(told)


def _pictures(request: Request, body: Mapping[str, Any]) -> Response:
    provider = _provider(request)
    model = _model(body, provider)
    parameters = {**body, **orders.size(body)}
    if "steps" in body:
        parameters["num_inference_steps"] = body["steps"]
    image = body.get("image_url") or body.get("reference_images")
    if image is not None:
        task, inputs = "image-to-image", orders.content(request, provider, image, "image")
    else:
        task, inputs = "text-to-image", body.get("prompt", "")
    data = []
    for at in range(_count(body, provider)):
        seed = body.get("seed") or 0
        given = {**parameters, "seed": seed + at if isinstance(seed, int) else seed}
        made = orders.made(request, provider, task, model=model, inputs=inputs, parameters=given)
        data.append(_told(request, made, body, at))
    return wire.answer({"created": 0, "data": data, "model": model})


def _told(request: Request, made: Made, body: Mapping[str, Any], at: int) -> dict[str, Any]:
    """Tell a picture as base64 or by URL; together says `base64` where OpenAI says `b64_json`."""
    if body.get("response_format") in ("b64_json", "base64"):
        return {"index": at, "b64_json": wire.packed(made.data)}
    return {"index": at, "url": orders.url_of(request, made)}


def _count(body: Mapping[str, Any], provider: str) -> int:
    """Return how many pictures are asked for; a form has the number as text."""
    count = body.get("n") or 1
    if isinstance(count, str) and count.isdigit():
        count = int(count)
    if not isinstance(count, int) or not 1 <= count <= 10:
        raise problem(provider, 400, "n must be from 1 to 10")
    return count


def _model(body: Mapping[str, Any], provider: str) -> str:
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise problem(provider, 400, "you must provide a model parameter")
    return model


def _provider(request: Request) -> str:
    first = request.url.path.split("/")[1]
    return first if first in PATHS else ""


def _verbose(words: list[Heard], seconds: float, fields: Mapping[str, str]) -> dict[str, Any]:
    segments = [
        {"id": at, "start": part[0].start, "end": part[-1].end, "text": f" {hearing.joined(part)}"}
        for at, part in enumerate(hearing.chunks(words))
    ]
    told: dict[str, Any] = {
        "task": "transcribe", "language": fields.get("language", "english"),
        "duration": round(seconds, 3), "segments": segments,
    }  # fmt: skip
    if fields.get("timestamp_granularities[]") == "word":
        told["words"] = [{"word": w.text, "start": w.start, "end": w.end} for w in words]
    return told


def _written(words: list[Heard], how: str) -> str:
    """Return the text, plain or as subtitles."""
    if how == "text":
        return f"{hearing.joined(words)}\n"
    mark, head = ("," if how == "srt" else "."), ("" if how == "srt" else "WEBVTT\n\n")
    lines = []
    for at, part in enumerate(hearing.chunks(words), start=1):
        number = f"{at}\n" if how == "srt" else ""
        span = f"{_clock(part[0].start, mark)} --> {_clock(part[-1].end, mark)}"
        lines.append(f"{number}{span}\n{hearing.joined(part)}\n")
    return head + "\n".join(lines)


def _clock(seconds: float, mark: str) -> str:
    whole, thousandths = divmod(round(seconds * 1_000), 1_000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{thousandths:03}"

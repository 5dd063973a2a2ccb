"""replicate: predictions, by model or by version; with `Prefer: wait` they come at once.

Sources: huggingface_hub 2.4, `inference/_providers/replicate.py`;
https://replicate.com/docs/reference/http.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import oddities, wire
from hf_integrations.emulator.partners import orders
from hf_integrations.emulator.partners.jobs import Job
from hf_integrations.emulator.partners.shelf import MODELS
from hf_integrations.emulator.partners.wording import problem

NAME = "replicate"
_IMAGES = ("image", "images", "input_image", "input_images")


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route(f"/{NAME}/v1/predictions/{{id}}", status, methods=["GET"]),
        Route(f"/{NAME}/v1/predictions", run, methods=["POST"]),
        Route(f"/{NAME}/v1/models/{{model:path}}/predictions", run, methods=["POST"]),
    ]


async def run(request: Request) -> Response:
    """Answer with a prediction, done or begun."""
    body = await orders.read(request)
    given = body.get("input")
    if not isinstance(given, dict):
        raise problem(NAME, 422, "- input: this field is required")
    model = request.path_params.get("model") or _model(body.get("version"))
    job = await orders.job(request, model, _output(request, given, model))
    waits = request.headers.get("prefer", "").startswith("wait")
    is_cold = oddities.of(request) == "null_output"
    if waits and not is_cold:
        job.left = 0
    return wire.answer(_prediction(request, job, body, running="starting"), status=201)


async def status(request: Request) -> Response:
    """Answer how far a prediction is."""
    job = orders.asked_after(request, NAME)
    return wire.answer(_prediction(request, job, {}, running="processing"))


def _model(version: Any) -> str:
    """Return the model that a version belongs to; of an unknown version, the version."""
    if not isinstance(version, str) or not version:
        raise problem(NAME, 422, "- version: this field is required")
    ids = (model.ids.get(NAME, "") for model in MODELS.values())
    return next((ident for ident in ids if ident.endswith(f":{version}")), version)


def _output(request: Request, given: dict[str, Any], model: str) -> Any:
    """Return the output: text for speech that was heard, URLs of files else."""
    known = orders.task_of(request, NAME, model)
    image = next((given[name] for name in _IMAGES if given.get(name)), None)
    if "audio" in given:
        sound = orders.content(request, NAME, given["audio"], "audio")
        task = "automatic-speech-recognition"
        heard = orders.place(request, NAME, task, model=model, inputs=sound, parameters=given)
        return {"transcription": heard["text"], "detected_language": "english"}
    inputs: Any = given.get("prompt")
    if image is not None:
        inputs = orders.content(request, NAME, image, "image")
        task = "image-to-video" if known == "image-to-video" else "image-to-image"
    elif "text" in given:
        task, inputs = "text-to-speech", given["text"]
    else:
        task = "text-to-video" if known == "text-to-video" else "text-to-image"
    made = orders.made(request, NAME, task, model=model, inputs=inputs, parameters=given)
    url = orders.url_of(request, made)
    return [url] if task.endswith("image") else url


def _prediction(
    request: Request, job: Job, body: dict[str, Any], *, running: str
) -> dict[str, Any]:
    state = job.state(running, "succeeded", "failed")
    url = f"{str(request.base_url).rstrip('/')}/{NAME}/v1/predictions/{job.id}"
    return {
        "id": job.id, "model": job.model.partition(":")[0],
        "version": body.get("version", "hidden"), "input": body.get("input", {}), "logs": "",
        "output": job.result if state == "succeeded" else None, "status": state,
        "error": "The model failed to make this" if state == "failed" else None,
        "created_at": "2025-01-01T00:00:00.000Z",
        "urls": {"get": url, "cancel": f"{url}/cancel"},
    }  # fmt: skip

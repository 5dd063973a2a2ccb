"""fal-ai: at once, or queued with `?_subdomain=queue` and asked after.

The URLs in the replies lead back here, and have the path that they have at queue.fal.run: the
model's first two names, `/requests/` and the id. Source: huggingface_hub 2.4,
`inference/_providers/fal_ai.py`, and https://docs.fal.ai/model-apis/model-endpoints/queue.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import wire
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.partners import orders
from hf_integrations.emulator.partners.jobs import Job
from hf_integrations.emulator.partners.wording import problem
from hf_integrations.emulator.tasks.asked import Made

NAME = "fal-ai"
QUEUE = "/queue.fal.run"  # for clients that take the host of the queue for a base of their own
_SIZES = {
    "square_hd": (1024, 1024), "square": (512, 512), "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024), "landscape_4_3": (1024, 768), "landscape_16_9": (1024, 576),
}  # fmt: skip


def routes() -> list[Route]:
    """Return the routes; those of the queue are also those of its own host."""
    job = "/{model:path}/requests/{id}"
    return [
        *(
            route
            for prefix in (f"/{NAME}", "")
            for route in (
                Route(f"{prefix}{job}/status", status, methods=["GET"]),
                Route(f"{prefix}{job}/cancel", cancel, methods=["PUT"]),
                Route(f"{prefix}{job}", result, methods=["GET"]),
            )
        ),
        Route(f"/{NAME}/{{model:path}}", run, methods=["POST"]),
        Route(f"{QUEUE}/{{model:path}}", enqueue, methods=["POST"]),
    ]


async def run(request: Request) -> Response:
    """Answer with the result, or with the place in the queue."""
    body = await orders.read(request)
    model = request.path_params["model"]
    if request.query_params.get("_subdomain") == "queue":
        return await enqueue(request)
    return wire.answer(_result(request, body, model))


async def enqueue(request: Request) -> Response:
    """Answer with the place in the queue."""
    body = await orders.read(request)
    model = request.path_params["model"]
    job = await orders.job(request, model, _result(request, body, model))
    return wire.answer({"status": "IN_QUEUE", "queue_position": 0, **_place(request, job)})


async def status(request: Request) -> Response:
    """Answer how far a request is: IN_PROGRESS, or COMPLETED, which failures are too."""
    job = orders.asked_after(request, NAME)
    now = job.state("IN_PROGRESS", "COMPLETED", "COMPLETED")
    return wire.answer({"status": now, "logs": None, "metrics": {}, **_place(request, job)})


async def result(request: Request) -> Response:
    """Answer with what was made, or that it is not yet."""
    job = house_of(request).jobs.look(request.path_params["id"])
    if job is None:
        raise problem(NAME, 404, "There is no such request")
    if not job.done:
        raise problem(NAME, 400, "Request is still in progress")
    if job.failed:
        raise problem(NAME, 422, "The model failed to make this")
    return wire.answer(job.result)


async def cancel(request: Request) -> Response:
    """Answer that what is done cannot be cancelled."""
    orders.asked_after(request, NAME)
    return wire.answer({"status": "ALREADY_COMPLETED"}, status=400)


def _place(request: Request, job: Job) -> dict[str, str]:
    app = "/".join(job.model.split("/")[:2])
    url = f"{str(request.base_url).rstrip('/')}/{app}/requests/{job.id}"
    return {
        "request_id": job.id, "response_url": url,
        "status_url": f"{url}/status", "cancel_url": f"{url}/cancel",
    }  # fmt: skip


def _result(request: Request, body: dict[str, Any], model: str) -> dict[str, Any]:
    task = _task(body, orders.task_of(request, NAME, model))
    given = {**body, **orders.size(body), **_named_size(body)}
    inputs: Any = body.get("prompt")
    if task == "text-to-speech":
        inputs = body.get("text") or body.get("prompt")
    elif "audio_url" in body:
        inputs = orders.content(request, NAME, body["audio_url"], "audio")
        given["return_timestamps"] = True
    elif "image_url" in body or task.startswith("image-"):
        inputs = orders.content(request, NAME, body.get("image_url"), "image")
    order = {"model": model, "inputs": inputs, "parameters": given}
    if task == "automatic-speech-recognition":
        heard = orders.place(request, NAME, task, **order)
        return {**heard, "inferred_languages": ["en"]}
    if task == "image-segmentation":
        [first, *_] = orders.place(request, NAME, task, **{**order, "parameters": {"threshold": 0}})
        return {"image": _cut_out(request, first["mask"], body)}
    return _files(request, task, orders.made(request, NAME, task, **order), body)


def _task(body: dict[str, Any], known: str | None) -> str:
    """Return the task of a body; what is known of the model decides among those that fit."""
    if "audio_url" in body:
        return "automatic-speech-recognition"
    if "image_url" in body:
        fitting = ["image-to-image", "image-to-video", "image-segmentation"]
    else:
        fitting = ["text-to-image", "text-to-video", "text-to-speech"]
        if "text" in body:
            return "text-to-speech"
    return known if known in fitting else fitting[0]


def _files(request: Request, task: str, made: Made, body: dict[str, Any]) -> dict[str, Any]:
    file = _file(request, made)
    if task == "text-to-speech":
        return {"audio": file}
    if task.endswith("-video"):
        return {"video": file, "seed": body.get("seed", 0)}
    return {
        "images": [file], "prompt": body.get("prompt", ""), "seed": body.get("seed", 0),
        "has_nsfw_concepts": [False], "timings": {"inference": 0.0},
    }  # fmt: skip


def _file(request: Request, made: Made) -> dict[str, Any]:
    url = orders.url_of(request, made)
    name = url.rpartition("/")[2]
    return {
        "url": url, "content_type": made.mime, "file_name": name, "file_size": len(made.data),
    }  # fmt: skip


def _cut_out(request: Request, mask: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the mask as a file: inside the reply with `sync_mode`, else by URL."""
    if body.get("sync_mode"):
        return {"url": f"data:image/png;base64,{mask}", "content_type": "image/png"}
    return _file(request, Made(wire.unpacked(mask), "image/png"))


def _named_size(body: dict[str, Any]) -> dict[str, int]:
    width, height = _SIZES.get(str(body.get("image_size")), (0, 0))
    return {"width": width, "height": height} if width else {}

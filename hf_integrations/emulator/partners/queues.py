"""wavespeed, together's films, zai-org's pictures, novita's films: each with its own words.

Sources: huggingface_hub 2.4, `inference/_providers/` wavespeed, together, zai_org, novita.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import wire
from hf_integrations.emulator.partners import orders
from hf_integrations.emulator.partners.jobs import Job
from hf_integrations.emulator.partners.wording import problem

_FAILED = "The model failed to make this"


def routes() -> list[Route]:
    """Return the routes; wavespeed's results are also found at the path of its own host."""
    done, zai = "/api/v3/predictions/{id}/result", "/zai-org/api/paas/v4"
    return [
        Route(f"/wavespeed{done}", wavespeed_status, methods=["GET"]),
        Route(done, wavespeed_status, methods=["GET"]),
        Route("/wavespeed/api/v3/{model:path}", wavespeed, methods=["POST"]),
        Route("/together/v2/videos", together, methods=["POST"]),
        Route("/together/v2/videos/{id}", together_status, methods=["GET"]),
        Route(f"{zai}/async/images/generations", zai_image, methods=["POST"]),
        Route(f"{zai}/async-result/{{id}}", zai_status, methods=["GET"]),
        Route("/novita/v3/hf/{model:path}", novita, methods=["POST"]),
    ]


async def wavespeed(request: Request) -> Response:
    """Queue a picture or a film, from words or a picture."""
    body, model = await orders.read(request), request.path_params["model"]
    known = orders.task_of(request, "wavespeed", model) or ""
    job = await orders.job(request, model, _url(request, "wavespeed", model, body, known))
    return wire.answer(_wavespeed(request, job, "created"))


async def wavespeed_status(request: Request) -> Response:
    """Answer how far a piece of work is: created, processing, completed or failed."""
    job = orders.asked_after(request, "wavespeed")
    status = job.state("processing", "completed", "failed")
    return wire.answer(_wavespeed(request, job, status))


async def together(request: Request) -> Response:
    """Queue a film."""
    body = await orders.read(request)
    frames = body.get("frame_images")
    if isinstance(frames, list) and frames and isinstance(frames[0], dict):
        body = {**body, "image": frames[0].get("input_image")}
    model = _model(body, "together")
    job = await orders.job(request, model, _url(request, "together", model, body, "text-to-video"))
    return wire.answer(_together(job, "queued"))


async def together_status(request: Request) -> Response:
    """Answer how far a film is: queued, in_progress, completed or failed."""
    job = orders.asked_after(request, "together")
    return wire.answer(_together(job, job.state("in_progress", "completed", "failed")))


async def zai_image(request: Request) -> Response:
    """Queue a picture."""
    body = await orders.read(request)
    model = _model(body, "zai-org")
    url = _url(request, "zai-org", model, body, "text-to-image")
    return wire.answer(_zai(await orders.job(request, model, url), "PROCESSING"))


async def zai_status(request: Request) -> Response:
    """Answer how far a picture is: PROCESSING, SUCCESS or FAIL."""
    job = orders.asked_after(request, "zai-org")
    return wire.answer(_zai(job, job.state("PROCESSING", "SUCCESS", "FAIL")))


async def novita(request: Request) -> Response:
    """Answer with a film at once."""
    body, model = await orders.read(request), request.path_params["model"]
    url = _url(request, "novita", model, body, "text-to-video")
    return wire.answer({"video": {"video_url": url, "video_type": "gif"}})


def _url(request: Request, provider: str, model: str, body: dict[str, Any], known: str) -> str:
    """Make what is asked for; where a picture was sent, it is made from that."""
    target = "video" if known.endswith("video") else "image"
    order = {"model": model, "parameters": {**body, **orders.size(body)}}
    if body.get("image") is not None:
        inputs = orders.content(request, provider, body["image"], "image")
        made = orders.made(request, provider, f"image-to-{target}", inputs=inputs, **order)
    else:
        prompt = body.get("prompt")
        made = orders.made(request, provider, f"text-to-{target}", inputs=prompt, **order)
    return orders.url_of(request, made)


def _model(body: dict[str, Any], provider: str) -> str:
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise problem(provider, 400, "model is required")
    return model


def _wavespeed(request: Request, job: Job, status: str) -> dict[str, Any]:
    url = f"{str(request.base_url).rstrip('/')}/api/v3/predictions/{job.id}/result"
    data = {
        "id": job.id, "model": job.model, "status": status, "urls": {"get": url},
        "outputs": [job.result] if status == "completed" else [],
        "error": _FAILED if status == "failed" else "",
        "created_at": "2025-01-01T00:00:00.000Z",
    }  # fmt: skip
    return {"code": 200, "message": "success", "data": data}


def _together(job: Job, status: str) -> dict[str, Any]:
    value: dict[str, Any] = {"id": job.id, "object": "video", "model": job.model, "status": status}
    if status == "completed":
        value["outputs"] = {"cost": 0.0, "video_url": job.result}
    if status == "failed":
        value["error"] = {"code": "internal_error", "message": _FAILED}
    return value


def _zai(job: Job, status: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": job.id, "request_id": job.id, "model": job.model, "task_status": status,
    }  # fmt: skip
    if status == "SUCCESS":
        value["image_result"] = [{"url": job.result}]
    return value

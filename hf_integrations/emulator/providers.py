"""The routes of the providers behind the router: `/{provider}` and then the provider's own path.

Those whose words are not OpenAI's are in `partners/`.
Sources: huggingface_hub 2.4, `inference/_providers/`; nebius and sambanova have OpenAI's paths.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator.chat import chat
from hf_integrations.emulator.completions import complete
from hf_integrations.emulator.embeddings import embeddings
from hf_integrations.emulator.engines import ranking
from hf_integrations.emulator.partners import wording
from hf_integrations.emulator.partners.shelf import SERVES
from hf_integrations.emulator.responses import respond

# provider: path of chat, completions, embeddings; None where it has none.
PROVIDERS: dict[str, tuple[str, str | None, str | None]] = {
    "baseten": ("/v1/chat/completions", None, None),
    "cerebras": ("/v1/chat/completions", None, None),
    "cohere": ("/compatibility/v1/chat/completions", None, None),
    "deepinfra": (
        "/v1/openai/chat/completions", "/v1/openai/completions", "/v1/openai/embeddings",
    ),
    "featherless-ai": ("/v1/chat/completions", "/v1/completions", None),
    "fireworks-ai": ("/inference/v1/chat/completions", None, None),
    "groq": ("/openai/v1/chat/completions", "/openai/v1/completions", None),
    "nebius": ("/v1/chat/completions", "/v1/completions", "/v1/embeddings"),
    "novita": ("/v3/openai/chat/completions", "/v3/openai/completions", None),
    "nscale": ("/v1/chat/completions", None, None),
    "openai": ("/v1/chat/completions", "/v1/completions", "/v1/embeddings"),
    "ovhcloud": ("/v1/chat/completions", "/v1/completions", None),
    "publicai": ("/v1/chat/completions", None, None),
    "sambanova": ("/v1/chat/completions", "/v1/completions", "/v1/embeddings"),
    "scaleway": ("/v1/chat/completions", None, "/v1/embeddings"),
    "together": ("/v1/chat/completions", "/v1/completions", "/v1/embeddings"),
    "zai-org": ("/api/paas/v4/chat/completions", None, None),
}  # fmt: skip


def routes() -> list[Route]:
    """Return a route for every path of every provider."""
    answers = (chat, complete, embeddings)
    return [
        Route(f"/{provider}{path}", answer, methods=["POST"])
        for provider, paths in PROVIDERS.items()
        for path, answer in zip(paths, answers, strict=True)
        if path is not None
    ]


def others() -> list[Route]:
    """Return routes of OpenAI's kind that only one provider has."""
    return [
        Route("/openai/v1/responses", respond, methods=["POST"]),
        Route("/together/v1/rerank", ranking.rerank_openai, methods=["POST"]),
    ]


def unknown() -> list[Route]:
    """Return the routes that answer what a provider does not have, in its own words."""
    methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    return [Route("/{provider}/{rest:path}", _missing, methods=methods)]


async def _missing(request: Request) -> Response:
    """Answer for a provider that there is; of any other, nothing is known."""
    if request.path_params["provider"] not in SERVES:
        raise HTTPException(404, "Not Found")
    return await wording.unknown(request)

"""The routes of the providers behind the router: `/{provider}` and then the provider's own path.

Sources: huggingface_hub 1.33, `inference/_providers/`; nebius and sambanova speak OpenAI's paths.
"""

from __future__ import annotations

from starlette.routing import Route

from hf_integrations.emulator.chat import chat
from hf_integrations.emulator.completions import complete
from hf_integrations.emulator.embeddings import embeddings

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

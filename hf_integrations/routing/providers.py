"""The provider table: one row holds all that is particular to one provider.

Sources: huggingface_hub 2.4, `inference/_providers/`; of nebius and sambanova, which the Hub knew
until 2025, huggingface_hub 0.34; completions and transcripts beyond it, huggingface.js.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hf_integrations.config import checked_url
from hf_integrations.errors import ConfigurationError
from hf_integrations.routing import dialects as words
from hf_integrations.routing import schemas
from hf_integrations.routing.orders import Queue, Route
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Task

NATIVE = "hf-inference"
POLICIES = ("fastest", "cheapest", "preferred")  # the router's own rules
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


class InferenceProvider(Struct, frozen=True):
    """One provider.

    Attributes:
        name: as the Hub spells it; at the router, the first part of the path.
        base: its own host, for a key of its own.
        routes: how it is asked for each task, by the task's name on the Hub.
        scheme: how its own keys are introduced.
        headers: that it wants with every request.
        routed: the router leads to it, with a token of Hugging Face.
        mapped: the Hub knows what its models are called.
    """

    name: str
    base: str
    routes: Mapping[str, Route]
    scheme: str = "Bearer"
    headers: tuple[tuple[str, str], ...] = ()
    routed: bool = True
    mapped: bool = True

    @property
    def is_native(self) -> bool:
        """Whether it is Hugging Face's own, which serves tasks in the words of their rows."""
        return self.name == NATIVE

    def route(self, task: Task) -> Route | None:
        """How it is asked for a task; None where it does not serve that."""
        route = self.routes.get(task.name)
        if route is None and self.is_native and task.needs_provider:
            return Route(task.paths[Kind.ROUTER].removeprefix(f"/{NATIVE}"))
        return route

    def serves(self) -> list[str]:
        """The names of its tasks."""
        return sorted(self.routes)


_CHAT, _TEXT, _VECTORS = CHAT.name, TEXT_GENERATION.name, FEATURE_EXTRACTION.name
_T2I, _I2I, _T2V, _I2V = "text-to-image", "image-to-image", "text-to-video", "image-to-video"
_TTS, _ASR, _MASKS = "text-to-speech", "automatic-speech-recognition", "image-segmentation"

_FAL = Queue(
    done="COMPLETED", id=("request_id",), place=("response_url",), state="/status",
    base="https://queue.fal.run", query="_subdomain=queue",
)  # fmt: skip
_REPLICATE = Queue(
    done="succeeded", failed=frozenset({"failed", "canceled", "aborted"}), output=("output",),
    path="/v1/predictions/{id}",
)  # fmt: skip
_TOGETHER = Queue(
    done="completed", failed=frozenset({"failed", "cancelled"}), output=("outputs", "video_url"),
    error=("error", "message"), path="/v2/videos/{id}",
)  # fmt: skip
_WAVESPEED = Queue(
    status=("data", "status"), done="completed", failed=frozenset({"failed"}),
    error=("data", "error"), place=("data", "urls", "get"), id=("data", "id"),
)  # fmt: skip
_ZAI = Queue(
    status=("task_status",), done="SUCCESS", failed=frozenset({"FAIL"}), output=("image_result",),
    path="/api/paas/v4/async-result/{id}",
)  # fmt: skip

_V1 = Route("/v1/chat/completions")
_COMPLETIONS, _EMBEDDINGS = Route("/v1/completions"), Route("/v1/embeddings")
_PREDICTIONS = words.replicate_path


def _model(write: Any, read: Any = None, queue: Queue | None = None) -> Route:
    """A model of fal-ai is its own path."""
    return Route("/{model}", write, read, queue)


def _wavespeed(write: Any) -> Route:
    return Route("/api/v3/{model}", write, queue=_WAVESPEED)


def _replicate(write: Any, read: Any = None) -> Route:
    return Route(_PREDICTIONS, write, read, _REPLICATE)


_ROWS = (
    InferenceProvider("baseten", "https://inference.baseten.co", {_CHAT: _V1}),
    InferenceProvider("cerebras", "https://api.cerebras.ai", {_CHAT: _V1}),
    InferenceProvider("cohere", "https://api.cohere.com", {
        _CHAT: Route("/compatibility/v1/chat/completions", schema=schemas.beside),
    }),
    InferenceProvider("deepinfra", "https://api.deepinfra.com", {
        _CHAT: Route("/v1/openai/chat/completions"),
        _TEXT: Route("/v1/openai/completions"),
        _VECTORS: Route("/v1/openai/embeddings"),
        _ASR: Route("/v1/openai/audio/transcriptions", words.openai_transcript, words.transcript),
        _TTS: Route("/v1/openai/audio/speech", words.openai_speech),
    }),
    InferenceProvider("fal-ai", "https://fal.run", {
        _ASR: _model(words.fal_hearing),
        _T2I: _model(words.fal_prompt),
        _TTS: _model(words.fal_speech),
        _T2V: _model(words.fal_prompt, queue=_FAL),
        _I2V: _model(words.fal_film, queue=_FAL),
        _I2I: _model(words.fal_edit, queue=_FAL),
        _MASKS: _model(words.fal_cut, words.fal_mask, _FAL),
    }, scheme="Key"),
    InferenceProvider("featherless-ai", "https://api.featherless.ai", {
        _CHAT: _V1, _TEXT: _COMPLETIONS,
    }),
    InferenceProvider("fireworks-ai", "https://api.fireworks.ai", {
        _CHAT: Route("/inference/v1/chat/completions", schema=schemas.beside),
    }),
    InferenceProvider("groq", "https://api.groq.com", {
        _CHAT: Route("/openai/v1/chat/completions"), _TEXT: Route("/openai/v1/completions"),
    }),
    InferenceProvider(NATIVE, "https://router.huggingface.co/hf-inference", {
        _CHAT: Route("/models/{model}/v1/chat/completions", schema=schemas.value),
    }),
    InferenceProvider("nebius", "https://api.studio.nebius.ai", {
        _CHAT: Route("/v1/chat/completions", schema=schemas.guided),
        _TEXT: _COMPLETIONS, _VECTORS: _EMBEDDINGS,
        _T2I: Route("/v1/images/generations", words.nebius_picture),
    }),
    InferenceProvider("novita", "https://api.novita.ai", {
        _CHAT: Route("/v3/openai/chat/completions"), _TEXT: Route("/v3/openai/completions"),
        _T2V: Route("/v3/hf/{model}", words.prompt),
    }),
    InferenceProvider("nscale", "https://inference.api.nscale.com", {
        _CHAT: _V1, _T2I: Route("/v1/images/generations", words.nscale_picture),
    }),
    InferenceProvider("openai", "https://api.openai.com", {
        _CHAT: _V1, _TEXT: _COMPLETIONS, _VECTORS: _EMBEDDINGS,
    }, routed=False, mapped=False),
    InferenceProvider("ovhcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net", {
        _CHAT: _V1, _TEXT: _COMPLETIONS,
    }),
    InferenceProvider("publicai", "https://api.publicai.co", {_CHAT: _V1}),
    InferenceProvider("replicate", "https://api.replicate.com", {
        _ASR: _replicate(words.replicate_hearing, words.replicate_text),
        _I2I: _replicate(words.replicate_edit),
        _T2I: _replicate(words.replicate_prompt),
        _TTS: _replicate(words.replicate_speech),
        _T2V: _replicate(words.replicate_prompt),
    }, headers=(("prefer", "wait"),)),
    InferenceProvider("sambanova", "https://api.sambanova.ai", {
        _CHAT: Route("/v1/chat/completions", schema=schemas.loose), _VECTORS: _EMBEDDINGS,
    }),
    InferenceProvider("scaleway", "https://api.scaleway.ai", {
        _CHAT: _V1, _VECTORS: _EMBEDDINGS,
    }),
    InferenceProvider("together", "https://api.together.xyz", {
        _CHAT: Route("/v1/chat/completions", schema=schemas.flat),
        _TEXT: _COMPLETIONS, _VECTORS: _EMBEDDINGS,
        _T2I: Route("/v1/images/generations", words.together_picture),
        _I2I: Route("/v1/images/generations", words.together_edit),
        _TTS: Route("/v1/audio/speech", words.openai_speech),
        _ASR: Route("/v1/audio/transcriptions", words.openai_transcript, words.transcript),
        _T2V: Route("/v2/videos", words.together_film, queue=_TOGETHER),
        _I2V: Route("/v2/videos", words.together_animation, queue=_TOGETHER),
    }),
    InferenceProvider("wavespeed", "https://api.wavespeed.ai", {
        _T2I: _wavespeed(words.prompt), _T2V: _wavespeed(words.prompt),
        _I2I: _wavespeed(words.wavespeed_edit), _I2V: _wavespeed(words.wavespeed_edit),
    }),
    InferenceProvider("zai-org", "https://api.z.ai", {
        _CHAT: Route("/api/paas/v4/chat/completions"),
        _T2I: Route("/api/paas/v4/async/images/generations", words.zai_picture, queue=_ZAI),
    }, headers=(("accept-language", "en-US,en"), ("x-source-channel", "hugging_face"))),
)  # fmt: skip
PROVIDERS: dict[str, InferenceProvider] = {row.name: row for row in _ROWS}


def register_provider(provider: InferenceProvider) -> None:
    """Make a provider known to every client of this process; one of the same name is replaced.

    For one that speaks as OpenAI does, a path for each task is all it takes; docs/providers.md has
    an example.

    Raises:
        ConfigurationError: the row cannot work; it says which part.
    """
    given: object = provider
    if not isinstance(given, InferenceProvider):
        raise ConfigurationError("provider must be an InferenceProvider, a row of the table.")
    if not NAME.fullmatch(provider.name) or provider.name in ("auto", NATIVE, *POLICIES):
        raise ConfigurationError(
            f"name: {provider.name!r} cannot be a provider's; they are written like 'my-lab'."
        )
    base = checked_url("base", provider.base, ConfigurationError)
    if not provider.routes:
        raise ConfigurationError("routes: a provider serves at least one task.")
    for task, route in provider.routes.items():
        _check_route(task, route)
    PROVIDERS[provider.name] = replace(provider, base=base)


def unregister_provider(name: str) -> None:
    """Forget a provider; without it, there is nothing to forget."""
    PROVIDERS.pop(name, None)


def _check_route(task: object, route: object) -> None:
    from hf_integrations.routing.table import ROWS, TASKS

    if task not in TASKS:
        raise ConfigurationError(f"routes: there is no task {task!r}; docs/tasks.md lists them.")
    if not isinstance(route, Route):
        raise ConfigurationError(f"routes: that of {task} must be a Route.")
    path: object = route.path("model") if callable(route.path) else route.path
    if not (isinstance(path, str) and path.startswith("/")):
        raise ConfigurationError(f"routes: the path of {task} must begin with a slash.")
    if task in ROWS and route.write is None:
        raise ConfigurationError(
            f"routes: {task} needs write=, how it is told; OpenAI's API has no word for it."
        )

"""The image an endpoint runs: one builder for each variant the API knows, and a way for others.

The API takes an object with one key, the variant, and drops fields that the variant does not have
without a word; so these builders take only those it has.
Source: huggingface_hub, `hf_api.py`, `_build_endpoint_image_payload`, `_set_parallelism_in_image`;
https://api.endpoints.huggingface.cloud (OpenAPI, EndpointModelImage).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from hf_integrations.errors import ConfigurationError, ValidationError

# The keys as the API spells them; a wrong case is another variant, and none that there is.
VARIANTS = (
    "huggingface", "custom", "vLLM", "sGLang", "tgi", "tei", "llamacpp", "hfServe",
    "tgiNeuron", "tgiTpu",
)  # fmt: skip
REDACTED = "***"


class EndpointImage:
    """What an endpoint runs.

    Attributes:
        variant: the key by which the API knows it.
    """

    __slots__ = ("_fields", "variant")

    def __init__(self, variant: str, fields: Mapping[str, Any] | None = None) -> None:
        """An image of any variant, its fields spelt as the API does; for variants yet to come."""
        named: Any = variant
        near = [known for known in VARIANTS if known.lower() == str(named).lower()]
        if not isinstance(named, str) or not named or (near and named not in near):
            raise ValidationError(f"image: write the variant as the API does: {_or(near)}.")
        given: Any = {} if fields is None else fields
        if not isinstance(given, Mapping):
            raise ValidationError(f"image: the fields of {variant} must be a dict.")
        if "credentials" in given and variant != "custom":
            raise ValidationError("image: only a custom image takes credentials.")
        self.variant = variant
        self._fields = {name: value for name, value in given.items() if value is not None}

    @classmethod
    def of(cls, image: EndpointImage | Mapping[str, Any] | str | None) -> EndpointImage:
        """An image as people write it.

        Args:
            image: an image; a dict with one variant as the key, or of a container of your own with
                its `url`; the URL itself; None for Hugging Face's own.
        """
        if image is None:
            return cls.huggingface()
        if isinstance(image, EndpointImage):
            return image
        if isinstance(image, str):
            return cls.custom(image)
        given: Any = image
        if not isinstance(given, Mapping) or not given:
            raise ValidationError("image must be an EndpointImage, a dict or the URL of one.")
        if "url" in image:
            return cls("custom", image)
        if len(image) != 1:
            raise ValidationError(
                f"image must have one key, its variant, not {', '.join(map(str, image))}."
            )
        [(variant, fields)] = image.items()
        return cls(variant, fields)

    @classmethod
    def huggingface(cls) -> EndpointImage:
        """Hugging Face's own toolkit: transformers, sentence-transformers, diffusers."""
        return cls("huggingface")

    @classmethod
    def hf_serve(cls, url: str | None = None, *, port: int | None = None) -> EndpointImage:
        """`transformers serve`."""
        return cls("hfServe", {"url": url, "port": port})

    @classmethod
    def vllm(
        cls, url: str = "vllm/vllm-openai:latest", *, port: int | None = None,
        tensor_parallel_size: int | None = None, data_parallel_size: int | None = None,
        health_route: str | None = None, max_num_seqs: int | None = None,
        max_num_batched_tokens: int | None = None, kv_cache_dtype: str | None = None,
    ) -> EndpointImage:  # fmt: skip
        """The usual choice for chat.

        Args:
            tensor_parallel_size: accelerators that one copy of the model is spread over.
            data_parallel_size: copies of the model, one on each accelerator.
        """
        return cls("vLLM", {
            "url": url, "port": port, "healthRoute": health_route,
            "tensorParallelSize": tensor_parallel_size, "dataParallelSize": data_parallel_size,
            "maxNumSeqs": max_num_seqs, "maxNumBatchedTokens": max_num_batched_tokens,
            "kvCacheDtype": kv_cache_dtype,
        })  # fmt: skip

    @classmethod
    def sglang(
        cls, url: str = "lmsysorg/sglang:latest", *, port: int | None = None,
        tensor_parallel_size: int | None = None, health_route: str | None = None,
    ) -> EndpointImage:  # fmt: skip
        """SGLang."""
        return cls("sGLang", {
            "url": url, "port": port, "healthRoute": health_route,
            "tensorParallelSize": tensor_parallel_size,
        })  # fmt: skip

    @classmethod
    def tgi(
        cls, url: str = "ghcr.io/huggingface/text-generation-inference:latest", *,
        port: int | None = None, max_input_length: int | None = None,
        max_total_tokens: int | None = None, max_batch_total_tokens: int | None = None,
        quantize: str | None = None, health_route: str | None = None,
    ) -> EndpointImage:  # fmt: skip
        """text-generation-inference, which is no longer developed."""
        return cls("tgi", {
            "url": url, "port": port, "healthRoute": health_route,
            "maxInputLength": max_input_length, "maxTotalTokens": max_total_tokens,
            "maxBatchTotalTokens": max_batch_total_tokens, "quantize": quantize,
        })  # fmt: skip

    @classmethod
    def tei(
        cls, url: str = "ghcr.io/huggingface/text-embeddings-inference:latest", *,
        port: int | None = None, pooling: str | None = None, max_batch_tokens: int | None = None,
        max_concurrent_requests: int | None = None, health_route: str | None = None,
    ) -> EndpointImage:  # fmt: skip
        """text-embeddings-inference: embeddings, ranking, classification."""
        return cls("tei", {
            "url": url, "port": port, "healthRoute": health_route, "pooling": pooling,
            "maxBatchTokens": max_batch_tokens, "maxConcurrentRequests": max_concurrent_requests,
        })  # fmt: skip

    @classmethod
    def llamacpp(
        cls, model_path: str, url: str = "ghcr.io/ggml-org/llama.cpp:server", *,
        port: int | None = None, ctx_size: int | None = None, n_gpu_layers: int | None = None,
        n_parallel: int | None = None, mode: str | None = None, health_route: str | None = None,
    ) -> EndpointImage:  # fmt: skip
        """llama.cpp; `model_path` is the GGUF file in the repository."""
        return cls("llamacpp", {
            "url": url, "port": port, "healthRoute": health_route, "modelPath": model_path,
            "ctxSize": ctx_size, "nGpuLayers": n_gpu_layers, "nParallel": n_parallel, "mode": mode,
        })  # fmt: skip

    @classmethod
    def custom(
        cls, url: str, *, port: int | None = None, health_route: str | None = None,
        username: str | None = None, password: str | None = None,
    ) -> EndpointImage:  # fmt: skip
        """A container of your own.

        Args:
            health_route: the path that answers 200 when it is ready; `/health` if you say nothing.
            username: for a private registry.
            password: goes with it; it is sent, and never shown.
        """
        if password is not None and username is None:
            raise ValidationError("password: a registry's password needs a username beside it.")
        credentials = None if username is None else {"username": username, "password": password}
        return cls("custom", {
            "url": url, "port": port, "healthRoute": health_route,
            "credentials": credentials and {k: v for k, v in credentials.items() if v is not None},
        })  # fmt: skip

    def on_wire(self) -> dict[str, Any]:
        """The image as the API takes it, credentials included.

        Raises:
            ValidationError: the credentials are those that the API blackens, read from it.
        """
        credentials = self._fields.get("credentials")
        if isinstance(credentials, Mapping) and _blackened(credentials):
            raise ValidationError(
                "image: the API does not tell credentials; sending these back would replace them.",
                hint="Give username= and password= anew with EndpointImage.custom().",
            )
        return {self.variant: dict(self._fields)}

    @property
    def fields(self) -> dict[str, Any]:
        """Its fields without credentials, as the API spells them."""
        return {name: value for name, value in self._fields.items() if name != "credentials"}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EndpointImage):
            return NotImplemented
        return (self.variant, self._fields) == (other.variant, other._fields)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"EndpointImage({self.variant!r}, {self.fields!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        if "credentials" in self._fields:
            refuse_pickle("credentials")
        return type(self), (self.variant, self._fields)


def refuse_pickle(what: str) -> NoReturn:
    """Keep a secret out of a pickle."""
    raise ConfigurationError(
        f"An endpoint's configuration with {what} cannot be pickled; they are secret."
    )


def _blackened(credentials: Mapping[str, Any]) -> bool:
    password = credentials.get("password")
    return isinstance(password, str) and bool(password) and set(password) <= {"*", "•"}


def _or(near: list[str]) -> str:
    return " or ".join(near or VARIANTS)

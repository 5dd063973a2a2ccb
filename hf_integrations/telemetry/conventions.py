"""Names of OpenTelemetry's semantic conventions, and ours where those have none.

Source: opentelemetry-semantic-conventions 0.66b2 (schema 1.41.1); a test compares each. The package
itself is not needed to run: its constants are what is written here.
"""

from __future__ import annotations

SCHEMA = "https://opentelemetry.io/schemas/1.41.1"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
OUTPUT_TYPE = "gen_ai.output.type"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_STREAM = "gen_ai.request.stream"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_ID = "gen_ai.response.id"
FINISH_REASONS = "gen_ai.response.finish_reasons"
FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"
CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens"
TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105 - of tokens of text
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
TOOL_DEFINITIONS = "gen_ai.tool.definitions"

SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"
ERROR_TYPE = "error.type"
HTTP_METHOD = "http.request.method"
HTTP_STATUS = "http.response.status_code"
HTTP_RESEND = "http.request.resend_count"
URL = "url.full"

# Parameters of ours, and what the conventions call them; only numbers are told.
PARAMETERS = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "max_new_tokens": "gen_ai.request.max_tokens",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "seed": "gen_ai.request.seed",
    "n": "gen_ai.request.choice.count",
    "dimensions": "gen_ai.embeddings.dimension.count",
}

# Methods of ours, and what the conventions call what they do; the others are called by their task.
OPERATIONS = {
    "chat.complete": "chat",
    "chat.stream": "chat",
    "text_generation.generate": "text_completion",
    "text_generation.stream": "text_completion",
    "embeddings.create": "embeddings",
    "image.generate": "generate_content",
    "image.edit": "generate_content",
    "video.generate": "generate_content",
    "video.animate": "generate_content",
    "audio.speak": "generate_content",
    "audio.generate": "generate_content",
}
BY_TASK = {  # what `client.run` does
    "chat-completion": "chat", "text-generation": "text_completion",
    "feature-extraction": "embeddings", "text-to-image": "generate_content",
    "image-to-image": "generate_content", "text-to-speech": "generate_content",
    "text-to-video": "generate_content", "text-to-audio": "generate_content",
}  # fmt: skip
OUTPUTS = {"image.generate": "image", "image.edit": "image", "audio.speak": "speech"}

DURATION = "gen_ai.client.operation.duration"
TOKEN_USAGE = "gen_ai.client.token.usage"  # noqa: S105 - of tokens of text
TIME_TO_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk"
TIME_PER_CHUNK = "gen_ai.client.operation.time_per_output_chunk"

# Bounds of their buckets. Source: docs/gen-ai/gen-ai-metrics.md of the conventions.
SECONDS = (
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
)  # fmt: skip
CHUNK_SECONDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
TOKENS = tuple(4**power for power in range(14))

# What the conventions have no name for.
REQUEST_ID = "hf.request_id"
TASK = "hf.task"
SERVED_BY = "hf.served_by"
CHUNKS = "hf.stream.chunks"
CACHED = "hf.cached"

"""A right request for every route that takes JSON: for tests that spoil one thing in it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.emulator.samples import FILM, PICTURE, SOUND

IMAGE, AUDIO, VIDEO = (b64encode(data).decode() for data in (PICTURE, SOUND, FILM))
IMAGE_URL, AUDIO_URL = f"data:image/png;base64,{IMAGE}", f"data:audio/wav;base64,{AUDIO}"
MESSAGES = [{"role": "user", "content": "What is the weather in Oslo?"}]
TABLE = {"City": ["Paris", "Rome"], "People": ["2", "3"]}
_SIZE = {"width": 32, "height": 32}

# task: inputs and parameters, with all of those that its rule reads.
TASKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "text-classification": (["good", "bad"], {"function_to_apply": "sigmoid", "top_k": 1}),
    "token-classification": (
        "Ada in Oslo", {"aggregation_strategy": "none", "ignore_labels": ["O"]},
    ),
    "zero-shot-classification": (
        "A match",
        {"candidate_labels": ["a", "b"], "multi_label": True, "hypothesis_template": "It is {}."},
    ),
    "text-ranking": ({"query": "cats", "texts": ["a dog", "two cats"]}, {"return_text": True}),
    "question-answering": (
        {"question": "Where is Ada?", "context": "Ada is in Oslo."},
        {"top_k": 2, "max_answer_len": 3, "doc_stride": 4, "max_seq_len": 9, "max_question_len": 9,
         "handle_impossible_answer": True},
    ),
    "table-question-answering": (
        {"question": "How many People?", "table": TABLE}, {"padding": "longest"},
    ),
    "tabular-classification": ({"data": TABLE}, {}),
    "tabular-regression": ({"data": TABLE}, {}),
    "fill-mask": ("A [MASK] and a [MASK].", {"targets": ["cat", "dog"], "top_k": 1}),
    "summarization": (
        "A cat. A dog.", {"generate_parameters": {"max_length": 5}, "truncation": "only_first"},
    ),
    "translation": ("Hello", {"src_lang": "en", "tgt_lang": "de", "max_new_tokens": 2}),
    "image-classification": (IMAGE, {"top_k": 2, "function_to_apply": "none"}),
    "zero-shot-image-classification": (
        IMAGE, {"candidate_labels": ["red", "sea"], "hypothesis_template": "x"},
    ),
    "object-detection": (IMAGE, {"threshold": 0.5}),
    "zero-shot-object-detection": (IMAGE, {"candidate_labels": ["red"], "threshold": 0.1}),
    "keypoint-detection": (IMAGE, {"threshold": 0.1}),
    "image-to-text": (IMAGE, {"max_new_tokens": 3, "generation_parameters": {}}),
    "visual-question-answering": ({"image": IMAGE, "question": "Is it red?"}, {"top_k": 2}),
    "document-question-answering": (
        {"image": IMAGE, "question": "Who?"},
        {"word_boxes": [["Ada", [0, 0, 1, 1]]], "lang": "en", "max_answer_len": 2, "top_k": 1},
    ),
    "image-segmentation": (
        IMAGE,
        {"subtask": "semantic", "threshold": 0.5, "mask_threshold": 0.5,
         "overlap_mask_area_threshold": 0.1},
    ),
    "mask-generation": (IMAGE, {}),
    "depth-estimation": (IMAGE, {}),
    "text-to-image": (
        "a dog", {**_SIZE, "seed": 1, "num_inference_steps": 2, "guidance_scale": 3.5,
                  "negative_prompt": "red", "scheduler": "x"},
    ),
    "unconditional-image-generation": ("", {**_SIZE, "seed": 1}),
    "image-to-image": (IMAGE, {"prompt": "green", "target_size": _SIZE}),
    "image-text-to-image": (IMAGE, {"prompt": "green"}),
    "text-to-video": ("a dog", {"num_frames": 2, "negative_prompt": ["red"], **_SIZE}),
    "image-to-video": (IMAGE, {"prompt": "green", "num_frames": 2}),
    "image-text-to-video": (IMAGE, {"prompt": "green", "num_frames": 2}),
    "video-to-video": (VIDEO, {"prompt": "green", "num_frames": 2}),
    "text-to-3d": ("a red chair", {"seed": 1}),
    "image-to-3d": (IMAGE, {}),
    "automatic-speech-recognition": (AUDIO, {"return_timestamps": True}),
    "audio-classification": (AUDIO, {"top_k": 2, "function_to_apply": "sigmoid"}),
    "audio-to-audio": (AUDIO, {}),
    "text-to-speech": ("Hello", {"generation_parameters": {}}),
    "text-to-audio": ("Hello", {}),
    "video-classification": (VIDEO, {"num_frames": 2, "frame_sampling_rate": 1, "top_k": 2}),
    "custom": ({"anything": 1}, {"more": 2}),
}  # fmt: skip
_TOOL = {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {}}}}
_PROMPT = {"prompt": "a dog", "seed": 1, **_SIZE}

BODIES: dict[str, dict[str, Any]] = {
    **{
        f"/models/m?task={task}": {"inputs": inputs, "parameters": parameters}
        for task, (inputs, parameters) in TASKS.items()
    },
    "/v1/chat/completions": {
        "model": "m", "messages": MESSAGES, "tools": [{"type": "function", "function": _TOOL}],
        "tool_choice": "required", "reasoning_effort": "low", "reasoning_format": "raw", "n": 2,
    },
    "/v1/responses": {
        "model": "m", "instructions": "Be short.", "tools": [{"type": "function", **_TOOL}],
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
            {"type": "function_call", "call_id": "1", "name": "get_weather", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "rain"},
        ],
        "reasoning": {"effort": "low"}, "text": {"format": {"type": "text"}},
        "max_output_tokens": 9, "tool_choice": "auto",
    },
    "/v1/images/generations": {
        "model": "m", "prompt": "a dog", "size": "32x32", "n": 2, "steps": 2,
        "response_format": "b64_json", "seed": 1,
    },
    "/together/v1/images/generations": {
        "model": "m", "prompt": "green", "reference_images": [IMAGE_URL], **_SIZE,
    },
    "/v1/audio/speech": {"model": "m", "input": "Hello", "voice": "x", "response_format": "pcm"},
    "/fal-ai/m": {**_PROMPT, "image_size": _SIZE},
    "/fal-ai/asr": {"audio_url": AUDIO_URL},
    "/fal-ai/m?_subdomain=queue": {"image_url": IMAGE_URL, "prompt": "green", "sync_mode": True},
    "/fal-ai/segmentation": {"image_url": IMAGE_URL, "sync_mode": True},
    "/replicate/v1/predictions": {"version": "a", "input": _PROMPT},
    "/replicate/v1/models/m/predictions": {"input": {"images": [IMAGE_URL], "prompt": "x"}},
    "/replicate/v1/models/asr/predictions": {"input": {"audio": AUDIO_URL}},
    "/together/v2/videos": {
        "model": "m", "prompt": "a", "frame_images": [{"input_image": IMAGE_URL}],
        "num_frames": 2,
    },
    "/wavespeed/api/v3/m": {"image": IMAGE_URL, "prompt": "a"},
    "/zai-org/api/paas/v4/async/images/generations": {"model": "m", "prompt": "a", "size": "9x9"},
    "/novita/v3/hf/m": {"prompt": "a", "num_frames": 2},
    "/embed_all": {"inputs": ["a b", "c"]},
    "/embed_sparse": {"inputs": ["a b", "c"]},
    "/predict": {"inputs": [["good"], ["bad", "good"]], "raw_scores": True},
    "/rerank": {"query": "a", "texts": ["a", "b"], "raw_scores": True, "return_text": True},
    "/v1/rerank": {"model": "m", "query": "a", "documents": ["a", {"text": "b"}], "top_n": 1},
    "/similarity": {"inputs": {"source_sentence": "a", "sentences": ["b"]}, "parameters": {}},
    "/decode": {"ids": [[1, 2], [3]]},
    "/vertex": {"instances": [{"inputs": "a", "parameters": {}}, {"messages": MESSAGES}]},
    "/invocations": {"query": "a", "texts": ["b"]},
    "/chat_tokenize": {"messages": MESSAGES},
}  # fmt: skip
ENGINES: dict[str, dict[str, dict[str, Any]]] = {
    "tgi": {
        "/": {"inputs": "a", "parameters": {"max_new_tokens": 2}, "stream": False},
        "/tokenize": {"inputs": "a b"},
        "/v1/chat/completions": {
            "model": "m", "messages": MESSAGES,
            "response_format": {"type": "json_schema", "value": {"properties": {"a": {}}}},
        },
    },
    "tei": {"/": {"inputs": ["a"]}, "/vertex": {"instances": [{"inputs": "a"}]}},
    "vllm": {
        "/tokenize": {"prompt": "a b", "return_token_strs": True},
        "/detokenize": {"tokens": [1, 2]},
        "/v1/responses": {"model": "m", "input": "a"},
    },
    "sglang": {
        "/generate": {
            "text": ["a"], "sampling_params": {"max_new_tokens": 2, "stop": ["x"]}, "stream": True,
        },
    },
    "llama.cpp": {
        "/completion": {"prompt": "a", "n_predict": 2, "stop": ["x"], "json_schema": {}},
        "/tokenize": {"content": "a b", "with_pieces": True},
        "/embeddings": {"input": "a"},
    },
}  # fmt: skip

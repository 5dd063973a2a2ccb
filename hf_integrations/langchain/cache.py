"""`RuvCache`: the answers of models, in PostgreSQL."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from langchain_core.caches import RETURN_VAL_TYPE, BaseCache
from langchain_core.messages import message_to_dict, messages_from_dict
from langchain_core.outputs import ChatGeneration, Generation

from hf_integrations.langchain.keyed import Keyed


class RuvCache(Keyed, BaseCache):
    """Answers of models in PostgreSQL, shared by all processes.

    `ChatHfInference(cache=RuvCache())`, or `set_llm_cache(RuvCache())` for all models. A question
    is stored as its SHA-256, an answer as JSON, from which nothing but messages is ever made.
    """

    _DEFAULT = "answers"

    def lookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """The answers to a question that was asked before, else None."""
        (found,) = self._pair.plain.get([_question(prompt, llm_string)])
        return _answers(found)

    async def alookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        """The answers to a question that was asked before, else None."""
        (found,) = await self._pair.waiting.get([_question(prompt, llm_string)])
        return _answers(found)

    def update(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """Keep the answers to a question."""
        self._pair.plain.put({_question(prompt, llm_string): _written(return_val)})

    async def aupdate(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        """Keep the answers to a question."""
        await self._pair.waiting.put({_question(prompt, llm_string): _written(return_val)})

    def clear(self, **kwargs: Any) -> None:
        """Forget all answers of this namespace."""
        self._pair.plain.clear()

    async def aclear(self, **kwargs: Any) -> None:
        """Forget all answers of this namespace."""
        await self._pair.waiting.clear()


def _question(prompt: str, llm_string: str) -> str:
    lengths = f"{len(prompt)}:".encode()
    text = f"{prompt}{llm_string}".encode("utf-8", "surrogatepass")
    return sha256(lengths + text).hexdigest()


def _written(answers: RETURN_VAL_TYPE) -> bytes:
    return json.dumps([_as_dict(answer) for answer in answers]).encode()


def _as_dict(answer: Generation) -> dict[str, Any]:
    said: dict[str, Any] = {"text": answer.text, "info": answer.generation_info}
    if isinstance(answer, ChatGeneration):
        said["message"] = message_to_dict(answer.message)
    return said


def _answers(found: bytes | None) -> RETURN_VAL_TYPE | None:
    return None if found is None else [_answer(said) for said in json.loads(found)]


def _answer(said: dict[str, Any]) -> Generation:
    if "message" not in said:
        return Generation(text=said["text"], generation_info=said["info"])
    (message,) = messages_from_dict([said["message"]])
    return ChatGeneration(message=message, generation_info=said["info"])

"""Objects of a class, streamed: LlamaIndex's programs, told that the tool must be called."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Any

from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.program.utils import get_program_for_llm
from llama_index.core.prompts import PromptTemplate
from llama_index.core.types import BasePydanticProgram, PydanticProgramMode


class StructuredStreams(FunctionCallingLLM):
    """An LLM whose `stream_structured_predict` ends in the whole object.

    LlamaIndex demands the tool for a whole object only; streamed, the model would be free to
    answer in words, of which no object can be made.
    """

    def _structured_stream_call(
        self,
        output_cls: type[Any],
        prompt: PromptTemplate,
        llm_kwargs: dict[str, Any] | None = None,
        **prompt_args: Any,
    ) -> Generator[Any, None, None]:
        program = self._program(output_cls, prompt)
        return program.stream_call(llm_kwargs=llm_kwargs, **prompt_args)

    async def _structured_astream_call(
        self,
        output_cls: type[Any],
        prompt: PromptTemplate,
        llm_kwargs: dict[str, Any] | None = None,
        **prompt_args: Any,
    ) -> AsyncGenerator[Any, None]:
        program = self._program(output_cls, prompt)
        return await program.astream_call(llm_kwargs=llm_kwargs, **prompt_args)

    def _program(self, output_cls: type[Any], prompt: PromptTemplate) -> BasePydanticProgram[Any]:
        mode = self.pydantic_program_mode
        by_tool = mode is PydanticProgramMode.FUNCTION or (
            mode is PydanticProgramMode.DEFAULT and self.metadata.is_function_calling_model
        )
        told = {"tool_choice": "required"} if by_tool else {}
        return get_program_for_llm(output_cls, prompt, self, pydantic_program_mode=mode, **told)

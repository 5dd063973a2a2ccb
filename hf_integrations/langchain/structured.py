"""Structured output: what to bind for a schema, and how to read the answer; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from operator import itemgetter
from typing import Any, Literal

from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.output_parsers.openai_tools import (
    JsonOutputKeyToolsParser,
    PydanticToolsParser,
)
from langchain_core.outputs import Generation
from langchain_core.runnables import Runnable, RunnableLambda, RunnableMap, RunnablePassthrough
from langchain_core.utils.pydantic import is_basemodel_subclass

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.tools import (
    jsonable,
    wire_response_format,
    wire_tool_choice,
    wire_tools,
)

Method = Literal["function_calling", "json_schema", "json_mode"]
Parser = Runnable[AIMessage, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to get an answer in the form of a schema.

    Attributes:
        bound: what the model is told.
        parser: reads the answer.
        traced: what a trace says about it.
    """

    bound: dict[str, Any]
    parser: Parser
    traced: dict[str, Any]


def plan(schema: Any, *, method: Method, strict: bool | None) -> Plan:
    """What to bind for a schema, and how to read the answer.

    Raises:
        ValidationError: there is no such method, or it takes no `strict`.
    """
    if method not in _METHODS:
        raise ValidationError(f"method must be one of {', '.join(_METHODS)}, not {method!r}.")
    if method == "json_mode" and strict is not None:
        raise ValidationError("strict goes with a schema, and json_mode sends none; leave it out.")
    bound, parser = _METHODS[method](schema, strict)
    options = {"method": method} | ({} if strict is None else {"strict": strict})
    return Plan(bound, parser, {"kwargs": options, "schema": jsonable(schema)})


def structured(
    model: Runnable[Any, AIMessage], parser: Parser, *, include_raw: bool
) -> Runnable[Any, Any]:
    """A model with the parser behind it, and beside it the raw message where that is wanted."""
    if not include_raw:
        return model | parser
    parsed = RunnablePassthrough.assign(
        parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
    )
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=model) | parsed.with_fallbacks([failed], exception_key="parsing_error")


def _function_calling(schema: Any, strict: bool | None) -> tuple[dict[str, Any], Parser]:
    tools = wire_tools([schema], strict=strict)
    name = tools[0]["function"]["name"]
    bound = {"tools": tools, "tool_choice": wire_tool_choice({"name": name}, tools)}
    if _is_model(schema):
        return bound, _CallAsModel(tools=[schema], first_tool_only=True)
    return bound, _checked(_CallAsDict(key_name=name, first_tool_only=True), schema)


class _Insisting:
    """A parser of calls that raises where there is none; LangChain's own give None for it."""

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        found = super().parse_result(result, partial=partial)  # type: ignore[misc]
        if found is None and not partial:
            raise OutputParserException(_no_call(result[0]))
        return found


class _CallAsModel(_Insisting, PydanticToolsParser):
    """The arguments of a call as an instance."""


class _CallAsDict(_Insisting, JsonOutputKeyToolsParser):
    """The arguments of a call as a dict."""


def _no_call(answer: Generation) -> str:
    """What there was instead of a call that can be read, without what the model said."""
    message: Any = getattr(answer, "message", None)
    broken = getattr(message, "invalid_tool_calls", None)
    fault = "a call whose arguments cannot be read" if broken else "no call of the tool"
    ended = getattr(message, "response_metadata", {}).get("finish_reason")
    return f"The answer has {fault}; it ended with finish_reason={ended!r}."


def _json_schema(schema: Any, strict: bool | None) -> tuple[dict[str, Any], Parser]:
    given = _without_type(schema)
    return {"response_format": wire_response_format(given, strict=strict)}, _json_parser(schema)


def _json_mode(schema: Any, strict: bool | None) -> tuple[dict[str, Any], Parser]:
    return {"response_format": {"type": "json_object"}}, _json_parser(schema)


_METHODS: dict[str, Callable[[Any, bool | None], tuple[dict[str, Any], Parser]]] = {
    "function_calling": _function_calling,
    "json_schema": _json_schema,
    "json_mode": _json_mode,
}


def _without_type(schema: Any) -> Any:
    """A tool as a dict, without its cover, so that it is not taken for a response format."""
    wrapped = isinstance(schema, dict) and schema.get("type") == "function"
    return schema["function"] if wrapped else schema


def _json_parser(schema: Any) -> Parser:
    if _is_model(schema):
        return PydanticOutputParser(pydantic_object=schema)
    return _checked(JsonOutputParser(), schema)


def _checked(parser: Parser, schema: Any) -> Parser:
    """A parser that gives instances, where the schema is a dataclass."""
    if not is_dataclass(schema):
        return parser
    from pydantic import TypeAdapter, ValidationError

    validate = TypeAdapter(schema).validate_python

    def instance(found: Any) -> Any:
        try:
            return validate(found)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            told = f"The answer is no {getattr(schema, '__name__', 'object')}: {'; '.join(faults)}"
            raise OutputParserException(told) from None

    return parser | RunnableLambda(instance)


def _is_model(schema: Any) -> bool:
    return isinstance(schema, type) and is_basemodel_subclass(schema)

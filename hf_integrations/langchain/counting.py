"""How many tokens LangChain takes a text for: an estimate, as nobody is asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseLanguageModel
from langchain_core.messages import AIMessage, BaseMessage

from hf_integrations.langchain.messages import wire_messages
from hf_integrations.langchain.tools import wire_tools
from hf_integrations.models.estimates import by_heuristic, of_messages


class Counting(BaseLanguageModel[Any]):
    """Token counts for `trim_messages`, memory and splitters, without a request.

    LangChain's own way needs transformers, and counts for another model. The server's own count
    is `plain_client().tokens.count(...)`; a tokenizer that is here goes to `custom_get_token_ids`.
    """

    def get_num_tokens(self, text: str) -> int:
        """About how many tokens a text has; as `custom_get_token_ids` says where that is given."""
        if self.custom_get_token_ids is not None:
            return len(self.custom_get_token_ids(text))
        return by_heuristic(text)

    def get_num_tokens_from_messages(
        self, messages: list[BaseMessage], tools: Sequence[Any] | None = None
    ) -> int:
        """About how many tokens a conversation has, with calls and the tools that are offered."""
        sent = wire_messages(messages)
        calls = [call for one in messages if isinstance(one, AIMessage) for call in one.tool_calls]
        offered = wire_tools(tools or ())
        written = [json.dumps(one, ensure_ascii=False, default=str) for one in (*calls, *offered)]
        return of_messages(sent, self.get_num_tokens) + sum(map(self.get_num_tokens, written))

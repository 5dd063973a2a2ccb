"""`chat_model`: a chat model by one string, as `init_chat_model` takes one for others."""

from __future__ import annotations

from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.chat import ChatHfInference

_PREFIXES = ("huggingface:", "hf:")


def chat_model(name: str, **settings: Any) -> ChatHfInference:
    """A chat model by its name: `chat_model("meta-llama/Llama-3.3-70B-Instruct:groq")`.

    LangChain's `init_chat_model` knows a fixed list of packages, which nothing can be added to;
    `create_agent(model=chat_model(…))` takes the instance.

    Args:
        name: `organisation/name`, perhaps with `:provider`, `:fastest` or `:cheapest`; or the URL
            of a server of your own. `huggingface:` before it, as `init_chat_model` wants it, is
            taken off.
        **settings: any other argument of `ChatHfInference`.

    Raises:
        ConfigurationError: a setting is unknown or cannot work.
        ValidationError: there is no name.
    """
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    if not name.strip():
        raise ValidationError("name is empty; give organisation/name, perhaps with :provider.")
    return ChatHfInference(model=name, **settings)

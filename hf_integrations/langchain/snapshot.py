"""What well-known open models can do, for where nobody is asked; what a server says wins.

Only what follows from the model itself is here. How structured answers are had depends on who
serves it, and only the live profile says that.
"""

from __future__ import annotations

from langchain_core.language_models import ModelProfile

_MEDIA = {
    "image": ("image_inputs", "image_url_inputs"),
    "video": ("video_inputs",),
}  # fmt: skip

# Name, tokens it reads, tokens it writes, what it can. Source: models.dev (MIT licence), the
# models of Hugging Face's providers, as langchain-huggingface 1.2.3 took them over.
_TABLE = """
deepseek-ai/DeepSeek-R1 64000 32768 tools thinks
deepseek-ai/DeepSeek-R1-0528 163840 163840 tools thinks
deepseek-ai/DeepSeek-V3 64000 8192 tools
deepseek-ai/DeepSeek-V3-0324 163840 163840 tools
deepseek-ai/DeepSeek-V3.1 131072 8192 tools thinks
deepseek-ai/DeepSeek-V3.2 163840 65536 tools thinks
deepseek-ai/DeepSeek-V4-Flash 1048576 384000 tools thinks
deepseek-ai/DeepSeek-V4-Flash-0731 1048576 384000 tools thinks
deepseek-ai/DeepSeek-V4-Flash-Vision-Exp 1048576 384000 tools thinks image
deepseek-ai/DeepSeek-V4-Pro 1048576 393216 tools thinks
deepseek-ai/DeepSeek-V4-Pro-0813 1000000 384000 tools thinks
deepseek-ai/DeepSeek-V4.1-Flash 1048576 384000 tools thinks image
google/gemma-3-12b-it 131072 131072 tools image
google/gemma-3-27b-it 131072 131072 tools image
google/gemma-3-4b-it 131072 131072 tools image
google/gemma-4-26B-A4B-it 262144 32768 tools thinks image
google/gemma-4-31B-it 262144 32768 tools thinks image
meta-llama/Llama-3.1-8B-Instruct 131072 4096 tools
meta-llama/Llama-3.3-70B-Instruct 131072 4096 tools
MiniMaxAI/MiniMax-M2 204800 131072 tools thinks
MiniMaxAI/MiniMax-M2.1 204800 131072 tools thinks
MiniMaxAI/MiniMax-M2.5 204800 131072 tools thinks
MiniMaxAI/MiniMax-M2.7 204800 131072 tools thinks
MiniMaxAI/MiniMax-M3 524288 512000 tools thinks image
moonshotai/Kimi-K2-Instruct 131072 16384 tools
moonshotai/Kimi-K2-Instruct-0905 262144 16384 tools
moonshotai/Kimi-K2-Thinking 262144 262144 tools thinks
moonshotai/Kimi-K2.5 262144 262144 tools thinks image video
moonshotai/Kimi-K2.6 262144 262144 tools thinks image video
moonshotai/Kimi-K2.7-Code 262144 262144 tools thinks image
moonshotai/Kimi-K3 1000000 131072 tools thinks image
openai/gpt-oss-120b 131072 32768 tools thinks
openai/gpt-oss-20b 131072 32768 tools thinks
Qwen/Qwen2.5-Coder-32B-Instruct 131072 8192 tools
Qwen/Qwen3-235B-A22B 40960 16384 tools thinks
Qwen/Qwen3-235B-A22B-Instruct-2507 262144 16384 tools
Qwen/Qwen3-235B-A22B-Thinking-2507 262144 131072 tools thinks
Qwen/Qwen3-30B-A3B 40960 16384 tools thinks
Qwen/Qwen3-32B 131072 16384 tools thinks
Qwen/Qwen3-Coder-30B-A3B-Instruct 262144 65536 tools
Qwen/Qwen3-Coder-480B-A35B-Instruct 262144 66536 tools
Qwen/Qwen3-Coder-Next 262144 65536 tools
Qwen/Qwen3-Next-80B-A3B-Instruct 262144 66536 tools
Qwen/Qwen3-Next-80B-A3B-Thinking 262144 131072 tools
Qwen/Qwen3-VL-235B-A22B-Instruct 131072 32768 tools image
Qwen/Qwen3-VL-235B-A22B-Thinking 131072 32768 tools thinks image
Qwen/Qwen3.5-122B-A10B 262144 65536 tools thinks image
Qwen/Qwen3.5-27B 262144 65536 tools thinks image
Qwen/Qwen3.5-35B-A3B 262144 65536 tools thinks image
Qwen/Qwen3.5-397B-A17B 262144 32768 tools thinks image
Qwen/Qwen3.5-9B 262144 65536 tools thinks image
Qwen/Qwen3.6-27B 262144 65536 tools thinks image
Qwen/Qwen3.6-35B-A3B 262144 65536 tools thinks image
Qwen/Qwen3.8-2.4T-A95B 262144 131072 tools thinks
Qwen/Qwen3.8-27B 262144 32768 tools thinks image
stepfun-ai/Step-3.5-Flash 262144 256000 tools thinks
stepfun-ai/Step-3.7-Flash 262144 256000 tools thinks image video
tencent/Hy3 262144 128000 tools thinks
tencent/Hy4-preview 1000000 64000 tools thinks
thinkingmachines/Inkling 1048576 1048576 tools thinks image
XiaomiMiMo/MiMo-V2-Flash 262144 4096 tools thinks
XiaomiMiMo/MiMo-V2.5 262144 131072 tools thinks
XiaomiMiMo/MiMo-V2.5-Pro 1048576 131072 tools thinks
zai-org/GLM-4.5 131072 98304 tools thinks
zai-org/GLM-4.5-Air 131072 98304 tools thinks
zai-org/GLM-4.5V 65536 16384 tools thinks image
zai-org/GLM-4.6 204800 131072 tools thinks
zai-org/GLM-4.6V-Flash 131072 32768 tools thinks image
zai-org/GLM-4.7 204800 131072 tools thinks
zai-org/GLM-4.7-Flash 200000 128000 tools thinks
zai-org/GLM-5 202752 131072 tools thinks
zai-org/GLM-5.1 202752 131072 tools thinks
zai-org/GLM-5.2 262144 131072 tools thinks
zai-org/GLM-5.3 1048576 131072 tools thinks
zai-org/GLM-5.3-Flash 1048576 131072 tools thinks image
"""


def known_profile(model: str) -> ModelProfile | None:
    """What is known of a model without asking anybody; None for one that is not well known."""
    name = model.partition(":")[0]
    line = next((row for row in _TABLE.splitlines() if row.partition(" ")[0] == name), None)
    if not name or line is None:
        return None
    _, read, written, *words = line.split()
    profile = ModelProfile(
        name=name, open_weights=True, text_inputs=True, text_outputs=True,
        max_input_tokens=int(read), max_output_tokens=int(written),
        tool_calling="tools" in words, tool_call_streaming="tools" in words,
        reasoning_output="thinks" in words,
    )  # fmt: skip
    for medium in set(words) & set(_MEDIA):
        for field in _MEDIA[medium]:
            profile[field] = True  # type: ignore[literal-required]
    return profile

"""Names of models that many use, so that they need not be looked up to be tried."""

from __future__ import annotations

from typing import Final


class Models:
    """Models of the Hub by their usual names: `model=Models.LLAMA_3_3_70B`."""

    # Chat
    DEEPSEEK_R1: Final = "deepseek-ai/DeepSeek-R1"
    DEEPSEEK_V3: Final = "deepseek-ai/DeepSeek-V3-0324"
    GEMMA_3_27B: Final = "google/gemma-3-27b-it"
    GPT_OSS_20B: Final = "openai/gpt-oss-20b"
    GPT_OSS_120B: Final = "openai/gpt-oss-120b"
    KIMI_K2: Final = "moonshotai/Kimi-K2-Instruct"
    LLAMA_3_1_8B: Final = "meta-llama/Llama-3.1-8B-Instruct"
    LLAMA_3_3_70B: Final = "meta-llama/Llama-3.3-70B-Instruct"
    QWEN_3_32B: Final = "Qwen/Qwen3-32B"
    QWEN_2_5_VL_7B: Final = "Qwen/Qwen2.5-VL-7B-Instruct"

    # Embeddings and ranking
    ALL_MINILM_L6: Final = "sentence-transformers/all-MiniLM-L6-v2"
    BGE_M3: Final = "BAAI/bge-m3"
    BGE_SMALL_EN: Final = "BAAI/bge-small-en-v1.5"
    MULTILINGUAL_E5_LARGE: Final = "intfloat/multilingual-e5-large"
    QWEN_3_EMBEDDING_8B: Final = "Qwen/Qwen3-Embedding-8B"
    BGE_RERANKER_V2_M3: Final = "BAAI/bge-reranker-v2-m3"

    # Texts
    BART_LARGE_CNN: Final = "facebook/bart-large-cnn"
    BART_LARGE_MNLI: Final = "facebook/bart-large-mnli"
    BERT_BASE: Final = "google-bert/bert-base-uncased"
    BERT_BASE_NER: Final = "dslim/bert-base-NER"
    DISTILBERT_SST2: Final = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
    ROBERTA_SQUAD2: Final = "deepset/roberta-base-squad2"
    T5_SMALL: Final = "google-t5/t5-small"
    TAPAS_WTQ: Final = "google/tapas-base-finetuned-wtq"

    # Pictures and film
    BLIP_LARGE: Final = "Salesforce/blip-image-captioning-large"
    CLIP_BASE: Final = "openai/clip-vit-base-patch32"
    DETR_RESNET_50: Final = "facebook/detr-resnet-50"
    FLUX_1_DEV: Final = "black-forest-labs/FLUX.1-dev"
    FLUX_1_KONTEXT: Final = "black-forest-labs/FLUX.1-Kontext-dev"
    FLUX_1_SCHNELL: Final = "black-forest-labs/FLUX.1-schnell"
    SDXL: Final = "stabilityai/stable-diffusion-xl-base-1.0"
    VILT_VQA: Final = "dandelin/vilt-b32-finetuned-vqa"
    VIT_BASE: Final = "google/vit-base-patch16-224"
    WAN_2_2_T2V: Final = "Wan-AI/Wan2.2-T2V-A14B"
    WAN_2_2_I2V: Final = "Wan-AI/Wan2.2-I2V-A14B"

    # Sound
    KOKORO_82M: Final = "hexgrad/Kokoro-82M"
    MUSICGEN_SMALL: Final = "facebook/musicgen-small"
    WHISPER_LARGE_V3: Final = "openai/whisper-large-v3"
    WHISPER_TURBO: Final = "openai/whisper-large-v3-turbo"


# For a task, a model to begin with.
RECOMMENDED: Final[dict[str, str]] = {
    "chat-completion": Models.LLAMA_3_3_70B,
    "image-text-to-text": Models.QWEN_2_5_VL_7B,
    "feature-extraction": Models.MULTILINGUAL_E5_LARGE,
    "sentence-similarity": Models.ALL_MINILM_L6,
    "text-ranking": Models.BGE_RERANKER_V2_M3,
    "text-classification": Models.DISTILBERT_SST2,
    "token-classification": Models.BERT_BASE_NER,
    "zero-shot-classification": Models.BART_LARGE_MNLI,
    "question-answering": Models.ROBERTA_SQUAD2,
    "table-question-answering": Models.TAPAS_WTQ,
    "fill-mask": Models.BERT_BASE,
    "summarization": Models.BART_LARGE_CNN,
    "translation": Models.T5_SMALL,
    "image-classification": Models.VIT_BASE,
    "zero-shot-image-classification": Models.CLIP_BASE,
    "object-detection": Models.DETR_RESNET_50,
    "image-to-text": Models.BLIP_LARGE,
    "visual-question-answering": Models.VILT_VQA,
    "text-to-image": Models.FLUX_1_SCHNELL,
    "image-to-image": Models.FLUX_1_KONTEXT,
    "text-to-video": Models.WAN_2_2_T2V,
    "image-to-video": Models.WAN_2_2_I2V,
    "automatic-speech-recognition": Models.WHISPER_LARGE_V3,
    "text-to-speech": Models.KOKORO_82M,
    "text-to-audio": Models.MUSICGEN_SMALL,
}

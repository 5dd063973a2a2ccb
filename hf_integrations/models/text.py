"""The shapes of the tasks about text, and of all that gives labels.

Source: the specifications of the Hub's tasks, as huggingface_hub has them in
`inference/_generated/types`; text-embeddings-inference, `POST /predict` and `POST /rerank`.
"""

from __future__ import annotations

from hf_integrations.flow import Response
from hf_integrations.models.replies import (
    Answers,
    answers,
    items,
    json_of,
    many,
    shaped,
    unfit,
    with_http,
)
from hf_integrations.models.shapes import Answer, Received, Sent


class Question(Sent, frozen=True):
    """A question about a text."""

    question: str
    context: str


class Similarity(Sent, frozen=True):
    """A sentence, and others to compare it with."""

    source_sentence: str
    sentences: list[str]


class Ranking(Sent, frozen=True):
    """A query, and texts that may answer it."""

    query: str
    texts: list[str]


class Label(Received):
    """A class, and how sure the model is of it."""

    label: str
    score: float


class Entity(Received):
    """A stretch of text that is something: a person, a place, a part of speech.

    Attributes:
        start: where it begins in the text, in characters; None when the tokenizer cannot tell.
    """

    word: str
    score: float
    start: int | None = None
    end: int | None = None
    entity_group: str | None = None
    entity: str | None = None

    @property
    def label(self) -> str:
        """What it is, by whichever word the server used."""
        return self.entity_group or self.entity or ""


class Found(Received):
    """A stretch of the context that answers a question; `start` and `end` are in characters."""

    answer: str
    score: float
    start: int
    end: int


class Fill(Received):
    """What may stand at a mask.

    Attributes:
        mask: which mask of the text it is for, from 0 on.
    """

    score: float
    sequence: str
    token_str: str | None = None
    token: int | None = None
    mask: int = 0


class Written(Answer):
    """A text that a model wrote."""

    text: str

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said

        return said(self.text)


class Ranked(Received):
    """A text by how well it answers a query.

    Attributes:
        index: which of the texts it is.
    """

    index: int
    score: float
    text: str = ""


class _RankedLegacy(Received):
    index: int | None = None
    corpus_id: int | None = None
    score: float | None = None
    relevance_score: float | None = None


class _LegacyZeroShot(Received):
    labels: list[str]
    scores: list[float]


class _WrittenForms(Received):
    summary_text: str | None = None
    translation_text: str | None = None
    generated_text: str | None = None
    text: str | None = None


class Token(Received):
    """A token of a text; `start` and `stop` are its place."""

    id: int
    text: str
    start: int | None = None
    stop: int | None = None
    special: bool = False


entities = many(Entity)
found = many(Found)


def labels(response: Response) -> Answers[Label]:
    """Labels, the best first; also in the old form of zero-shot classification."""
    read = items(response)
    if len(read) == 1 and isinstance(read[0], dict) and "labels" in read[0]:
        old = shaped(response, read[0], _LegacyZeroShot)
        if len(old.labels) != len(old.scores):
            raise unfit(response, "it has not as many scores as labels")
        return answers(response, list(map(Label, old.labels, old.scores)))
    return answers(response, [shaped(response, item, Label) for item in read])


def fills(response: Response) -> Answers[Fill]:
    """What may stand at the masks; a list for each of them when there are several."""
    value = json_of(response)
    value = value if isinstance(value, list) else [value]
    groups = value if value and all(isinstance(part, list) for part in value) else [value]
    result = []
    for place, group in enumerate(groups):
        for item in group:
            one = shaped(response, item, Fill)
            one.mask = place
            result.append(one)
    return answers(response, result)


def written(response: Response) -> Written:
    """A text, under any of the names it has."""
    read = items(response)
    first = read[0] if read else None
    if isinstance(first, str):
        return with_http(response, Written(first))
    forms = shaped(response, first, _WrittenForms)
    names = ("summary_text", "translation_text", "generated_text", "text")
    for text in (getattr(forms, name) for name in names):
        if text is not None:
            return with_http(response, Written(text))
    raise unfit(response, "it holds no text")


def numbers(response: Response) -> Answers[float]:
    """Numbers, such as the similarities of sentences; `similarities` may be their name."""
    value = json_of(response)
    if isinstance(value, dict):
        value = value.get("similarities", value.get("predictions"))
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return answers(response, shaped(response, value, list[float]))


def ranked(response: Response) -> Answers[Ranked]:
    """Places and scores, as TEI, sentence-transformers, and vLLM write them; the best first."""
    value = json_of(response)
    if isinstance(value, dict):
        value = value.get("results", value.get("data"))
    result = [_ranked(response, item) for item in shaped(response, value, list[_RankedLegacy])]
    return answers(response, sorted(result, key=lambda item: -item.score))


def _ranked(response: Response, item: _RankedLegacy) -> Ranked:
    index = item.index if item.index is not None else item.corpus_id
    score = item.score if item.score is not None else item.relevance_score
    if index is None or score is None or index < 0:
        raise unfit(response, "a rank lacks its index or its score")
    return Ranked(index, score)


def tokens(response: Response) -> Answers[Token]:
    """The tokens of a text, from TEI, which gives a list for each text, or from TGI."""
    return answers(response, [shaped(response, item, Token) for item in items(response)])

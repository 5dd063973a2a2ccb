"""When the text index of a collection is made, and when it is dropped."""

from __future__ import annotations

from functools import partial

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import sql, textual
from hf_integrations.ruvvector.arguments import named
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import State, on_collection
from hf_integrations.ruvvector.tenancy import secure_words
from hf_integrations.ruvvector.textual import Words, words_of
from hf_integrations.ruvvector.work import Operation, Work, fetch

ENGLISH = "english"
AUTOMATIC_MB = 512  # of rows: up to here a search makes the index itself, in half a minute at most
BUILD_MEMORY = "256MB"
BY_HAND = (
    "The text index of the collection has to be made once: let a role that may write to it and "
    "create tables in its schema call store.create_text_index()."
)


def create_text_index(state: State, language: str | None = None) -> Operation[None]:
    """Make the index over words that `text_search` and `hybrid_search` need.

    The first such search makes it where there are less than 512 MiB of rows. It is right at any
    moment: it changes in the transaction that changes the rows. Writers wait while it is made,
    readers do not. Of each text the first 100,000 characters are in it.

    Args:
        language: a text search configuration of PostgreSQL's, such as "german", or "simple" for
            words as they are written; left out, the store's. A collection has one.

    Raises:
        ValidationError: the server has no such configuration.
        ConfigurationError: the collection has an index of another language.
        StoreError: there is no such collection, or the role may not do this.
    """
    wanted = language or state.language
    if wanted is not None:
        named("language", wanted)
    made = yield from on_collection(state, partial(_make, wanted or ENGLISH), None, repeats=False)
    if made is None:
        raise StoreError(
            f"collection {state.names.collection!r} does not exist yet; add rows first"
        )
    _check_language(wanted, made)
    state.words = made


def drop_text_index(state: State) -> Operation[None]:
    """Drop the index over words; the rows stay. Without one nothing happens."""
    state.words = None

    def work(collection: Collection) -> Work[None]:
        yield sql.lock()
        yield from textual.removal(collection.names)

    yield from on_collection(state, work, None, repeats=False)


def words_for(state: State, collection: Collection) -> Operation[Words]:
    """The text index of a collection that is there; made when it is missing and not large."""
    if state.words is None:
        rows = yield from fetch(textual.describe_words(collection.names))
        comment, size = rows[0] if rows else (None, 0)
        found = words_of(comment)
        if found is None:
            yield from _made_on_the_way(state, size)
        else:
            _check_language(state.language, found)
            state.words = found
    if state.words is None:
        raise StoreError("the text index was dropped while it was being made")
    return state.words


def _made_on_the_way(state: State, size: int) -> Operation[None]:
    if size > AUTOMATIC_MB * 2**20:
        raise StoreError(
            f"table {state.names.table} has {size // 2**20} MiB of rows and no text index, and "
            "making one takes a while in which nobody can write.",
            hint=BY_HAND,
        )
    try:
        yield from create_text_index(state)
    except StoreError as error:
        error.hint = BY_HAND
        raise


def _make(language: str, collection: Collection) -> Work[Words]:
    names = collection.names
    yield sql.lock()
    comment, _ = (yield textual.describe_words(names)).rows[0]
    if (found := words_of(comment)) is not None:
        return found
    if comment is not None:
        raise StoreError(
            f"table {textual.words_table(names)} is there and is another collection; "
            "rename one of the two with store.rename(…), or choose another schema"
        )
    chosen, every = (yield textual.find_language(language)).rows[0]
    if chosen is None:
        raise ValidationError(
            f"language {language!r:.60} is not known to the server; choose one of: {every}"
        )
    yield textual.lock_rows(names)
    yield sql.settings(statement_timeout=0, maintenance_work_mem=BUILD_MEMORY)
    for statement in textual.definition(names, chosen):  # noqa: UP028 - takes answers
        yield statement
    yield from secure_words(names)
    return Words(chosen)


def _check_language(wanted: str | None, found: Words) -> None:
    bare = found.language.rpartition(".")[2].strip('"')
    if wanted is not None and wanted.rpartition(".")[2] != bare:
        raise ConfigurationError(
            f"language={wanted!r:.60} was given and the text index has {bare!r}; leave language "
            "out, or call drop_text_index() first"
        )

"""BM25 in SQL, over the words of a collection.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
k1 = 1.2 and b = 0.75, and the length of a text counted in different words.

The cost of a query does not grow with the collection: rows are looked for by the rarest words
only, as many words as `WIDTH` rows have, and what these rows score takes all the words into
account. How many rows have a word is counted up to `COUNTED`, and estimated from a sample of the
table's pages beyond, so no statistics have to be kept and writers never wait for each other.
"""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from dataclasses import dataclass

from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.filters import Filter
from hf_integrations.ruvvector.sql import EVERYTHING, where_sql
from hf_integrations.ruvvector.table import Names
from hf_integrations.ruvvector.textual import Words, literal, words_table

K1, B = 1.2, 0.75
WIDTH = 3_000  # rows that are ranked, about
COUNTED = 1_000  # rows with a word, and rows of the collection, that are counted exactly
SAMPLE_BYTES = 64 * 8_192  # of the table's pages, about 1,000 rows of 400 characters
MAX_TERMS = 24  # the rarest words of the query that are ranked by
MAX_LOOKED_UP = 64  # words of the query that are counted
# ts_rank of one word with every weight 1 is the sum of 1/j² for j = 1 … n, divided by π²/6, for n
# occurrences (calc_rank_or in PostgreSQL's tsrank.c). The sum is π²/6 - 1/(n + ½), nearly; solved
# for n and rounded it gives n back, and 0 for none.
_OCCURRENCES = (
    "round(1 / (1.6449341 * (1.0000001 - "
    "ts_rank('{1,1,1,1}', ranked.words, term.query)::float8)) - 0.5)"
)


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What is searched for in the texts.

    Attributes:
        wide: whether rows are looked for by every word, however many rows have it.
    """

    text: str
    limit: int
    filter: Filter
    wide: bool = False


def ranked(names: Names, words: Words, query: TextQuery, params: Parameters) -> str:
    """Common table expressions; the last, `texts`, has id and text_score of the best rows.

    `drivers.pruned` says whether rows may be missing that have only frequent words.
    """
    table, mine = words_table(names), where_sql(names, None, EVERYTHING, params, "w.")
    text = params.add(query.text, "text")
    parts = (
        _statistics(table, mine),
        _lexemes(literal(words.language), text),
        _terms(table, mine, MAX_LOOKED_UP if query.wide else MAX_TERMS),
        _drivers(query),
        f"texts AS MATERIALIZED (\n  {_scored(names, query, params)})",
    )
    return ",\n".join(parts)


def _statistics(table: str, mine: str) -> str:
    """How many rows there are, and their mean length: counted where few, sampled where many."""
    share = (
        f"least(1, {SAMPLE_BYTES}.0 / greatest(pg_relation_size({literal(table)}::regclass), 1))"
    )
    return f"""few AS MATERIALIZED (
  SELECT count(*) AS n FROM (SELECT FROM {table} AS w WHERE {mine} LIMIT {COUNTED + 1}) AS first),
sample AS MATERIALIZED (
  SELECT w.words FROM {table} AS w WHERE (SELECT n <= {COUNTED} FROM few) AND {mine}
  UNION ALL
  SELECT w.words FROM {table} AS w TABLESAMPLE SYSTEM (100 * {share}) REPEATABLE (0)
  WHERE (SELECT n > {COUNTED} FROM few) AND {mine}),
size AS MATERIALIZED (
  SELECT greatest(count(*), 1)::float8 AS sampled, greatest(avg(length(words)), 1)::float8 AS mean,
    CASE WHEN (SELECT n FROM few) <= {COUNTED} THEN count(*)::float8
         ELSE greatest((SELECT n FROM few), count(*) / {share})::float8 END AS n
  FROM sample)"""


def _lexemes(language: str, text: str) -> str:
    """The words of the question, each as a question of its own; quoted, so none has a meaning."""
    return f"""lexemes AS MATERIALIZED (
  SELECT lexeme, cardinality(positions) AS times,
    ('''' || replace(replace(lexeme, chr(92), repeat(chr(92), 2)), '''', '''''') || '''')::tsquery
      AS query
  FROM unnest(to_tsvector({language}::regconfig, {text}))
  ORDER BY times DESC, length(lexeme) DESC, lexeme LIMIT {MAX_LOOKED_UP})"""


def _terms(table: str, mine: str, most: int) -> str:
    """The rarest words, and what each is worth."""
    return f"""counted AS MATERIALIZED (
  SELECT l.*, (SELECT count(*) FROM (SELECT FROM {table} AS w WHERE w.words @@ l.query AND {mine}
    LIMIT {COUNTED + 1}) AS first) AS seen
  FROM lexemes AS l),
weighed AS MATERIALIZED (
  SELECT c.lexeme, c.times, c.query, size.mean, greatest(size.n, c.seen) AS n,
    CASE WHEN c.seen <= {COUNTED} THEN c.seen::float8 ELSE greatest(c.seen, (SELECT count(*)
      FROM sample WHERE sample.words @@ c.query) * size.n / size.sampled)::float8 END AS rows
  FROM counted AS c CROSS JOIN size WHERE c.seen > 0),
terms AS MATERIALIZED (
  SELECT query, mean, times * ln(1 + (greatest(n, rows) - rows + 0.5) / (rows + 0.5)) AS weight,
    row_number() OVER rarest AS place, sum(rows) OVER rarest AS rows_so_far
  FROM weighed WINDOW rarest AS (ORDER BY rows, lexeme) ORDER BY place LIMIT {most:d})"""


def _drivers(query: TextQuery) -> str:
    """The words that rows are looked for by, as one question."""
    return f"""drivers AS MATERIALIZED (
  SELECT string_agg(query::text, ' | ') FILTER (WHERE {_is_driver(query)})::tsquery AS query,
    coalesce(bool_or(NOT {_is_driver(query)}), false)
      OR (SELECT count(*) FROM weighed) > count(*) AS pruned
  FROM terms)"""


def _is_driver(query: TextQuery) -> str:
    """Whether rows are looked for by a word: the rarest always, others while rows are few."""
    if query.wide:
        return "true"
    # Many of the rows will not pass a filter, so more are looked at.
    width = WIDTH * 5 if query.filter.size() else WIDTH
    return f"(place = 1 OR rows_so_far <= {width:d})"


def _scored(names: Names, query: TextQuery, params: Parameters) -> str:
    """The best rows, and what the words of each are worth."""
    table = words_table(names)
    rows, row = f"{table} AS ranked", "ranked."
    if query.filter.size():
        rows, row = f"{rows} JOIN {names.table} AS kept USING (namespace, id)", "kept."
    where = where_sql(names, None, query.filter, params, row)
    scale = f"{K1} * ({1 - B} + {B}::float8 * length(ranked.words) / term.mean)"
    # n / (n + scale), written so that n, which is dear, stands there once.
    return f"""SELECT ranked.id, ranked.namespace, (
    SELECT {K1 + 1} * sum(term.weight * (1 - {scale} / ({_OCCURRENCES} + {scale})))
    FROM terms AS term) AS text_score
  FROM {rows} WHERE ranked.words @@ (SELECT query FROM drivers) AND {where}
  ORDER BY text_score DESC, ranked.id LIMIT {query.limit:d}"""

"""The statements that read rows: bound to a namespace, with nothing of the caller's in them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from hf_integrations.ruvvector import Filter, sql
from hf_integrations.ruvvector.column_types import TYPES
from hf_integrations.ruvvector.metrics import METRICS
from hf_integrations.ruvvector.scanning import page
from hf_integrations.ruvvector.sql import EVERYTHING, Collection
from hf_integrations.ruvvector.table import Facts, Names
from hf_integrations.ruvvector.work import Statement
from tests.postgres import administrator

FACTS = Facts((0, 8), '"public"', TYPES["vector"], 1, 3)
HOSTILE = Collection(Names("a'\"b", 'c"; --', "'; DROP"), METRICS["l2"], FACTS)
NAMES, FILTER = HOSTILE.names, Filter.of({"k'ey": "v'alue"})

READING: dict[str, Callable[[], Statement]] = {
    "get": lambda: sql.get(HOSTILE, ["i'd"], FILTER, 5, True),
    "get all": lambda: sql.get(HOSTILE, None, FILTER, None, False),
    "hashes": lambda: sql.hashes(NAMES, ["i'd"]),
    "count": lambda: sql.count(NAMES, FILTER),
    "page": lambda: page(HOSTILE, FILTER, "i'd", 5, True),
}


@pytest.mark.parametrize("name", READING)
def test_every_statement_is_bound_to_its_namespace(name: str) -> None:
    """And all that the caller gave is a parameter; names are quoted."""
    statement = READING[name]()
    assert re.search(r"WHERE namespace = \$\d+::text", statement.sql)
    assert "'; DROP" in statement.params
    assert not re.search(r"k'ey|v'alue|i'd|'; DROP", statement.sql)
    assert '"a\'""b"."ruvvector_c""; --"' in statement.sql
    numbers = {int(number) for number in re.findall(r"\$(\d+)", statement.sql)}
    assert numbers == set(range(1, len(statement.params) + 1))


def test_a_filter_that_says_nothing_is_left_out() -> None:
    """A plan need not reckon with it."""
    plain = sql.count(NAMES, EVERYTHING)
    assert plain.sql.endswith("WHERE namespace = $1::text")
    assert sql.count(Names("s", "c"), EVERYTHING).sql.endswith(
        """WHERE namespace COLLATE "C" = ''"""
    )


def test_settings_are_for_one_transaction(postgres_dsn: str) -> None:
    """Names and values are parameters."""
    statement = sql.settings(statement_timeout=0, work_mem="5MB")
    assert statement.sql.count(", true)") == 2
    assert statement.params == ("statement_timeout", "0", "work_mem", "5MB")
    with administrator(postgres_dsn) as connection:
        text = re.sub(r"\$\d+", "%s", statement.sql)
        before = connection.execute("SHOW work_mem").fetchone()
        connection.execute(text.encode(), statement.params)
        assert connection.execute("SHOW work_mem").fetchone() == before


def test_explaining_keeps_the_parameters() -> None:
    """The plan is that of the statement itself."""
    statement = sql.count(NAMES, FILTER)
    explained = sql.explain(statement)
    assert explained.sql.endswith(statement.sql)
    assert explained.params == statement.params

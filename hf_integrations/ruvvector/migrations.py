"""The way of a table from each earlier layout to the present one.

A layout is a number in the table's comment. To change the definition of a table, raise `LAYOUT`
in `table.py`, change `definition` there, and add a step here.
"""

from __future__ import annotations

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector.table import LAYOUT, Facts, Names, namespace_index, quoted
from hf_integrations.ruvvector.work import Statement


def steps(names: Names, facts: Facts) -> list[Statement]:
    """The statements that bring a table to the present layout; they run in one transaction.

    Raises:
        StoreError: the table was made by a later version of this library.
    """
    if facts.layout > LAYOUT:
        raise StoreError(
            f"table {names.table} has layout {facts.layout} and this version knows {LAYOUT}.",
            hint="Upgrade hf-integrations.",
        )
    texts = [text for layout in range(facts.layout, LAYOUT) for text in _STEPS[layout](names)]
    if texts:
        texts.append(f"COMMENT ON TABLE {names.table} IS 'ruvvector {LAYOUT}'")
    return [Statement(text) for text in texts]


def instructions(names: Names, facts: Facts) -> str:
    """The same statements, for whoever may run them."""
    return " ".join(f"{statement.sql};" for statement in steps(names, facts))


def _namespaces(names: Names) -> list[str]:
    """1 → 2: each row belongs to a namespace, and its id is unique in there."""
    table, key = names.table, quoted(f"{names.relation}_pkey")
    return [
        f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS namespace text NOT NULL DEFAULT ''",
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {key}",
        f"ALTER TABLE {table} ADD CONSTRAINT {key} PRIMARY KEY (id, namespace)",
        namespace_index(names),
    ]


_STEPS = {1: _namespaces}

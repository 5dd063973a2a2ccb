"""The text index of a collection: the words of each row, in a table that triggers keep in step.

A table of its own, because a column would rewrite the rows and every index over their vectors.
Triggers see whatever changes the rows, so the words are right within the same transaction. Its
triggers work with the rights of who made it: writers need no right on it, readers need SELECT.
"""
# ruff: noqa: S608 - names are quoted by `table.py`, and other text by `literal`

from __future__ import annotations

import re
from dataclasses import dataclass

from hf_integrations.ruvvector.table import Names, quoted
from hf_integrations.ruvvector.work import Statement, Work

MAX_CHARACTERS = 100_000  # of a text; a tsvector holds 1 MiB, and each word is stored once
_COMMENT = re.compile(r"ruvvector words 1 (.+)", re.DOTALL)
# Every index lookup reads the whole list of pending entries: 512 kB keep it short, and writes
# are as fast as with the 4 MB that are PostgreSQL's default.
_GIN = "fastupdate = on, gin_pending_list_limit = 512"


@dataclass(frozen=True, slots=True)
class Words:
    """The text index of a collection.

    Attributes:
        language: the text search configuration, quoted for SQL.
    """

    language: str


def words_table(names: Names) -> str:
    """The table of words, quoted for SQL."""
    return f"{quoted(names.schema)}.{quoted(_relation(names))}"


def find_language(language: str) -> Statement:
    """A text search configuration: its name, quoted for SQL; and the names of all."""
    return Statement(
        """
        SELECT (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.cfgname)
                  FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
                 WHERE (c.cfgname = $1::text AND pg_ts_config_is_visible(c.oid))
                    OR n.nspname || '.' || c.cfgname = $1::text LIMIT 1),
               (SELECT string_agg(cfgname::text, ', ' ORDER BY cfgname) FROM pg_ts_config c
                 WHERE pg_ts_config_is_visible(c.oid))
        """,
        (language,),
    )


def describe_words(names: Names) -> Statement:
    """The comment on the table of words, if there is one; and the bytes of the rows."""
    return Statement(
        """
        SELECT w.comment, pg_relation_size(t.oid)
        FROM pg_namespace n
        JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = $2::text
        LEFT JOIN LATERAL (
          SELECT obj_description(c.oid, 'pg_class') AS comment FROM pg_class c
           WHERE c.relnamespace = n.oid AND c.relname = $3::text) AS w ON true
        WHERE n.nspname = $1::text
        """,
        (names.schema, names.relation, _relation(names)),
    )


def words_of(comment: str | None) -> Words | None:
    """What `describe_words` found."""
    named = _COMMENT.fullmatch(comment or "")
    return Words(named.group(1)) if named else None


def lock_rows(names: Names) -> Statement:
    """Let nobody write to the collection until the end of the transaction; reading goes on."""
    return Statement(f"LOCK TABLE {names.table} IN SHARE ROW EXCLUSIVE MODE")


def definition(names: Names, language: str) -> list[Statement]:
    """The statements that make the text index and fill it.

    Args:
        language: the text search configuration, quoted for SQL.
    """
    words = words_table(names)
    return [
        Statement(text)
        for text in (
            # Kept in the row up to a page, and never compressed: ranking opens it for each word.
            f"CREATE TABLE {words} (namespace text NOT NULL, id text NOT NULL, "
            "words tsvector NOT NULL, PRIMARY KEY (namespace, id)) "
            "WITH (toast_tuple_target = 8160)",
            f"ALTER TABLE {words} ALTER COLUMN words SET STORAGE EXTERNAL",
            f"COMMENT ON TABLE {words} IS {literal(f'ruvvector words 1 {language}')}",
            f"INSERT INTO {words} "
            f"SELECT namespace, id, {_split(language, 'content')} FROM {names.table}",
            f"CREATE INDEX {quoted(f'{_relation(names)}_gin')} ON {words} "
            f"USING gin (words) WITH ({_GIN})",
            _function(names, language),
            *_triggers(names),
            _grants(names),
            f"ANALYZE {words}",
        )
    ]


def removal(names: Names) -> Work[Words | None]:
    """Remove the text index, if there is one, and tell which it was; the rows stay.

    A table of its name may be another collection, which stays too.
    """
    rows = (yield describe_words(names)).rows
    found = words_of(rows[0][0]) if rows else None
    if found is not None:
        yield Statement(f"DROP TABLE IF EXISTS {words_table(names)}")
        yield Statement(f"DROP FUNCTION IF EXISTS {words_table(names)}() CASCADE")
    return found


def literal(text: str) -> str:
    """Text as an SQL constant, whatever its characters."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'" if "\\" not in text else " E'" + escaped.replace("\\", "\\\\") + "'"


def _relation(names: Names) -> str:
    return f"{names.relation}_words"


def _split(language: str, column: str) -> str:
    return (
        f"pg_catalog.to_tsvector({literal(language)}::pg_catalog.regconfig, "
        f"pg_catalog.left({column}, {MAX_CHARACTERS:d}))"
    )


def _function(names: Names, language: str) -> str:
    words = words_table(names)
    gone = f"DELETE FROM {words} WHERE namespace = OLD.namespace AND id = OLD.id;"
    body = f"""
    BEGIN
      IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM {words};
      ELSIF TG_OP = 'DELETE' THEN
        {gone}
      ELSE
        IF TG_OP = 'UPDATE' AND (OLD.namespace <> NEW.namespace OR OLD.id <> NEW.id) THEN
          {gone}
        END IF;
        INSERT INTO {words} (namespace, id, words)
        VALUES (NEW.namespace, NEW.id, {_split(language, "NEW.content")})
        ON CONFLICT (namespace, id) DO UPDATE SET words = excluded.words;
      END IF;
      RETURN NULL;
    END"""
    return (
        f"CREATE OR REPLACE FUNCTION {words}() RETURNS trigger LANGUAGE plpgsql "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {literal(body)}"
    )


def _triggers(names: Names) -> list[str]:
    changed = (
        "OLD.content IS DISTINCT FROM NEW.content OR OLD.id <> NEW.id "
        "OR OLD.namespace <> NEW.namespace"
    )
    events = {
        "added": "AFTER INSERT ON {} FOR EACH ROW",
        "changed": f"AFTER UPDATE ON {{}} FOR EACH ROW WHEN ({changed})",
        "deleted": "AFTER DELETE ON {} FOR EACH ROW",
        "emptied": "AFTER TRUNCATE ON {} FOR EACH STATEMENT",
    }
    return [
        f"CREATE TRIGGER ruvvector_words_{name} "
        f"{event.replace('{}', names.table)} EXECUTE FUNCTION {words_table(names)}()"
        for name, event in events.items()
    ]


def _grants(names: Names) -> str:
    """Let who may read the rows read the words."""
    body = f"""
    DECLARE reader record;
    BEGIN
      FOR reader IN
        SELECT coalesce(quote_ident(r.rolname), 'PUBLIC') AS name
        FROM pg_catalog.pg_class c CROSS JOIN pg_catalog.aclexplode(c.relacl) a
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
        WHERE c.oid = {literal(names.table)}::pg_catalog.regclass AND a.privilege_type = 'SELECT'
      LOOP
        EXECUTE 'GRANT SELECT ON ' || {literal(words_table(names))} || ' TO ' || reader.name;
      END LOOP;
    END"""
    return f"DO {literal(body)}"

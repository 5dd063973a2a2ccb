"""Tenants as roles of the database: row-level security, for those who may write SQL themselves.

Every statement of a store is bound to its namespace already. A role that was granted a namespace
is bound by the server as well, whatever it sends.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Any

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import sql, textual
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import State, known, on_collection
from hf_integrations.ruvvector.strict_json import text_fault
from hf_integrations.ruvvector.table import Names, quoted
from hf_integrations.ruvvector.textual import literal
from hf_integrations.ruvvector.work import Operation, Statement, Work


def grant(state: State, role: str) -> Operation[None]:
    """Let a database role see and change this namespace of the collection, and no other row.

    Turns row-level security on. The owner of the table, superusers and roles that bypass it are
    not bound by it. A role has one namespace in a collection: the last that was granted.

    Raises:
        StoreError: there is no such collection or role, the role is not bound by row-level
            security, or the present one may not do this.
    """
    _check_role(role)
    if (yield from known(state)) is None:
        raise StoreError(
            f"collection {state.names.collection!r} does not exist yet; add rows first"
        )
    yield from on_collection(state, partial(_grant, role), None, repeats=False)
    state.facts = None


def revoke(state: State, role: str) -> Operation[None]:
    """Take a role's access to the collection away."""
    _check_role(role)
    yield from on_collection(state, partial(_revoke, role), None, repeats=False)


def secure_words(names: Names) -> Work[None]:
    """Give the text index the policies of its collection."""
    found = yield Statement(
        "SELECT r.rolname::text, pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p "
        "JOIN pg_roles r ON r.oid = ANY (p.polroles) JOIN pg_class c ON c.oid = p.polrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = $1::text AND c.relname = $2::text AND p.polname LIKE 'tenant\\_%'",
        (names.schema, names.relation),
    )
    for role, condition in found.rows:
        yield from _policy(textual.words_table(names), role, condition, "SELECT")


def _grant(role: str, collection: Collection) -> Work[None]:
    names = collection.names
    yield sql.lock()
    yield from _check_bound(names, role)
    condition = f"namespace = {literal(names.namespace)}"
    yield from _policy(names.table, role, condition, "SELECT, INSERT, UPDATE, DELETE")
    yield Statement(f"GRANT USAGE ON SCHEMA {quoted(names.schema)} TO {quoted(role)}")
    if (yield from _has_words(names)):
        yield from secure_words(names)


def _revoke(role: str, collection: Collection) -> Work[None]:
    names = collection.names
    yield sql.lock()
    tables = [names.table]
    if (yield from _has_words(names)):
        tables.append(textual.words_table(names))
    for table in tables:
        yield Statement(f"DROP POLICY IF EXISTS {_policy_name(role)} ON {table}")
        yield Statement(f"REVOKE ALL ON {table} FROM {quoted(role)}")


def _policy(table: str, role: str, condition: str, rights: str) -> Work[None]:
    for text in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {_policy_name(role)} ON {table}",
        f"CREATE POLICY {_policy_name(role)} ON {table} TO {quoted(role)} "
        f"USING ({condition}) WITH CHECK ({condition})",
        f"GRANT {rights} ON {table} TO {quoted(role)}",
    ):
        yield Statement(text)


def _policy_name(role: str) -> str:
    return f"tenant_{sha256(role.encode()).hexdigest()[:32]}"


def _has_words(names: Names) -> Work[bool]:
    comment = (yield textual.describe_words(names)).rows[0][0]
    return textual.words_of(comment) is not None


def _check_bound(names: Names, role: str) -> Work[None]:
    found = yield Statement(
        "SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE') "
        "FROM pg_roles r, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE r.rolname = $1::text AND n.nspname = $2::text AND c.relname = $3::text",
        (role, names.schema, names.relation),
    )
    if not found.rows:
        raise StoreError(f"role {role!r:.60} does not exist; create it first")
    if found.rows[0][0]:
        raise StoreError(
            f"row-level security does not bind role {role!r:.60}: it is a superuser, bypasses it, "
            "or owns the table; choose a plain role"
        )


def _check_role(role: Any) -> None:
    if not isinstance(role, str) or not role or text_fault(role):
        raise ValidationError("role is the name of a database role")

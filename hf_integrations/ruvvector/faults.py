"""psycopg's errors as ours, in one place; a message names the server and never the password."""

from __future__ import annotations

import psycopg
import psycopg_pool
from psycopg import errors

from hf_integrations.errors import HfError, StoreError, ValidationError
from hf_integrations.ruvvector.state import DuplicateRow, NoSharedMemory, StaleCollection

_STALE = (
    errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedObject,
    errors.UndefinedColumn, errors.UndefinedFunction,
)  # fmt: skip
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
_GONE = ("57P01", "57P02", "57P03", "25P03")
_FULL = "query_wait_timeout"  # PgBouncer's words
_NO_TRANSACTIONS = "statement pooling mode"
_CONNECTION = "08"  # the class; PgBouncer's own errors are 08P01, and it hangs up after them
POOLED = (
    "A pooler such as PgBouncer in transaction mode hands connections on; make the store with "
    "prepared_statements=False, or without that argument."
)
TAKEN = (
    "Another collection, table or index has this name: rename that one, with store.rename(…) or "
    "ALTER TABLE, or choose another collection or schema for this one."
)
_WAYS_OUT = {
    "26000": POOLED, "42P05": POOLED,  # no such prepared statement, or another's of this name
    "42P07": TAKEN,
}  # fmt: skip
NO_PGVECTOR = (
    "Install pgvector 0.7 or newer on the server (Debian, Ubuntu: apt install "
    "postgresql-<version>-pgvector), or use an image such as pgvector/pgvector."
)


class LostConnection(StoreError):
    """The connection broke; a new one may work."""

    retryable = True


def translate(error: psycopg.Error, where: str, *, given: bool = True) -> HfError:
    """What the caller of the store gets for an error of psycopg's.

    Args:
        error: the library's error.
        where: the server, as people name it.
        given: whether the pool is the caller's.
    """
    if isinstance(error, psycopg_pool.PoolClosed):
        if not given:  # meanwhile, in another thread or task
            return closed()
        said = _flat(str(error))
        return StoreError(f"the given pool is not open: {said}.", hint="Open it first.")
    if isinstance(error, psycopg_pool.PoolTimeout):
        return _again(StoreError(f"no free connection to {where}: {_flat(str(error))}."))
    primary = error.diag.message_primary or ""
    if (failure := _of_pooler(primary, where)) is not None:
        return failure
    if _is_gone(error):
        return LostConnection(f"lost the connection to {where}: {_flat(primary or str(error))}")
    return _refusal(error, primary, where)


def closed() -> StoreError:
    """The store was closed before this call, or while it waited for a connection."""
    return StoreError("the store is closed; make a new one")


def unreachable(error: psycopg.Error, where: str) -> StoreError:
    """A connection could not be made."""
    return StoreError(f"cannot connect to {where}: {_flat(str(error))}")


def _of_pooler(primary: str, where: str) -> StoreError | None:
    """What a pooler says by itself."""
    if primary == _FULL:
        return _again(StoreError(f"no free connection to {where}: {primary} of the pooler."))
    if _NO_TRANSACTIONS in primary:
        hint = "Let the pooler work in transaction or session mode."
        return StoreError(f"{where} refuses: {primary}.", hint=hint)
    return None


def _refusal(error: psycopg.Error, primary: str, where: str) -> HfError:
    """The server answered, and says no."""
    if isinstance(error, errors.UniqueViolation):
        return DuplicateRow("a row with this id is there already")
    if isinstance(error, _STALE) or _other_dimensions(error, primary) or _secured(error, primary):
        return StaleCollection(f"the collection changed on {where}: {primary}")
    if isinstance(error, errors.InsufficientPrivilege | errors.FeatureNotSupported):
        return _impossible(error, primary, where)
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return StoreError(f"{where} takes no writes: it is a read-only replica.")
    return _rest(error, primary, where)


def _impossible(error: psycopg.Error, primary: str, where: str) -> StoreError:
    """What a role may not do, or a server cannot do."""
    if "extension" in primary and isinstance(error, errors.FeatureNotSupported):
        return StoreError(f"{where} does not have pgvector: {primary}.", hint=NO_PGVECTOR)
    if "row-level security" in primary:
        hint = "This role may change the rows of the namespace it was granted, and no others."
    elif primary.startswith("must be owner"):
        hint = "Let the owner of the table do this."
    elif "temporary" in primary:
        hint = "Let its owner run: GRANT TEMPORARY ON DATABASE <database> TO <this role>;"
    elif "extension" in primary:
        hint = "Let an administrator run, in this database: CREATE EXTENSION vector;"
    elif "database" in primary:
        hint = "Let its owner run: CREATE SCHEMA <schema> AUTHORIZATION <this role>;"
    elif "schema" in primary:
        hint = "Let its owner run: GRANT USAGE, CREATE ON SCHEMA <schema> TO <this role>;"
    else:
        hint = "Let the owner of the table run: GRANT SELECT, INSERT, UPDATE, DELETE ON … TO …;"
    return StoreError(f"{where} refuses: {primary}.", hint=hint)


def _rest(error: psycopg.Error, primary: str, where: str) -> HfError:
    if hint := _WAYS_OUT.get(error.sqlstate or ""):
        return StoreError(f"{where} refuses: {primary}.", hint=hint)
    if isinstance(error, _AGAIN):
        return _again(StoreError(f"{where} gave up in favour of another writer: {primary}"))
    if isinstance(error, errors.QueryCanceled):
        return _again(StoreError(f"{where} stopped the statement: {primary}"))
    if isinstance(error, errors.DiskFull | errors.OutOfMemory):
        return NoSharedMemory(f"{where} has no room: {primary}")
    if isinstance(error, errors.ProgramLimitExceeded):
        return ValidationError(f"too much for PostgreSQL: {primary}")
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    return StoreError(f"{where} refuses: {_flat(primary or str(error))}{code}")


def _other_dimensions(error: psycopg.Error, primary: str) -> bool:
    return isinstance(error, psycopg.DataError) and any(
        words in primary for words in ("dimensions", "bit string length", "bit lengths")
    )


def _secured(error: psycopg.Error, primary: str) -> bool:
    """COPY into a table that has come under row-level security since it was looked at."""
    return isinstance(error, errors.FeatureNotSupported) and "row-level security" in primary


def _is_gone(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate in _GONE or error.sqlstate.startswith(_CONNECTION)


def _again(error: StoreError) -> StoreError:
    error.retryable = True
    return error


def _flat(message: str) -> str:
    return " ".join(message.split())

"""A PgBouncer in transaction mode in front of the tests' server; Debian has a package of it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PORT = 6432
SETTINGS = """
[databases]
* = {server}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {size}
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
"""


@contextmanager
def pgbouncer(dsn: str, *, size: int = 1, user: str | None = None) -> Iterator[str]:
    """The connection string of a pooler that hands each transaction one of `size` connections.

    Args:
        user: whose connections these are; by default the DSN's.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed; Debian's package has it")
    server = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    with tempfile.TemporaryDirectory(prefix="hf-bouncer-") as folder:
        runs_as = _reader(server.get("host", ""))
        _write(Path(folder), {**server, "user": user or server["user"]}, size, runs_as)
        with subprocess.Popen(  # noqa: S603 - a program of the system, no shell
            [program, "-q", f"{folder}/settings.ini"],
            user=runs_as and runs_as.pw_uid,
            group=runs_as and runs_as.pw_gid,
            extra_groups=runs_as and [],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                # The user is not looked at, as all have the same connections behind it.
                pooled = {"host": folder, "port": str(PORT), "user": "anybody"}
                yield _answering(make_conninfo(dbname=server.get("dbname"), **pooled), process)
            finally:
                process.kill()


def _reader(host: str) -> pwd.struct_passwd | None:
    """Who may open the server's socket; like the server, PgBouncer does not run as root."""
    if os.geteuid() != 0:
        return None
    socket = next(Path(host).glob(".s.PGSQL.*"), None) if host.startswith("/") else None
    return pwd.getpwuid(socket.stat().st_uid) if socket else pwd.getpwnam("nobody")


def _write(folder: Path, server: dict[str, str], size: int, owner: Any) -> None:
    there = " ".join(
        f"{name}='{server[name]}'"
        for name in ("host", "port", "user", "password")
        if name in server
    )
    text = SETTINGS.format(server=there, port=PORT, folder=folder, size=size)
    (folder / "settings.ini").write_text(text)
    if owner is not None:
        for place in (folder, folder / "settings.ini"):
            os.chown(place, owner.pw_uid, owner.pw_gid)


def _answering(dsn: str, process: subprocess.Popen[bytes]) -> str:
    """The DSN, once it answers."""
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=60).close()
        except psycopg.OperationalError:
            if process.poll() is not None:  # and not only slow to begin
                raise
            time.sleep(0.01)
        else:
            return dsn

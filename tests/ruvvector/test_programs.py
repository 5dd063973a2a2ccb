"""PostgreSQL's own programs: found, made usable, and started with options that fit."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

import pytest

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector.programs import (
    Programs,
    data,
    ensure_user,
    find_programs,
    server_options,
    shared_buffers_mb,
)


def test_the_newest_installed_programs_are_found() -> None:
    """With a version, and a user of their own only for root."""
    programs = find_programs("")
    assert programs.version >= 14
    for name in ("initdb", "pg_ctl", "postgres"):
        assert os.access(programs.folder / name, os.X_OK)
    assert (programs.user is None) is (os.geteuid() != 0)


def test_options_are_one_shell_word_each() -> None:
    """Whatever the folder is called; no TCP, and the socket for one user only."""
    folder = Path("/tmp/a 'b' $c")  # noqa: S108 - only a name
    words = shlex.split(server_options(folder))
    options = dict(word.split("=", 1) for word in words if "=" in word)
    options = {name.lstrip("-").removeprefix("c").strip(): value for name, value in options.items()}
    assert options["unix_socket_directories"] == str(folder)
    assert options["listen_addresses"] == ""
    assert options["unix_socket_permissions"] == "0700"
    assert options["shared_buffers"] == f"{shared_buffers_mb()}MB"


def test_the_cache_fits_the_machine() -> None:
    """Neither nothing nor everything."""
    assert 32 <= shared_buffers_mb() <= 8_192


def test_a_user_that_is_there_is_left_alone() -> None:
    """Making it again is no error."""
    ensure_user("root")


def test_a_folder_is_made_for_its_user_alone(tmp_path: Path) -> None:
    """Others may pass at most, never read."""
    programs = find_programs("")
    home = tmp_path / "a" / "b"
    programs.prepare(home)
    assert not stat.S_IMODE(home.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWOTH)
    assert programs.running(home) is None


def test_a_failing_program_is_quoted(tmp_path: Path) -> None:
    """Its own words say why."""
    programs = find_programs("")
    home = tmp_path / "home"
    programs.prepare(home)
    data(home).mkdir()
    (data(home) / "PG_VERSION").write_text("9\n")
    with pytest.raises(StoreError, match=r"was made by PostgreSQL 9 and \d+ is installed; choose"):
        programs.start(home)
    assert isinstance(programs, Programs)

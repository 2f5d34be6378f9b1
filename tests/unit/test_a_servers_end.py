"""The PostgreSQL that tests use leaves nothing behind, however they end."""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.postgres_keeper import members

USER = """
import sys
from tests.support.postgres import own
with own() as server:
    print(server.folder, server.pid, flush=True)
    sys.stdin.read()
"""
WITHIN = 20.0
"""Seconds that the end may take on a busy machine."""


def keeper_of(folder: str) -> int:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = each.read_bytes().split(b"\0")
            if folder.encode() in words and b"keeper" in words[1]:
                return int(each.parent.name)
    raise LookupError("nobody keeps it")


@pytest.mark.processes
@pytest.mark.parametrize("frozen", [False, True])
def test_a_server_is_gone_when_its_user_was_killed(frozen: bool) -> None:  # noqa: FBT001 - a parameter of pytest's
    command = [sys.executable, "-c", USER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout is not None
        folder, leader = user.stdout.readline().split()
        if frozen:
            os.kill(int(leader), signal.SIGSTOP)
        keeper = os.pidfd_open(keeper_of(folder))
        user.kill()
    assert select.select([keeper], [], [], WITHIN)[0]
    os.close(keeper)
    assert not Path(folder).exists()
    assert members(Path(folder) / "data") == []

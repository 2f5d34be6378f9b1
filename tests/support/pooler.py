"""A real PgBouncer in transaction mode before a real PostgreSQL, as its own process on loopback."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.postgres import OWNER, PASSWORD, Postgres
from tests.support.processes import wait_until

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

_SETTINGS = """
[databases]
* = host={server.folder} port={server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 4
"""


@contextmanager
def pooled(server: Postgres, database: str) -> Iterator[str]:
    """Have the database's address behind the pooler."""
    assert PROGRAM is not None
    folder = Path(tempfile.mkdtemp(prefix="cuelight-pooler-"))
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text(f'"{OWNER}" "{PASSWORD}"\n', encoding="utf-8")
    (folder / "settings").write_text(
        _SETTINGS.format(server=server, port=port, folder=folder), encoding="utf-8"
    )
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    process = subprocess.Popen([PROGRAM, str(folder / "settings")], stderr=subprocess.DEVNULL, **_as_nobody())
    try:
        wait_until("the pooler listens", lambda: _listens(port))
        yield f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{port}/{database}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _as_nobody() -> dict[str, Any]:
    """It refuses to run as root."""
    found = pwd.getpwnam("nobody")
    return {"user": found.pw_uid, "group": found.pw_gid} if os.geteuid() == 0 else {}


def _listens(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0

# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of one's own: in a temporary folder, reached by a socket in it, gone afterwards."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

BINARIES = pathlib.Path("/usr/lib/postgresql")


def folder():
    """The newest version's programs, or None."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def unavailable() -> str:
    """Why no server can be started; empty when one can."""
    if folder() is None:
        return "PostgreSQL's server is not installed (./dev packages postgresql)"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and there is no runuser"
    return ""


class Server:
    """Use with `with`. Text is compared and sorted by code points, the time zone is UTC."""

    port = 5432  # part of the socket's name; nothing else uses it, unless `settings` says so

    def __init__(self):
        self.root = None

    def settings(self) -> str:
        """Further options of the server."""
        return ""

    def run(self, *command, text=None) -> str:
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        ran = subprocess.run(
            [*user, *map(str, command)], input=text, capture_output=True, text=True, cwd=self.root,
            env={**os.environ, "PGTZ": "UTC", "LC_ALL": "C.UTF-8"},
        )
        if ran.returncode != 0:
            raise RuntimeError(f"{command[0]}: {ran.stderr.strip()[-2000:]}")
        return ran.stdout

    def sql(self, text: str) -> str:
        return self.run(folder() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.root,
                        "-p", self.port, "-U", "leat", "-d", "postgres", "-f", "-", text=text)

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="leat-pg-"))
        try:
            if os.geteuid() == 0:
                user = pwd.getpwnam("postgres")
                os.chown(self.root, user.pw_uid, user.pw_gid)
            data = self.root / "data"
            self.run(folder() / "initdb", "-D", data, "-U", "leat", "-A", "trust", "-E", "UTF8", "-N",
                     "--locale=C", "--lc-ctype=C.UTF-8")
            options = f"-c listen_addresses= -c unix_socket_directories={self.root} -c fsync=off -c timezone=UTC -c jit=off"
            options += f" -c port={self.port} {self.settings()}"
            self.run(folder() / "pg_ctl", "-D", data, "-w", "-s", "-l", self.root / "log", "-o", options, "start")
            self.prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def prepare(self):
        """What a derived class wants done once, when the server has started."""

    def __exit__(self, *_):
        if (self.root / "data/postmaster.pid").exists():
            self.run(folder() / "pg_ctl", "-D", self.root / "data", "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.root)

"""Databases to test on: a private PostGIS cluster, and migrated or empty databases on both engines.

``TEST_DATABASE_URL`` chooses the engine; unset, the tests use SpatiaLite files in a temporary
folder. ``python -m tests.databases -- COMMAND`` runs a command with a PostGIS cluster that lives
as long as the command.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "TEST_DATABASE_URL"
OWNER = "passerelle"

# Nothing here outlives the run, so nothing needs to reach the disk.
CLUSTER_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "250",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
}


KEPT = ROOT / ".pytest_cache" / "databases"
"""Migrated SpatiaLite files by what made them: most runs change no migration."""


class NoPostgis(Exception):
    """The system has no PostgreSQL server to start."""


@dataclass(frozen=True)
class Databases:
    """Makes test databases on the chosen engine, all of them from one migrated template.

    ``folder`` is shared by the parallel workers of a run, so that only the first of them migrates.
    """

    folder: Path
    server: URL | None = None

    @classmethod
    def chosen(cls, folder: Path) -> Databases:
        """On the engine that ``TEST_DATABASE_URL`` names."""
        address = os.environ.get(VARIABLE, "")
        if not address or address.startswith("sqlite"):
            return cls(folder)
        return cls(folder, make_url(address).set(drivername="postgresql+psycopg"))

    @property
    def is_sqlite(self) -> bool:
        """Whether the databases are SpatiaLite files."""
        return self.server is None

    @contextmanager
    def empty(self, name: str) -> Iterator[str]:
        """The address of a database without a table, gone afterwards."""
        with self._database(name, template=None) as address:
            yield address

    @contextmanager
    def migrated(self, name: str) -> Iterator[str]:
        """The address of a database with all tables and no row, gone afterwards."""
        with self._database(name, template=self._template()) as address:
            yield address

    @contextmanager
    def _database(self, name: str, template: str | None) -> Iterator[str]:
        self._create(name, template)
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    def _template(self) -> str:
        name = "template"
        ready = self.folder / "template-is-ready"
        with (self.folder / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                self._create(name, None)
                self._fill(name)
                ready.touch()
        return name

    def _fill(self, name: str) -> None:
        """Migrate a new database, or copy the file that the same migrations made before."""
        if self.server is not None:
            migrate(self._address(name))
            return
        kept = KEPT / f"{_migrations_digest()}.sqlite"
        if not kept.exists():
            migrate(self._address(name))
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(f".{os.getpid()}")
            shutil.copyfile(self._file(name), fresh)
            fresh.replace(kept)
        shutil.copyfile(kept, self._file(name))

    def _address(self, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{self._file(name)}"
        return self.server.set(database=self._database_name(name)).render_as_string(
            hide_password=False
        )

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite"

    def _database_name(self, name: str) -> str:
        assert self.server is not None
        return f"{self.server.database}_{name}"

    def _create(self, name: str, template: str | None) -> None:
        self._drop(name)
        if self.server is not None:
            source = self._database_name(template) if template else "template0"
            self._administer("CREATE DATABASE {} TEMPLATE {}", self._database_name(name), source)
        elif template:
            shutil.copyfile(self._file(template), self._file(name))

    def _drop(self, name: str) -> None:
        if self.server is not None:
            self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._database_name(name))
            return
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._file(name)}{ending}").unlink(missing_ok=True)

    def _administer(self, statement: str, *names: str) -> None:
        assert self.server is not None
        address = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _migrations_digest() -> str:
    """Changes when a migration does, or what all of them stand on."""
    made_by = [*sorted((ROOT / "migrations").rglob("*.py")), ROOT / "directory" / "core" / "db.py"]
    content = hashlib.sha256()
    for path in made_by:
        content.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return content.hexdigest()[:20]


def migrate(address: str, revision: str = "head") -> None:
    """Bring the database to ``revision``, in a process of its own: one process, one engine."""
    environment = os.environ | {
        "PASSERELLE_DATABASE_URL": address,
        "PASSERELLE_ENVIRONMENT": "test",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade", revision]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"The database could not be migrated.\n{done.stdout}{done.stderr}")


@contextmanager
def postgis_cluster() -> Iterator[str]:
    """The address of an empty database in a new PostGIS cluster, stopped and deleted afterwards.

    PostgreSQL refuses to run as root; it then runs as ``postgres`` (or ``nobody``). It is reached
    through a socket in its own folder, so that no port is opened and several runs do not meet.
    """
    programs = _postgresql_programs()
    user = _server_user()
    folder = Path(tempfile.mkdtemp(prefix="passerelle-postgis-"))
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        # output goes to a file: the server would inherit a pipe and hold it open
        with (folder / "commands.log").open("a+") as log:
            command = [str(programs / program), *arguments]
            done = subprocess.run(
                command,
                check=False,
                user=user,
                group=_group(user),
                extra_groups=[] if user else None,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )
            if done.returncode:
                log.seek(0)
                raise RuntimeError(f"{program} failed.\n{log.read()}{_tail(folder / 'server.log')}")

    try:
        if user:
            shutil.chown(folder, user)
        run(
            "initdb",
            "-D",
            str(data),
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = {**CLUSTER_SETTINGS, "unix_socket_directories": str(folder)}
        with (data / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in options.items())
        run("pg_ctl", "-D", str(data), "-l", str(folder / "server.log"), "-t", "120", "-w", "start")
        try:
            run("createdb", "-h", str(folder), "-U", OWNER, OWNER)
            yield f"postgresql+psycopg://{OWNER}@/{OWNER}?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _postgresql_programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    raise NoPostgis(
        "There is no PostgreSQL server here: install postgresql and postgresql-postgis."
    )


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _tail(log: Path) -> str:
    return log.read_text()[-3000:] if log.exists() else ""


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Turn a request to end into an exception, so that the cluster is stopped and deleted."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    """Run a command with ``TEST_DATABASE_URL`` pointing at a cluster of its own."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    signal.signal(signal.SIGTERM, _stop)
    with postgis_cluster() as address:
        return subprocess.run(command, check=False, env=os.environ | {VARIABLE: address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

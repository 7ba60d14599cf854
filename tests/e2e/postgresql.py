"""A PostgreSQL cluster on the private host that authenticates with PAM."""

import os
import pwd
import subprocess
import time
from pathlib import Path

import certificate
from private_host import HOSTNAME, SOURCE, WORK

DIRECTORY = WORK / "postgresql"
DATA = DIRECTORY / "data"
# The lines of etc/pam.d/postgresql.example, and those for the Unix socket.
HBA = """\
local    all  postgres               peer
local    all  all                    pam  pamservice=postgresql
hostssl  all  all       127.0.0.1/32 pam  pamservice=postgresql
"""
# The data is thrown away, so the server does not have to wait for the disk.
SETTINGS = f"""\
listen_addresses = '127.0.0.1'
unix_socket_directories = '{DIRECTORY}'
ssl = on
fsync = off
shared_buffers = 1MB
max_wal_senders = 0
"""


class PostgreSql:
    """The server, which ends with the process."""

    def __init__(self, host, hba=HBA):
        self._host = host
        self._hba = hba
        self._programs = self._newest()
        host.write_pam("postgresql", (SOURCE / "etc/pam.d/postgresql.example").read_text())
        self._make_cluster()
        with open(DIRECTORY / "log", "wb") as log:
            self._server = subprocess.Popen(
                host.as_user("postgres", [self._programs / "postgres", "-D", DATA]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait()

    def create_roles(self, *roles):
        self.execute("".join(f'CREATE ROLE "{role}" LOGIN;' for role in roles))

    def execute(self, sql):
        """Runs SQL as the administrator."""
        done = self._as_administrator(sql)
        if done.code != 0:
            raise RuntimeError(done.stderr)

    def program(self, name):
        """Returns the path of a program of the server's version."""
        return self._programs / name

    def login(self, role, token, by="tls", sql="SELECT current_user"):
        """Runs psql as a user of the host does, with the token as password."""
        where = {
            "socket": f"host={DIRECTORY}",
            "tls": f"host={HOSTNAME} sslmode=verify-full sslrootcert={DIRECTORY}/server.crt",
            "clear": f"host={HOSTNAME} sslmode=disable",
        }[by]
        return self._psql("alice", f"{where} user={role} dbname=postgres", sql,
                          {"PGPASSWORD": token})

    def pid(self):
        return self._server.pid

    def uid(self):
        """Returns the user that runs the server, and so the module."""
        return os.stat(f"/proc/{self.pid()}").st_uid

    def _as_administrator(self, sql):
        return self._psql("postgres", f"host={DIRECTORY} user=postgres dbname=postgres", sql, {})

    def _psql(self, user, where, sql, environment):
        return self._host.run_as(user, [self.program("psql"), "-X", "-A", "-t", "-w", "-c", sql, where],
                                 environment=environment)

    @staticmethod
    def _newest():
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parts[-2]))
        return found[-1]

    def _make_cluster(self):
        DIRECTORY.mkdir(mode=0o755)
        user = pwd.getpwnam("postgres")
        os.chown(DIRECTORY, user.pw_uid, user.pw_gid)
        made = self._host.run_as("postgres", [
            self._programs / "initdb", "-D", DATA, "--auth=peer", "--no-sync", "--no-locale",
            "--encoding=UTF8", "--wal-segsize=1"])
        if made.code != 0:
            raise RuntimeError(made.stderr)
        self._host.write(DATA / "pg_hba.conf", self._hba, mode=0o600, owner="postgres")
        with open(DATA / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        self._make_certificate()

    def _make_certificate(self):
        crt, key = DIRECTORY / "server.crt", DATA / "server.key"
        certificate.make(crt, key)
        self._host.write(DATA / "server.crt", crt.read_bytes(), owner="postgres")
        self._host.write(key, key.read_bytes(), mode=0o600, owner="postgres")

    def _wait(self):
        deadline = time.monotonic() + 30
        while self._as_administrator("SELECT 1").code != 0:
            if time.monotonic() > deadline or self._server.poll() is not None:
                raise RuntimeError((DIRECTORY / "log").read_text())
            time.sleep(0.05)

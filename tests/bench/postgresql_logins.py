#!/usr/bin/python3
"""Measures logins of pgbench to a PostgreSQL by token, by password, and without either: postgresql_logins.py ROUNDS

Needs root. PAMJWT_BUILD is the build directory. Prints a line for report.py of each way.
"""

import os
import re
import subprocess
import sys

import real_programs
from real_programs import PASSWORD, PASSWORD_STACK, TOKEN_BYTES

import private_host
from example import Example
from host_case import the_host
from issuer import Issuer
from postgresql import PostgreSql
from private_host import WORK

ROLE = "app_alice"
CLIENTS = 4
PER_CLIENT = 10
# Each database has a way of its own.
HBA = """\
local  all            postgres                peer
host   trust          all       127.0.0.1/32  trust
host   scram-sha-256  all       127.0.0.1/32  scram-sha-256
host   pam_unix       all       127.0.0.1/32  pam  pamservice=passwords
host   pam_permit     all       127.0.0.1/32  pam  pamservice=everybody
host   pam_jwt        all       127.0.0.1/32  pam  pamservice=postgresql
"""
# The account phase of pam_unix lets nobody in, unless root calls it.
STACK = PASSWORD_STACK.replace("account  required pam_unix.so", "account  required pam_permit.so")


class Logins:
    def __init__(self, host):
        example = Example("postgresql")
        issuer = Issuer(host, "staff", "RS256", url="https://sso.example.com/realms/staff")
        host.write_config(example.toml(issuer))
        host.write_pam("passwords", STACK)
        host.write_pam("everybody", STACK.replace("pam_unix", "pam_permit"))
        host.add_user(ROLE, 2100, PASSWORD)
        # In a server that is not root, pam_unix can read the passwords of other users only by this group.
        subprocess.run(["usermod", "-a", "-G", "shadow", "postgres"], check=True)
        self._server = PostgreSql(host, HBA)
        self._server.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        self._time = real_programs.ServerTime(self._server.pid())
        self._script = host.write(WORK / "select.sql", "SELECT 1;\n")
        self._token = issuer.token_of(TOKEN_BYTES, ttl="1h", aud="pg-orders",
                                      resource_access={"pg-orders": {"roles": [ROLE]}})

    def ways(self):
        """Returns functions that log in, by the names of their figures."""
        right = {"trust": "", "scram-sha-256": PASSWORD, "pam_unix": PASSWORD, "pam_permit": PASSWORD,
                 "pam_jwt": self._token}
        wrong = {"scram-sha-256": "wrong", "pam_unix": "wrong", "pam_jwt": real_programs.forge(self._token)}
        for database in right:
            self._server.execute(f'CREATE DATABASE "{database}"')
        for database, answer in wrong.items():
            real_programs.expect_refusal(database, *self._client(database, "disable", answer, 1))
        return {f"PostgreSQL{what}: {database}": self._way(self._client(database, mode, answer, PER_CLIENT))
                for database, answer in right.items()
                for mode, what in (("disable", ""), ("require", " over TLS"))}

    def _way(self, client):
        # pgbench itself counts, since it connects once more before it begins.
        count = lambda: float(re.search(r"^tps = ([0-9.]+)", real_programs.must(*client)[1], re.M)[1])
        return lambda: self._time.per_login(CLIENTS * PER_CLIENT + 1, count)

    def _client(self, database, mode, answer, per_client):
        """Returns the command line and the environment of clients that connect anew for each statement."""
        where = f"host=127.0.0.1 user={ROLE} dbname={database} sslmode={mode}"
        # A thread waits for one connection at a time.
        return ([self._server.program("pgbench"), "-n", "-C", "-c", CLIENTS, "-j", CLIENTS, "-t", per_client,
                 "-f", self._script, where], {"PATH": os.environ["PATH"], "PGPASSWORD": answer})


if __name__ == "__main__":
    private_host.enter()
    real_programs.report(Logins(the_host()).ways(), int(sys.argv[1]))

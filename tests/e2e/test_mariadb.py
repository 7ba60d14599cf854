#!/usr/bin/python3
"""Tests the example for MariaDB with a real server, whose users have no account on the host."""

import subprocess

import certificate
from host_case import main
from private_host import HOSTNAME, WORK
from program_case import ProgramCase, Refusals
from service import Service

DIRECTORY = WORK / "mariadb"
SOCKET = DIRECTORY / "socket"
PORT = 3306
ROLES = {"resource_access": {"mariadb-orders": {"roles": ["app_ro"]}}}
# The data is thrown away, so the server does not have to wait for the disk.
SETTINGS = f"""\
[server]
datadir = {DIRECTORY}/data
socket = {SOCKET}
pid_file = {DIRECTORY}/pid
bind_address = 127.0.0.1
port = {PORT}
ssl_cert = {DIRECTORY}/server.crt
ssl_key = {DIRECTORY}/server.key
innodb_flush_log_at_trx_commit = 0
innodb_log_file_size = 4M
innodb_buffer_pool_size = 8M
skip_log_bin
user = mysql
"""


class MariaDb(ProgramCase):
    program = "mariadb"
    user = "app_ro"
    claims = {"aud": "mariadb-orders", **ROLES}
    somebody_else = {"resource_access": {"mariadb-orders": {"roles": ["app_rw"]}}}
    options = ()  # of the server

    @classmethod
    def start(cls):
        if not DIRECTORY.exists():
            cls.make_data()
        cls.server = Service("mariadb", ["mariadbd", f"--defaults-file={DIRECTORY}/my.cnf", *cls.options],
                             PORT)
        cls.addClassCleanup(cls.server.stop)
        if not cls.administer("SELECT user FROM mysql.user WHERE user = 'app_ro'"):
            cls.administer(cls.example.block("MariaDB, as its administrator:"))

    @classmethod
    def make_data(cls):
        DIRECTORY.mkdir()
        settings = cls.host.write(DIRECTORY / "my.cnf", SETTINGS + cls.example.block("/etc/mysql/mariadb.conf.d/60-token.cnf:"))
        certificate.make(DIRECTORY / "server.crt", DIRECTORY / "server.key")
        subprocess.run(["chown", "-R", "mysql:", DIRECTORY], check=True)
        subprocess.run(["mariadb-install-db", f"--defaults-file={settings}", "--skip-test-db",
                        "--auth-root-authentication-method=socket"],
                       stdout=subprocess.DEVNULL, check=True)

    @staticmethod
    def administer(sql):
        return subprocess.run(["mariadb", "--no-defaults", "-N", "-B", f"--socket={SOCKET}"], input=sql,
                              capture_output=True, text=True, check=True).stdout

    def run_client(self, user, token, *options):
        options = options or ("--ssl-verify-server-cert", f"--ssl-ca={DIRECTORY}/server.crt")
        return self.host.run_as("alice", [
            "mariadb", "--no-defaults", "-N", "-B", f"--host={HOSTNAME}", f"--user={user}", *options,
            "-e", "SELECT SUBSTRING_INDEX(USER(), '@', 1)"], environment={"MYSQL_PWD": token})


class Dialog(MariaDb, Refusals):
    """Tests with the plugin that clients have on Debian."""

    longest = 10000

    def test_a_client_without_tls_is_refused(self):
        token = self.token()
        outcome = self.attempt(self.user, token,
                               run=lambda: self.run_client(self.user, token, "--skip-ssl"))
        self.assertNotEqual(outcome.code, 0)
        self.assertIn("ERROR 1045", outcome.stderr)
        self.assert_in(token)


class ClearPassword(MariaDb, Refusals):
    """Tests with the plugin for clients that have no `dialog`."""

    options = ("--pam-use-cleartext-plugin",)
    longest = 6000


if __name__ == "__main__":
    main()

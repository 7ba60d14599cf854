#!/usr/bin/python3
"""Tests a real PostgreSQL, whose roles log in with tokens and have no account on the host."""

import functools
import pwd
import time
from pathlib import Path

from host_case import HostCase, main, the_host
from issuer import Issuer, jwtctl
from postgresql import PostgreSql

AUDIENCE = "pg-orders"
SERVICE = """\
[issuer.{0}.service.postgresql]
audiences = ["pg-orders"]
local_account = false
"""
RULE = """\
[[issuer.{0}.service.postgresql.account]]
claim = "/resource_access/pg-orders/roles"
pattern = "{1}"
name = "{2}"
"""


@functools.cache
def the_server():
    """Returns the server of this process, which ends with the process."""
    server = PostgreSql(the_host())
    server.create_roles("app_ro", "app_rw", "reports")
    return server


class Database(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff")
        cls.loose = Issuer(cls.host, "loose")
        cls.desk = Issuer(cls.host, "desk", "HS256")
        both = 'services = ["sshd", "postgresql"]'
        cls.host.write_config(
            '[login]\nrefusal_delay = "0s"\n'
            + cls.staff.toml(both) + SERVICE.format("staff")
            + RULE.format("staff", "app_*", "app_*") + RULE.format("staff", "dba", "postgres")
            + cls.loose.toml(both) + SERVICE.format("loose") + RULE.format("loose", "*", "*")
            + cls.desk.toml(both) + SERVICE.format("desk"))
        cls.server = the_server()

    def token(self, *roles, issuer=None, **claims):
        return (issuer or self.staff).token(**self.claims(*roles), **claims)

    @staticmethod
    def claims(*roles):
        return {"aud": AUDIENCE, "resource_access": {"pg-orders": {"roles": roles}}}

    def login(self, role, token, by="tls"):
        outcome = self.attempt(role, token, run=lambda: self.server.login(role, token, by))
        self.assertNotIn("pam_jwt", outcome.stderr)
        return outcome

    def assert_in(self, outcome, role="app_ro"):
        self.assert_accepted(outcome, role, "postgresql")

    def assert_out(self, outcome, reason, role="app_ro"):
        self.assert_refused(outcome, reason, role, "postgresql")


class Lengths(Database):
    def test_a_token_of_any_length_logs_in(self):
        for length in (500, 511, 512, 1023, 2000, 4095, 8000):
            with self.subTest(length=length):
                token = self.staff.token_of(length, **self.claims("app_ro"))
                self.assert_in(self.login("app_ro", token))

    def test_a_token_logs_in_by_the_socket(self):
        for length in (511, 4095):
            with self.subTest(length=length):
                token = self.staff.token_of(length, **self.claims("app_ro"))
                self.assert_in(self.login("app_ro", token, by="socket"))

    def test_nothing_is_asked_without_tls(self):
        outcome = self.server.login("app_ro", self.token("app_ro"), by="clear")
        self.assertIn("no pg_hba.conf entry", outcome.stderr)
        self.assert_in(self.login("app_ro", self.token("app_ro")))


class Roles(Database):
    def test_a_role_needs_no_account_on_the_host(self):
        with self.assertRaises(KeyError):
            pwd.getpwnam("app_rw")
        self.assert_in(self.login("app_rw", self.token("app_ro", "app_rw")), "app_rw")

    def test_only_the_roles_of_the_token_let_in(self):
        token = self.token("app_ro", "reports")
        self.assert_in(self.login("app_ro", token))
        self.assert_out(self.login("app_rw", token), "account.not_allowed", "app_rw")
        self.assert_out(self.login("reports", token), "account.not_allowed", "reports")

    def test_a_role_that_the_database_has_not_is_the_database_s_to_refuse(self):
        outcome = self.login("app_none", self.token("app_none"))
        self.assertNotEqual(outcome.code, 0)
        self.assertIn('role "app_none" does not exist', outcome.stderr)

    def test_a_star_does_not_give_the_superuser(self):
        token = self.token("postgres", "reports", issuer=self.loose)
        self.assert_in(self.login("reports", token), "reports")
        self.assert_out(self.login("postgres", token), "account.not_allowed", "postgres")

    def test_a_rule_that_names_the_superuser_gives_it(self):
        self.assert_in(self.login("postgres", self.token("dba")), "postgres")
        self.assert_out(self.login("postgres", self.token("postgres")), "account.not_allowed",
                        "postgres")

    def test_a_denied_role_is_kept_out(self):
        denied = Path("/var/lib/pam_jwt/denied.jsonl")
        self.addCleanup(denied.unlink, missing_ok=True)
        jwtctl("deny", "--account", "app_ro")
        token = self.token("app_ro", "app_rw")
        self.assert_out(self.login("app_ro", token), "account.denied")
        self.assert_in(self.login("app_rw", token), "app_rw")


class Refusals(Database):
    """Refusals, each of which differs in one thing from a token that is accepted."""

    def test_the_twin_of_all_that_follow_is_accepted(self):
        self.assert_in(self.login("app_ro", self.token("app_ro")))

    def test_a_token_for_ssh_opens_no_database(self):
        token = self.staff.token(**{**self.claims("app_ro"), "aud": "ssh://host1.example.com"})
        self.assert_out(self.login("app_ro", token), "audience.mismatch")

    def test_an_expired_token_is_refused(self):
        token = self.token("app_ro", iat=int(time.time()) - 900, exp=int(time.time()) - 60)
        self.assert_out(self.login("app_ro", token), "token.expired")

    def test_a_token_that_somebody_else_signed_is_refused(self):
        token = self.token("app_ro", key=self.loose.key, kid=self.staff.kid())
        self.assert_out(self.login("app_ro", token), "signature.invalid")

    def test_a_password_is_no_token(self):
        outcome = self.login("app_ro", "correct horse")
        self.assertNotEqual(outcome.code, 0)
        self.assert_audit(outcome, "pam_jwt(postgresql:auth): no_token user=app_ro ",
                          "reason=token.none ")


class Unprivileged(Database):
    """Tests with a server that runs as postgres and can only read."""

    def test_the_server_is_postgres(self):
        self.assertEqual(self.server.uid(), pwd.getpwnam("postgres").pw_uid)
        for path in ("/etc/pam_jwt", "/etc/pam_jwt/pam_jwt.toml", "/var/lib/pam_jwt"):
            self.assertNotEqual(self.host.run_as("postgres", ["test", "-w", path]).code, 0, path)
        self.assert_in(self.login("app_ro", self.token("app_ro")))

    def test_a_secret_that_postgres_cannot_read_stops_only_its_own_issuer(self):
        outcome = self.login("app_ro", self.token("app_ro", issuer=self.desk))
        self.assertNotEqual(outcome.code, 0)
        self.assert_audit(outcome, "pam_jwt(postgresql:auth): no_verdict user=app_ro ",
                          "reason=secret.unusable ")
        self.assert_in(self.login("app_ro", self.token("app_ro")))

    def test_a_configuration_that_postgres_cannot_read_lets_nobody_in(self):
        config = Path("/etc/pam_jwt/pam_jwt.toml")
        self.addCleanup(config.chmod, 0o644)
        config.chmod(0o600)
        outcome = self.login("app_ro", self.token("app_ro"))
        self.assertNotEqual(outcome.code, 0)
        self.assertIn("reason=config.invalid ", outcome.audit[0])
        config.chmod(0o644)
        self.assert_in(self.login("app_ro", self.token("app_ro")))


if __name__ == "__main__":
    main()

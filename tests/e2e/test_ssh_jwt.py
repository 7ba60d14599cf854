#!/usr/bin/python3
"""ssh-jwt, with the stock ssh and sudo, against the module."""

import shutil

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer, SSH_AUDIENCE
from private_host import BUILD, HOSTNAME, WORK

TARGET = f"alice@{HOSTNAME}"


class SshJwt(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = shutil.copy(BUILD / "ssh-jwt/ssh-jwt", WORK / "bin/ssh-jwt")
        cls.issuer = Issuer(cls.host, "staff", "RS256")
        cls.host.write_config('[login]\nrefusal_delay = "0s"\n'
                              + cls.issuer.toml('services = ["sshd", "sudo"]'))
        for service in ("sshd", "sudo"):
            cls.host.write_pam(service, TOKEN_STACK)
        cls.host.write("/etc/sudoers.d/e2e", "Defaults passwd_tries=1, lecture=never\n"
                       "alice ALL=(ALL:ALL) ALL\n", mode=0o440)
        known_hosts = (WORK / "known_hosts").read_text()
        cls.host.write("/etc/ssh/ssh_known_hosts", known_hosts)
        cls.host.start_sshd()

    def token_file(self, token):
        return self.host.write(WORK / "home/bob/token", token, mode=0o600, owner="bob")

    def log_in(self, token, *options, target=TARGET):
        """Bob's desk: he has a token for alice's account."""
        file = self.token_file(token)
        options = options or ("--token-file", file)
        return self.attempt("alice", token, run=lambda: self.host.run_as(
            "bob", [self.program, *options, target, "id", "-un"]))

    def test_a_token_of_any_length_is_handed_to_the_stock_ssh(self):
        for length in (700, 1023, 3000, 16384):
            with self.subTest(length=length):
                self.assert_accepted(self.log_in(self.issuer.token_of(length)))

    def test_the_token_comes_from_a_command_that_runs_once(self):
        runs = self.host.write(WORK / "home/bob/runs", "", owner="bob")
        command = f"echo %r %h >>{runs}; cat {WORK}/home/bob/token"
        self.assert_accepted(self.log_in(self.issuer.token_of(3000), "--token-command", command))
        self.assertEqual(runs.read_text(), f"alice {HOSTNAME}\n")

    def test_a_token_for_another_host_is_kept(self):
        token = self.issuer.token(aud="ssh://host2.example.com")
        kept = self.log_in(token)
        self.assertNotEqual(kept.code, 0)
        self.assertNotIn("audience.mismatch", " ".join(kept.audit))
        file = self.token_file(token)
        given = self.log_in(token, "--any-host", "--token-file", file)
        self.assert_refused(given, "audience.mismatch")

    def test_sudo_takes_a_token_from_it(self):
        token = self.issuer.token_of(3000, aud=[SSH_AUDIENCE])
        file = self.host.write(WORK / "home/alice/token", token, mode=0o600, owner="alice")
        outcome = self.attempt("alice", token, run=lambda: self.host.run_as(
            "alice", ["sudo", "-A", "id", "-un"],
            environment={"SUDO_ASKPASS": self.program, "BEARER_TOKEN_FILE": file}))
        self.assert_accepted(outcome, "alice", "sudo", account="root")


if __name__ == "__main__":
    main()

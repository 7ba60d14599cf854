#!/usr/bin/python3
"""Tests logins with a token over real ssh: algorithms, lengths, clients and refusals."""

import time

import paramiko

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer, jwtctl
from private_host import Outcome, WORK, connect

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA", "Ed25519", "HS256", "HS384", "HS512"]
SSH_PART = 1023  # the most bytes that the stock ssh reads of an answer
MAX_TOKEN = 16384


def prompts_for(length, part=SSH_PART):
    """Returns the prompts for a token of `length` bytes if answers are cut at `part`."""
    more = [f"Token (continued from byte {n}): " for n in range(part, length + 1, part)]
    return ["Token: ", *more]


class SshLogin(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuers = {name: Issuer(cls.host, name, name) for name in ALGORITHMS}
        cls.rsa, cls.ec = cls.issuers["RS256"], cls.issuers["ES256"]
        cls.host.write_pam("sshd", TOKEN_STACK)
        cls.host.write_config('[login]\nrefusal_delay = "0s"\n'
                              + "".join(issuer.toml() for issuer in cls.issuers.values()))
        cls.port = cls.host.start_sshd()

    def test_every_algorithm_logs_in(self):
        for name, issuer in self.issuers.items():
            with self.subTest(algorithm=name):
                self.assert_accepted(self.attempt("alice", issuer.token()))

    def test_every_algorithm_is_refused_with_another_key_of_its_kind(self):
        for name in ALGORITHMS:
            with self.subTest(algorithm=name):
                issuer = self.issuers[name]
                forged = issuer.token(key=self.other_key(name), kid=issuer.kid())
                self.assert_refused(self.attempt("alice", forged), "signature.invalid")

    def other_key(self, algorithm):
        directory = WORK / "other" / algorithm
        jwtctl("keygen", "--alg", algorithm, "--out", directory)
        return directory / "key.json"

    def test_tokens_of_every_length_arrive_whole_through_the_stock_ssh(self):
        for length in (700, 1022, 1023, 1024, 1500, 2046, 3000, 8192, MAX_TOKEN):
            with self.subTest(length=length):
                outcome = self.attempt("alice", self.rsa.token_of(length))
                self.assert_accepted(outcome)
                self.assertEqual(outcome.prompts, prompts_for(length))

    def test_a_token_one_byte_longer_than_the_limit_is_refused(self):
        outcome = self.attempt("alice", self.ec.token_of(MAX_TOKEN + 1))
        self.assert_refused(outcome, "token.too_long")

    def test_the_password_method_carries_tokens_up_to_what_ssh_sends(self):
        for length in (700, 1022, SSH_PART):
            with self.subTest(length=length):
                self.assert_accepted(
                    self.attempt("alice", self.rsa.token_of(length), method="password"))

    def test_a_token_that_the_password_method_cuts_is_refused_as_cut(self):
        outcome = self.attempt("alice", self.rsa.token_of(1500), method="password")
        self.assert_refused(outcome, "token.cut")

    def test_a_client_without_a_limit_sends_the_token_in_one_answer(self):
        token = self.rsa.token_of(3000)
        outcome = self.attempt("alice", token, run=lambda: self.paramiko_login("alice", token))
        self.assert_accepted(outcome)
        self.assertEqual(outcome.prompts, ["Token: "])

    def test_the_parts_of_one_token_are_one_authentication_attempt(self):
        port = self.host.start_sshd(["MaxAuthTries=1"])
        outcome = self.attempt("alice", self.rsa.token_of(MAX_TOKEN), port=port)
        self.assert_accepted(outcome)
        self.assertEqual(len(outcome.prompts), 17)

    def test_refusals_give_their_reason(self):
        now = int(time.time())
        good = self.ec.token()
        cases = {
            "token.expired": self.ec.token(iat=now - 900, exp=now - 600),
            "token.not_yet_valid": self.ec.token(nbf=now + 600),
            "token.too_old": self.ec.token(iat=now - 90_000, exp=now + 600),
            "audience.mismatch": self.ec.token(aud="ssh://host2.example.com"),
            "issuer.unknown": self.ec.token(iss="https://elsewhere.example.com"),
            "key.unknown": self.ec.token(kid="nobody-has-this-key"),
            "account.not_allowed": self.ec.token(sub="bob"),
            "token.malformed": good.replace(".", ":"),
            "signature.invalid": good[:-20] + ("A" if good[-20] != "A" else "B") + good[-19:],
        }
        for reason, token in cases.items():
            with self.subTest(reason=reason):
                self.assert_refused(self.attempt("alice", token), reason)
        self.assert_accepted(self.attempt("alice", good))

    def test_an_answer_too_short_for_a_token_is_none(self):
        outcome = self.attempt("alice", "x" * 127)
        self.assertNotEqual(outcome.code, 0)
        self.assertIn("reason=token.none", " ".join(outcome.audit))

    def test_a_refusal_comes_no_sooner_than_the_delay(self):
        self.host.write("/etc/pam_jwt/slow.toml", '[login]\nrefusal_delay = "10s"\n'
                        + self.ec.toml())
        self.host.write_pam("slow", TOKEN_STACK.replace(
            "requisite pam_jwt.so", "requisite pam_jwt.so config=/etc/pam_jwt/slow.toml"
            " service=sshd"))
        port = self.host.start_sshd(service="slow")
        refused = self.host.ssh("alice", "x" * 300, port=port)
        accepted = self.host.ssh("alice", self.ec.token(), port=port)
        self.assertNotEqual(refused.code, 0)
        self.assertGreaterEqual(refused.seconds, 10)
        self.assertEqual(accepted.code, 0, accepted)
        self.assertLess(accepted.seconds, 10)

    def paramiko_login(self, user, token):
        """Logs in by keyboard-interactive with a client that sends an answer of any length at once."""
        prompts = []

        def answer(_title, _instructions, fields):
            prompts.extend(text for text, _echo in fields)
            return [token for _ in fields]

        transport = paramiko.Transport(connect(self.port))
        try:
            transport.start_client(timeout=60)
            transport.auth_interactive(user, answer)
            channel = transport.open_session()
            channel.exec_command("id -un")
            stdout = channel.makefile().read().decode()
            return Outcome(channel.recv_exit_status(), stdout, "", prompts)
        finally:
            transport.close()


if __name__ == "__main__":
    main()

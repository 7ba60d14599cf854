#!/usr/bin/python3
"""Tests that sshd's LoginGraceTime ends a login whose conversation with the module is not over."""

import select

import paramiko

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer
from private_host import connect

PART = 1023
GRACE_S = 10  # a login that is not held up takes less, on a busy machine too
SLOW_S = 60


class GraceTime(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = Issuer(cls.host, "staff")
        cls.host.write_pam("sshd", TOKEN_STACK)
        cls.host.write_config('[login]\nrefusal_delay = "0s"\n' + cls.issuer.toml())
        cls.port = cls.host.start_sshd([f"LoginGraceTime={GRACE_S}"])

    def test_a_token_that_comes_in_time_logs_in(self):
        self.assert_accepted(self.attempt("alice", self.issuer.token_of(1500), port=self.port))

    def test_a_token_whose_second_part_never_comes_logs_nobody_in(self):
        token = self.issuer.token_of(1500)
        mark = self.host.mark()
        prompts = self.answer_first_part(token)
        self.assertEqual(prompts[:2], ["Token: ", f"Token (continued from byte {PART}): "])
        self.assertFalse([line for line in self.host.audit_since(mark) if "accepted" in line])
        # The next login works.
        self.test_a_token_that_comes_in_time_logs_in()

    def answer_first_part(self, token):
        """Answers the first prompt, waits until sshd ends the login, and returns the prompts."""
        seen = []
        connection = connect(self.port)

        def answer(_title, _instructions, prompts):
            seen.extend(text for text, _echo in prompts)
            if len(seen) == 1:
                return [token[:PART]]
            select.select([connection], [], [], SLOW_S)  # sshd speaks next when it ends this
            return [token[PART:]]

        transport = paramiko.Transport(connection)
        try:
            transport.start_client(timeout=SLOW_S)
            with self.assertRaises((paramiko.SSHException, EOFError)):
                transport.auth_interactive("alice", answer)
            self.assertFalse(transport.is_authenticated())
        finally:
            transport.close()
        return seen


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Tests tokens that are typed at the prompt of login, on a terminal, with the PAM stack of Debian."""

import os
import subprocess
import termios
import time

from pexpect import fdpexpect

from host_case import HostCase, main
from issuer import Issuer, jwtctl
from private_host import Outcome

PART = 4095  # the bytes of a line that a terminal keeps, and of an answer that login reads
PASSWORD = "correct horse"
LOCAL_FLAGS = 3  # the index of the local flags in the result of tcgetattr
PROMPT = r"Password or token: |Token \(continued from byte \d+\): "


class Terminal:
    """A program on a terminal of its own.

    The test holds the terminal open too: login of util-linux closes and hangs up its terminal, and
    opens it again.
    """

    def __init__(self, argv):
        self._ours, self._theirs = os.openpty()
        self._program = subprocess.Popen(["setsid", "--ctty", *argv], stdin=self._theirs,
                                         stdout=self._theirs, stderr=self._theirs)
        self.child = fdpexpect.fdspawn(self._ours, timeout=30, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._program.kill()
        self._program.wait()
        os.close(self._theirs)
        self.child.close()

    def answer(self, text):
        """Waits for a prompt, types the answer, and returns the prompt."""
        self.child.expect(PROMPT)
        prompt = self.child.after
        deadline = time.monotonic() + 30
        # The program drops what is typed before the echo is off.
        while termios.tcgetattr(self._ours)[LOCAL_FLAGS] & termios.ECHO:
            assert time.monotonic() < deadline, "the echo stays on"
            time.sleep(0.01)
        self.child.sendline(text)
        return prompt

    def ask_the_shell(self):
        self.child.sendline("echo it is $(id -un) on $(tty)")
        self.child.expect(r"it is (\w+) on /dev/pts/\d+\r\n")
        user = self.child.match.group(1)
        self.child.sendline("exit")
        self._program.wait(30)
        return user


class Login(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff", "RS256")
        cls.host.write_config('[login]\nrefusal_delay = "0s"\n'
                              + cls.staff.toml('services = ["login"]'))
        jwtctl("enable", "login", "--or-password", "--yes")

    def log_in(self, *answers):
        """Types one answer at each prompt, and asks the shell for its user."""
        with Terminal(["login", "alice"]) as terminal:
            prompts = [terminal.answer(answer) for answer in answers]
            is_in = terminal.child.expect([r"\$ ", "Login incorrect"]) == 0
            user = terminal.ask_the_shell() if is_in else ""
        return Outcome(0 if is_in else 1, user, "", prompts)

    def attempt_with(self, token, *answers):
        return self.attempt("alice", token, run=lambda: self.log_in(*answers))

    def test_a_token_on_one_line_logs_in(self):
        for length in (800, 1023, PART - 1):
            with self.subTest(length=length):
                token = self.staff.token_of(length)
                outcome = self.attempt_with(token, token)
                self.assert_accepted(outcome, service="login")
                self.assertEqual(outcome.prompts, ["Password or token: "])

    def test_a_token_longer_than_a_line_is_typed_in_parts(self):
        token = self.staff.token_of(PART + 900)
        outcome = self.attempt_with(token, token[:PART], token[PART:])
        self.assert_accepted(outcome, service="login")
        self.assertEqual(outcome.prompts,
                         ["Password or token: ", f"Token (continued from byte {PART}): "])

    def test_the_token_of_somebody_else_is_refused(self):
        token = self.staff.token(sub="bob")
        self.assert_refused(self.attempt_with(token, token), "account.not_allowed",
                            service="login")

    def test_a_token_that_is_cut_is_refused(self):
        """The terminal drops the rest of a long line, so the next part must be typed at its own prompt."""
        token = self.staff.token_of(PART + 900)
        self.assert_refused(self.attempt_with(token, token, ""), "token.cut",
                            service="login")

    def test_a_password_goes_on_to_log_in(self):
        outcome = self.attempt_with("", PASSWORD)
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice"), f"\n{outcome}")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Tests sshd-keys beside tokens: it harms no other key, waits for nothing, runs another program."""

import base64
import contextlib
import json
import shutil
import socket
import subprocess
from pathlib import Path

import fido_key
from certificate_case import (CertificateCase, NO_PROMPTS, PROGRAM, SSHD_KEYS, USER, keys_options)
from host_case import main
from private_host import CONFIG, WORK
from token_certificate import (Forgery, NAME, SshKey, authority, certificate_type, certify, payload_of,
                               string)

KINDS = [("rsa", None), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521), ("ed25519", None)]
BROKEN = "[issuer.staff\n"
DAEMON = Path("/run/jwks-fetcher/public")


class Offers(CertificateCase):
    def test_what_is_offered_without_the_key_is_never_accepted(self):
        certificate = self.certificate()
        options = [f"CertificateFile={certificate}", "IdentityFile=/nonexistent"]
        outcome = self.attempt("alice", payload_of(certificate), run=lambda: self.host.ssh(
            "alice", method="publickey", options=options, port=self.port))
        self.assertEqual((outcome.code, outcome.stdout), (255, ""), outcome)
        self.assertEqual(len(outcome.audit), 1, outcome.audit)
        self.assertIn("pam_jwt(sshd:key): offered user=alice ", outcome.audit[0])
        self.assert_in(self.log_in(certificate))

    def test_root_is_not_opened_where_no_rule_gives_it(self):
        outcome = self.log_in(self.certificate(sub="root"), "root")
        self.assertEqual(outcome.code, 255, outcome)
        self.assertTrue(outcome.audit)
        for line in outcome.audit:
            self.assertIn("pam_jwt(sshd:key): refused user=root ", line)

    def test_the_log_of_sshd_has_no_piece_of_a_certificate(self):
        certificates = [self.certificate(), self.certificate(sub="bob")]
        for certificate in certificates:
            self.log_in(certificate)
        log = self.host.sshd_log(self.port)
        for certificate in certificates:
            blob = certificate.read_text().split()[1]
            pieces = [blob[at:at + 40] for at in range(0, len(blob) - 40, 40)]
            # All certificates of one type begin in the same way.
            self.assertEqual([piece for piece in pieces[2:] if piece in log], [])


class Waiting(CertificateCase):
    """A daemon that takes connections, and never answers."""

    @classmethod
    def configuration(cls):
        return super().configuration().replace(cls.staff.key_line, "")

    def test_an_unknown_key_id_waits_for_no_answer(self):
        DAEMON.parent.mkdir(exist_ok=True)
        self.addCleanup(DAEMON.unlink)
        with socket.socket(socket.AF_UNIX) as daemon:
            daemon.bind(str(DAEMON))
            DAEMON.chmod(0o666)
            daemon.listen()
            outcome = self.log_in(self.certificate())
            self.assertEqual((outcome.code, self.lines(outcome, "session")), (255, []), outcome)
            self.assertTrue(outcome.audit)
            for line in outcome.audit:
                self.assertRegex(line, r"pam_jwt\(sshd:key\): (refused|no_verdict) user=alice reason=key")
            # sshd-keys has ended long since. Its calls are still in the queue.
            calls = self.read_calls(daemon)
        self.assertTrue(calls)
        for call in calls:
            self.assertEqual(call["method"], "io.pamjwt.Fetcher.Refresh")
            self.assertIs(call["oneway"], True)
            self.assertEqual(call["parameters"]["issuer"], self.staff.url)

    @staticmethod
    def read_calls(daemon):
        daemon.setblocking(False)
        calls = []
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _ = daemon.accept()
                with connection, connection.makefile("rb") as stream:
                    calls += [json.loads(call) for call in stream.read().split(b"\0") if call]
        return calls


class OtherKeys(CertificateCase):
    """Keys that are no token certificates, with a configuration that nobody can read."""

    def setUp(self):
        self.authorized = WORK / "home/alice/.ssh/authorized_keys"
        self.addCleanup(self.authorized.unlink, missing_ok=True)
        self.addCleanup(self.host.write_config, self.configuration())

    def ask(self, key_type, text, user="alice"):
        """Runs sshd-keys as sshd does, and returns its outcome with the lines that it logged."""
        return self.attempt(user, text, run=lambda: self.host.run_as(
            USER, [SSHD_KEYS, user, text, key_type]))

    @staticmethod
    def keys():
        """Returns a key of each type that sshd takes."""
        return [*(SshKey.make(*kind) for kind in KINDS),
                fido_key.FidoKey(fido_key.ED25519), fido_key.FidoKey(fido_key.P256)]

    def kinds(self):
        """Returns the types and blobs of keys that are no token certificates."""
        keys = self.keys()
        plain = [(key.type, key.blob) for key in keys]
        certificates = [(certificate_type(key.type), Forgery(key, "", principals=("alice",)).blob())
                        for key in keys]
        return [*plain, *certificates,
                ("ssh-dss", string("ssh-dss") + string(b"\x02" * 128)),
                ("ssh-mldsa44-ed25519@openssh.com",
                 string("ssh-mldsa44-ed25519@openssh.com") + string(b"\x02" * 1344)),
                ("unknown@example.com", string("unknown@example.com") + string("x"))]

    def test_keys_that_are_no_token_certificates_are_left_to_sshd(self):
        self.host.write_config(BROKEN)
        kinds = self.kinds()
        self.assertGreaterEqual(len(kinds), 16)
        texts = [(kind, base64.b64encode(blob).decode()) for kind, blob in kinds]
        for kind, text in [*texts, ("ssh-ed25519", ""), ("ssh-ed25519", "?")]:
            with self.subTest(kind=kind):
                outcome = self.ask(kind, text)
                self.assertEqual((outcome.code, outcome.stdout, outcome.stderr, outcome.audit),
                                 (0, "", "", []))

    def test_a_token_certificate_is_told_from_them(self):
        """The twin of the test above: of the same types, with a token."""
        for key in self.keys():
            kind = certificate_type(key.type)
            with self.subTest(kind=kind):
                blob = Forgery(key, self.payload(key)).blob()
                outcome = self.ask(kind, base64.b64encode(blob).decode())
                self.assertEqual((outcome.code, outcome.stderr), (0, ""))
                self.assertRegex(outcome.stdout, rf'\Acert-authority,principals="{NAME}" '
                                                 r"ssh-ed25519 AAAA[0-9A-Za-z+/=]+\n\Z")
                self.assertEqual(len(self.lines(outcome, "key")), 1, outcome.audit)
                self.assertIn(": offered user=alice ", outcome.audit[0])

    def test_a_broken_configuration_harms_no_other_key(self):
        certificate = self.certificate()
        self.host.write(self.authorized, self.key.public.read_text()
                        + f"cert-authority {Path(f'{authority()}.pub').read_text()}")
        own = certify(self.key, "", principals="alice")
        self.host.write_config(BROKEN)
        for options in ([], [f"CertificateFile={own}"]):
            outcome = self.attempt("alice", "", run=lambda o=options: self.host.ssh(
                "alice", method="publickey", options=[f"IdentityFile={self.key.path}", *o],
                port=self.port))
            self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.authorized.unlink()
        self.assert_out(self.log_in(certificate), "config.invalid", verdict="no_verdict")
        self.host.write_config(self.configuration())
        self.assert_in(self.log_in(certificate))

    def test_a_program_that_cannot_judge_harms_no_other_key(self):
        judge = SSHD_KEYS.with_name("sshd-keys-judge.so")
        shutil.move(judge, WORK / "judge.so")
        try:
            outcome = self.log_in(self.certificate())
            self.assertEqual(outcome.code, 255, outcome)
            self.host.write(self.authorized, self.key.public.read_text())
            outcome = self.attempt("alice", "", run=lambda: self.host.ssh(
                "alice", method="publickey", options=[f"IdentityFile={self.key.path}"], port=self.port))
            self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        finally:
            shutil.move(WORK / "judge.so", judge)
        self.authorized.unlink()
        self.assert_in(self.log_in(self.certificate()))


class Also(CertificateCase):
    """Another program knows keys too. Its name and its arguments have blanks and quotes."""

    PROGRAM_PATH = SSHD_KEYS.parent.with_name("own keys") / "who's in"
    # The first argument says whether it works.
    SCRIPT = """\
#!/bin/sh
[ "$2" = "alice" ] && [ "$3" = "two  words" ] && [ "$4" = "it's \\"so\\"" ] && [ $# = 4 ] || exit 3
cat "${0%/*}/keys"
exit "$1"
"""
    WORDS = """%u "two  words" "it's \\"so\\"" """.strip()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = SshKey.make()
        cls.host.write(cls.PROGRAM_PATH, cls.SCRIPT, mode=0o755)
        cls.host.write(cls.PROGRAM_PATH.with_name("keys"), cls.other.public.read_text())
        cls.works, cls.fails = (cls.host.start_sshd(
            [*keys_options(f'{PROGRAM} --also "{cls.PROGRAM_PATH}" {status} {cls.WORDS}'), *NO_PROMPTS])
            for status in (0, 1))

    def log_in_by_key(self, port):
        return self.attempt("alice", "", run=lambda: self.host.ssh(
            "alice", method="publickey", options=[f"IdentityFile={self.other.path}"], port=port))

    def test_its_keys_and_certificates_open_the_account(self):
        outcome = self.log_in_by_key(self.works)
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"),
                         f"{outcome}\n{self.host.sshd_log(self.works)[-2000:]}")
        self.assert_in(self.log_in(self.certificate(), port=self.works))

    def test_its_failure_is_its_own(self):
        outcome = self.log_in_by_key(self.fails)
        self.assertEqual(outcome.code, 255, outcome)
        outcome = self.log_in(self.certificate(), port=self.fails)
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertEqual(len([line for line in outcome.audit if ": accepted " in line]), 1)

    def test_a_program_that_others_can_write_is_not_run(self):
        self.PROGRAM_PATH.chmod(0o777)
        self.addCleanup(self.PROGRAM_PATH.chmod, 0o755)
        self.assertEqual(self.log_in_by_key(self.works).code, 255)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Tests that logins read and write nothing of what takes access away, where it is not configured.

strace shows each system call of sshd, of the module in it, and of sshd-keys. Each test has a twin with all of
it on: there the same trace shows what the first one must not have.
"""

import functools
import itertools
import re
import shutil
from pathlib import Path

from certificate_case import CertificateCase, keys_options
from feed_publisher import FeedPublisher
from host_case import main
from issuer import jwtctl
from private_host import WORK

STRACE = ["strace", "-D", "-f", "-qq", "-v", "-s", "65536", "-e", "signal=none"]
TRACES = itertools.count()
# The account and the session lines are there: nobody must edit stacks to have it all off.
STACK = """\
auth     requisite pam_jwt.so
auth     required  pam_permit.so
account  required  pam_jwt.so
account  required  pam_permit.so
session  optional  pam_jwt.so
session  required  pam_permit.so
"""
OURS = re.compile(r'"((?:/etc/pam_jwt|/(?:var/lib|run)/(?:pam_jwt|jwks-fetcher))[^"\\\\]*)"')
TRACKS = re.compile(r"PAM_JWT_RECORD|/run/pam_jwt|fleet")
URL = "https://ops.example.com/denied.jwt"
WAYS = ("prompt", "certificate", "key")


@functools.cache
def alices_key(host):
    return host.add_ssh_key("alice")


class Traced(CertificateCase):
    """Logs in as alice in three ways to an sshd that is traced from its start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.write_pam("sshd", STACK)
        cls.plain_key = alices_key(cls.host)

    def trace(self, way):
        """Logs in, and returns the system calls as text."""
        path = WORK / f"trace.{next(TRACES)}"
        port = self.host.start_sshd(keys_options(), tracer=[*STRACE, "-o", path])
        login = {"prompt": self.by_prompt, "certificate": self.by_certificate, "key": self.by_key}[way]
        outcome = login(port)
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, "alice"), f"\n{outcome}\n{outcome.audit}")
        self.host.stop_sshd(port)
        return path.read_text(errors="replace")

    def by_prompt(self, port):
        return self.attempt("alice", self.staff.token(), port=port)

    def by_certificate(self, port):
        return self.log_in(self.certificate(), port=port)

    def by_key(self, port):
        options = [f"IdentityFile={self.plain_key}"]
        return self.attempt("alice", "", method="publickey", options=options, port=port)

    @staticmethod
    def tracks(trace):
        return sorted(set(TRACKS.findall(trace)))

    @staticmethod
    def files(trace):
        """Returns the files of ours that a login opened, looked at or wrote, without the directories above them."""
        paths = set(OURS.findall(trace))
        return sorted(path for path in paths if not any(other.startswith(f"{path}/") for other in paths))


class AllOff(Traced):
    def test_no_login_leaves_or_looks_for_a_track(self):
        for way in WAYS:
            with self.subTest(way=way):
                trace = self.trace(way)
                self.assertGreater(trace.count("openat("), 50, "nothing was traced")
                self.assertEqual(self.tracks(trace), [])

    def test_a_plain_key_reads_the_denylist_of_the_host_and_nothing_else(self):
        self.assertEqual(self.files(self.trace("key")), ["/var/lib/pam_jwt/denied.jsonl"])

    def test_a_token_reads_the_configuration_the_keys_and_the_denylist_of_the_host(self):
        read = ["/etc/pam_jwt/conf.d", "/etc/pam_jwt/keys/staff.json", "/etc/pam_jwt/pam_jwt.toml",
                "/var/lib/pam_jwt/denied.jsonl"]
        self.assertEqual(self.files(self.trace("prompt")), read)
        self.assertEqual(self.files(self.trace("certificate")), read)


class Twin(Traced):
    """The same host with all of it on."""

    @classmethod
    def configuration(cls):
        return ("[session]\nrecord = true\n" + super().configuration()
                + f'[denylist]\nurl = "{URL}"\nkeys = "/etc/pam_jwt/fleet.json"\n')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        publisher = FeedPublisher(URL)
        cls.host.write("/etc/pam_jwt/fleet.json", publisher.key_set())
        cls.host.write("/var/lib/jwks-fetcher/denylist.jwt", publisher.feed())
        jwtctl("denylist", "apply")
        cls.addClassCleanup(shutil.rmtree, "/run/pam_jwt")
        cls.addClassCleanup(cls.wait_until, lambda: not any(Path("/run/pam_jwt/sessions").iterdir()),
                            "sshd does not close a session")
        for path in Path("/var/lib/pam_jwt").iterdir():
            cls.addClassCleanup(path.unlink)

    def test_the_trace_of_a_token_shows_its_record_and_the_list(self):
        prompt, certificate = self.trace("prompt"), self.trace("certificate")
        self.assertEqual(self.tracks(prompt), ["/run/pam_jwt", "PAM_JWT_RECORD", "fleet"])
        # The process that opens the session judges a certificate, and needs no variable.
        self.assertEqual(self.tracks(certificate), ["/run/pam_jwt", "fleet"])

    def test_the_trace_of_a_plain_key_shows_the_list(self):
        self.assertEqual(self.tracks(self.trace("key")), ["fleet"])


if __name__ == "__main__":
    main()

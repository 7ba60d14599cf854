#!/usr/bin/python3
"""Tests that nothing of a session works if its token is refused when it opens, and who may hide the token.

The user's own cert-authority line lets the certificates in, so that sshd-keys is not asked.
"""

import functools
import socket
from pathlib import Path

import token_certificate
from certificate_case import CAROL, CertificateCase, NO_PROMPTS, STACK, keys_options
from host_case import main
from private_host import HOSTNAME, WORK
from service import Service
from token_certificate import NAME, SshKey, certify

FORWARDED_PORT = 2201
HIDES = "SSH_AUTH_INFO_0 DEFAULT= OVERRIDE=publickey\n"
READS_USER_ENVIRONMENT = "session required pam_env.so user_readenv=1\n"


@functools.cache
def add_carol(host):
    host.add_user("carol", 2003)


class SessionCase(CertificateCase):
    """carol has the key of a certificate whose token is refused when the session opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_carol(cls.host)
        cls.other_port = cls.host.start_sshd([*keys_options(), *NO_PROMPTS])

    def setUp(self):
        path = WORK / "home/alice/.ssh/authorized_keys"
        authority = Path(f"{token_certificate.authority()}.pub").read_text()
        self.host.write(path, f'cert-authority,principals="{NAME}" {authority}')
        self.addCleanup(path.unlink)

    def use(self, payload):
        self.client(self.key, certify(self.key, payload))

    def refused(self):
        self.use(self.payload(SshKey.make()))

    def accepted(self):
        self.use(self.payload())

    def check(self, *argv, stdin="", shows):
        """Checks that a program reaches `shows`, and not if the token is refused."""
        self.refused()
        outcome = self.as_carol(*argv, stdin=stdin)
        self.assertNotIn(shows, outcome.stdout, f"\n{outcome}")
        self.assert_out_of_session(outcome, "certificate.unbound")
        self.accepted()
        outcome = self.as_carol(*argv, stdin=stdin)
        self.assertIn(shows, outcome.stdout, f"\n{outcome}\n{self.host.sshd_log(self.port)[-2000:]}")
        self.assert_session(outcome)


class RefusedSessions(SessionCase):
    """A session that is refused gives nothing, whatever the client asks for."""

    def test_no_command_runs(self):
        self.check("ssh", HOSTNAME, "id -un", shows="alice")
        self.check("ssh", "-tt", HOSTNAME, "id -un", shows="alice")

    def test_sftp_lists_nothing(self):
        self.check("sftp", "-b", "-", HOSTNAME, stdin="pwd\n", shows="/home/alice")

    def test_w_connects_to_nothing(self):
        self.check("ssh", "-W", f"127.0.0.1:{self.other_port}", HOSTNAME, shows="SSH-2.0-")

    def test_l_and_d_forward_nothing(self):
        for option in (f"-L{FORWARDED_PORT}:127.0.0.1:{self.other_port}", f"-D{FORWARDED_PORT}"):
            with self.subTest(option=option):
                self.refused()
                self.assertEqual(self.through_tunnel(option), b"")
                self.accepted()
                self.assertEqual(self.through_tunnel(option), b"SSH-2.0-")

    def through_tunnel(self, option):
        """Returns the first bytes of the other sshd, seen through a tunnel without a session."""
        argv = ["env", "-C", str(CAROL), "ssh", "-N", option, HOSTNAME]
        tunnel = Service("tunnel", self.host.as_user("carol", argv), FORWARDED_PORT)
        try:
            with socket.create_connection(("127.0.0.1", FORWARDED_PORT), timeout=10) as forwarded:
                if option.startswith("-D"):
                    address = socket.inet_aton("127.0.0.1") + self.other_port.to_bytes(2, "big")
                    forwarded.sendall(b"\x05\x01\x00\x05\x01\x00\x01" + address)
                    forwarded.recv(2)
                    forwarded.recv(10)
                return forwarded.recv(8)
        except ConnectionResetError:
            return b""
        finally:
            tunnel.stop()

    def test_r_listens_on_nothing(self):
        remote = ["ssh", "-o", "ExitOnForwardFailure=yes", "-R", f"{FORWARDED_PORT}:127.0.0.1:1", HOSTNAME]
        self.check(*remote, f"ss -ltnH sport = :{FORWARDED_PORT}; id -un", shows="alice")

    def test_a_shared_connection_opens_nothing(self):
        self.refused()
        mark = self.host.mark()
        with self.shared_connection():
            for _ in range(2):
                done = self.as_carol("ssh", "-S", "master", HOSTNAME, "id", "-un")
                self.assertNotEqual(done.code, 0, done)
                self.assertNotIn("alice", done.stdout)
        lines = [line for line in self.host.audit_since(mark) if ":session): " in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(" reason=certificate.unbound", lines[0])


class UserEnvironment(SessionCase):
    """The user writes variables of PAM, by which the module finds the certificate."""

    def setUp(self):
        super().setUp()
        path = WORK / "home/alice/.pam_environment"
        self.host.write(path, HIDES, owner="alice")
        self.addCleanup(path.unlink)
        self.addCleanup(self.host.write_pam, "sshd", STACK)

    def test_pam_env_behind_the_session_line_hides_nothing(self):
        self.host.write_pam("sshd", STACK + READS_USER_ENVIRONMENT)
        self.check("ssh", HOSTNAME, "id -un", shows="alice")

    def test_pam_env_of_the_auth_lines_hides_nothing(self):
        self.host.write_pam("sshd", "auth required pam_env.so user_readenv=1\n" + STACK)
        self.check("ssh", HOSTNAME, "id -un", shows="alice")


if __name__ == "__main__":
    main()

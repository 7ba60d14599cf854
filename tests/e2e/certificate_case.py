"""The base of the tests of certificates that carry a token: a host with sshd-keys, and who logs in."""

import contextlib
import functools
import shutil
import subprocess
from pathlib import Path

import paramiko

import token_certificate
from host_case import HostCase
from issuer import Issuer
from private_host import BUILD, HOSTNAME, Outcome, WORK, client_address, connect
from service import end_program
from token_certificate import SshKey, new_salt, payload_of

SSHD_KEYS = Path("/usr/libexec/pam_jwt/sshd-keys")
CAROL = WORK / "home/carol"  # a user of the host, who has the key and the certificate
USER, UID = "pam-jwt", 492  # runs sshd-keys, and nothing else
BOUND_AUDIENCE = "ssh-client"
STACK = """\
auth     requisite pam_jwt.so
auth     required  pam_permit.so
account  required  pam_jwt.so
account  required  pam_permit.so
session  required  pam_jwt.so
session  required  pam_permit.so
"""
PROGRAM = f"{SSHD_KEYS} %u %k %t"
NO_PROMPTS = ["KbdInteractiveAuthentication=no", "PasswordAuthentication=no",
              "Subsystem=sftp internal-sftp"]
# What a user of the host's has in ~/.ssh/config: `ssh host` is enough.
CLIENT_CONFIG = """\
Host *
  User alice
  Port {port}
  BatchMode yes
  BindAddress {address}
  UserKnownHostsFile {known_hosts}
"""


def keys_options(program=PROGRAM, user=USER):
    """Returns the options of an sshd that asks `program` for keys."""
    return [f"AuthorizedKeysCommand={program}", f"AuthorizedKeysCommandUser={user}"]


@functools.cache
def install_sshd_keys(host):
    host.add_user(USER, UID)
    for name in ("sshd-keys", "sshd-keys-judge.so"):
        shutil.copyfile(BUILD / "sshd-keys" / name, SSHD_KEYS.with_name(name))
    SSHD_KEYS.chmod(0o755)


class CertificateCase(HostCase):
    """A host that takes certificates, and tokens at prompts of those services that ask."""

    settings = ""  # more lines of the issuer in the configuration
    sshd_options = NO_PROMPTS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        install_sshd_keys(cls.host)
        cls.staff = Issuer(cls.host, "staff")
        cls.host.write_config(cls.configuration())
        cls.host.write_pam("sshd", STACK)
        cls.port = cls.host.start_sshd([*keys_options(), *cls.sshd_options])
        cls.key = SshKey.make()

    @classmethod
    def configuration(cls):
        return ('[login]\nrefusal_delay = "0s"\n\n'
                + cls.staff.toml(f'bound_audiences = ["{BOUND_AUDIENCE}"]', cls.settings))

    # --- tokens and certificates -----------------------------------------------------------

    def bound_token(self, key=None, salt=None, issuer=None, **claims):
        """Returns a token for ssh that its nonce binds to `key`."""
        nonce = (key or self.key).nonce(salt or new_salt())
        return (issuer or self.staff).token(**{"aud": BOUND_AUDIENCE, "nonce": nonce, **claims})

    def payload(self, key=None, issuer=None, **claims):
        """Returns a salt and a token that it binds to `key`, as a certificate carries both."""
        salt = new_salt()
        return f"{salt}~{self.bound_token(key, salt, issuer, **claims)}"

    def certificate(self, key=None, issuer=None, **claims):
        """Returns the path of a certificate that logs its holder in."""
        key = key or self.key
        return token_certificate.certify(key, self.payload(key, issuer, **claims))

    # --- logins ----------------------------------------------------------------------------

    def log_in(self, certificate, user="alice", key=None, options=(), port=None):
        """Logs in with the stock ssh, a key and its certificate."""
        identity = [f"IdentityFile={(key or self.key).path}", f"CertificateFile={certificate}"]
        return self.attempt(user, payload_of(certificate), run=lambda: self.host.ssh(
            user, method="publickey", options=[*identity, *options], port=port or self.port))

    def log_in_by_paramiko(self, signer, certificate):
        """Presents a certificate by paramiko, and signs with `signer`, even if it has another key."""
        return self.attempt("alice", payload_of(certificate), run=lambda: self._by_paramiko(signer))

    def _by_paramiko(self, signer):
        transport = paramiko.Transport(connect(self.port))
        try:
            transport.start_client(timeout=60)
            transport.auth_publickey("alice", signer)
            channel = transport.open_session()
            channel.exec_command("id -un")
            stdout = channel.makefile().read().decode()
            return Outcome(channel.recv_exit_status(), stdout, "")
        except paramiko.AuthenticationException as error:
            return Outcome(255, "", str(error))
        finally:
            transport.close()

    def client(self, key, certificate, name="carol", port=None):
        """Gives a user of the host the key and the certificate, where ssh looks for both."""
        directory = WORK / "home" / name / ".ssh"
        kind = key.type.removeprefix("ecdsa-sha2-").split("-")[-1]
        identity = directory / f"id_{'ecdsa' if kind.startswith('nistp') else kind}"
        for source, path, mode in ((key.path, identity, 0o600),
                                   (key.public, f"{identity}.pub", 0o644),
                                   (certificate, f"{identity}-cert.pub", 0o644)):
            self.host.write(path, Path(source).read_bytes(), mode, name)
        self.host.write(directory / "config", CLIENT_CONFIG.format(
            port=port or self.port, address=client_address(), known_hosts=WORK / "known_hosts"))

    def as_carol(self, *argv, stdin="", environment=None):
        """Runs a program as carol, and returns its outcome with the audit lines of the host."""
        payload = payload_of(CAROL / ".ssh/id_ed25519-cert.pub")
        return self.attempt("alice", payload, run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), *map(str, argv)], stdin, environment))

    @contextlib.contextmanager
    def shared_connection(self):
        """Keeps a connection of carol's that others can share, by the socket `master`."""
        master = ["env", "-C", str(CAROL), "ssh", "-N", "-M", "-S", "master", HOSTNAME]
        connection = subprocess.Popen(self.host.as_user("carol", master), stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while self.as_carol("ssh", "-S", "master", "-O", "check", HOSTNAME).code != 0:
                self.assertIsNone(connection.poll(), "the first connection ended")
            yield
        finally:
            end_program(connection)

    # --- checks ----------------------------------------------------------------------------

    def lines(self, outcome, phase, service="sshd"):
        return [line for line in outcome.audit if line.startswith(f"pam_jwt({service}:{phase}): ")]

    def assert_in(self, outcome, user="alice"):
        """Checks that a login worked, and that it was offered first and accepted once."""
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, user),
                         f"\n{outcome}\n{outcome.audit}\n{self.host.sshd_log(self.port)[-2000:]}")
        self.assert_logged_in(outcome, user)

    def assert_logged_in(self, outcome, user="alice"):
        offered = self.lines(outcome, "key")
        self.assertTrue(offered, f"\n{outcome}")
        for line in offered:
            self.assertIn(f": offered user={user} ", line)
        self.assert_session(outcome, user)
        self.assertEqual(len(outcome.audit), len(offered) + 1, f"\n{outcome}")

    def assert_session(self, outcome, user="alice"):
        """Checks that one session was opened by token, and that the log says so once."""
        sessions = self.lines(outcome, "session")
        self.assertEqual(len(sessions), 1, f"\n{outcome}")
        self.assertIn(f": accepted user={user} ", sessions[0])

    def assert_out(self, outcome, reason, user="alice", verdict="refused"):
        """Checks that sshd-keys refused a certificate, and that nothing was offered or accepted."""
        self.assertEqual((outcome.code, outcome.stdout), (255, ""), f"\n{outcome}")
        self.assertTrue(outcome.audit, f"\n{outcome}")
        for line in outcome.audit:
            start = f"pam_jwt(sshd:key): {verdict} user={user} reason={reason} "
            self.assertTrue((line + " ").startswith(start), f"{line!r} does not begin with {start!r}")

    def assert_out_of_session(self, outcome, reason, user="alice"):
        """Checks that the session was refused: it is too late for sshd to ask for another key."""
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assertNotEqual(outcome.stdout.strip(), user, f"\n{outcome}")
        sessions = self.lines(outcome, "session")
        self.assertEqual(len(sessions), 1, f"\n{outcome}")
        self.assertIn(f": refused user={user} reason={reason} ", sessions[0] + " ")

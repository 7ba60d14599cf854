#!/usr/bin/python3
"""Tests logins with a token in a certificate: by all that speaks ssh, with keys of every type."""

import contextlib
import shutil
import socket
import subprocess

import paramiko

import fido_key
from certificate_case import BOUND_AUDIENCE, CAROL, CertificateCase, NO_PROMPTS, keys_options
from host_case import main
from issuer import Issuer, jwtctl
from private_host import HOSTNAME, Outcome, WORK
from service import Service
from token_certificate import Forgery, SshKey, certify, new_salt, payload_of

MAX_TOKEN = 16384
# Kinds and sizes of ssh-keygen. FIDO keys need a device.
KINDS = [("rsa", 2048), ("rsa", 4096), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521), ("ed25519", None)]
FORWARDED_PORT = 2200
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
              "Ed25519"]


class Clients(CertificateCase):
    """carol has a key and its certificate in ~/.ssh, and logs in as alice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.add_user("carol", 2003)
        cls.other_port = cls.host.start_sshd([*keys_options(), *NO_PROMPTS])

    def setUp(self):
        self.client(self.key, self.certificate())

    def test_plain_ssh_logs_in_without_a_prompt(self):
        self.assert_in(self.as_carol("ssh", HOSTNAME, "id", "-un"))

    def test_a_command_of_the_account_gets_its_terminal(self):
        outcome = self.as_carol("ssh", "-tt", HOSTNAME, "id -un; tty")
        self.assertRegex(outcome.stdout, r"\Aalice\n/dev/pts/\d+\n\Z", outcome)
        self.assert_logged_in(outcome)

    def test_sftp_and_scp_copy_files(self):
        self.host.write(CAROL / "letter", "to alice\n", owner="carol")
        for number, argv in enumerate((["scp", "-q", "letter", f"{HOSTNAME}:scp-0"],
                                       ["scp", "-q", "-O", "letter", f"{HOSTNAME}:scp-1"],
                                       ["sftp", "-q", "-b", "-", HOSTNAME])):
            with self.subTest(argv=argv):
                outcome = self.as_carol(*argv, stdin=f"put letter scp-{number}\n")
                self.assertEqual(outcome.code, 0, outcome)
                self.assert_logged_in(outcome)
                copy = WORK / f"home/alice/scp-{number}"
                self.assertEqual((copy.read_text(), copy.owner()), ("to alice\n", "alice"))

    def test_rsync_copies_a_directory(self):
        self.host.write(CAROL / "tree/leaf", "green\n", owner="carol")
        outcome = self.as_carol("rsync", "-r", "tree/", f"{HOSTNAME}:tree")
        self.assertEqual(outcome.code, 0, outcome)
        self.assert_logged_in(outcome)
        self.assertEqual((WORK / "home/alice/tree/leaf").read_text(), "green\n")

    def test_git_clones(self):
        made = self.host.run_as("alice", ["sh", "-c", (
            "cd && git init -q repository && cd repository && echo one >file && git add file && "
            "git -c user.name=a -c user.email=a@example.com commit -q -m one")])
        self.assertEqual(made.code, 0, made)
        outcome = self.as_carol("git", "clone", "-q", f"ssh://{HOSTNAME}/~alice/repository", "cloned")
        self.assertEqual(outcome.code, 0, outcome)
        self.assert_logged_in(outcome)
        self.assertEqual((CAROL / "cloned/file").read_text(), "one\n")

    def test_w_and_proxy_jump_go_through_a_host(self):
        outcome = self.as_carol("ssh", "-W", f"127.0.0.1:{self.other_port}", HOSTNAME)
        self.assertTrue(outcome.stdout.startswith("SSH-2.0-"), outcome)
        self.assert_logged_in(outcome)
        outcome = self.as_carol("ssh", "-J", HOSTNAME, "-p", self.other_port, "localhost", "id", "-un")
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertEqual(len(self.lines(outcome, "session")), 2, outcome)  # at the host and behind it

    def test_l_forwards_a_port(self):
        argv = ["ssh", "-N", "-L", f"{FORWARDED_PORT}:127.0.0.1:{self.other_port}", HOSTNAME]
        tunnel = Service("tunnel", self.host.as_user("carol", argv), FORWARDED_PORT)
        self.addCleanup(tunnel.stop)
        with socket.create_connection(("127.0.0.1", FORWARDED_PORT), timeout=10) as forwarded:
            self.assertEqual(forwarded.recv(8), b"SSH-2.0-")

    def test_logins_over_one_connection_prove_the_key_once(self):
        mark = self.host.mark()
        with self.shared_connection():
            for _ in range(2):
                done = self.as_carol("ssh", "-S", "master", HOSTNAME, "id", "-un")
                self.assertEqual((done.code, done.stdout), (0, "alice\n"), done)
        whole = Outcome(0, "", "")
        whole.audit = self.host.audit_since(mark)
        self.assert_logged_in(whole)

    def test_an_agent_holds_key_and_certificate(self):
        with contextlib.ExitStack() as stack:
            for name in ("id_ed25519", "id_ed25519.pub", "id_ed25519-cert.pub"):
                shutil.move(CAROL / ".ssh" / name, CAROL / name)
                stack.callback((CAROL / name).unlink)
            outcome = self.host_agent("ssh-add -q id_ed25519 && rm id_ed25519 && touch id_ed25519 && "
                                      f"exec ssh {HOSTNAME} id -un")
        self.assert_in(outcome)

    def host_agent(self, script):
        payload = payload_of(CAROL / "id_ed25519-cert.pub")
        return self.attempt("alice", payload, run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script]))

    def test_plink_logs_in_with_a_certificate(self):
        ppk = CAROL / "key.ppk"
        subprocess.run(["puttygen", self.key.path, "-O", "private", "-o", ppk], check=True)
        shutil.chown(ppk, "carol", "carol")
        known = subprocess.run(["ssh-keygen", "-l", "-f", WORK / "hostkey.pub"], capture_output=True,
                               text=True, check=True).stdout.split()[1]
        outcome = self.as_carol("plink", "-batch", "-ssh", "-P", self.port, "-hostkey", known,
                                "-i", ppk, "-cert",
                                CAROL / ".ssh/id_ed25519-cert.pub", f"alice@{HOSTNAME}", "id -un")
        self.assert_in(outcome)

    def test_paramiko_logs_in_with_a_certificate(self):
        for kind, load in (("ed25519", paramiko.Ed25519Key), ("rsa", paramiko.RSAKey)):
            with self.subTest(kind=kind):
                key = SshKey.make(kind)
                certificate = self.certificate(key)
                loaded = load.from_private_key_file(str(key.path))
                loaded.load_certificate(str(certificate))
                self.assert_in(self.log_in_by_paramiko(loaded, certificate))


class Keys(CertificateCase):
    def test_keys_of_every_type_log_in_by_nonce_and_by_confirmation(self):
        for kind, bits in KINDS:
            key = SshKey.make(kind, bits)
            ways = {"nonce": {},
                    "jkt": {"nonce": None, "cnf": {"jkt": key.thumbprint()}},
                    "jwk": {"nonce": None, "cnf": {"jwk": key.jwk()}},
                    "all": {"cnf": {"jkt": key.thumbprint(), "jwk": key.jwk()}}}
            for way, claims in ways.items():
                with self.subTest(kind=kind, bits=bits, way=way):
                    self.assert_in(self.log_in(self.certificate(key, **claims), key=key))

    def test_jwtctl_makes_certificates_for_keys_of_every_type(self):
        for kind, bits in KINDS:
            with self.subTest(kind=kind, bits=bits):
                key = SshKey.make(kind, bits)
                bound = jwtctl("mint", "--key", self.staff.key, "--bind", key.public, "--claim", "sub=alice",
                               "--claim", f"iss={self.staff.url}", "--claim", f"aud={BOUND_AUDIENCE}")
                jwtctl("certify", key.public, stdin=bound)
                certificate = f"{key.path}-cert.pub"
                self.assertIn("accepted  token.accepted",
                              jwtctl("explain", "--user", "alice", "--certificate", certificate))
                self.assert_in(self.log_in(certificate, key=key))

    def test_tokens_of_every_public_algorithm_log_in(self):
        issuers = [Issuer(self.host, name, name) for name in ALGORITHMS]
        self.addCleanup(self.host.write_config, self.configuration())
        self.host.write_config("".join(issuer.toml(f'bound_audiences = ["{BOUND_AUDIENCE}"]')
                                       for issuer in issuers))
        for issuer in issuers:
            with self.subTest(algorithm=issuer.algorithm):
                self.assert_in(self.log_in(self.certificate(issuer=issuer)))
                forged = issuer.token(key=self.other_key(issuer.algorithm), kid=issuer.kid(),
                                      aud=BOUND_AUDIENCE)
                certificate = certify(self.key, f"{new_salt()}~{forged}")
                self.assert_out(self.log_in(certificate), "signature.invalid")

    def other_key(self, algorithm):
        directory = WORK / "other" / algorithm
        jwtctl("keygen", "--alg", algorithm, "--out", directory)
        return directory / "key.json"

    def test_fido_keys_log_in_by_nonce(self):
        for kind in (fido_key.ED25519, fido_key.P256):
            with self.subTest(kind=kind):
                key = fido_key.FidoKey(kind)
                certificate = Forgery(key, self.payload(key)).write()
                key.load_certificate(certificate)
                self.assert_in(self.log_in_by_paramiko(key, certificate))

    def test_tokens_of_every_length_log_in(self):
        salt = new_salt()
        claims = {"aud": "ssh-client", "nonce": self.key.nonce(salt)}
        for length in (1023, 4096, 8192, MAX_TOKEN):
            with self.subTest(length=length):
                token = self.staff.token_of(length, **claims)
                self.assert_in(self.log_in(certify(self.key, f"{salt}~{token}")))
        token = self.staff.token_of(MAX_TOKEN + 1, **claims)
        self.assert_out(self.log_in(certify(self.key, f"{salt}~{token}")), "token.too_long")

    def test_a_certificate_for_one_account_opens_no_other(self):
        certificate = self.certificate(sub="bob")
        self.assert_in(self.log_in(certificate, "bob"), "bob")
        self.assert_out(self.log_in(certificate, "alice"), "account.not_allowed")

    def test_a_certificate_logs_in_again_as_long_as_its_token_is_good(self):
        certificate = self.certificate(jti="once")
        for _ in range(3):
            self.assert_in(self.log_in(certificate))


class Prompts(CertificateCase):
    """sshd asks for tokens too."""

    sshd_options = ()

    def test_both_ways_in_stand_side_by_side(self):
        self.assert_accepted(self.attempt("alice", self.staff.token(), port=self.port))
        self.assert_in(self.log_in(self.certificate()))


class KeyOptions(CertificateCase):
    settings = 'key_options = "restrict,pty"'

    def test_the_options_of_the_issuer_narrow_what_a_login_may_do(self):
        self.assert_in(self.log_in(self.certificate()))
        outcome = self.log_in(self.certificate(), options=["RequestTTY=force"])
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, "alice"), outcome)
        forward = ["ExitOnForwardFailure=yes", "RemoteForward=2201 127.0.0.1:22"]
        outcome = self.log_in(self.certificate(), options=forward)
        self.assertEqual(outcome.code, 255, outcome)
        self.assertIn("remote port forwarding failed", outcome.stderr)


class VerifyRequired(CertificateCase):
    settings = 'key_options = "restrict,verify-required"'

    def attempt_with(self, flags):
        key = fido_key.FidoKey(fido_key.ED25519, flags)
        certificate = Forgery(key, self.payload(key)).write()
        key.load_certificate(certificate)
        return self.log_in_by_paramiko(key, certificate)

    def test_only_a_fido_key_that_verified_its_user_logs_in(self):
        self.assert_in(self.attempt_with(fido_key.IS_TOUCHED | fido_key.IS_VERIFIED))
        outcome = self.attempt_with(fido_key.IS_TOUCHED)
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assertEqual(self.lines(outcome, "session"), [], outcome)

    def test_a_key_in_a_file_is_refused(self):
        self.assert_out(self.log_in(self.certificate()), "certificate.refused")


if __name__ == "__main__":
    main()

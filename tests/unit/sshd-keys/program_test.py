"""Runs the real sshd-keys as sshd does. Usage: program_test.py SSHD_KEYS JWTCTL"""

import base64
import hashlib
import os
import pathlib
import pwd
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

SSHD_KEYS = JWTCTL = ""
TIMEOUT_S = 60
SALT = "s" * 22
CERTIFICATE_TYPE = "ssh-ed25519-cert-v01@openssh.com"
PYTHON = "/usr/bin/python3"  # root's, as --also wants it
PLAIN_TYPES = (
    "ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-mldsa44-ed25519@openssh.com",
    "ssh-xmss@openssh.com", "rsa-sha2-256", "rsa-sha2-512", "x509v3-ssh-rsa", "x509v3-sign-rsa", "pgp-sign-rsa", "")


def run(*words, **options):
    """Returns what sshd-keys prints. It must exit with 0 and write nothing to standard error, whatever it is asked."""
    done = subprocess.run([SSHD_KEYS, *words], capture_output=True, timeout=TIMEOUT_S, check=False,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"exit code {done.returncode}, standard error {done.stderr}")
    return done.stdout.decode()


def command(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, check=True).stdout


def wire(data):
    return struct.pack(">I", len(data)) + data


def also(script, *words):
    """Returns the words of --also for a script, which reads `words` in sys.argv[1:]."""
    return "--also", PYTHON, "-Ic", script, *words


class Certificates(unittest.TestCase):
    """A directory with keys, a configuration, and certificates that ssh-keygen made."""

    ALG = "ES256"  # of the issuer's tokens

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.root = pathlib.Path(cls.directory.name).resolve()
        for name in ("id", "other", "ca"):
            command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", cls.root / name)
        command(JWTCTL, "keygen", "--alg", cls.ALG, "--out", cls.root / "issuer")
        cls.account = pwd.getpwuid(os.getuid()).pw_name
        cls.config = cls.root / "pam_jwt.toml"
        cls.config.write_text(f"""\
[issuer.staff]
url = "https://sso.example"
bound_audiences = ["ssh-client"]
jwks_file = "{cls.root}/issuer/jwks.json"
[[issuer.staff.account]]
pattern = "alice"
name = "{cls.account}"
""", encoding="utf-8")
        cls.certificate = cls.certify("id", cls.token("id"))

    @classmethod
    def blob(cls, name):
        return (cls.root / name).read_text(encoding="utf-8").split()[1]

    @classmethod
    def token(cls, name):
        """Returns a token that is bound to the key `name`."""
        key = base64.b64decode(cls.blob(f"{name}.pub"))
        digest = hashlib.sha256(wire(b"pjk1@pamjwt.io") + wire(SALT.encode()) + wire(key)).digest()
        nonce = "pjk1." + base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return command(JWTCTL, "mint", "--key", cls.root / "issuer/key.json", "--claim", "iss=https://sso.example",
                       "--claim", "sub=alice", "--claim", "aud=ssh-client", "--claim", f"nonce={nonce}").strip()

    @classmethod
    def certify(cls, name, token, principal="token@pamjwt.io", *options):
        """Returns a certificate for the key `name` in base64. Without a token it is like those of other people."""
        extension = ["-O", f"extension:token@pamjwt.io={SALT}~{token}"] if token else []
        command("ssh-keygen", "-q", "-s", cls.root / "ca", "-I", "sso", "-n", principal, *extension, *options,
                cls.root / f"{name}.pub")
        return cls.blob(f"{name}-cert.pub")

    def ask(self, certificate, *words, user=None, **options):
        return run("--config", str(self.config), "--denylist", str(self.root / "denied.jsonl"), user or self.account,
                   certificate, CERTIFICATE_TYPE, *words, **options)

    def line(self):
        return f'cert-authority,principals="token@pamjwt.io" ssh-ed25519 {self.blob("ca.pub")}\n'


class Answer(Certificates):
    def test_is_one_line_for_a_certificate_that_opens_the_account(self):
        self.assertEqual(self.ask(self.certificate), self.line())

    def test_is_empty_for_an_account_that_the_token_does_not_open(self):
        self.assertEqual(self.ask(self.certificate, user="nobody"), "")
        self.assertEqual(self.ask(self.certificate, user="no such user"), "")

    def test_is_empty_for_the_certificate_of_another_key(self):
        self.assertEqual(self.ask(self.certify("other", self.token("id"))), "")
        self.assertEqual(self.ask(self.certify("other", self.token("other"))), self.line())

    def test_is_empty_for_a_certificate_that_is_not_taken(self):
        self.assertEqual(self.ask(self.certify("other", self.token("other"), "alice")), "")
        self.assertEqual(self.ask(self.certify("other", self.token("other"), "token@pamjwt.io", "-h")), "")

    def test_is_empty_without_a_configuration(self):
        self.assertEqual(run("--config", "/nowhere/pam_jwt.toml", self.account, self.certificate, CERTIFICATE_TYPE), "")

    def test_is_the_same_where_the_standard_streams_are_closed(self):
        words = ["--config", str(self.config), self.account, self.certificate, CERTIFICATE_TYPE]
        for closed in ("<&-", "2>&-", "<&- 2>&-"):
            done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", SSHD_KEYS, *words], capture_output=True,
                                  timeout=TIMEOUT_S, check=True)
            self.assertEqual(done.stdout.decode(), self.line())
        for closed in (">&-", "<&- >&- 2>&-"):
            done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", SSHD_KEYS, *words], capture_output=True,
                                  timeout=TIMEOUT_S, check=True)
            self.assertEqual(done.stdout, b"")

    def test_ends_well_if_nobody_reads_it(self):
        read, write = os.pipe()
        os.close(read)
        words = ["--config", str(self.config), self.account, self.certificate, CERTIFICATE_TYPE]
        done = subprocess.run([SSHD_KEYS, *words], stdout=write, stderr=subprocess.PIPE, timeout=TIMEOUT_S, check=True)
        os.close(write)
        self.assertEqual(done.stderr, b"")


class OtherKeys(Certificates):
    def test_get_no_answer(self):
        for name in PLAIN_TYPES:
            for key in (self.blob("id.pub"), self.certificate, "AAAA", "", "no base64"):
                self.assertEqual(run(self.account, key, name), "")
        for key in (self.certify("other", ""), self.certify("other", "", "token@pamjwt.io"), "AAAA", "", "no base64",
                    self.certificate[4:], self.certificate[:-8], "A" * 131_000):
            self.assertEqual(self.ask(key), "")

    def test_get_no_answer_on_a_wrong_command_line(self):
        words = [self.account, self.certificate, CERTIFICATE_TYPE]
        for wrong in ([], words[:1], words[:2], words + ["more"], words + ["--also"], ["--config"] + words,
                      ["--config", str(self.config)], ["--help"] + words, ["--"], ["--version", "--version"]):
            self.assertEqual(run(*wrong), "")

    def test_read_no_configuration(self):
        """Opening a configuration that is a pipe would wait for its writer, or read from it."""
        pipe = self.root / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDWR)
        os.write(reader, b"x")
        self.assertEqual(run("--config", str(pipe), self.account, self.blob("id.pub"), "ssh-ed25519"), "")
        self.assertEqual(os.read(reader, 1), b"x")
        os.close(reader)


class AlsoProgram(Certificates):
    def test_answers_behind_our_line_for_each_key(self):
        other = also("print('ssh-ed25519 AAAA other')")
        self.assertEqual(self.ask(self.certificate, *other), self.line() + "ssh-ed25519 AAAA other\n")
        self.assertEqual(run("alice", "AAAA", "ssh-rsa", *other), "ssh-ed25519 AAAA other\n")
        self.assertEqual(run("alice", "", "", *other), "ssh-ed25519 AAAA other\n")

    def test_gets_names_with_blanks_and_quotes_as_they_are(self):
        name = "o'brien \"the\" $(id) \\ `x` *"
        script = "import sys; print(ascii(sys.argv[1:]))"
        self.assertEqual(run(name, "AAAA", "ssh-rsa", *also(script, name, "AAAA", "", "%u")),
                         ascii([name, "AAAA", "", "%u"]) + "\n")

    def test_has_our_environment_and_no_streams_but_its_output(self):
        script = "import os,sys; sys.stderr.write('x'); print(sys.stdin.read() + os.environ['X'], sorted(os.environ))"
        self.assertEqual(run("alice", "AAAA", "ssh-rsa", *also(script), env={"X": "a b", "LC_CTYPE": "C.UTF-8"}),
                         "a b ['LC_CTYPE', 'X']\n")

    def test_gives_no_part_of_an_answer_that_is_not_whole(self):
        for script in ("print('ssh-rsa AAAA', flush=True); raise SystemExit(1)",
                       "import os; print('ssh-rsa AAAA', flush=True); os.abort()",
                       "while True: print('ssh-rsa AAAA')"):
            self.assertEqual(self.ask(self.certificate, *also(script)), self.line())
            self.assertEqual(run("alice", "AAAA", "ssh-rsa", *also(script)), "")

    def test_is_not_run_from_a_place_that_others_may_write(self):
        program = self.root / "program"
        program.write_text("#!/bin/sh\necho ssh-rsa AAAA\n", encoding="utf-8")
        program.chmod(0o777)
        for path in (str(program), "sh", "./sh", "/bin", "/nowhere", ""):
            self.assertEqual(self.ask(self.certificate, "--also", path), self.line())

    def test_dies_with_us(self):
        read, write = os.pipe()
        script = "import os,time,sys\nos.write(int(sys.argv[1]), b'x')\nwhile True: time.sleep(60)"
        process = subprocess.Popen([SSHD_KEYS, "alice", "AAAA", "ssh-rsa", *also(script, str(write))],
                                   stdout=subprocess.DEVNULL, pass_fds=(write,))
        os.close(write)
        self.assertEqual(os.read(read, 1), b"x")
        process.kill()
        process.wait(TIMEOUT_S)
        self.assertEqual(os.read(read, 1), b"")  # the end of the pipe: nobody holds it any more
        os.close(read)

    def test_can_be_ended_by_a_closed_pipe_as_usual(self):
        ended = "echo key; kill -PIPE $$; exit 0"
        self.assertEqual(run("alice", "AAAA", "ssh-rsa", "--also", "/bin/sh", "-c", ended), "")
        self.assertEqual(run("alice", "AAAA", "ssh-rsa", "--also", "/bin/sh", "-c", "echo key; exit 0"), "key\n")


class Secrecy(Certificates):
    """What other processes may see of us, as the program of --also sees it."""

    def ask_of_parent(self, script):
        return self.ask(self.certificate, *also("import os; parent = f'/proc/{os.getppid()}'\n" + script,
                                                self.certificate)).removeprefix(self.line())

    def test_the_command_line_does_not_show_the_certificate(self):
        shown = self.ask_of_parent("print(ascii(open(parent + '/cmdline').read().strip(chr(0))))")
        self.assertEqual(shown, ascii(SSHD_KEYS) + "\n")

    def test_no_memory_gets_into_a_core_file(self):
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        limits = self.ask_of_parent("print(*[line for line in open(parent + '/limits') if 'core' in line])")
        self.assertEqual(limits.split()[4:6], ["0", "0"])
        # The kernel gives the directory of a process that cannot be dumped to root.
        self.assertEqual(self.ask_of_parent("print(os.stat(parent).st_uid)"), "0\n")

    def test_a_crash_is_not_seen_by_sshd(self):
        """sshd logs the command line of a command that a signal ended."""
        for crash in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT):
            script = f"import os,signal; os.kill(os.getppid(), {int(crash)}); signal.pause()"
            self.assertEqual(run("alice", "AAAA", "ssh-rsa", *also(script)), "")


def become_fifo(path):
    path.unlink()
    os.mkfifo(path)


def become_link(path):
    path.rename(f"{path}.other")
    path.symlink_to(f"{path}.other")


def become_directory(path):
    path.unlink()
    path.mkdir()


class HostileHost(Certificates):
    """Something else is in the place of a file that decides, or the process lacks something."""

    def test_a_bad_file_gives_no_answer_and_does_not_hang(self):
        harms = (become_fifo, become_link, become_directory, lambda path: path.chmod(0o666))
        (self.root / "denied.jsonl").write_text('{"format":1}\n', encoding="utf-8")
        for name in ("pam_jwt.toml", "issuer/jwks.json", "denied.jsonl"):
            path = self.root / name
            text = path.read_text(encoding="utf-8")
            for harm in harms:
                with self.subTest(name=name, harm=harm.__name__):
                    self.assertEqual(self.ask(self.certificate), self.line())
                    harm(path)
                    self.assertEqual(self.ask(self.certificate), "")
                if path.is_dir():
                    path.rmdir()
                path.unlink(missing_ok=True)
                path.write_text(text, encoding="utf-8")

    def test_the_environment_changes_nothing(self):
        for variable in ("LC_ALL=tr_TR.UTF-8", "TZ=:/nowhere", "OPENSSL_MODULES=/nowhere", "OPENSSL_CONF=/nowhere",
                         "GLIBC_TUNABLES=glibc.malloc.check=3", "MALLOC_PERTURB_=165"):
            name, _, value = variable.partition("=")
            self.assertEqual(self.ask(self.certificate, env={name: value}), self.line(), variable)
        self.assertEqual(self.ask(self.certificate, env={}), self.line())

    def test_files_that_may_not_grow_change_nothing(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        self.assertEqual(self.ask(self.certificate, preexec_fn=limit), self.line())

    def test_without_descriptors_there_is_the_whole_line_or_none(self):
        for most in range(4, 12):  # with fewer, the loader finds no library
            limit = lambda most=most: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            self.assertIn(self.ask(self.certificate, preexec_fn=limit), ("", self.line()))
        self.assertEqual(self.ask(self.certificate), self.line())


class Cost(unittest.TestCase):
    def test_the_program_itself_does_not_load_libcrypto(self):
        self.assertNotIn("libcrypto", command("readelf", "-dW", SSHD_KEYS))


class Person(unittest.TestCase):
    def test_gets_help(self):
        self.assertTrue(run("--help").startswith("Usage: sshd-keys "))
        self.assertRegex(run("--version"), r"^sshd-keys \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    JWTCTL, SSHD_KEYS = sys.argv.pop(), sys.argv.pop()
    unittest.main()

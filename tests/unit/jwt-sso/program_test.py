"""Runs the real jwt-sso, with a program of the test in place of net. Usage: program_test.py JWT_SSO"""

import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

JWT_SSO = ""
TIMEOUT_S = 60
NET = """#!/bin/sh
printf '<%s>' net "$@"
exit 7
"""
PROFILE = """issuer = "https://login.example"
client_id = "ssh"
hosts = ["*.example"]
"""


def command(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, check=True).stdout


class Program(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name).resolve()
        for name in ("bin", "libexec/jwt-sso", "home/.config/jwt-sso"):
            (self.root / name).mkdir(parents=True)
        self.program = self.root / "bin/jwt-sso"
        shutil.copy2(JWT_SSO, self.program)
        self.net = self.root / "libexec/jwt-sso/net"
        self.net.write_text(NET)
        self.net.chmod(0o755)
        self.environment = {"HOME": str(self.root / "home"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}

    def write_profile(self, name="work", text=PROFILE):
        path = self.root / f"home/.config/jwt-sso/{name}.toml"
        path.write_text(text)
        path.chmod(0o644)

    def write_certificate(self, validity):
        """Makes a certificate as a login leaves it. Its token ends five minutes before it."""
        state = self.root / "home/.local/state/jwt-sso/work"
        if not state.exists():
            state.mkdir(parents=True)
            state.chmod(0o700)
            for key in ("key", "ca"):
                command("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", state / key)
        command("ssh-keygen", "-q", "-s", state / "ca", "-I", "x", "-n", "alice", "-V", validity, state / "key.pub")
        (state / "key-cert.pub").chmod(0o600)
        return state

    def run_program(self, *words, **more):
        return subprocess.run([self.program, *words], capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
                              stdin=subprocess.DEVNULL, env={**self.environment, **more})

    def assert_ends(self, done, code, stdout="", stderr=""):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (code, stdout, stderr))

    def assert_fails(self, done, code, words):
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertTrue(done.stderr.startswith("jwt-sso: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_needs_neither_the_network_nor_cryptography(self):
        needed = re.findall(r"\(NEEDED\).*\[(.+)\]", command("readelf", "-dW", self.program))
        self.assertTrue(needed)
        sanitizer = any(re.match(r"lib(a|ub|t)san\b", library) for library in needed)
        of_sanitizers = r"|lib(asan|ubsan|tsan|stdc\+\+|gcc_s)\.so.*" if sanitizer else ""
        for library in needed:
            self.assertRegex(library, rf"^(libc\.so\.6|libm\.so\.6|ld-linux.*{of_sanitizers})$")

    def test_says_what_it_can_do(self):
        self.assert_ends(self.run_program("--version"), 0, self.run_program("version").stdout)
        help_text = self.run_program("--help")
        self.assertEqual((help_text.returncode, help_text.stderr), (0, ""))
        self.assert_ends(self.run_program(), 2, "", help_text.stdout)
        self.assert_fails(self.run_program("lgoin"), 2, "did you mean login?")

    def assert_runs_net(self, words, *added):
        self.assert_ends(self.run_program(*words), 7, "<net>" + "".join(f"<{word}>" for word in [*words, *added]))

    def test_gives_its_words_to_net_as_they_are(self):
        self.write_profile()
        for words in (["login", "work", "--device"], ["logout", "--all"], ["token", "work", "--audience=a b"],
                      ["token", "--", "work"], ["renew", "work", "--quiet"]):
            self.assert_runs_net(words)

    def test_names_the_profile_to_net_if_the_user_does_not(self):
        self.write_profile()
        for words in (["login"], ["login", "--device"], ["token", "--audience", "a"], ["renew", "--quiet"],
                      ["logout", "--"]):
            self.assert_runs_net(words, "work")
        self.write_profile("prompts", PROFILE + 'use = "prompt"\n')
        for words, name in [(["login"], "work"), (["renew"], "work"), (["token"], "prompts"),
                            (["token", "--audience=a"], "work")]:
            self.assert_runs_net(words, name)
        self.assert_fails(self.run_program("logout"), 2, "name one of prompts, work")

    def test_chooses_the_profile_of_a_host(self):
        self.write_profile()
        self.assert_ends(self.run_program("token", "--host=a.example"), 4)
        self.write_profile("prompts", PROFILE + 'use = "prompt"\n')
        self.assert_ends(self.run_program("token", "--host=a.example"), 7, "<net><token><prompts>")
        self.assert_ends(self.run_program("token", "--host=a.example.net"), 4)

    def test_finds_net_by_its_own_place_alone(self):
        link = self.root / "home/jwt-sso"
        link.symlink_to(self.program)
        self.program, program = link, self.program
        self.write_profile()
        self.assert_ends(self.run_program("login", PATH="/nowhere"), 7, "<net><login><work>")
        self.program = program
        self.net.unlink()
        self.assert_fails(self.run_program("login"), 1, "/libexec/jwt-sso/net: No such file or directory")

    def test_renews_only_what_ends_soon(self):
        self.write_profile()
        self.write_certificate("-1m:+15m")
        self.assert_ends(self.run_program("renew", "work"), 0)
        self.assert_ends(self.run_program("renew"), 0)
        self.assert_ends(self.run_program("renew", "work", "--least", "11m"), 7, "<net><renew><work><--least><11m>")
        state = self.write_certificate("-1m:+350s")
        self.assert_ends(self.run_program("renew", "work"), 7, "<net><renew><work>")
        self.assert_ends(self.run_program("renew", "work", "--least=30s"), 0)
        self.assertFalse((state / "lock").exists())

    def test_lets_net_say_what_is_wrong_with_the_key(self):
        self.write_profile()
        key = self.write_certificate("-1m:+15m") / "key"
        self.assert_ends(self.run_program("renew", "work"), 0)
        key.chmod(0o644)
        self.assert_ends(self.run_program("renew", "work"), 7, "<net><renew><work>")
        key.unlink()
        self.assert_ends(self.run_program("renew", "work"), 7, "<net><renew><work>")

    def test_renews_without_a_login_by_net_which_says_what_to_do(self):
        self.write_profile()
        self.assert_ends(self.run_program("renew", "work"), 7, "<net><renew><work>")

    def test_asks_nobody_and_waits_for_nobody_while_the_certificate_is_good(self):
        """Nobody else's lock holds it up, and it loads no library of the network or of cryptography."""
        self.write_profile()
        lock = self.write_certificate("-1m:+15m") / "lock"
        lock.touch(0o600)
        with open(lock, "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.assert_ends(self.run_program("renew", "work"), 0)
        loaded = self.run_program("renew", "work", LD_DEBUG="libs").stderr
        self.assertRegex(loaded, r"calling init: .*/libc\.so\.6")
        self.assertNotRegex(loaded, "libcurl|libcrypto|libssl")

    def renew_as_ssh_does(self, stderr, *words):
        """Runs renew as ssh does (ssh_config(5), Match exec), and returns the exit code."""
        return subprocess.run([self.program, "renew", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=stderr, timeout=TIMEOUT_S, check=False, env=self.environment).returncode

    def test_tells_a_terminal_alone_why_ssh_gets_no_certificate(self):
        self.write_profile()
        with tempfile.TemporaryFile() as log:
            self.assertEqual(self.renew_as_ssh_does(log, "wrok"), 2)
            self.assertEqual(log.tell(), 0)
        ours, theirs = os.openpty()
        with open(ours, "rb", buffering=0) as terminal:
            code = self.renew_as_ssh_does(theirs, "wrok")
            self.assertEqual((code, b"did you mean work?" in terminal.read(4096)), (2, True))
            os.close(theirs)
        self.assert_ends(self.run_program("renew", "wrok", "--quiet"), 2)

    def test_refuses_what_is_no_profile(self):
        self.assert_fails(self.run_program("renew", "work"), 2, "there is no profile")
        self.write_profile()
        self.assert_fails(self.run_program("renew", "wrok"), 2, "did you mean work?")
        self.write_profile(text=PROFILE + "frobnicate = 1\n")
        self.assert_fails(self.run_program("renew", "work"), 2, "work.toml:4: frobnicate: key is not known")

    def test_lists_profiles(self):
        self.assert_fails(self.run_program("profiles"), 0, "there is no profile: ask your administrator")
        self.assert_ends(self.run_program("profiles", "--json"), 0, '{"profiles":[]}\n')
        self.write_profile()
        self.assertIn("work  https://login.example, ssh certificates, for *.example",
                      self.run_program("profiles").stdout)
        listed = json.loads(self.run_program("profiles", "--json").stdout)
        self.assertEqual([profile["name"] for profile in listed["profiles"]], ["work"])

    def test_fails_if_its_output_cannot_be_written(self):
        self.write_profile()
        for words in (["profiles"], ["profiles", "--json"], ["status"], ["status", "--json"], ["--help"], ["version"]):
            for path, mode, problem in (("/dev/full", "wb", "No space left on device"),
                                        ("/dev/null", "rb", "Bad file descriptor")):
                with open(path, mode) as output:
                    done = subprocess.run([self.program, *words], stdout=output, stderr=subprocess.PIPE, text=True,
                                          timeout=TIMEOUT_S, check=False, env=self.environment)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, f"jwt-sso: write to standard output: {problem}\n"))

    def test_fails_if_its_output_is_closed(self):
        self.write_profile()
        for words, streams, code, said in (
                ("profiles", ">&-", 1, "jwt-sso: write to standard output: Bad file descriptor\n"),
                ("status --json", "<&- >&-", 1, "jwt-sso: write to standard output: Bad file descriptor\n"),
                ("profiles", "<&- >/dev/null", 0, "")):
            done = subprocess.run(["/bin/sh", "-c", f'exec "{self.program}" {words} {streams}'],
                                  stderr=subprocess.PIPE, text=True, env=self.environment, timeout=TIMEOUT_S,
                                  check=False)
            self.assertEqual((done.returncode, done.stderr), (code, said))

    def test_sets_up_only_the_home_that_ssh_reads(self):
        self.write_profile()
        done = self.run_program("setup", "--yes")
        self.assert_fails(done, 2, f"HOME is {self.root}/home, but ssh reads the files in ")
        self.assertFalse((self.root / "home/.ssh").exists())

    def test_keeps_closed_standard_streams_from_its_files(self):
        self.write_profile()
        closed = f'exec "{self.program}" renew wrok <&- >&- 2>&-'
        done = subprocess.run(["/bin/sh", "-c", closed], env=self.environment, timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    JWT_SSO = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)

"""Lets each call of sshd-keys fail, one call per run. Usage: sshd_keys_test.py PRELOAD SSHD_KEYS JWTCTL

Whatever fails, sshd-keys exits with 0, writes nothing to standard error, and prints its line as a whole or not at all.
"""

import concurrent.futures
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "unit/sshd-keys"))
import program_test

PRELOAD = ""
TIMEOUT_S = 30
AT_A_TIME = 2
OTHER = "ssh-ed25519 AAAA other\n"
BATCH = 32
MEMORY = ("malloc", "calloc", "realloc")


def run(words, point, later):
    """Returns which call failed, and whether the program crashed then, as text, or ""; and what was printed."""
    read, write = os.pipe()
    environment = {"LD_PRELOAD": PRELOAD, "PAMJWT_FAIL_PROGRAM": "sshd-keys", "PAMJWT_FAIL_POINT": str(point),
                   "PAMJWT_FAIL_LATER": str(int(later)), "PAMJWT_FAIL_NOTE": str(write)}
    try:
        done = subprocess.run([program_test.SSHD_KEYS, *words], capture_output=True, timeout=TIMEOUT_S, check=False,
                              stdin=subprocess.DEVNULL, env=environment, pass_fds=(write,))
    finally:
        os.close(write)
        with os.fdopen(read) as note:
            failed = note.read()
    if done.returncode != 0 or done.stderr:
        what = signal.strsignal(-done.returncode) if done.returncode < 0 else f"exit code {done.returncode}"
        raise AssertionError(f"{failed}, point {point}, later calls too: {later}: {what}, {done.stderr}")
    return failed, done.stdout.decode()


class EachCallFails(program_test.Certificates):
    """A call fails once, or with all later calls of the same function."""

    def outputs(self, words, every=1):
        """Returns the set of outputs of the runs in which a call failed: of every run, or of one in `every`."""
        outputs = set()
        for later in (False, True):
            points = itertools.count(1, every)
            tried, crashes = 0, []
            with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
                while True:
                    batch = list(pool.map(lambda at: run(words, at, later), itertools.islice(points, BATCH)))
                    failures = [(failed, text) for failed, text in batch if failed]
                    tried += len(failures)
                    outputs |= {text for _, text in failures}
                    crashes += [failed for failed, _ in failures if failed.endswith("crash")]
                    if not batch[-1][0]:
                        break
            print(f"{self.id().rpartition('.')[2]}, {'from then on' if later else 'once'}: {tried} failures, "
                  f"crashes: {len(crashes)}", flush=True)
            # NSS of glibc 2.36 crashes if it has no memory for its first search. Nothing else may crash.
            self.assertEqual([crash for crash in crashes if not crash.startswith(MEMORY)], [])
            self.assertGreater(tried, 0)
        return outputs

    def words(self, certificate, *more):
        return ["--config", str(self.config), self.account, certificate, program_test.CERTIFICATE_TYPE, *more]

    def test_for_a_good_certificate(self):
        self.assertEqual(self.outputs(self.words(self.certificate)), {"", self.line()})

    def test_for_a_certificate_that_is_refused(self):
        certificate = self.certify("other", self.token("id"))
        self.assertEqual(self.outputs(self.words(certificate), every=3), {""})

    def test_for_a_key_without_a_token_and_another_program(self):
        words = ["alice", self.blob("id.pub"), "ssh-ed25519", "--also", "/bin/echo", OTHER.strip()]
        self.assertEqual(self.outputs(words), {"", OTHER})

    def test_for_a_good_certificate_and_another_program(self):
        words = self.words(self.certificate, "--also", "/bin/echo", OTHER.strip())
        self.assertEqual(self.outputs(words, every=7) - {""}, {self.line(), OTHER, self.line() + OTHER})


if __name__ == "__main__":
    program_test.JWTCTL, program_test.SSHD_KEYS, PRELOAD = sys.argv.pop(), sys.argv.pop(), sys.argv.pop()
    unittest.main()

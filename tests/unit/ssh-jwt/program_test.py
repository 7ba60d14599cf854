"""Runs the real ssh-jwt where there is no ssh to start. Usage: program_test.py SSH_JWT"""

import os
import subprocess
import sys
import unittest

SSH_JWT = ""
TIMEOUT_S = 60


class Program(unittest.TestCase):
    def run_program(self, *words, stdout=subprocess.PIPE):
        return subprocess.run([SSH_JWT, *words], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
                              text=True, timeout=TIMEOUT_S, check=False, env={"PATH": "/usr/bin:/bin"})

    def test_says_what_it_can_do(self):
        for option, words in (("--help", "--token-command"), ("--version", "ssh-jwt ")):
            done = self.run_program(option)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(words, done.stdout)

    def test_fails_if_its_output_cannot_be_written(self):
        for option in ("--help", "--version"):
            for path, mode, problem in (("/dev/full", "wb", "No space left on device"),
                                        ("/dev/null", "rb", "Bad file descriptor")):
                with open(path, mode) as output:
                    done = self.run_program(option, stdout=output)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, f"ssh-jwt: write to standard output: {problem}\n"))

    def test_fails_if_its_output_is_closed(self):
        for streams, code, said in ((">&-", 1, "ssh-jwt: write to standard output: Bad file descriptor\n"),
                                    ("<&- >&-", 1, "ssh-jwt: write to standard output: Bad file descriptor\n"),
                                    ("<&- >/dev/null", 0, "")):
            done = subprocess.run(["/bin/sh", "-c", f'exec "{SSH_JWT}" --version {streams}'], stderr=subprocess.PIPE,
                                  text=True, timeout=TIMEOUT_S, check=False)
            self.assertEqual((done.returncode, done.stderr), (code, said))


if __name__ == "__main__":
    SSH_JWT = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)

#!/usr/bin/python3
"""Tests the example for JupyterHub with pamela, the library by which JupyterHub calls PAM."""

import subprocess

from host_case import main
from private_host import HOSTNAME, Outcome
from program_case import ProgramCase, Refusals

# What PAMAuthenticator calls, in its order.
LOGIN = """\
import sys, pamela
user, token = sys.stdin.read().splitlines()
pamela.authenticate(user, token, service="jupyterhub")
pamela.check_account(user, service="jupyterhub")
print(user)
"""


class JupyterHub(ProgramCase, Refusals):
    program = "jupyterhub"
    claims = {"aud": f"https://{HOSTNAME}", "preferred_username": "alice"}
    somebody_else = {"preferred_username": "bob"}
    longest = 12000

    @classmethod
    def start(cls):
        """Starts nothing: pamela is a library."""

    def run_client(self, user, token):
        done = subprocess.run(["/usr/bin/python3", "-B", "-c", LOGIN], input=f"{user}\n{token}",
                              capture_output=True, text=True, check=False)
        return Outcome(done.returncode, done.stdout, done.stderr)


if __name__ == "__main__":
    main()

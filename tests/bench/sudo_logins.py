#!/usr/bin/python3
"""Measures how often sudo runs a command by token, by password, and without asking: sudo_logins.py ROUNDS

Needs root. PAMJWT_BUILD is the build directory. Prints a line for report.py of each way.
"""

import shutil
import sys

import real_programs
from real_programs import PASSWORD, PASSWORD_STACK, TOKEN_BYTES

import private_host
from host_case import TOKEN_STACK, the_host
from issuer import Issuer
from private_host import BUILD, WORK

IN_A_ROW = 10
PART = 511  # the longest answer that sudo takes
ASKED_FOR_A_TOKEN, ASKED_FOR_A_PASSWORD, NOT_ASKED = "alice", "carol", "dave"
SUDOERS = f"""\
Defaults passwd_tries=1, timestamp_timeout=0, lecture=never
Defaults:{ASKED_FOR_A_PASSWORD},{NOT_ASKED} pam_service=passwords
{ASKED_FOR_A_TOKEN} ALL=(ALL:ALL) ALL
{ASKED_FOR_A_PASSWORD} ALL=(ALL:ALL) ALL
{NOT_ASKED} ALL=(ALL:ALL) NOPASSWD: ALL
"""


class Logins:
    def __init__(self, host):
        self._host = host
        self._issuer = Issuer(host, "staff", "RS256")
        host.write_config(self._issuer.toml('services = ["sudo"]'))
        host.write_pam("sudo", TOKEN_STACK)
        host.write_pam("passwords", PASSWORD_STACK)
        for number, user in enumerate((ASKED_FOR_A_PASSWORD, NOT_ASKED)):
            host.add_user(user, 2101 + number, PASSWORD)
        host.write("/etc/sudoers.d/bench", SUDOERS, mode=0o440)
        self._helper = real_programs.write_helper(host)
        self._ssh_jwt = shutil.copy(BUILD / "ssh-jwt/ssh-jwt", WORK / "bin/ssh-jwt")

    def ways(self):
        """Returns functions that run commands with sudo, by the names of their figures."""
        token = self._issuer.token_of(TOKEN_BYTES, ttl="1h")
        for name, command in (("by token", self._with_token(real_programs.forge(token), 1)),
                              ("by password", self._with_password("wrong", 1))):
            real_programs.expect_refusal(name, command)
        commands = {"by token": self._with_token(token, IN_A_ROW),
                    "by password": self._with_password(PASSWORD, IN_A_ROW),
                    "NOPASSWD": self._sudo(NOT_ASKED, IN_A_ROW)}
        return {f"sudo: {name}": lambda command=command: (real_programs.rate(IN_A_ROW, command),)
                for name, command in commands.items()}

    def _with_token(self, token, times):
        return self._sudo(ASKED_FOR_A_TOKEN, times, SUDO_ASKPASS=self._ssh_jwt, BEARER_TOKEN=token)

    def _with_password(self, password, times):
        answer = real_programs.write_answer(self._host, password, password, PART)
        return self._sudo(ASKED_FOR_A_PASSWORD, times, SUDO_ASKPASS=self._helper, ANSWER=answer)

    def _sudo(self, user, times, **environment):
        """Returns the command line in which a user runs `true` as root, many times."""
        sudo = ["sudo", "-k", *(["-A"] if environment else ["-n"]), "true"]
        return self._host.as_user(user, real_programs.repeat(sudo, times), environment)


if __name__ == "__main__":
    private_host.enter()
    real_programs.report(Logins(the_host()).ways(), int(sys.argv[1]))

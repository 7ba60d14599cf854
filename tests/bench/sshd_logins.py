#!/usr/bin/python3
"""Measures logins of ssh to an sshd by token, certificate, key and password: sshd_logins.py ROUNDS

Needs root. PAMJWT_BUILD is the build directory. Prints a line for report.py of each way, and of each with many
logins at a time.
"""

import os
import shutil
import sys

import real_programs
from real_programs import PASSWORD, PASSWORD_STACK, TOKEN_BYTES

import private_host
from certificate_case import BOUND_AUDIENCE, STACK, install_sshd_keys, keys_options
from host_case import the_host
from issuer import Issuer
from private_host import BUILD, HOSTNAME, WORK
from token_certificate import SshKey, certify, new_salt

USER = "alice"
# The key exchange that is the default of OpenSSH 9.0 to 9.9 costs more than all that is compared here.
KEY_EXCHANGE = "KexAlgorithms=curve25519-sha256"
IN_A_ROW = 4
AT_A_TIME, OF_MANY = 8, 16
PART = 1023  # the most bytes that ssh reads of an answer


class Logins:
    """Two servers: one takes tokens at prompts and in certificates, one is without pam_jwt."""

    def __init__(self, host):
        self._host = host
        self._issuer = Issuer(host, "staff", "RS256")
        install_sshd_keys(host)
        host.write_config(self._issuer.toml()
                          .replace("audiences = [", f'bound_audiences = ["{BOUND_AUDIENCE}"]\naudiences = ['))
        host.write_pam("sshd", STACK)
        host.write_pam("passwords", PASSWORD_STACK)
        self._key = host.add_ssh_key(USER)
        self._port = host.start_sshd(keys_options())
        self._without = host.start_sshd(service="passwords")
        self._helper = real_programs.write_helper(host)
        self._ssh_jwt = shutil.copy(BUILD / "ssh-jwt/ssh-jwt", WORK / "bin/ssh-jwt")

    def ways(self):
        """Returns functions that log in, by the names of their figures."""
        token = self._issuer.token_of(TOKEN_BYTES, ttl="1h")
        plain, asking = (real_programs.ServerTime(self._host.sshd_pid(port)) for port in (self._without, self._port))
        clients = {
            "by a plain key": (plain, self._with_key(self._key, port=self._without)),
            "by certificate": (asking, self._with_certificate()),
            "by token": (asking, self._with_answer("token", token, self._port)),
            "by token, ssh-jwt": (asking, self._with_ssh_jwt(token)),
            "by password": (plain, self._with_answer("password", PASSWORD, self._without))}
        wrong = {
            "by certificate": self._with_certificate(real_programs.forge),
            "by token": self._with_answer("forged", real_programs.forge(token), self._port),
            "by token, ssh-jwt": self._with_ssh_jwt(real_programs.forge(token)),
            "by password": self._with_answer("wrong", "wrong", self._without)}
        for name, client in wrong.items():
            real_programs.expect_refusal(name, *client)
        return {f"sshd, {what} at a time: {name}": self._way(server, client, times, at_a_time)
                for name, (server, client) in clients.items()
                for what, times, at_a_time in (("one", IN_A_ROW, 1), (AT_A_TIME, OF_MANY, AT_A_TIME))}

    @staticmethod
    def _way(server, client, times, at_a_time):
        command, environment = client
        log_in = real_programs.repeat(command, times, at_a_time)
        return lambda: server.per_login(times, lambda: real_programs.rate(times, log_in, environment))

    def _client(self, program, port, *options, **environment):
        """Returns the command line and the environment of a client, which runs `true` on the host."""
        command = [program, *self._host.ssh_options(port), "-o", KEY_EXCHANGE, *options, "-l", USER, HOSTNAME, "true"]
        return command, {"PATH": os.environ["PATH"], "HOME": str(WORK / "home/bob"), **environment}

    def _with_key(self, key, *options, port):
        return self._client("ssh", port, "-o", "PreferredAuthentications=publickey", "-i", key, *options)

    def _with_certificate(self, change=str):
        """Returns a client with a certificate, whose token is what `change` makes of a good one."""
        key, salt = SshKey.make(), new_salt()
        token = self._issuer.token_of(TOKEN_BYTES, ttl="1h", aud=BOUND_AUDIENCE, nonce=key.nonce(salt))
        certificate = certify(key, f"{salt}~{change(token)}", validity="-1m:+1h")
        return self._with_key(key.path, "-o", f"CertificateFile={certificate}", port=self._port)

    def _with_answer(self, name, answer, port):
        return self._client("ssh", port, "-o", "PreferredAuthentications=keyboard-interactive",
                            ANSWER=real_programs.write_answer(self._host, name, answer, PART),
                            SSH_ASKPASS=str(self._helper), SSH_ASKPASS_REQUIRE="force")

    def _with_ssh_jwt(self, token):
        return self._client(self._ssh_jwt, self._port, BEARER_TOKEN=token)


if __name__ == "__main__":
    private_host.enter()
    real_programs.report(Logins(the_host()).ways(), int(sys.argv[1]))

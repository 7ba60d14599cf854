"""Tests sessions that end with their tokens: what systemd and the user see of [session] over ssh."""

import base64
import json
import re
import threading
import time

from private_host import HOSTNAME

CONFIG = "/etc/pam_jwt/conf.d/session.toml"
KEYS = "/etc/pam_jwt/keys"
ISSUER = "https://tokens.example.com"
CONFIGURATION = f"""\
[session]
end_with_token = true
export = {{ SSO_SUBJECT = "sub", SSO_LEVEL = "acr" }}

[issuer.own]
url = "{ISSUER}"
audiences = ["ssh://%h"]
jwks_file = "{KEYS}/jwks.json"
"""
LEVEL = "gold; $HOME 'x'"  # exported as it is
# What a session tells of itself, a line each.
TELL = "echo $XDG_SESSION_ID; echo $SSO_SUBJECT; echo \"$SSO_LEVEL\"; env | grep -c PAM_JWT_END"
LONG_S, SHORT_S = 50, 15  # how long tokens are good
LATE_S = 10  # how much later than exp systemd may stop a session


def expect(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


def end_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"]


class TokenSessions:
    """Sessions of alice, with tokens of an issuer whose keys are in a file."""

    def __init__(self, machine, host):
        self._machine, self._host = machine, host
        # sshd authenticates in a child for keyboard-interactive, but not for the method password.
        self._methods = {"keyboard-interactive": host.token_login,
                         "password": host.token_login_by_password}

    def write_config(self):
        self._machine.run("jwtctl", "keygen", "--alg", "ES256", "--out", KEYS)
        self._machine.write(CONFIG, CONFIGURATION)

    def remove_config(self):
        self._machine.run("rm", "-r", CONFIG, KEYS)

    def switch_on(self):
        self.write_config()
        self._expect_advice("session.line_missing", "`jwtctl enable sshd` again")
        self._machine.run("jwtctl", "enable", "sshd", "--yes")

    def switch_off(self):
        self.remove_config()
        self._machine.run("jwtctl", "enable", "sshd", "--yes")

    def expect_ends(self):
        """Checks that systemd knows when each session must end, and that users see what is exported."""
        self._expect_advice("session.", None)
        for method, log_in in self._methods.items():
            token = self._token(LONG_S)
            done = log_in("alice", token, command=f"{TELL}; {self._show('$XDG_SESSION_ID')}")
            lines = done.output.splitlines()
            expect(len(lines) == 6 and lines[1:4] == ["alice", LEVEL, "0"], f"{method}: {done}")
            end = self._end_of_scope(lines[4:])
            expect(end_of(token) <= end <= end_of(token) + LATE_S,
                   f"{method}: the session ends at {end}, its token at {end_of(token)}")

    def expect_to_be_ended(self):
        """Checks that a session ends by itself with its token, whatever runs in it."""
        for method, log_in in self._methods.items():
            token = self._token(SHORT_S)
            done = log_in("alice", token, command="echo $XDG_SESSION_ID; exec tail -f /dev/null")
            late = time.time() - end_of(token)
            expect(done.code == 255, f"{method}: tail has ended: {done}")
            expect(0 <= late <= LATE_S, f"{method}: the session ended {late} s after its token")
            self._expect_gone(f"session-{done.output.strip()}.scope")

    def expect_deny_to_name_them(self):
        """Checks that an administrator who denies an account reads of its session, and how to end it."""
        session = threading.Thread(target=self._host.token_login, args=("alice", self._token(LONG_S)),
                                   kwargs={"command": "touch here; exec tail -f /dev/null"})
        session.start()
        here = ("test", "-e", "/home/alice/here")
        self._machine.wait_for("a session of alice", lambda: self._machine.run(*here, check=False).code == 0)
        said = self._machine.run("jwtctl", "deny", "--account", "alice").errors
        self._machine.run("jwtctl", "undeny", "--account", "alice")
        expect("alice has 1 open session" in said, f"jwtctl deny: {said}")
        self._machine.run("sh", "-c", re.search("end it with: (loginctl .*)", said)[1])
        session.join()
        self._machine.run("rm", here[-1])

    def expect_no_end_without_a_token(self):
        done = self._host.key_login(command=f"{TELL}; {self._show('$XDG_SESSION_ID')}")
        lines = done.output.splitlines()
        expect(lines[1:4] == ["", "", "0"] and "RuntimeMaxUSec=infinity" in lines,
               f"an ssh key: {done}")

    @staticmethod
    def _show(session):
        return (f"systemctl show session-{session}.scope --timestamp=unix"
                " --property=RuntimeMaxUSec,ActiveEnterTimestamp")

    @staticmethod
    def _end_of_scope(lines):
        values = dict(line.split("=", 1) for line in lines)
        seconds = re.fullmatch(r"(\d+)s", values["RuntimeMaxUSec"])
        expect(seconds, f"the session has no end of less than a minute: {lines}")
        return int(values["ActiveEnterTimestamp"].lstrip("@")) + int(seconds[1])

    def _expect_gone(self, scope):
        def is_gone():
            state = self._machine.run("systemctl", "is-active", scope, check=False).output.strip()
            return state in ("inactive", "failed")

        self._machine.wait_for(f"the end of {scope}", is_gone)

    def _token(self, seconds):
        claims = ["sub=alice", f"iss={ISSUER}", f"aud=ssh://{HOSTNAME}", f"acr={LEVEL}"]
        arguments = [part for claim in claims for part in ("--claim", claim)]
        return self._machine.run("jwtctl", "mint", "--key", f"{KEYS}/key.json", f"--ttl={seconds}s",
                                 *arguments).output.strip()

    def _expect_advice(self, rule, advice):
        """Checks what doctor says of this rule. None means nothing."""
        said = self._machine.run("jwtctl", "doctor", check=False).output
        lines = [line for line in said.splitlines() if f"  {rule}" in line]
        if advice is None:
            expect(not lines, f"jwtctl doctor has found {lines}")
        else:
            expect(len(lines) == 1 and advice in lines[0], f"jwtctl doctor: {said}")

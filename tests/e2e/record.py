#!/usr/bin/python3
"""Records what README shows: record.py [FILE], docs/login.svg if none is named.

A login by the stock ssh with a long token, ssh-jwt with a token that has expired, the line that the
host logs, and what `jwtctl explain` says. All of it runs, on a host of its own. Shows only the first
letters of one token, and nothing of the others.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import private_host
import terminal_svg
from demo import CONFIGURATION, Demo, KEYCLOAK_CLAIMS, PAM_STACK
from private_host import BUILD, HOSTNAME, PrivateHost, SOURCE, WORK
from terminal import Answer, Recording, Terminal

TITLE = "A login by ssh with a token in two parts, and ssh-jwt with a token that has expired"
PART = 1023  # bytes that ssh reads at a prompt
LOG = "/var/log/auth.log"


class Scene:
    def __init__(self):
        self._host = PrivateHost()
        self._home = WORK / "demo"
        self._home.mkdir()
        self._environment = {
            "HOME": str(self._home), "USER": "me", "LOGNAME": "me",
            "PATH": ":".join([str(BUILD / "jwtctl"), str(BUILD / "ssh-jwt"), os.environ["PATH"]])}
        self._prepare()
        now = int(time.time())
        self._token = self._mint("token")
        self._old_token = self._mint("old-token", iat=now - 900, exp=now - 600)
        self.secrets = [self._token, self._old_token]

    def play(self):
        """Returns the events if everything went as it should."""
        recording = Recording()
        user = Terminal(recording, "me@laptop$ ", self._home, self._environment)
        root = Terminal(recording, "root@host1# ", self._home, self._environment)
        mark = self._host.mark()
        self._expect(user.run(f"ssh demo@{HOSTNAME} id -un", [
            Answer(") Token: ", self._token[:PART],
                   f"{self._token[:10]}…  (pasted: {PART} bytes of {len(self._token)})"),
            Answer(f") Token (continued from byte {PART}): ", self._token[PART:], "…  (pasted: the rest)"),
        ]), "\r\ndemo\r\n")
        self._write_log(mark)
        self._expect(root.run(f"tail -n 1 {LOG}"), "accepted user=demo")
        self._expect(user.run(f"ssh-jwt --token-file old-token demo@{HOSTNAME} id -un"), "expired 10 minutes ago")
        self._expect(root.run("jwtctl explain --user demo <old-token"), "refused  token.expired")
        return recording.events

    def _prepare(self):
        self._host.add_user("demo", 2001)
        for issuer, algorithm in (("ci", "ES256"), ("staff", "RS256")):
            self._jwtctl("keygen", "--alg", algorithm, "--out", issuer)
            self._host.write(f"/etc/pam_jwt/keys/{issuer}.json", (self._home / issuer / "jwks.json").read_text())
        self._host.write_config(CONFIGURATION)
        self._host.write_pam("sshd", PAM_STACK)
        self._host.start_sshd(["PasswordAuthentication=no"])
        self._host.write("/etc/ssh/ssh_known_hosts", (WORK / "known_hosts").read_text())

    def _jwtctl(self, *arguments):
        return subprocess.run(["jwtctl", *arguments], cwd=self._home, env=self._environment,
                              stdout=subprocess.PIPE, text=True, check=True).stdout

    def _mint(self, name, **changed):
        token = self._jwtctl(*Demo.mint("staff", {**KEYCLOAK_CLAIMS, **changed})[1:])
        self._host.write(self._home / name, token, mode=0o600)
        return token.strip()

    def _write_log(self, mark):
        """Writes what the host logged since `mark` as a syslog daemon does: with the host's name."""
        lines = [line.partition(">")[2] for line in self._host.log.since(mark) if "pam_jwt(" in line]
        self._host.write(LOG, "".join(f"{line[:15]} host1{line[15:]}\n" for line in lines))

    @staticmethod
    def _expect(written, part):
        if part not in written:
            raise RuntimeError(f"{part!r} is not in {written!r}")


def main():
    private_host.enter()
    path = Path(sys.argv[1] if len(sys.argv) > 1 else SOURCE / "docs/login.svg")
    scene = Scene()
    events = scene.play()
    if terminal_svg.leaks(terminal_svg.text_of(events), [*scene.secrets, str(SOURCE), str(WORK)]):
        sys.exit("record: a piece of a token, or a path of this machine, would be shown")
    path.write_text(terminal_svg.svg(TITLE, events), encoding="utf-8")
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
    print(f"record: {path}, {path.stat().st_size} bytes, {events[-1].at:.0f} s")


if __name__ == "__main__":
    main()

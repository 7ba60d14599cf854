#!/usr/bin/python3
"""Records what README shows: record.py [FILE], docs/login.svg if none is named.

A login by plain ssh with a token in a certificate, a thief who puts this token into a certificate for
another key, the lines that the host logs, and what `jwtctl explain` says. All of it runs, on a host of
its own. Shows nothing of the token.
"""

import os
import subprocess
import sys
from pathlib import Path

import private_host
import terminal_svg
from certificate_case import NO_PROMPTS, STACK, install_sshd_keys, keys_options
from demo import CERTIFICATE_CLAIMS, CONFIGURATION, Demo, SSH_CONFIG
from private_host import BUILD, HOSTNAME, PrivateHost, SOURCE, WORK
from terminal import Recording, Terminal

TITLE = "Plain ssh with a token in a certificate, and the same token in the certificate of another key"
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
        self._token = self._jwtctl(*Demo.mint(
            "staff", CERTIFICATE_CLAIMS, ["--bind", "key.pub"])[1:])
        self.secrets = [self._token.strip()]
        for key in ("key", "thief"):
            self._jwtctl("certify", f"{key}.pub", stdin=self._token)

    def play(self):
        """Returns the events if everything went as it should."""
        recording = Recording()
        user = Terminal(recording, "me@laptop$ ", self._home, self._environment)
        thief = Terminal(recording, "thief@elsewhere$ ", self._home, self._environment)
        root = Terminal(recording, "root@host1# ", self._home, self._environment)
        mark = self._host.mark()
        self._expect(user.run("ssh host1 id -un"), "demo\r\n")
        self._write_log(mark)
        self._expect(root.run(f"tail -n 1 {LOG}"), "accepted user=demo")
        mark = self._host.mark()
        self._expect(thief.run(f"ssh -i thief demo@{HOSTNAME}"), "Permission denied")
        self._write_log(mark)
        self._expect(root.run(f"tail -n 1 {LOG}"), "reason=certificate.unbound")
        self._expect(root.run("jwtctl explain --user demo --certificate thief-cert.pub"),
                     "certificate.unbound")
        return recording.events

    def _prepare(self):
        self._host.add_user("demo", 2001)
        for issuer, algorithm in (("ci", "ES256"), ("staff", "RS256")):
            self._jwtctl("keygen", "--alg", algorithm, "--out", issuer)
            self._host.write(f"/etc/pam_jwt/keys/{issuer}.json", (self._home / issuer / "jwks.json").read_text())
        self._host.write_config(CONFIGURATION)
        self._host.write_pam("sshd", STACK)
        install_sshd_keys(self._host)
        self._host.start_sshd([*keys_options(), *NO_PROMPTS])
        self._host.write("/etc/ssh/ssh_known_hosts", (WORK / "known_hosts").read_text())
        for key in ("key", "thief"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key],
                           cwd=self._home, check=True)
        self._host.write("/etc/ssh/ssh_config.d/demo.conf",
                         SSH_CONFIG.format(host=HOSTNAME, key=self._home / "key"))

    def _jwtctl(self, *arguments, stdin=""):
        return subprocess.run(["jwtctl", *arguments], cwd=self._home, env=self._environment,
                              input=stdin, stdout=subprocess.PIPE, text=True, check=True).stdout

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

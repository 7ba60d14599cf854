#!/usr/bin/python3
"""Checks that a crash right after a login leaves nothing of the token's signature on the disk. It
searches sshd's process that ran the module, and the core file that this process leaves."""

import base64
import resource
import sys
from pathlib import Path

from host_case import HostCase, main
from issuer import Issuer
from private_host import WORK

PIECE = 24
IMAGE = WORK / "image"
CORE = Path("/core")  # the core file, since the working directory of an sshd process is /

# PAM runs this after a login: it keeps the memory of the process that logged in, and crashes that process.
CRASH = f"""#!{sys.executable} -B
import os, signal
process = os.getppid()
with (open(f"/proc/{{process}}/maps") as maps, open(f"/proc/{{process}}/mem", "rb") as memory,
      open("{IMAGE}", "wb") as image):
    for line in maps:
        places, rights = line.split()[:2]
        if rights.startswith("rw"):
            begin, end = (int(place, 16) for place in places.split("-"))
            memory.seek(begin)
            image.write(memory.read(end - begin))
os.kill(process, signal.SIGABRT)
"""


def stack(module):
    return (f"auth requisite {module}\nauth optional pam_exec.so quiet {WORK}/crash\n"
            f"account required {module}\nsession required pam_permit.so\n")


def pieces_of(text):
    return [text[at:at + PIECE] for at in range(0, len(text) - PIECE + 1, PIECE)]


def signature_pieces(token):
    """Returns the pieces of the token's signature, as text and decoded."""
    typed = token.rsplit(".", 1)[-1]
    return pieces_of(typed.encode()) + pieces_of(base64.urlsafe_b64decode(typed + "=="))


class CoreDump(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = Issuer(cls.host, "staff", "RS256")
        cls.host.write_config(cls.issuer.toml())
        cls.host.write(WORK / "crash", CRASH, mode=0o755)
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        cls.host.start_sshd()

    def setUp(self):
        if CORE.exists():
            self.fail(f"{CORE} is there already, and not ours")

    def crash(self, answer):
        """Logs in, and returns the memory of the process and, on a host that leaves core files in the
        directory of the process, the smaller contents of the core file."""
        IMAGE.unlink(missing_ok=True)
        outcome = self.host.ssh("alice", answer)
        self.assertNotEqual(outcome.code, 0, "the process did not crash")
        dumps = [IMAGE.read_bytes()]
        if CORE.exists():
            dumps.append(CORE.read_bytes())
            CORE.unlink()
        return dumps

    def test_a_token_in_one_or_more_parts_is_not_found(self):
        self.host.write_pam("sshd", stack("pam_jwt.so"))
        for length in (900, 1900, 3000):
            token = self.issuer.token_of(length)
            mark = self.host.mark()
            for dump in self.crash(token):
                with self.subTest(length=length, bytes=len(dump)):
                    self.assertEqual([p for p in signature_pieces(token) if p in dump], [])
            audit = [line for line in self.host.audit_since(mark) if ":auth): " in line]
            self.assertEqual([line.split()[1] for line in audit], ["accepted"])

    def test_a_password_of_pam_unix_is_found(self):
        """Shows that the search can find something."""
        self.host.write_pam("sshd", stack("pam_unix.so"))
        for dump in self.crash("correct horse"):
            self.assertIn(b"correct horse", dump)


if __name__ == "__main__":
    main()

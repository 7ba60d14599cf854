#!/usr/bin/python3
"""Lists the system calls of a login: what is off costs no call."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pam_client
from host_case import HostCase, main
from issuer import Issuer

STACK = """\
auth     required  pam_jwt.so
account  required  pam_jwt.so
session  required  pam_jwt.so
"""
STATE = Path("/var/lib/pam_jwt")
RECORDS = Path("/run/pam_jwt")

CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (.*)$")
PATH = re.compile(r'"([^"]*)"')
OF_DESCRIPTOR = re.compile(r"\d+<([^>]*)>")
# The names by which machines and versions of libc call one thing.
NAMES = {"openat": "open", "newfstatat": "stat", "lstat": "stat", "fstat": "stat", "pread64": "pread"}
# What libc, libpam and libcrypto read for themselves, such as the files of NSS. Hosts differ in it.
OF_SYSTEM = re.compile(
    r"/|/(lib|usr|sys|proc|phase)/.*|/etc/(passwd|group|shadow|localtime|host.conf|resolv.conf)|"
    r"/etc/(nsswitch.conf|ld.so|selinux|pam.d|security|ssl).*|/(var/)?run/(nscd|systemd|dbus).*")

# A login by token with everything off that can be off, by phase. It was the same before there were
# records of sessions, and lists of fleets.
DENYLIST = """\
stat /var
stat /var/lib
stat /var/lib/pam_jwt
open /var/lib/pam_jwt/denied.jsonl
stat /var/lib/pam_jwt/denied.jsonl
read /var/lib/pam_jwt/denied.jsonl
read /var/lib/pam_jwt/denied.jsonl
close /var/lib/pam_jwt/denied.jsonl
"""
FLEET = """\
open /var/lib/pam_jwt/fleet.jsonl
stat /var/lib/pam_jwt/fleet.jsonl
pread /var/lib/pam_jwt/fleet.jsonl
close /var/lib/pam_jwt/fleet.jsonl
"""
LOGIN = {
    "authenticate": """\
stat /etc
stat /etc/pam_jwt
open /etc/pam_jwt/pam_jwt.toml
stat /etc/pam_jwt/pam_jwt.toml
read /etc/pam_jwt/pam_jwt.toml
read /etc/pam_jwt/pam_jwt.toml
close /etc/pam_jwt/pam_jwt.toml
open /etc/pam_jwt/conf.d
stat /etc
open /etc/hostname
stat /etc/hostname
read /etc/hostname
read /etc/hostname
close /etc/hostname
stat /etc
stat /etc/pam_jwt
stat /etc/pam_jwt/keys
open /etc/pam_jwt/keys/staff.json
stat /etc/pam_jwt/keys/staff.json
read /etc/pam_jwt/keys/staff.json
read /etc/pam_jwt/keys/staff.json
close /etc/pam_jwt/keys/staff.json
""" + DENYLIST + """\
connect /dev/log
""",
    "acct_mgmt": DENYLIST,
    "setcred": "",
    "open_session": "",
    "close_session": "",
    "end": "",
}
FLEET_LINE = '{"account":"carol","since":1}\n'
FLEET_LIST = (
    '{"format":1,"url":"https://ops.example/denied.jwt","serial":7,"iat":1799999991,"exp":1800086391,'
    f'"payload":"sha256:{"0" * 64}","entries":1,"bytes":{len(FLEET_LINE)}}}\n' + FLEET_LINE)
WRITING = re.compile(r"^(mkdir|chmod|fchmod|write|fsync|rename|unlink)", re.MULTILINE)


def read_trace(path):
    """Returns the calls of each phase, as lines with the name of a call and its file."""
    phases, phase = {}, None
    for line in path.read_text().splitlines():
        call = CALL.match(line)
        if not call:
            continue
        name, arguments, _ = call.groups()
        descriptor, text = OF_DESCRIPTOR.match(arguments), PATH.search(arguments)
        is_of_path = text and (text.group(1).startswith("/") or not descriptor)
        file = text.group(1) if is_of_path else descriptor.group(1) if descriptor else ""
        if file.startswith("/phase/"):
            phase = file.removeprefix("/phase/")
            phases[phase] = ""
        elif phase and file.startswith("/") and not OF_SYSTEM.fullmatch(file):
            phases[phase] += f"{NAMES.get(name, name)} {file}\n"
    return phases


class SystemCalls(HostCase):
    """A host on which a login by token is traced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff")
        cls.host.write_pam("sshd", STACK)

    def setUp(self):
        self.configure("")
        self.write_list('{"format":1}\n{"account":"bob","since":1}\n')
        self.addCleanup(subprocess.run, ["rm", "-rf", STATE, RECORDS], check=True)

    def configure(self, session):
        self.host.write_config(self.staff.toml() + "[session]\n" + session)

    def write_list(self, text, name="denied.jsonl"):
        self.host.write(STATE / name, text)

    def trace(self, token=None):
        """Logs in, and returns the calls by phase. A token of "" lets nobody in."""
        token = self.staff.token(jti="j-1") if token is None else token
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "trace"
            done = subprocess.run(
                ["strace", "-f", "-y", "-s", "256", "-o", file, "-e", "trace=%file,%desc,%network,%process",
                 sys.executable, "-B", pam_client.__file__, "sshd", "alice", "--session"],
                input=token + "\n", text=True, capture_output=True, check=True)
            self.assertEqual("authenticate 0" in done.stdout, token != "", done.stdout + done.stderr)
            return read_trace(file)

    def test_what_is_off_costs_no_call(self):
        self.assertEqual(self.trace(), LOGIN)

    def test_a_login_without_a_token_reads_the_denylist_alone(self):
        self.assertEqual(self.trace("")["acct_mgmt"], LOGIN["acct_mgmt"])

    def test_a_list_of_a_fleet_is_not_looked_for_unless_the_denylist_names_it(self):
        self.write_list("damaged", "fleet.jsonl")
        self.assertEqual(self.trace(), LOGIN)

    def test_a_list_of_a_fleet_that_is_named_is_read_after_the_denylist(self):
        self.write_list('{"format":1,"fleet":"warn"}\n{"account":"bob","since":1}\n')
        self.write_list(FLEET_LIST, "fleet.jsonl")
        with_fleet = {phase: calls.replace(DENYLIST, DENYLIST + FLEET) for phase, calls in LOGIN.items()}
        self.assertEqual(self.trace(), with_fleet)

    def test_nothing_is_written_unless_sessions_are_recorded(self):
        for phase, calls in self.trace().items():
            self.assertNotRegex(calls, WRITING, phase)
        self.configure("record = true\n")
        calls = self.trace()
        writing = {phase for phase in calls if WRITING.search(calls[phase])}
        self.assertEqual(writing, {"open_session", "close_session"})
        self.assertIn("mkdir /run/pam_jwt/sessions\n", calls["open_session"])
        self.assertIn(DENYLIST, calls["open_session"])
        self.assertEqual(calls["authenticate"], LOGIN["authenticate"])
        self.assertEqual(calls["acct_mgmt"], LOGIN["acct_mgmt"])


if __name__ == "__main__":
    main()

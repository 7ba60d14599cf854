#!/usr/bin/python3
"""Tests the metrics of logins: the real module, sshd, journal, journalctl and mtail, with the command of the unit."""

import configparser
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from host_case import TOKEN_STACK, HostCase, main
from issuer import Issuer, jwtctl
from private_host import SOURCE, WORK

UNIT = SOURCE / "etc/mtail/pam_jwt-metrics.service"
PROGRAM = SOURCE / "etc/mtail/pam_jwt.mtail"
JOURNALD = "/lib/systemd/systemd-journald"
JOURNALD_CONF = """\
[Journal]
Storage=volatile
ReadKMsg=no
Audit=no
ForwardToSyslog=no
RateLimitBurst=0
"""
SAMPLE = re.compile(r"^pam_jwt_logins_total\{(.*)\} (\d+)$", re.MULTILINE)
TIMEOUT_S = 30


def wait_for(condition, what):
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never {what}")
        time.sleep(0.05)


def start_journal(host):
    """Starts the journal of the system, which takes over /dev/log."""
    host.write("/etc/systemd/journald.conf", JOURNALD_CONF)
    for directory in ("/run/systemd/journal", "/run/log/journal"):
        Path(directory).mkdir(parents=True, exist_ok=True)
    journal = subprocess.Popen([JOURNALD])
    wait_for(Path("/run/systemd/journal/dev-log").exists, "a journal")
    Path("/dev/log").unlink()
    Path("/dev/log").symlink_to("/run/systemd/journal/dev-log")
    return journal


def command_of_unit(port):
    """Returns what systemd would run, with another port, and with the program of this tree."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(UNIT.read_text())
    command = re.fullmatch(r"/bin/sh -c '(.*)'", unit["Service"]["ExecStart"]).group(1)
    for old, new in (("$$", "$"), ("--port=3904", f"--port={port}"), ("/etc/mtail/pam_jwt.mtail", str(PROGRAM))):
        assert old in command, old
        command = command.replace(old, new)
    return ["/bin/sh", "-c", command]


class Metrics(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.host
        journal = start_journal(host)
        cls.addClassCleanup(journal.wait)
        cls.addClassCleanup(journal.terminate)
        cls.staff = Issuer(host, "staff")
        cls.config = '[login]\nrefusal_delay = "0s"\n' + cls.staff.toml()
        host.write_config(cls.config)
        host.write_pam("sshd", TOKEN_STACK)
        host.write_pam("probe", TOKEN_STACK)
        host.start_sshd()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            cls.port = free.getsockname()[1]
        cls.reader = subprocess.Popen(command_of_unit(cls.port), stderr=subprocess.DEVNULL, start_new_session=True)
        cls.addClassCleanup(cls.reader.wait)
        cls.addClassCleanup(os.killpg, cls.reader.pid, signal.SIGTERM)
        wait_for(lambda: cls.page() is not None, "metrics")
        # The first line that is counted shows that journalctl follows the journal.
        wait_for(lambda: cls.probe("probe") and "probe" in cls.services(), "a count")

    @classmethod
    def page(cls):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{cls.port}/metrics", timeout=TIMEOUT_S) as page:
                return page.read().decode()
        except OSError:
            return None

    @classmethod
    def counts(cls):
        """Returns the counts by (outcome, service, issuer, reason), without those of probes."""
        counts = {}
        for labels, count in SAMPLE.findall(cls.page()):
            values = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels))
            counts[(values["outcome"], values["service"], values["issuer"], values["reason"])] = int(count)
        return counts

    @classmethod
    def services(cls):
        return {service for _, service, _, _ in cls.counts()}

    @classmethod
    def probe(cls, service):
        """Has root write a line as the module does it."""
        line = f"pam_jwt({service}:auth): accepted user=probe reason=token.accepted issuer=probe iss=https://probe"
        subprocess.run(["logger", "-p", "authpriv.info", "-t", "probe", line], check=True)
        return True

    def counted(self, act):
        """Runs `act`, and returns what it added to the counts."""
        before = self.counts()
        act()
        service = f"probe{time.monotonic_ns()}"
        self.probe(service)  # lines arrive in order
        wait_for(lambda: service in self.services(), f"a count of {service}: {self.counts()}")
        after = self.counts()
        return {key: after[key] - before.get(key, 0) for key in after
                if after[key] != before.get(key, 0) and not key[1].startswith("probe")}

    def client(self, user, token, service="sshd"):
        """Authenticates through libpam, as a service of root does it."""
        subprocess.run([sys.executable, "-B", Path(__file__).with_name("pam_client.py"), service, user], input=token + "\n",
                       text=True, check=True, capture_output=True)

    def test_counts_each_outcome_of_sshd_by_issuer_and_reason(self):
        good = self.staff.token(sub="alice")
        expired = self.staff.token(sub="alice", iat=int(time.time()) - 900, exp=int(time.time()) - 532)
        forged = good[:-8] + "AAAAAAAA"
        for token, key in [
                (good, ("accepted", "sshd", "staff", "token.accepted")),
                (expired, ("refused", "sshd", "staff", "token.expired")),
                (forged, ("refused", "sshd", "", "signature.invalid"))]:
            self.assertEqual(self.counted(lambda token=token: self.host.ssh("alice", token)), {key: 1})

    def test_counts_certificates_where_they_are_refused_and_where_they_are_accepted(self):
        fields = "user=alice reason={} issuer=staff iss=https://sso.example sub=alice"
        lines = ["pam_jwt(sshd:key): offered " + fields.format("token.accepted"),
                 "pam_jwt(sshd:session): accepted " + fields.format("token.accepted"),
                 "pam_jwt(sshd:key): refused " + fields.format("token.expired")]
        for line, counted in zip(lines, [{}, {("accepted", "sshd", "staff", "token.accepted"): 1},
                                         {("refused", "sshd", "staff", "token.expired"): 1}]):
            log = ["logger", "-p", "authpriv.info", "-t", "sshd-keys", line]
            self.assertEqual(self.counted(lambda log=log: subprocess.run(log, check=True)), counted)

    def test_counts_faults_of_the_host(self):
        self.addCleanup(self.host.write_config, self.config)
        self.host.write_config("[login]\nfrobnicate = 1\n")
        self.assertEqual(self.counted(lambda: self.client("alice", self.staff.token(sub="alice"))),
                         {("no_verdict", "sshd", "", "config.invalid"): 1})

    def test_counts_attempts_without_a_token(self):
        self.assertEqual(self.counted(lambda: self.client("alice", "correct horse")),
                         {("no_token", "sshd", "", "token.none"): 1})

    def test_a_hostile_user_name_forges_no_field(self):
        good = self.staff.token(sub="alice")
        for user in ['x reason=token.accepted issuer=staff iss=', 'x" reason=token.accepted issuer=staff iss=',
                     'x\\" reason=token.accepted issuer=evil iss=https://',
                     "x\n1.1 h sshd[1]: pam_jwt(sshd:auth): accepted reason=token.accepted issuer=evil iss=x"]:
            counted = self.counted(lambda user=user: self.client(user, good))
            self.assertEqual([(outcome, service) for outcome, service, _, _ in counted], [("refused", "sshd")], user)
            for _, _, issuer, reason in counted:
                self.assertIn(issuer, ("", "staff"))
                self.assertNotEqual(reason, "token.accepted")

    def test_an_issuer_that_is_not_configured_is_no_label(self):
        other = Issuer(self.host, "other")
        for iss in [other.url, "x issuer=staff iss=x", 'x" issuer=staff iss=x', 'x\\" issuer=staff iss=x']:
            token = other.token(sub="alice", iss=iss)
            self.assertEqual(self.counted(lambda token=token: self.client("alice", token)),
                             {("refused", "sshd", "", "issuer.unknown"): 1}, iss)

    def forge(self, *command, text=None):
        subprocess.run(["setpriv", "--reuid=2002", "--regid=2002", "--clear-groups", *command], input=text, text=True,
                       check=True)

    def test_lines_of_other_users_do_not_count(self):
        line = "pam_jwt(sshd:auth): accepted user=bob reason=token.accepted issuer=staff iss=https://x"
        fields = f"MESSAGE={line}\nPRIORITY=6\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=sshd\n_UID=0\n_TRANSPORT=syslog\n"
        datagram = ("import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM);"
                    f"s.sendto({fields.encode()!r}, '/run/systemd/journal/socket')")

        def act():
            self.forge("logger", "-p", "authpriv.info", "-t", "sshd", line)
            self.forge("logger", "-p", "authpriv.info", "-t", "sshd", "--id=1", f"x\n1.1 h sshd[1]: {line}")
            self.forge("logger", "--journald", text=fields)
            self.forge("/usr/bin/python3", "-c", datagram)

        self.assertEqual(self.counted(act), {})
        self.assertIn("accepted user=bob", subprocess.run(["journalctl", "--no-pager"], capture_output=True, text=True,
                                                          check=True).stdout)

    def test_text_of_users_in_lines_of_root_does_not_count(self):
        line = "pam_jwt(sshd:auth): accepted user=bob reason=token.accepted issuer=staff iss=https://x"

        def send(text, to="/dev/log"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
                log.sendto(text.encode(), to)

        def act():
            send(f"<86>other[1]: Invalid user {line}")
            send(f"<86>other[1]: two lines\n{line}")
            send(f"<86>other[1]: two lines\n1.1 h sshd[1]: {line}")
            send(f"<14>other: {line}")  # another facility
            send("<86>sshd[1]: pam_jwt(sshd:account): refused user=bob reason=account.denied")  # not a decision on a token
            send(f"MESSAGE={line}\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=other\nSYSLOG_PID=1\n", "/run/systemd/journal/socket")
            subprocess.run(["systemd-cat", "-t", "other"], input=line, text=True, check=True)  # output of a service

        self.assertEqual(self.counted(act), {})

    def test_the_unit_ends_if_journalctl_does(self):
        again = subprocess.Popen(command_of_unit(self.port + 1), stderr=subprocess.DEVNULL, start_new_session=True)
        children = Path(f"/proc/{again.pid}/task/{again.pid}/children")

        def journalctl():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one of them has ended
                for child in children.read_text().split():
                    for grandchild in Path(f"/proc/{child}/task/{child}/children").read_text().split():
                        # The shell that runs id in front of it has the word in its arguments too.
                        if Path(f"/proc/{grandchild}/cmdline").read_text().startswith("journalctl\0"):
                            return int(grandchild)
            return None

        wait_for(journalctl, "journalctl")
        subprocess.run(["kill", str(journalctl())], check=True)
        self.assertEqual(again.wait(timeout=TIMEOUT_S), -signal.SIGTERM)
        os.killpg(again.pid, signal.SIGTERM)  # mtail, which systemd ends with the unit


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Tests `jwtctl deny --end-sessions` with the real sshd, sudo and su, on a host without systemd-logind."""

import json
import os
import random
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

from certificate_case import CertificateCase, STACK
from held_login import HOLD, HeldLogin
from host_case import main
from issuer import jwtctl
from private_host import JWTCTL, Outcome, WORK, kill, processes_of, start_time

DENYLIST = Path("/var/lib/pam_jwt/denied.jsonl")
SESSIONS = Path("/run/pam_jwt/sessions")
ALICE, BOB = 2001, 2002
SUDOERS = f"""\
Defaults passwd_tries=1, timestamp_timeout=0, lecture=never
alice ALL=(ALL:ALL) ALL
alice ALL=(ALL:ALL) NOPASSWD: {JWTCTL}
"""
AT_ONCE_S = 10  # a session must have ended by then, on a busy machine too
RECORD = "[session]\nrecord = true\n"


def deny(*arguments):
    """Runs jwtctl deny, and returns its outcome. The denial is for this test."""
    started = time.monotonic()
    done = subprocess.run([JWTCTL, "deny", *map(str, arguments)], capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr, seconds=time.monotonic() - started)


def recorded():
    """Returns the open sessions, as jwtctl sessions lists them."""
    return json.loads(jwtctl("sessions", "--json"))


class EndSessions(CertificateCase):
    """alice and bob log in by tokens, certificates and plain keys, and use sudo and su by tokens."""

    settings = 'services = ["sshd", "sudo", "su"]'
    sshd_options = []
    session = RECORD
    by_subject = ("--issuer", "staff", "--sub", "alice", "--end-sessions")
    by_account = ("--account", "alice", "--end-sessions")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for service in ("sudo", "su"):
            cls.host.write_pam(service, STACK)
        cls.host.write("/etc/sudoers.d/e2e", SUDOERS, mode=0o440)
        if not hasattr(cls.host, "keys"):
            cls.host.keys = {user: cls.host.add_ssh_key(user) for user in ("alice", "bob")}

    @classmethod
    def configuration(cls):
        return super().configuration() + cls.session

    def setUp(self):
        self.addCleanup(DENYLIST.unlink, missing_ok=True)
        self.wait_until_no_session_is_open()

    # --- sessions --------------------------------------------------------------------------

    def keep(self, login):
        self.addCleanup(login.close)
        return login

    def by_prompt(self, user="alice"):
        return self.keep(self.host.hold(user, self.staff.token(sub=user), port=self.port))

    def by_certificate(self, user="alice"):
        certificate = self.certificate(sub=user)
        return self.keep(self.host.hold(user, method="publickey", port=self.port, options=[
            f"IdentityFile={self.key.path}", f"CertificateFile={certificate}"]))

    def by_key(self, user="alice"):
        return self.keep(self.host.hold(user, method="publickey", port=self.port,
                                        options=[f"IdentityFile={self.host.keys[user]}"]))

    def by_sudo(self):
        """A shell of root, by sudo and a token of alice."""
        answer = self.host.write(WORK / "home/alice/answer", self.staff.token(), mode=0o600, owner="alice")
        prompts = self.host.write(WORK / "home/alice/prompts", "", owner="alice")
        return self.keep(HeldLogin(
            self.host.as_user("alice", ["sudo", "-A", "sh", "-c", HOLD], {
                "SUDO_ASKPASS": WORK / "askpass", "E2E_ANSWER": answer, "E2E_PROMPTS": prompts,
                "E2E_PART": 511}), kill=kill))

    def by_su(self):
        """A shell of bob, which alice has got by su and a token of bob."""
        token = self.host.write(WORK / "home/alice/token", self.staff.token(sub="bob") + "\n",
                                mode=0o600, owner="alice")
        command = f"{{ cat {token}; exec cat; }} | exec su bob -s /bin/sh -c '{HOLD}'"
        return self.keep(HeldLogin(self.host.as_user("alice", ["sh", "-c", command]), kill=kill))

    def wait_until_no_session_is_open(self):
        """sshd closes a session after its client has ended, so the last login may still have one for a moment."""
        self.wait_until(lambda: not recorded(), "the session of an ended client stays open")

    # --- checks ----------------------------------------------------------------------------

    @staticmethod
    def left_of(uid):
        """Returns the processes of a user that do not end by themselves within a moment.

        sshd's process for the user may end a little after the client does.
        """
        deadline = time.monotonic() + AT_ONCE_S
        while (left := processes_of(uid)) and time.monotonic() < deadline:
            time.sleep(0.01)
        return left

    def assert_ended(self, login):
        """Checks that no process of the session lives, and that the client ends too."""
        self.assert_no_process(login)
        login.wait_for_end(AT_ONCE_S)

    def assert_no_process(self, login):
        self.assertEqual([pid for pid in login.pids if start_time(pid) is not None], [])

    def assert_open(self, login):
        self.assertTrue(login.is_open())
        self.assertEqual([pid for pid in login.pids if start_time(pid) is None], [])

    def assert_denied(self, outcome, *accounts, code=0):
        """Checks what deny has printed: one line for each session of these accounts."""
        self.assertEqual(outcome.code, code, f"\n{outcome}")
        ended = [line.split()[1].rstrip(",") for line in outcome.stdout.splitlines()[1:]
                 if line.startswith("ended: ")]
        self.assertEqual(sorted(ended), sorted(accounts), f"\n{outcome}")
        self.assertLess(outcome.seconds, AT_ONCE_S, f"\n{outcome}")


class Subjects(EndSessions):
    def test_the_sessions_of_a_denied_subject_end_and_no_others(self):
        hers = [self.by_prompt(), self.by_certificate()]
        others = [self.by_key(), self.by_prompt("bob"), self.by_certificate("bob")]
        self.assertEqual(len(recorded()), 4)
        self.assert_denied(deny(*self.by_subject), "alice", "alice")
        for login in hers:
            self.assert_ended(login)
        for login in others:
            self.assert_open(login)
        self.assertEqual([session["account"] for session in recorded()], ["bob", "bob"])
        self.assertEqual(len(list(SESSIONS.iterdir())), 2, "sshd has not closed the sessions")

    def test_the_session_of_a_denied_token_ends_and_not_another_of_the_subject(self):
        token = self.staff.token(jti="7")
        hers = self.keep(self.host.hold("alice", token, port=self.port))
        other = self.by_prompt()
        self.assert_denied(deny("--issuer", "staff", "--jti", "7", "--end-sessions"), "alice")
        self.assert_ended(hers)
        self.assert_open(other)

    def test_sudo_ends_and_not_the_session_that_it_runs_in(self):
        key, sudo = self.by_key(), self.by_sudo()
        outcome = deny(*self.by_subject)
        self.assert_denied(outcome, "alice")
        self.assertIn("ended: alice as root, sudo, pid ", outcome.stdout)
        self.assert_ended(sudo)
        self.assert_open(key)
        self.assertEqual(list(SESSIONS.iterdir()), [], "sudo has not closed its session")

    def test_su_ends(self):
        hers, su = self.by_prompt(), self.by_su()
        outcome = deny("--issuer", "staff", "--sub", "bob", "--end-sessions")
        self.assert_denied(outcome, "bob")
        self.assert_no_process(su)
        self.assert_open(hers)
        self.assertEqual([session["service"] for session in recorded()], ["sshd"])
        self.assertEqual(len(list(SESSIONS.iterdir())), 1, "su has not closed its session")

    def test_a_second_time_there_is_nothing_to_end(self):
        self.by_prompt()
        self.assert_denied(deny(*self.by_subject), "alice")
        again = deny(*self.by_subject)
        self.assert_denied(again)
        self.assertIn("jwtctl deny: no recorded session is denied; ", again.stderr)

    def test_a_stale_record_ends_nothing(self):
        login = self.by_prompt()
        [session] = recorded()
        end = os.pidfd_open(session["pid"])
        self.addCleanup(os.close, end)
        os.kill(session["pid"], signal.SIGKILL)
        select.select([end], [], [])
        self.assertEqual(len(list(SESSIONS.iterdir())), 1)
        self.assertEqual(recorded(), [])
        self.assert_denied(deny(*self.by_subject))
        # Nothing says any more whose session it is, if only the process that recorded it was killed.
        for pid in login.pids:
            kill(pid)
        next(SESSIONS.iterdir()).unlink()

    def test_a_session_that_nobody_denies_stays(self):
        login = self.by_prompt()
        self.assert_denied(deny("--issuer", "staff", "--sub", "nobody", "--end-sessions"))
        self.assert_open(login)


class Accounts(EndSessions):
    def test_all_sessions_of_a_denied_account_end_whatever_opened_them(self):
        hers = [self.by_prompt(), self.by_certificate(), self.by_key(), self.by_sudo()]
        daemon = self.start_daemon()
        his = [self.by_prompt("bob"), self.by_key("bob")]
        outcome = deny(*self.by_account)
        self.assertEqual(outcome.code, 0, f"\n{outcome}")
        self.assertIn(" of alice\n", outcome.stdout)
        self.assertLess(outcome.seconds, AT_ONCE_S)
        for login in hers:
            self.assert_ended(login)
        self.assertIsNone(start_time(daemon))
        self.assertEqual(processes_of(ALICE), {})
        for login in his:
            self.assert_open(login)

    def start_daemon(self):
        """Starts a process of alice that leaves her session, and returns its pid."""
        done = self.host.ssh("alice", self.staff.token(), port=self.port,
                             command="setsid -f sh -c 'echo $$ >~/daemon; exec tail -f /dev/null'"
                                     " </dev/null >/dev/null 2>&1; while ! test -s ~/daemon; do :; done; cat ~/daemon")
        (WORK / "home/alice/daemon").unlink()
        self.assertIsNotNone(start_time(int(done.stdout)), f"{done}")
        return int(done.stdout)

    def test_a_daemon_of_a_denied_subject_is_what_stays_without_logind(self):
        daemon = self.start_daemon()
        self.addCleanup(kill, daemon)
        self.wait_until_no_session_is_open()
        self.assert_denied(deny(*self.by_subject))
        self.assertIsNotNone(start_time(daemon))

    def test_before_a_time_counts_for_tokens_alone(self):
        old, key = self.by_prompt(), self.by_key()
        outcome = deny(*self.by_account, "--before", int(time.time()) + 1)
        self.assert_denied(outcome, "alice")
        self.assert_ended(old)
        self.assert_open(key)


class OwnSession(EndSessions):
    """alice denies herself, by a sudo that asks for nothing."""

    def type(self, *options):
        command = " ".join(["sudo", str(JWTCTL), "deny", *options])
        return self.host.ssh("alice", self.staff.token(), port=self.port, command=command)

    def test_the_session_in_which_it_is_typed_stays(self):
        other, key = self.by_prompt(), self.by_key()
        outcome = self.type(*self.by_account)
        self.assertEqual(outcome.code, 0, f"\n{outcome}")
        self.assertIn("jwtctl deny: not ended, because this command runs in it: alice, sshd, pid ", outcome.stderr)
        self.assertIn("to end it too: --end-own-session\n", outcome.stderr)
        self.assert_ended(other)
        self.assert_ended(key)
        self.wait_until_no_session_is_open()

    def test_it_ends_too_if_that_is_said(self):
        other = self.by_prompt()
        outcome = self.type(*self.by_subject, "--end-own-session")
        self.assertEqual(outcome.code, 255, f"\n{outcome}")
        self.assert_ended(other)
        self.assertEqual(self.left_of(ALICE), {})
        self.assertTrue(DENYLIST.exists())


class Configured(EndSessions):
    session = RECORD + "end_denied = true\n"

    def test_deny_ends_sessions_by_itself(self):
        login = self.by_prompt()
        self.assert_denied(deny(*self.by_subject[:-1]), "alice")
        self.assert_ended(login)

    def test_a_list_of_another_host_ends_nothing_here(self):
        login = self.by_prompt()
        self.assert_denied(deny(*self.by_subject[:-1], "--denylist", WORK / "other.jsonl"))
        self.assert_open(login)


class NotRecorded(EndSessions):
    session = ""

    def test_it_is_said_and_the_denial_is_written(self):
        login = self.by_prompt()
        outcome = deny(*self.by_subject)
        self.assert_denied(outcome, code=1)
        self.assertIn("jwtctl deny: sessions are not recorded, ", outcome.stderr)
        self.assert_open(login)
        self.assertNotEqual(self.host.ssh("alice", self.staff.token(), port=self.port).code, 0)

    def test_a_denied_account_loses_its_processes_all_the_same(self):
        login, key = self.by_prompt(), self.by_key()
        outcome = deny(*self.by_account)
        self.assertEqual(outcome.code, 1)
        self.assert_ended(login)
        self.assert_ended(key)

    def test_without_the_option_nothing_ends(self):
        login = self.by_prompt()
        outcome = deny(*self.by_subject[:-1])
        self.assert_denied(outcome)
        self.assert_open(login)


class Race(EndSessions):
    """A login and a denial at the same time: whoever is first, no session is left."""

    rounds = 200
    command = "setsid tail -f /dev/null & sh -c 'tail -f /dev/null & tail -f /dev/null & wait'"

    def test_no_session_slips_through(self):
        chance = random.Random(18)
        outcomes = {"refused": 0, "ended": 0}
        login_s = self.measure()
        for number in range(self.rounds):
            with self.subTest(round=number):
                outcome = self.race(login_s * chance.uniform(1 / 3, 3 / 2))
                outcomes[outcome] += 1
                # How busy the machine is changes meanwhile.
                login_s *= 1.05 if outcome == "refused" else 1 / 1.05
        print(f"of {self.rounds} logins {outcomes['refused']} were refused, and {outcomes['ended']} ended")
        self.assertGreater(min(outcomes.values()), self.rounds // 20, "the race was none")

    def measure(self):
        """Returns how long a login takes."""
        return min(self.host.ssh("alice", self.staff.token(), port=self.port).seconds for _ in range(5))

    def race(self, delay_s):
        """Denies alice so long after her login has begun. Returns how it ended."""
        token = self.staff.token()
        results = []
        client = threading.Thread(target=lambda: results.append(
            self.host.ssh("alice", token, port=self.port, command=self.command)))
        client.start()
        time.sleep(delay_s)
        outcome = deny(*self.by_subject)
        client.join(20)
        left = self.left_of(ALICE)
        for pid in left:
            kill(pid)
        client.join()
        DENYLIST.unlink()
        self.assertEqual(outcome.code, 0, f"\n{outcome}")
        self.assertEqual(left, {}, f"\n{outcome}")
        self.assertNotEqual(results[0].code, 0, f"\n{results[0]}")
        return "ended" if "ended: " in outcome.stdout else "refused"


class Many(EndSessions):
    """1000 sessions: processes with others below them, each with its record."""

    count = 1000

    def test_a_thousand_sessions_are_listed_and_ended_in_one_go(self):
        sessions = [self.start(number) for number in range(self.count)]
        started = time.monotonic()
        self.assertEqual(len(recorded()), self.count)
        self.assertLess(time.monotonic() - started, AT_ONCE_S)
        outcome = deny(*self.by_subject)
        self.assert_denied(outcome, *["alice"] * self.count)
        self.assertEqual(outcome.stderr.count("\n"), 1, outcome.stderr)
        print(f"{self.count} sessions ended in {outcome.seconds:.2f} s")
        for session in sessions:
            session.wait(AT_ONCE_S)
        self.assertEqual(processes_of(ALICE), {})

    def start(self, number):
        session = subprocess.Popen(
            self.host.as_user("alice", ["sh", "-c", "trap 'kill $!' TERM; tail -f /dev/null & wait"]),
            start_new_session=True)
        self.addCleanup(kill, session.pid)
        now = int(time.time())
        record = {"format": 1, "account": "alice", "service": "sshd", "iss": self.staff.url, "sub": "alice",
                  "exp": now + 600, "pid": session.pid, "start": start_time(session.pid)}
        self.host.write(SESSIONS / f"{number}.json", json.dumps(record), mode=0o600)
        self.addCleanup((SESSIONS / f"{number}.json").unlink, missing_ok=True)
        return session


if __name__ == "__main__":
    main()

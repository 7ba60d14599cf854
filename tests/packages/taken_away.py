"""Tests that what an administrator takes away on a machine ends at once, and nothing else."""

import contextlib
import json
import time

from held_logins import SUBJECTS, expect

WITHIN_S = 3
DENY_ALICE = ["--issuer", "held", "--sub", SUBJECTS["alice"]]


def deny(*arguments):
    return ["jwtctl", "deny", *arguments, "--end-sessions"]


class TakenAway:
    """An administrator who denies alice, while she and bob have sessions that stay open."""

    def __init__(self, machine, host, logins):
        self._machine, self._host, self._logins = machine, host, logins

    def expect_a_person_to_go(self):
        """Denies the subject of tokens. The sessions that they opened end, and no others."""
        with self._logins as logins:
            hers = [logins.by_prompt("alice"), logins.by_certificate("alice"), logins.by_sudo(), logins.by_su()]
            others = self._sessions_of_bob() + [logins.by_key("alice")]
            self._expect_listed(alice=["sshd", "sshd", "su", "sudo"], bob=["sshd", "sshd"])
            with self.untouched(others), self.ending(hers, WITHIN_S):
                self._machine.run(*deny(*DENY_ALICE))
            for inside in hers[2:]:
                expect(inside.is_session_open(), "the session of a plain key ended, in which sudo or su ran")
            self._expect_listed(bob=["sshd", "sshd"])
        self._machine.run("jwtctl", "undeny", *DENY_ALICE)

    def expect_an_account_to_go(self):
        """Denies an account. All its sessions end, with its processes."""
        with self._logins as logins:
            hers = [logins.by_prompt("alice"), logins.by_certificate("alice"), logins.by_key("alice")]
            manager = f"user@{self._uid('alice')}.service"
            expect(self._is_active(manager), "alice has no systemd --user")
            with self.untouched(self._sessions_of_bob()), self.ending(hers, WITHIN_S):
                self._machine.run(*deny("--account", "alice"))
            self._machine.wait_for("the end of systemd --user", lambda: not self._is_active(manager))
            expect(self.processes("alice") == "", f"alice has processes: {self.processes('alice')}")
            refused = self._host.key_login()
            expect(refused.code != 0, f"alice logs in by her key: {refused}")
        self._machine.run("jwtctl", "undeny", "--account", "alice")

    def expect_the_administrator_to_stay(self):
        """Lets alice deny her own account: the session in which she types it goes on, and is named."""
        with self._logins as logins:
            others = [logins.by_prompt("alice"), logins.by_key("alice")]
            command = " ".join(["sudo", "-n", *deny("--account", "alice")])
            own = logins.by_key("alice", f"echo in $$ $$; {command}; echo told $?; exec cat")
            with self.ending(others, WITHIN_S):
                while not own.read_line().startswith("told "):
                    pass
            expect(own.is_open(), "the session ended in which jwtctl was typed")
            expect("--end-own-session" in own.errors(), f"jwtctl does not name the session: {own.errors()}")
        self._machine.run("jwtctl", "undeny", "--account", "alice")

    def _sessions_of_bob(self):
        return [log_in("bob") for log_in in (self._logins.by_prompt, self._logins.by_certificate, self._logins.by_key)]

    # --- checks --------------------------------------------------------------------------

    @contextlib.contextmanager
    def ending(self, logins, seconds):
        """Checks that these logins end, so soon after the beginning of what is done meanwhile."""
        begun = time.monotonic()
        yield
        for login in logins:
            late = login.wait_for_end() - begun
            expect(late < seconds, f"a session ended after {late:.1f} s")
        for pid in [pid for login in logins for pid in login.pids]:
            left = self._machine.run("ps", "-o", "pid=,stat=,args=", "-p", pid, check=False).output
            expect(left == "", f"a session left a process: {left}")

    @contextlib.contextmanager
    def untouched(self, logins):
        """Checks that these logins go on, and that bob has the processes that he had."""
        before = self.processes("bob")
        yield
        expect(all(login.is_open() for login in logins), "the session of somebody else ended")
        expect(self.processes("bob") == before, f"bob has now {self.processes('bob')}, not {before}")

    def processes(self, user):
        """Returns the processes of a user, each with its start."""
        return self._machine.run("ps", "-o", "pid=,lstart=", "-u", user, check=False).output

    def _expect_listed(self, **services):
        listed = json.loads(self._machine.run("jwtctl", "sessions", "--json").output)
        found = {account: sorted(one["service"] for one in listed if one["account"] == account)
                 for account in {one["account"] for one in listed}}
        expect(found == services, f"jwtctl sessions lists {found}, not {services}")

    def _uid(self, user):
        return self._machine.run("id", "--user", user).output.strip()

    def _is_active(self, unit):
        return self._machine.run("systemctl", "is-active", "--quiet", unit, check=False).code == 0

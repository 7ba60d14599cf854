#!/usr/bin/python3
"""Tests jwtctl enable and disable on the PAM stack and the sshd of Debian."""

import difflib
import json
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

from enable_case import DROP_IN, JOURNAL, PATIENCE_S, PORT, SSHD_CONFIG, STACK, EnableCase
from host_case import HostCase, main
from issuer import Issuer
from private_host import BUILD, JWTCTL, WORK, start_time

PASSWORD = "correct horse"
UNIT = BUILD / "jwtctl/pam_jwt-take-back.service"


class Enable(EnableCase, HostCase):
    """Tests that begin with the files as Debian ships them, and must end with the same files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.host
        cls.issuer = Issuer(host, "staff")
        cls.config = '[login]\nrefusal_delay = "0s"\n' + cls.issuer.toml()
        cls.key = host.add_ssh_key("alice")
        cls.stack = STACK.read_bytes()
        for left in DROP_IN.parent.glob("*"):
            left.unlink()
        host.write(SSHD_CONFIG, "Include /etc/ssh/sshd_config.d/*.conf\n"
                   "KbdInteractiveAuthentication no\nUsePAM yes\nUseDNS no\nMaxStartups 200\n"
                   f"ListenAddress 127.0.0.1\nPort {PORT}\nHostKey {WORK}/hostkey\n")
        host.write("/etc/systemd/system/pam_jwt-take-back.service", UNIT.read_text())
        cls.sshd_config = SSHD_CONFIG.read_text()

    def setUp(self):
        self.host.write_config(self.config)
        self.start_sshd()
        self.addCleanup(self.assert_as_before)

    # --- sshd, under the files of /etc/ssh -----------------------------------------------

    def start_sshd(self):
        self.run_sshd(self.sshd_config)
        self.wait_for_methods("publickey,password")

    def wait_for_methods(self, wanted):
        self.wait_until(lambda: self.methods() == wanted, f"sshd offers {self.methods()}")

    # --- jwtctl ----------------------------------------------------------------------------

    def begin(self, *arguments):
        """Starts `jwtctl enable sshd` at a terminal, and waits until it asks."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.shown = WORK / "enable.out"
        with open(self.shown, "wb") as out:
            enabling = subprocess.Popen([JWTCTL, "enable", "sshd", *arguments], stdin=slave,
                                        stdout=out, stderr=out, start_new_session=True)
        os.close(slave)
        self.addCleanup(enabling.kill)
        self.wait_until(lambda: "Type yes" in self.shown.read_text(), "jwtctl does not ask")
        return enabling, master

    def guard_of(self, enabling):
        """Returns the process that takes a change back if nobody confirms it."""
        children = Path(f"/proc/{enabling.pid}/task/{enabling.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        return int(children[0])

    def wait_for_end(self, guard):
        """Waits until the guard has ended, and with it its lock."""
        self.wait_until(lambda: start_time(guard) is None, "the guard does not end")

    def disable(self):
        super().disable()
        self.wait_for_methods("publickey,password")

    # --- logins ----------------------------------------------------------------------------

    def token_login(self):
        outcome = self.attempt("alice", self.issuer.token(), port=PORT)
        self.assert_accepted(outcome)

    def key_login(self):
        outcome = self.host.ssh("alice", method="publickey", port=PORT,
                                options=[f"IdentityFile={self.key}"])
        self.assertEqual(outcome.stdout.strip(), "alice", outcome)

    def password_login(self, method):
        return self.host.ssh("alice", PASSWORD, method=method, port=PORT).code == 0

    # --- tests -----------------------------------------------------------------------------

    def test_without_an_option_only_tokens_and_keys_log_in(self):
        self.assertTrue(self.password_login("password"))
        enabled = self.jwtctl("enable", "sshd", "--yes")
        self.assert_done(enabled, 0, "+++ /etc/ssh/sshd_config.d/00-pam_jwt.conf")
        self.wait_for_methods("publickey,password,keyboard-interactive")
        self.token_login()
        self.key_login()
        for method in ("password", "keyboard-interactive"):
            self.assertFalse(self.password_login(method), method)
        self.disable()
        self.assertTrue(self.password_login("password"))

    def test_or_password_lets_passwords_log_in_too(self):
        self.assert_done(self.jwtctl("enable", "sshd", "--or-password", "--yes"))
        self.wait_for_methods("publickey,password,keyboard-interactive")
        self.token_login()
        self.key_login()
        for method in ("password", "keyboard-interactive"):
            self.assertTrue(self.password_login(method), method)
        self.disable()

    def findings(self):
        """Returns what doctor finds in PAM and in the sshd that it asks, as {rule: health}."""
        examined = self.jwtctl("doctor", "--json")
        return {finding["rule"]: finding["health"]
                for finding in json.loads(examined.stdout)["findings"]
                if finding["rule"].startswith(("pam.", "sshd.", "session."))}

    def test_doctor_finds_nothing_after_it(self):
        self.assertEqual(self.findings(), {"pam.none": "warning"})
        for arguments in ((), ("--or-password",)):
            self.assert_done(self.jwtctl("enable", "sshd", "--yes", *arguments))
            self.assertEqual(self.findings(), {}, arguments)
        self.host.write(SSHD_CONFIG, self.sshd_config + "PasswordAuthentication no\n")
        self.assertEqual(self.findings(), {"sshd.password_reopened": "critical"})
        self.host.write(SSHD_CONFIG, self.sshd_config)
        self.wait_for_methods("publickey,password,keyboard-interactive")
        self.disable()

    def recorded(self):
        """Returns account and service of each session that `jwtctl sessions` lists."""
        listed = json.loads(self.jwtctl("sessions", "--json").stdout)
        return [(session["account"], session["service"]) for session in listed]

    def test_sessions_are_recorded_once_enable_has_written_their_line(self):
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        self.host.write_config(self.config + "[session]\nrecord = true\n")
        self.assertEqual(self.findings(), {"session.line_missing": "warning"})
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"), 0, "+session  required pam_jwt.so")
        self.assertEqual(self.findings(), {})
        self.wait_for_methods("publickey,password,keyboard-interactive")
        login = self.host.hold("alice", self.issuer.token(), port=PORT)
        self.addCleanup(login.close)
        self.assertEqual(self.recorded(), [("alice", "sshd")])
        self.key_login()  # without a token, the line lets everybody in
        login.close()
        self.wait_until(lambda: not self.recorded(), "the record stays")
        self.disable()

    def test_a_second_enable_or_disable_changes_nothing(self):
        self.assert_done(self.jwtctl("enable", "sshd", "--dry-run"), 1, "+auth     [success=done")
        self.assert_as_before()
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        enabled = STACK.read_bytes(), DROP_IN.read_bytes()
        for arguments in (["--yes"], ["--dry-run"]):
            self.assert_done(self.jwtctl("enable", "sshd", *arguments), 0, "Nothing to do.")
        self.assertEqual((STACK.read_bytes(), DROP_IN.read_bytes()), enabled)
        self.assert_done(self.jwtctl("disable", "sshd", "--dry-run"), 1, "-UsePAM yes")
        self.wait_for_methods("publickey,password,keyboard-interactive")
        self.disable()
        self.assert_done(self.jwtctl("disable", "sshd"), 0, "Nothing to do.")

    def test_what_it_shows_is_what_it_does(self):
        shown = self.jwtctl("enable", "sshd", "--dry-run").stdout
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"), 0, shown)
        texts = (self.stack.decode(), STACK.read_text(), DROP_IN.read_text())
        before, after, drop_in = (text.splitlines(keepends=True) for text in texts)
        diff = [*difflib.unified_diff(before, after, str(STACK), str(STACK)),
                *difflib.unified_diff([], drop_in, "/dev/null", str(DROP_IN))]
        self.assertEqual(shown, "".join(diff))
        self.disable()

    def test_a_change_that_is_confirmed_stays(self):
        enabling, terminal = self.begin()
        self.wait_for_methods("publickey,password,keyboard-interactive")
        self.token_login()
        os.write(terminal, b"what?\nyes\n")
        self.assertEqual(enabling.wait(PATIENCE_S), 0, self.shown.read_text())
        self.assertFalse(JOURNAL.exists())
        self.token_login()
        self.disable()

    def test_a_change_that_is_not_confirmed_in_time_is_taken_back(self):
        enabling, _ = self.begin("--timeout", "1")
        self.assertEqual(enabling.wait(PATIENCE_S), 1)
        self.assertIn("All was taken back.", self.shown.read_text())
        self.assert_as_before()
        self.wait_for_methods("publickey,password")
        self.assertTrue(self.password_login("password"))

    def test_a_change_that_is_refused_is_taken_back(self):
        enabling, terminal = self.begin()
        os.write(terminal, b"no\n")
        self.assertEqual(enabling.wait(PATIENCE_S), 1)
        self.assert_as_before()
        self.assertEqual(self.methods(), "publickey,password")

    def test_signals_take_it_back(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            enabling, _ = self.begin()
            enabling.send_signal(number)
            self.assertEqual(enabling.wait(PATIENCE_S), 1, number)
            self.assert_as_before()
            self.assertEqual(self.methods(), "publickey,password")

    def test_it_is_taken_back_when_jwtctl_is_killed(self):
        enabling, _ = self.begin()
        guard = self.guard_of(enabling)
        self.assertTrue(JOURNAL.exists())
        enabling.kill()
        enabling.wait()
        self.wait_until(lambda: not JOURNAL.exists(), "nobody takes the change back")
        self.assert_as_before()
        self.wait_for_methods("publickey,password")
        self.wait_for_end(guard)

    def test_it_is_taken_back_when_only_its_guard_is_killed(self):
        enabling, terminal = self.begin()
        os.kill(self.guard_of(enabling), signal.SIGKILL)
        os.write(terminal, b"no\n")
        self.assertEqual(enabling.wait(PATIENCE_S), 1)
        self.assert_as_before()

    def test_the_next_boot_takes_back_what_a_power_failure_left(self):
        enabling, _ = self.begin()
        guard = self.guard_of(enabling)
        os.kill(enabling.pid, signal.SIGSTOP)
        os.kill(guard, signal.SIGKILL)
        enabling.kill()
        enabling.wait()
        self.wait_for_end(guard)
        self.assertTrue(JOURNAL.exists())
        self.assertNotEqual(STACK.read_bytes(), self.stack)
        condition = re.search("(?m)^ConditionPathExists=(.*)$", UNIT.read_text())[1]
        self.assertTrue(Path(condition).exists())
        command = re.search("(?m)^ExecStart=\\S*/jwtctl (.*)$", UNIT.read_text())[1]
        self.assert_done(self.jwtctl(*command.split()), 0, "was taken back")
        self.assertFalse(Path(condition).exists())
        self.assert_as_before()
        self.assert_done(self.jwtctl(*command.split()), 0, "Nothing to do.")

    def test_sshd_need_not_run(self):
        """On Debian, /run/sshd is there only while the unit of sshd runs, and sshd -t wants it."""
        self.stop_sshd()
        Path("/run/sshd").rmdir()
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        super().disable()

    def test_one_at_a_time(self):
        enabling, terminal = self.begin()
        for arguments in (["enable", "sshd", "--yes"], ["disable", "sshd"],
                          ["disable", "--unconfirmed"]):
            self.assert_done(self.jwtctl(*arguments), 2, "waits for its confirmation")
        os.write(terminal, b"no\n")
        self.assertEqual(enabling.wait(PATIENCE_S), 1)

    def test_owner_and_mode_are_kept(self):
        STACK.chmod(0o640)
        os.chown(STACK, 0, 4)
        self.addCleanup(self.host.write, STACK, self.stack)
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        self.disable()
        status = STACK.stat()
        self.assertEqual((status.st_mode & 0o7777, status.st_uid, status.st_gid), (0o640, 0, 4))

    def test_or_password_is_refused_where_sshd_has_passwords_off(self):
        self.stop_sshd()
        self.host.write(SSHD_CONFIG, self.sshd_config + "PasswordAuthentication no\n")
        refused = self.jwtctl("enable", "sshd", "--or-password", "--yes")
        self.assert_done(refused, 2, "sshd has passwords off")
        self.assert_as_before()
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        self.assert_done(self.jwtctl("disable", "sshd"))

    def test_it_is_taken_back_where_sshd_would_not_ask_for_tokens(self):
        earlier = self.host.write(DROP_IN.with_name("00-a.conf"),
                                  "KbdInteractiveAuthentication no\n")
        self.addCleanup(earlier.unlink)
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"), 2,
                         "sshd reads UsePAM or KbdInteractiveAuthentication elsewhere")
        self.assert_as_before()

    def test_a_file_that_sshd_refuses_is_taken_back(self):
        self.host.write(SSHD_CONFIG, self.sshd_config + "NoSuchOption yes\n")
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"), 2, "NoSuchOption")
        self.assert_as_before()

    def serve(self, *services):
        self.host.write_config('[login]\nrefusal_delay = "0s"\n'
                               + self.issuer.toml(f"services = {list(services)}"))

    def test_other_stacks_of_debian_get_their_lines_in_the_right_place(self):
        self.serve("login", "su", "sudo")
        for service, above in (("login", "pam_faildelay.so"), ("su", "pam_rootok.so"),
                               ("sudo", "#%PAM-1.0"), ("sudo-i", "#%PAM-1.0")):
            stack = Path("/etc/pam.d", service)
            before = stack.read_bytes()
            self.assert_done(self.jwtctl("enable", service, "--yes"))
            text = stack.read_text()
            found = [text.index(part) for part in (above, "auth     [", "@include common-auth")]
            self.assertEqual(found, sorted(found), service)
            self.assert_done(self.jwtctl("disable", service))
            self.assertEqual(stack.read_bytes(), before)

    def test_a_stack_that_includes_an_enabled_one_is_refused(self):
        self.serve("su")
        self.assert_done(self.jwtctl("enable", "su", "--yes"))
        self.assert_done(self.jwtctl("enable", "su-l", "--yes"), 2,
                         "/etc/pam.d/su, which has pam_jwt.so already")
        self.assert_done(self.jwtctl("disable", "su"))

    def test_nobody_at_a_terminal_needs_yes(self):
        self.assert_done(self.jwtctl("enable", "sshd"), 2, "see --yes")

    def test_a_broken_configuration_is_refused(self):
        self.host.write_config(self.config + "no_such_key = 1\n")
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"), 2, "no_such_key")

    def test_a_missing_module_is_refused(self):
        self.host.remove_module()
        self.addCleanup(self.host.install_module)
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"), 2, "pam_jwt.so is not")


if __name__ == "__main__":
    main()

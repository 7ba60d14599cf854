#!/usr/bin/python3
"""Tests jwt-sso on machines with something odd: a full disk, two logins at once, browsers that do not do what
they should, and output that goes nowhere."""

import json
import os
import shutil
import stat
import subprocess
import threading

import openid_provider
from certificate_case import CAROL
from host_case import main
from private_host import HOSTNAME, WORK
from sso_case import AT_PROMPTS, JWT_SSO, STATE, SsoCase, wait_until

TOKENS = STATE / "work/tokens"


class FullDisks(SsoCase):
    def setUp(self):
        super().setUp()
        (CAROL / ".local").mkdir()
        shutil.chown(CAROL / ".local", "carol", "carol")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=0700,uid=2003,gid=2003", "small",
                        CAROL / ".local"], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", CAROL / ".local"], check=True)

    def fill(self):
        """Fills the disk, and returns the file that does."""
        path = CAROL / ".local/other"
        with open(path, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(512))
            except OSError:
                return path

    def test_a_refresh_token_is_not_used_up_if_the_next_one_could_not_be_kept(self):
        with self.provider.changed(id_token_seconds=30):
            self.log_in_and_set_up()
        before = TOKENS.read_bytes()
        other = self.fill()
        with self.grants([]):
            outcome = self.sso("renew", "--least", "60s")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("No space left on device", outcome.stderr)
        self.assertEqual(TOKENS.read_bytes(), before)
        other.unlink()
        with self.grants(["ok"]):
            self.assert_in(self.plain_ssh())

    def test_a_login_says_so(self):
        other = self.fill()
        outcome = self.sso("login")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("No space left on device", outcome.stderr)
        other.unlink()
        self.log_in_by_browser()


class TwoAtOnce(SsoCase):
    def test_a_login_that_waits_for_its_browser_keeps_nobody_waiting(self):
        with self.provider.changed(id_token_seconds=30):
            self.log_in_and_set_up()
        login = self.begin_login()
        self.assertTrue(login.address)
        with self.grants(["ok"]):
            outcome = self.plain_ssh()
        self.assert_in(outcome)
        self.assertLess(outcome.seconds, 20)
        self.assertTrue(login.is_running())
        login.browser.visit(login.redirect())
        self.assertEqual(login.outcome().code, 0)
        self.assert_in(self.plain_ssh())

    def test_of_two_logins_to_one_profile_the_later_one_counts(self):
        first = self.begin_login()
        self.assertTrue(first.address)
        self.log_in_by_browser(browser="bob")
        self.assertEqual(self.carried_claims()["sub"], "bob")
        first.browser.visit(first.redirect())
        self.assertEqual(first.outcome().code, 0)
        self.assertEqual(self.carried_claims()["sub"], "alice")
        self.renew_now()

    def test_a_logout_in_between_is_not_undone_by_a_renewal(self):
        with self.provider.changed(id_token_seconds=30):
            self.log_in_and_set_up()
        before = len(self.provider.grants("refresh_token"))
        with self.provider.changed(token_answers=False):
            renewal = subprocess.Popen(self.host.as_user("carol", [str(JWT_SSO), "renew"]),
                                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(renewal.kill)
            wait_until(lambda: len(self.provider.grants("refresh_token")) > before, "it is sent")
            logout = threading.Thread(target=self.sso, args=("logout",))
            logout.start()
        renewal.wait()
        logout.join()
        self.assertEqual(self.state_files(), ["lock"])
        self.assert_no_way_in(self.plain_ssh())


class Browsers(SsoCase):
    def browse_with(self, script):
        """Starts a login whose browser is a shell script."""
        path = self.host.write(WORK / "usr/bin/odd-browser", f"#!/bin/sh\n{script}\n", mode=0o755)
        return self.begin_login(environment={"BROWSER": str(path)})

    def end(self, login):
        """Logs in with the address that stands on the terminal."""
        address = login.line(rf"{self.provider.url}/auth\?\S+").group()
        login.browser.visit(login.browser.redirect_of(address))
        outcome = login.outcome()
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def test_one_that_fails(self):
        self.end(self.browse_with("exit 1"))

    def test_one_that_is_not_there(self):
        self.end(self.begin_login(environment={"BROWSER": "/usr/bin/no-browser"}))

    def test_one_that_talks_and_stays(self):
        stays = CAROL / "stays"
        login = self.browse_with(f"echo noise; echo noise >&2; echo $$ >{stays}; exec sleep 600")
        pid = int(wait_until(lambda: stays.exists() and stays.read_text(), "it runs"))
        self.addCleanup(os.kill, pid, 9)
        outcome = self.end(login)
        self.assertNotIn("noise", outcome.stdout + outcome.stderr)
        self.assertTrue(os.path.exists(f"/proc/{pid}"), "it was ended")

    def test_it_gets_no_file_of_ours(self):
        list_of = CAROL / "files"
        list_of.unlink(missing_ok=True)
        login = self.browse_with(f"ls -l /proc/$$/fd >{list_of}.new; mv {list_of}.new {list_of}")
        listed = wait_until(lambda: list_of.exists() and list_of.read_text(), "it runs")
        for kind in ("socket:", "/tokens", "/lock", str(STATE)):
            self.assertNotIn(kind, listed)
        self.end(login)

    def test_it_has_the_environment_and_none_of_our_secrets(self):
        seen = CAROL / "environment"
        login = self.browse_with(f"env >{seen}.new; mv {seen}.new {seen}")
        text = wait_until(lambda: seen.exists() and seen.read_text(), "it runs")
        self.assertIn("HOME=", text)
        for word in ("pjk1", "verifier", "state="):
            self.assertNotIn(word, text)
        self.end(login)


class Places(SsoCase):
    def test_runtime_keeps_nothing_on_the_disk(self):
        runtime = WORK / "runtime"
        shutil.rmtree(runtime, ignore_errors=True)
        runtime.mkdir(mode=0o700)
        shutil.chown(runtime, "carol", "carol")
        self.write_profile("work", keep="runtime")
        environment = {"XDG_RUNTIME_DIR": str(runtime)}
        outcome = self.sso("login", environment=environment)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertFalse(STATE.exists())
        self.assertIn("tokens", os.listdir(runtime / "jwt-sso/work"))
        self.assertEqual(self.sso("setup", "--yes", environment=environment).code, 0)
        login = self.host.run_as("carol", ["env", "-C", str(CAROL), "ssh", HOSTNAME, "id", "-un"],
                                 environment=environment)
        self.assertEqual((login.code, login.stdout), (0, "alice\n"), login)
        without = self.sso("login")
        self.assertEqual(without.code, 2, without)
        self.assertIn("XDG_RUNTIME_DIR", without.stderr)

    def test_a_place_of_somebody_else_gets_no_login(self):
        """He could put another key and certificate there."""
        self.write_profile("work", keep="runtime")
        place = WORK / "runtime-carol"
        (place / "jwt-sso").mkdir(parents=True)
        self.addCleanup(shutil.rmtree, place)
        environment = {"XDG_RUNTIME_DIR": str(place)}
        for directory in (place / "jwt-sso", place):
            shutil.chown(place, "carol")
            shutil.chown(place / "jwt-sso", "carol")
            shutil.chown(directory, "alice")
            directory.chmod(0o1777)
            outcome = self.sso("login", environment=environment)
            self.assertEqual(outcome.code, 1, outcome)
            self.assertIn(f"{directory} belongs to uid 2001, not to uid 2003", outcome.stderr)
            self.assertEqual(list((place / "jwt-sso").iterdir()), [])
        shutil.chown(place, "carol")
        self.assertEqual(self.sso("login", environment=environment).code, 0)

    def test_sudo_makes_no_directory_in_the_home_of_the_user(self):
        root = {"HOME": str(CAROL), **self.environment("alice")}
        outcome = self.host.run_as("root", [str(JWT_SSO), "login"], environment=root)
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("without sudo", outcome.stderr)
        self.assertFalse((CAROL / ".local").exists())
        self.assertEqual(self.sso("login").code, 0)

    def test_a_umask_of_nothing_opens_nothing(self):
        command = ["sh", "-c", f"umask 000; exec {JWT_SSO} login"]
        outcome = self.host.run_as("carol", command, environment=self.environment("alice"))
        self.assertEqual(outcome.code, 0, outcome)
        for path in (STATE, STATE / "work", *(STATE / "work").iterdir()):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)

    def test_a_profile_that_somebody_else_could_change_is_refused(self):
        path = self.host.write(CAROL / ".config/jwt-sso/own.toml", "", 0o600, "carol")
        for directory in (path.parent, path.parent.parent):
            shutil.chown(directory, "carol", "carol")
        shutil.copy("/etc/jwt-sso/work.toml", path)
        self.assertEqual(self.sso("login", "own").code, 0)
        for mode in (0o622, 0o666):
            path.chmod(mode)
            outcome = self.sso("login", "own")
            self.assertEqual(outcome.code, 2, outcome)
            self.assertIn(str(path), outcome.stderr)


class Outputs(SsoCase):
    def test_a_token_that_could_not_be_written_is_an_error(self):
        self.write_profile("work", **AT_PROMPTS)
        self.log_in_by_browser()
        full = self.host.run_as("carol", ["sh", "-c", f"{JWT_SSO} token >/dev/full"])
        self.assertEqual(full.code, 1, full)
        closed = self.host.run_as("carol", ["sh", "-c", f"{JWT_SSO} token >&-"])
        self.assertEqual(closed.code, 1, closed)
        self.assertIn("write to standard output", closed.stderr)
        good = self.host.run_as("carol", ["sh", "-c", f"{JWT_SSO} token | cat"])
        self.assertEqual(good.stdout.count("."), 2)

    def test_closed_descriptors_become_no_file_of_the_state(self):
        """A program that is started without descriptors 0 to 2 may get them for its own files, and write there."""
        command = ["sh", "-c", f"{JWT_SSO} renew --least 60s <&- >&- 2>&-"]
        with self.provider.changed(id_token_seconds=30):
            self.log_in_by_browser()
        outcome = self.host.run_as("carol", command)
        self.assertEqual(outcome.code, 0, outcome)
        json.loads(TOKENS.read_text())
        self.renew_now()


if __name__ == "__main__":
    openid_provider.install()
    main()

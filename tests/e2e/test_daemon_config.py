#!/usr/bin/python3
"""Tests that the daemon runs before its configuration exists, as after the installation, and what an
administrator is told until keys are there. Also that a new `ca_file` counts without a reload."""

import re
import subprocess
from pathlib import Path

import openid_provider
import private_host
from host_case import HostCase, TOKEN_STACK, main
from jwks_fetcher import KEYS
from private_host import JWTCTL
from provider_site import CA_FILE, configuration, the_site

CONFIG = Path(private_host.CONFIG)
WARNING, CRITICAL, UNKNOWN = 1, 2, 3
STARTS = "systemctl enable jwks-fetcher && systemctl restart jwks-fetcher"


class DaemonCase(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider, cls.fetcher = the_site(cls.host)
        cls.provider.start()

    @classmethod
    def tearDownClass(cls):
        cls.provider.stop()
        cls.host.write(CA_FILE, cls.provider.ca_file.read_text())

    def tearDown(self):
        if self.fetcher.is_running():
            self.fetcher.stop()

    def ask(self, *arguments):
        done = subprocess.run([JWTCTL, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def assert_told(self, code, *arguments, texts):
        found, shown = self.ask(*arguments)
        self.assertEqual(found, code, shown)
        for text in texts:
            self.assertIn(text, shown)
        return shown

    def write_config(self, more="", mode=0o644):
        self.host.write(CONFIG, configuration(self.provider.url) + more, mode=mode)

    def wait_until_used(self):
        self.fetcher.wait_for(lambda: "error" not in self.config())

    def config(self):
        return self.fetcher.call("Status")["parameters"]["config"]

    def log_in(self):
        return self.attempt("alice", self.provider.access_token("alice"))


class WithoutAConfiguration(DaemonCase):
    def setUp(self):
        CONFIG.unlink(missing_ok=True)
        KEYS.unlink(missing_ok=True)
        self.fetcher.start(is_activated=True)

    def assert_works(self):
        """Checks that the daemon, which nobody has told anything, now fetches and logins succeed."""
        self.wait_until_used()
        self.fetcher.wait_for_keys(self.provider.key_ids())
        self.assert_accepted(self.log_in())
        self.assert_told(0, "status", texts=["ok: jwks-fetcher runs; 1 of 1 issuers are well"])
        shown = self.ask("doctor")[1]
        self.assertNotRegex(shown, "fetcher\\.|keys\\.|config.invalid")

    def test_status_answers_that_it_waits_and_writing_the_file_is_enough(self):
        shown = self.assert_told(UNKNOWN, "status", texts=[
            f"unknown: open {CONFIG}: No such file or directory; jwks-fetcher waits for it, and "
            "uses it as soon as it is good"])
        self.assertNotIn("no answer", shown)
        self.assert_told(CRITICAL, "doctor", texts=["config.invalid", "Fix: write or mend it"])
        self.assertEqual(self.fetcher.call("Refresh", issuer="x")["error"],
                         "io.pamjwt.Fetcher.NoConfiguration")
        self.write_config()
        self.assert_told(0, "check", texts=["errors: 0"])
        self.assert_works()

    def test_a_fault_is_named_with_its_line_until_it_is_mended(self):
        self.write_config("frobnicate = 1\n")
        self.fetcher.wait_for(lambda: "frobnicate" in self.config()["error"])
        self.assert_told(UNKNOWN, "status", texts=["pam_jwt.toml:", "frobnicate", "waits for it"])
        self.assertRegex(self.fetcher.log(), r"config_refused, waiting .*pam_jwt.toml:\d+: ")
        self.write_config()
        self.assert_works()

    def test_doctor_tells_how_to_make_it_readable_and_that_ends_the_findings(self):
        self.write_config(mode=0o600)
        self.fetcher.wait_for(lambda: "Permission denied" in self.config()["error"])
        self.assert_told(CRITICAL, "status", texts=[
            f"critical: jwks-fetcher waits for a configuration: open {CONFIG}: Permission denied; "
            "mend that, and run `jwtctl check`"])
        shown = self.assert_told(CRITICAL, "doctor", texts=["fetcher.waits", "Permission denied"])
        advice = self.assert_told(CRITICAL, "check", texts=["jwks-fetcher"])
        mend = re.search(rf"chmod \S+ {CONFIG}", shown + advice)
        self.assertIsNotNone(mend, shown + advice)
        subprocess.run(mend.group().split(), check=True)
        self.assert_works()

    def test_a_bad_change_keeps_the_old_one_and_is_a_warning(self):
        self.write_config()
        self.assert_works()
        CONFIG.chmod(0o600)
        self.fetcher.wait_for(lambda: "Permission denied" in self.config().get("error", ""))
        self.assert_told(WARNING, "status", texts=[
            "it does not use the configuration on disk, but the old one: ", "Permission denied"])
        self.assert_told(CRITICAL, "doctor", texts=["fetcher.old_config"])
        self.assert_accepted(self.log_in())
        CONFIG.chmod(0o644)
        self.assert_works()


class Away(DaemonCase):
    def test_doctor_starts_or_restarts_a_daemon_that_does_not_answer(self):
        self.write_config()
        self.fetcher.start(is_activated=True)
        self.fetcher.wait_for_keys(self.provider.key_ids())
        self.fetcher.stop()
        self.assert_told(CRITICAL, "doctor", texts=["fetcher.away", STARTS])
        self.fetcher.start(is_activated=True)
        self.assertNotIn("fetcher.", self.ask("doctor")[1])


class NewAuthority(DaemonCase):
    def test_a_new_ca_file_counts_at_the_next_fetch(self):
        self.write_config()
        self.fetcher.start()
        self.fetcher.wait_for_keys(self.provider.key_ids())
        old_ca = self.provider.ca_file.read_text()
        self.provider.change_authority()
        self.assertNotEqual(self.provider.ca_file.read_text(), old_ca)
        self.provider.rotate()
        self.assertEqual(self.fetcher.refresh(self.provider.url), {"parameters": {"changed": False}})
        self.assert_told(WARNING, "status", texts=[
            "SSL certificate problem", f"only the certificates in ca_file are trusted: {CA_FILE}"])
        self.assert_refused(self.log_in(), "key.unknown")

        self.host.write(CA_FILE, self.provider.ca_file.read_text())
        self.assertEqual(self.fetcher.refresh(self.provider.url), {"parameters": {"changed": True}})
        self.assert_accepted(self.log_in())
        self.assert_told(0, "status", texts=["1 of 1 issuers are well"])
        self.assertEqual(self.fetcher.log().count("reloaded"), 0)


if __name__ == "__main__":
    openid_provider.install()
    main()

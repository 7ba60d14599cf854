#!/usr/bin/python3
"""Tests `jwt-sso setup` beside the configurations of ssh that people have, with the programs that use ssh, and with
names of hosts that somebody else chose."""

import os
import shutil
from pathlib import Path

import openid_provider
from certificate_case import CAROL
from host_case import main
from private_host import HOSTNAME
from sso_case import JWT_SSO, SsoCase

CONFIG = CAROL / ".ssh/config"
OTHER = CAROL / ".ssh/other.conf"
# What stands in front of the configuration of the host.
BEFORE = {
    "nothing": "",
    "only the keys that are named": "Host *\n  IdentitiesOnly yes\n",
    "no key": "Host *\n  IdentityFile none\n",
    "no certificate": "Host *\n  CertificateFile none\n",
    "no agent": "Host *\n  IdentityAgent none\n",
    "keys go to the agent": "AddKeysToAgent yes\n",
    "canonical names": "CanonicalizeHostname always\nCanonicalDomains example.com\nCanonicalizeMaxDots 0\n",
    "one connection for all": "Host *\n  ControlMaster auto\n  ControlPath ~/.ssh/%C\n  ControlPersist 1\n",
    "another file": f"Include {OTHER}\n",
    "a block that is still open": "Match host other.example.com\n  User nobody\n",
    "line ends of Windows": "Host *\r\n  Compression yes\r\n",
}
NAMES = ("$(touch {mark})", "`touch {mark}`", "a';touch {mark};'", 'a";touch {mark};"', "-oProxyCommand=touch {mark}",
         "%h", "${{HOME}}", "a,b", "*", "!host1.example.com", "host1.example.com\n")
DIRECTORIES = ("a b", "it's", "a#b", "\u00e9", "a,b", "[a]", "a*", "-a", "a;b&c|d(e)`f`")


class ConfigurationCase(SsoCase):
    def setUp(self):
        super().setUp()
        self.log_in_by_browser()

    def as_carol(self, *argv, stdin="", environment=None):
        return self.host.run_as("carol", ["env", "-C", str(CAROL), *map(str, argv)], stdin, environment)

    def set_up(self, environment=None):
        outcome = self.sso("setup", "--yes", environment=environment)
        self.assertEqual(outcome.code, 0, outcome)

    def assert_logs_in(self, environment=None):
        outcome = self.as_carol("ssh", HOSTNAME, "id", "-un", environment=environment)
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)


class Configurations(ConfigurationCase):
    def test_the_certificate_is_used_and_setup_is_taken_back(self):
        self.host.write(OTHER, "Host *\n  IdentitiesOnly yes\n", 0o600, "carol")
        usual = CONFIG.read_text()
        for name, before in BEFORE.items():
            with self.subTest(name):
                CONFIG.write_text(before + usual, newline="")
                self.set_up()
                self.assert_logs_in()
                self.assertEqual(self.sso("setup", "--remove", "--yes").code, 0)
                self.assertEqual(CONFIG.read_bytes(), (before + usual).encode())

    def test_another_configuration_does_not_use_it(self):
        self.set_up()
        outcome = self.as_carol("ssh", *self.host.ssh_options(self.port), f"alice@{HOSTNAME}", "true")
        self.assertEqual((outcome.code, outcome.stdout), (255, ""), outcome)

    def test_the_state_may_have_an_odd_path(self):
        for name in DIRECTORIES:
            with self.subTest(name):
                directory = CAROL / ".local" / name
                directory.mkdir()
                shutil.chown(directory, "carol", "carol")
                environment = {"XDG_STATE_HOME": str(directory)}
                self.log_in_by_browser(environment=environment)
                self.set_up(environment)
                self.assert_logs_in(environment)


class Programs(ConfigurationCase):
    def test_programs_that_use_ssh(self):
        self.set_up()
        file = self.host.write(CAROL / "file", "text", 0o600, "carol")
        copy = Path("/run/e2e/copy")
        copy.mkdir()
        shutil.chown(copy, "alice")
        for argv, stdin in ((["scp", file, f"{HOSTNAME}:{copy}/scp"], ""),
                            (["scp", "-O", file, f"{HOSTNAME}:{copy}/old"], ""),
                            (["sftp", "-b", "-", HOSTNAME], f"put {file} {copy}/sftp\n"),
                            (["ssh", "-T", "-D", "10800", HOSTNAME, "sh"], f"echo text >{copy}/shell\n")):
            outcome = self.as_carol(*argv, stdin=stdin)
            self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(sorted(os.listdir(copy)), ["old", "scp", "sftp", "shell"])


class Names(ConfigurationCase):
    def test_a_name_that_somebody_else_chose_runs_nothing(self):
        self.write_profile("work", hosts=["*"])
        self.set_up()
        mark = CAROL / "mark"
        for pattern in NAMES:
            name = pattern.format(mark=mark)
            with self.subTest(name):
                self.assertEqual(self.as_carol("ssh", "--", name, "id").code, 255)
                self.assertEqual(self.sso("token", "--host", name).code, 4)
                self.assertFalse(mark.exists())
        self.assert_logs_in()
        settings = (CAROL / ".ssh/jwt-sso.conf").read_text()
        self.assertIn(f'exec "{JWT_SSO} renew work"', settings)


if __name__ == "__main__":
    openid_provider.install()
    main()

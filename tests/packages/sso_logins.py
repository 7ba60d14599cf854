"""Tests the package jwt-sso: its files, and a person with a bare account who logs in by two commands."""

import json
import threading

from certificate_logins import expect
from private_host import HOSTNAME
from scripted_browser import Browser

ISSUER = "idp"         # the host's name for the provider of the tests
CLIENT_ID = "jwt-sso"  # of that provider
NAME = "corp"
PROFILE = f"/etc/jwt-sso/{NAME}.toml"
CA_FILE = "/etc/jwt-sso/idp-ca.pem"
PERSON = "newcomer"  # has a home directory with nothing in it
HOME = f"/home/{PERSON}"
STATE = f"{HOME}/.local/state/jwt-sso/{NAME}"
ADDRESS = f"{HOME}/address"  # to which the browser is sent
BROWSER = "/home/browser"
# Whole at once, as the test waits for it.
BROWSER_SCRIPT = f'#!/bin/sh\nprintf %s "$1" >{ADDRESS}.new && mv {ADDRESS}.new {ADDRESS}\n'
LOGIN_NEEDED = 3
# The files that are not plain files of root, and some that are.
MODES = {
    "/etc/jwt-sso": "root:root 755",
    "/usr/bin/jwt-sso": "root:root 755",
    "/usr/libexec/jwt-sso": "root:root 755",
    "/usr/libexec/jwt-sso/net": "root:root 755",
    "/usr/share/bash-completion/completions/jwt-sso": "root:root 644",
    "/usr/share/fish/vendor_completions.d/jwt-sso.fish": "root:root 644",
    "/usr/share/zsh/vendor-completions/_jwt-sso": "root:root 644",
}
HEAVY = ("libcurl", "libcrypto", "libssl")


class SsoLogins:
    """Logins of a person whom the provider knows as alice, to alice's account."""

    def __init__(self, machine, host, provider):
        self._machine, self._host, self._provider = machine, host, provider

    # --- the package ---------------------------------------------------------------------

    @staticmethod
    def expect_files(machine, version):
        for path, wanted in MODES.items():
            found = machine.run("stat", "--format=%U:%G %a", path).output.strip()
            expect(found == wanted, f"{path} is {found}, not {wanted}")
        files = machine.run("find", "/etc/jwt-sso", "-type", "f").output
        expect(files == "", f"the package brings profiles of its own: {files}")
        said = machine.run("jwt-sso", "--version").output
        expect(said.startswith("jwt-sso ") and version.startswith(said.split()[1]), f"jwt-sso --version: {said}")
        needed = machine.run("ldd", "/usr/bin/jwt-sso").output
        expect(not any(name in needed for name in HEAVY), f"jwt-sso loads too much at each start of ssh: {needed}")
        page = machine.run("sh", "-c", "zcat /usr/share/man/man1/jwt-sso.1.gz").output
        expect("FIRST DAY" in page, "the man page is not there")
        scripts = machine.run("sh", "-c", "ls /var/lib/dpkg/info/jwt-sso.*").output
        expect("postinst" not in scripts, f"the package runs something when it is installed: {scripts}")

    # --- the first day -------------------------------------------------------------------

    def prepare(self):
        """Gives the person an account, and the machine the administrator's profile."""
        self._machine.run("useradd", "--create-home", "--shell=/bin/sh", PERSON)
        self._machine.write(BROWSER, BROWSER_SCRIPT, mode=0o755)
        profile = self._machine.run("jwtctl", "client-profile", "--host", HOSTNAME, ISSUER).output
        self._machine.write(PROFILE, profile)
        # The profile names a place on the machines of users for the CA file of the host.
        self._machine.write(CA_FILE, self._provider.ca_file.read_text())

    def clean_up(self):
        self._machine.run("rm", PROFILE, CA_FILE)
        self._machine.run("userdel", "--remove", PERSON)

    def expect_nobody_logged_in(self):
        listed = json.loads(self._sso("profiles", "--json").output)["profiles"]
        expect([profile["name"] for profile in listed] == [NAME], f"jwt-sso profiles: {listed}")
        done = self._sso("renew", check=False)
        expect(done.code == LOGIN_NEEDED, f"jwt-sso renew, before the login: {done}")
        done = self._sso("status", check=False)
        expect("jwt-sso login" in done.output, f"jwt-sso status does not say what to do: {done}")

    def log_in(self):
        """Runs `jwt-sso login`, and is the browser of the person meanwhile."""
        outcome = []
        command = ["env", f"BROWSER={BROWSER}", "jwt-sso", "login"]
        login = threading.Thread(target=lambda: outcome.append(
            self._machine.run(*command, check=False, user=PERSON)))
        login.start()
        address = self._machine.root / ADDRESS.lstrip("/")
        self._machine.wait_for("the login to open the browser", lambda: outcome or address.exists())
        if not outcome:
            page = Browser(self._provider.ca_file, "alice").log_in(address.read_text())
            expect("You are logged in" in page.text, f"the browser ended at {page}")
        login.join()
        expect(outcome[0].code == 0, f"jwt-sso login: {outcome[0]}")
        found = self._machine.run("stat", "--format=%U %a", STATE, f"{STATE}/key", f"{STATE}/tokens").output
        expect(found == f"{PERSON} 700\n{PERSON} 600\n{PERSON} 600\n", f"the state is {found}")

    def set_up(self):
        self._sso("setup", "--yes")
        said = self._sso("setup", "--yes").output
        expect("nothing to do" in said, f"a second setup: {said}")

    def expect_login(self):
        mark = len(self._host.audit())
        done = self._plain_ssh()
        expect((done.code, done.output) == (0, "alice\n"), f"plain ssh does not log in: {done}")
        accepted = [line for line in self._host.audit()[mark:] if ": accepted " in line and " user=alice " in line]
        expect(len(accepted) == 1, f"the log says {self._host.audit()[mark:]}")

    def log_out(self):
        self._sso("logout")
        left = self._machine.run("find", STATE, "-type", "f", "-size", "+0").output
        expect(left == "", f"the logout left {left}")
        done = self._plain_ssh()
        expect(done.code != 0, f"plain ssh logs in after the logout: {done}")
        self._sso("setup", "--remove", "--yes")
        left = self._machine.run("find", f"{HOME}/.ssh", "-type", "f", "-size", "+0", "!", "-name", "known_hosts*").output
        expect(left == "", f"setup --remove left {left}")

    def _sso(self, *arguments, check=True):
        return self._machine.run("jwt-sso", *arguments, check=check, user=PERSON)

    def _plain_ssh(self):
        return self._machine.run("ssh", "-o", "BatchMode=yes", f"alice@{HOSTNAME}", "id", "-un", check=False,
                                 user=PERSON)

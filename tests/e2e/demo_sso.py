"""The second half of the demo: a user logs in once with the browser, and then types nothing but `ssh host1`."""

import contextlib
import os
import shutil
import subprocess
import time

from chromium import Chromium
from private_host import HOSTNAME, WORK
from scripted_browser import PASSWORD
from sso_case import CA_FILE, JWT_SSO, PROFILES, Waiting, browser_of, install_jwt_sso

USER = "carol"
HOME = WORK / "home" / USER
TOKEN_SECONDS = 8  # real providers give minutes or hours
SSH_CONFIG = f"""\
Host host1
  HostName {HOSTNAME}
  User demo
"""


class SsoDemo:
    """Goes on with the host and the provider of a Demo, and adds its results to those."""

    def __init__(self, demo):
        self._demo = demo
        self._host = demo.host
        self._provider = demo.provider

    def show(self):
        self._prepare()
        with self._provider.changed(id_token_seconds=TOKEN_SECONDS):
            self._logs_in()
        self._is_renewed()
        self._logs_out()

    def _prepare(self):
        demo = self._demo
        demo.say("From here on, nobody handles tokens. The user carol has the package jwt-sso, an ordinary\n"
                 "   ~/.ssh/config, and a profile file, which her administrator made from the host's configuration.")
        install_jwt_sso(self._host)
        self._host.write(CA_FILE, self._provider.ca_file.read_text())
        make = f"jwtctl client-profile idp --scope groups --host '*.example.com' >{PROFILES}/work.toml"
        print(f"$ {make}", flush=True)
        subprocess.run(["sh", "-c", make], timeout=30, check=True)
        print("".join(line for line in (PROFILES / "work.toml").read_text().splitlines(keepends=True)
                      if not line.startswith("#")).strip())
        self._host.write("/etc/ssh/ssh_config.d/demo.conf", "")
        self._host.write(HOME / ".ssh/config", SSH_CONFIG, 0o600, USER)
        (HOME / ".ssh").chmod(0o700)
        shutil.chown(HOME / ".ssh", USER, USER)

    def _logs_in(self):
        demo = self._demo
        demo.say("Log in with the browser, Chromium here, and let ssh use that, once and for all.")
        login = self._log_in_with_chromium()
        setup = self._as_carol("jwt-sso setup --yes")
        demo.results.append(("jwt-sso login, jwt-sso setup", "both succeed",
                             (login.code, setup.returncode) == (0, 0)))
        demo.say("Plain ssh: must be accepted.")
        self._is_accepted("plain ssh after jwt-sso login")

    def _is_renewed(self):
        demo = self._demo
        demo.say(f"The token was for {TOKEN_SECONDS} seconds, and has expired. Plain ssh asks the provider for "
                 "the next one,\n   without a question: must be accepted.")
        time.sleep(TOKEN_SECONDS + 2)
        self._as_carol("jwt-sso status")
        self._is_accepted("plain ssh after the token expired")

    def _logs_out(self):
        demo = self._demo
        demo.say("Log out: plain ssh must be refused.")
        self._as_carol("jwt-sso logout")
        mark = self._host.mark()
        login = self._as_carol("ssh -o BatchMode=yes host1 id -un")
        good = (login.returncode == 255 and login.stdout == "" and "Permission denied" in login.stderr
                and not [line for line in self._host.audit_since(mark) if "accepted" in line])
        demo.results.append(("plain ssh after jwt-sso logout", "refused", good))

    def _is_accepted(self, what):
        mark = self._host.mark()
        login = self._as_carol("ssh host1 id -un")
        audit = "\n".join(line for line in self._host.audit_since(mark) if ":session)" in line)
        print(f"The host logs: {self._demo.coloured(audit or 'nothing', bool(audit))}")
        self._demo.results.append((what, "accepted", login.returncode == 0 and login.stdout == "demo\n"
                                   and "pam_jwt(sshd:session): accepted user=demo " in audit))

    def _log_in_with_chromium(self):
        """Does what carol does in her browser, which `jwt-sso login` opens."""
        login = Waiting(self._shown("jwt-sso login"), None)
        with self._chromium() as browser:
            browser.open(login.address)
            browser.fill("input[name=user]", "demo")
            browser.fill("input[name=password]", PASSWORD)
            browser.click("button")
            browser.wait_for_text("You are logged in")
            page = browser.text()
        outcome = login.outcome()
        print_lines(outcome.stdout + outcome.stderr)
        print("Chromium shows at last:")
        print_lines(page, "  | ")
        return outcome

    @contextlib.contextmanager
    def _chromium(self):
        directory = HOME / "chromium"
        directory.mkdir()
        shutil.chown(directory, USER, USER)
        browser = Chromium(self._host.as_user(USER, []), directory, [self._provider.certificate])
        try:
            yield browser
        finally:
            browser.close()

    def _as_carol(self, command):
        """Shows and runs a command of carol's."""
        done = subprocess.run(self._shown(command), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False)
        print_lines(done.stdout + done.stderr)
        return done

    def _shown(self, command):
        """Shows a command of carol's, and returns it as it is run. Its browser is this program."""
        print(f"carol$ {command}", flush=True)
        return self._host.as_user(USER, ["env", "-C", str(HOME), *command.split()],
                                  {"PATH": f"{JWT_SSO.parent}:/usr/bin:/bin",
                                   "BROWSER": str(browser_of(None))})


def print_lines(text, begin=""):
    print("\n".join(begin + line for line in text.splitlines() if line))

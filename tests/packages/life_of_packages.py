#!/usr/bin/python3
"""Tests the packages on a machine of their own, from their installation to their purge.

    life_of_packages.py SUITE WORK LOGS     installs LOGS/*.deb; the machine is in WORK
"""

import contextlib
import json
import re
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import build_packages
import machine
import openid_provider
import suite_root
from certificate_logins import CertificateLogins
from debian_host import SSHD_OPTIONS
from fleet_lists import FleetLists
from held_logins import HeldLogins
from machine_life import MachineLife
from openid_provider import OpenIdProvider
from penalties import Penalties
from private_host import HOSTNAME
from sso_logins import CLIENT_ID, SsoLogins
from taken_away import TakenAway
from token_sessions import TokenSessions

PACKAGES = ["libpam-jwt", "jwks-fetcher", "jwt-sso", "ssh-jwt"]
# The packages of a server, and no more. git and rsync log in by ssh.
ROOT = ["systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "openssh-client",
        "ca-certificates", "iproute2", "procps", "sudo", "git", "rsync"]
CONFIG = "/etc/pam_jwt/pam_jwt.toml"
CA_FILE = "/etc/pam_jwt/idp-ca.pem"
KEYS = "/var/lib/jwks-fetcher/keys.jsonl"
UNIT = "jwks-fetcher.service"
SOCKETS = ["jwks-fetcher-public.socket", "jwks-fetcher-redeem.socket"]
UNKNOWN = 3  # the exit code of jwtctl status
DROP_IN = f"/run/systemd/system/{UNIT}.d/test.conf"
STACK_OF_SSHD = "/etc/pam.d/sshd"
WAITING = "/var/lib/pam_jwt/unconfirmed"
# Runs on a terminal where nobody answers.
UNCONFIRMED = "sleep 600 | script --quiet --flush --command 'jwtctl enable sshd' /run/enable.log"
OF_THE_FLEET = [f"pam_jwt-denylist.{kind}" for kind in ("service", "path", "timer")]
EXPOSURE, EXPOSURE_OF_ROOT = 15, 20  # tenths of what systemd-analyze security counts, from 0 to 10.0
AT_A_TIME = 1023  # bytes of a token that ssh takes

CONFIGURATION = """\
[login]
host = "{host}"

[issuer.idp]
url = "{url}"
audiences = ["ssh://%h"]
bound_audiences = ["{client_id}"]
ca_file = "{ca_file}"

[[issuer.idp.account]]
claim = "preferred_username"
"""
# The unit's own watchdog needs a minute.
SHORT_WATCHDOG = "[Service]\nWatchdogSec=2s\nRestartSec=100ms\n"


def expect(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


def expect_login(done, user, what):
    expect(done.code == 0 and done.output == f"{user}\n", f"{what} does not log in: {done}")


class Life(MachineLife):
    """The life of the packages. Each method named in STEPS is one step, and fails with an AssertionError."""

    KIND, ROOT = "machine", ROOT
    STEPS = ["boot", "install", "examine_the_units", "configure", "lose_power_unconfirmed",
             "switch_on", "switch_on_again", "log_in", "refuse", "punish", "end_sessions",
             "kill_the_daemon", "hang_the_daemon", "do_what_doctor_says", "reboot", "upgrade",
             "switch_off", "log_in_by_certificate", "log_in_by_browser", "take_away",
             "remove_with_certificates", "enable_the_profile", "remove", "purge",
             "run_the_autopkgtest", "remove_too_early"]

    def __init__(self, suite, work, logs):
        super().__init__(suite, work, logs)
        self.packages = [path for path in logs.glob("*.deb") if "-dbgsym_" not in path.name]
        self.short = self.long = None

    def run(self):
        for name in self.STEPS:
            print(f"  {name.replace('_', ' ')}", end="", flush=True)
            started = time.monotonic()
            getattr(self, name)()
            print(f" ({time.monotonic() - started:.1f} s)", flush=True)

    # --- steps ---------------------------------------------------------------------------

    def boot(self):
        self.begin()
        self.others_log_in()
        self.repository.add(self.packages)
        self.repository.be_trusted_unsigned()
        self.files_before = self.host.files()
        self.stacks_before = self.host.stacks()

    def install(self):
        self.apt("update")
        self.apt("install", *PACKAGES)
        for package in PACKAGES:
            version = self.version(package)
            expect(version.endswith(self.host.suffix_of_versions()),
                   f"{package} {version} does not say what it was built for")
        self.expect_stacks_as_before("the installation")
        self.wait_until_active()
        for path, owner in (("/etc/pam_jwt/conf.d", "root:root 755"),
                            ("/var/lib/pam_jwt", "root:root 755"),
                            ("/var/lib/jwks-fetcher", "jwks-fetcher:jwks-fetcher 755")):
            found = self.machine.run("stat", "--format=%U:%G %a", path).output.strip()
            expect(found == owner, f"{path} is {found}, not {owner}")
        SsoLogins.expect_files(self.machine, self.version("jwt-sso"))
        self.machine.run("getent", "group", "jwt-redeem")
        files = self.machine.run("find", "/etc/pam_jwt", "-type", "f").output
        expect(files == "", f"the packages bring a configuration of their own: {files}")
        told = self.machine.run("jwtctl", "status", check=False)
        expect(told.code == UNKNOWN and f"open {CONFIG}: No such file" in told.output
               and "jwks-fetcher waits for it" in told.output, f"jwtctl status: {told}")
        unit = self.machine.run("systemctl", "show", "--property=StatusText", UNIT).output
        expect("waits for a configuration" in unit, f"systemctl status: {unit}")
        self.expect_bills()
        self.others_log_in()

    def expect_bills(self):
        """Each package brings a bill of materials, which names the libraries that the package depends on."""
        for package in PACKAGES:
            path = f"/usr/share/doc/{package}/{package}.spdx.json"
            bill = json.loads(self.machine.run("cat", path).output)
            expect(bill["packages"][0]["name"] == package, f"{path} is of {bill['packages'][0]['name']}")
            listed = {other["name"] for other in bill["packages"][1:]}
            needed = self.machine.run("dpkg-query", "--show", "--showformat=${Depends}", package).output
            libraries = {name for name in re.findall(r"(?:^|, )(lib[^\s,]+)", needed) if name != "libpam-runtime"}
            expect(libraries and libraries <= listed, f"{path} lacks {libraries - listed}")

    def examine_the_units(self):
        """Lets systemd check the units. It does not look for their documents: the machine has no man(1)."""
        units = [UNIT, *SOCKETS, *OF_THE_FLEET, "pam_jwt-take-back.service"]
        found = self.machine.run("systemd-analyze", "verify", "--man=no", *units)
        expect(found.output + found.errors == "", f"systemd-analyze verify: {found}")
        self.machine.run("systemd-analyze", "security", f"--threshold={EXPOSURE}", UNIT)
        self.machine.run("systemd-analyze", "security", f"--threshold={EXPOSURE_OF_ROOT}", OF_THE_FLEET[0])
        self.expect_fleet_units("inactive", "though there is no list of a fleet")
        found = self.machine.run("systemctl", "is-enabled", OF_THE_FLEET[2], check=False).output.strip()
        expect(found == "disabled", f"{OF_THE_FLEET[2]} is {found}")

    def expect_fleet_units(self, state, why):
        for unit in OF_THE_FLEET[1:]:
            found = self.machine.run("systemctl", "is-active", unit, check=False).output.strip()
            expect(found == state, f"{unit} is {found}, {why}")

    def configure(self):
        """Writes the configuration. Nothing else is needed: the daemon notices it."""
        # A user in many groups has a token of more than one part.
        openid_provider.USERS["bob"] = [f"/departments/engineering/team-{n}" for n in range(40)]
        self.provider = OpenIdProvider.on(self.machine, self.work / "provider")
        self.provider.start()
        self.machine.write(CA_FILE, self.provider.ca_file.read_text())
        self.machine.write(CONFIG, CONFIGURATION.format(
            host=HOSTNAME, url=self.provider.url, client_id=CLIENT_ID, ca_file=CA_FILE))
        self.wait_for_keys()
        checked = self.machine.run("jwtctl", "check").output
        expect("errors: 0, warnings: 0" in checked, f"jwtctl check has something to say: {checked}")
        self.machine.run("jwtctl", "status")

    def lose_power_unconfirmed(self):
        """Checks that the next boot takes back a change that nobody has confirmed."""
        self.machine.run("systemd-run", "--quiet", "sh", "-c", UNCONFIRMED)
        self.machine.wait_for("jwtctl to ask", self.is_unconfirmed)
        expect(self.host.stacks() != self.stacks_before, "jwtctl has changed nothing")
        self.machine.lose_power()
        self.machine.start()
        expect(not self.is_unconfirmed(), "the boot has left the change unconfirmed")
        self.expect_stacks_as_before("the boot")
        self.others_log_in()

    def is_unconfirmed(self):
        answer = self.machine.run("sh", "-c", "grep -q Type.yes /run/enable.log", check=False)
        return answer.code == 0 and (self.work / f"root{WAITING}").exists()

    def switch_on(self):
        self.machine.run("jwtctl", "enable", "sshd", "--yes")
        self.host.restart_sshd()

    def switch_on_again(self):
        before = self.host.stacks()
        self.machine.run("jwtctl", "enable", "sshd", "--dry-run")
        self.machine.run("jwtctl", "enable", "sshd", "--yes")
        expect(self.host.stacks() == before, "enabled twice, sshd has other files than enabled once")

    def log_in(self):
        self.take_tokens()
        self.tokens_log_in()
        expect_login(self.host.key_login(), "alice", "the ssh key, beside tokens")

    def refuse(self):
        self.expect_refused("bob", self.short, "account.not_allowed")
        self.expect_refused("alice", self.forged(), "signature.invalid")
        self.tokens_log_in()

    def punish(self):
        penalties = Penalties(self.machine, self.host, self.short, self.forged())
        penalties.expect_none_without_a_good_token()
        penalties.expect_none_for_keys_before_the_token()
        if self.host.punishes():
            penalties.expect_some_for_forged_tokens()

    def end_sessions(self):
        before = self.host.stacks()
        sessions = TokenSessions(self.machine, self.host)
        sessions.switch_on()
        sessions.expect_ends()
        sessions.expect_to_be_ended()
        sessions.expect_deny_to_name_them()
        sessions.expect_no_end_without_a_token()
        sessions.switch_off()
        expect(self.host.stacks() == before, "the session line stays without end_with_token")

    def kill_the_daemon(self):
        before = self.main_pid()
        self.machine.run("systemctl", "kill", "--signal=KILL", UNIT)
        self.tokens_log_in()
        self.wait_until_active(other_than=before)

    def hang_the_daemon(self):
        self.machine.run("sh", "-c", f"mkdir -p $(dirname {DROP_IN}) && cat >{DROP_IN}",
                         stdin=SHORT_WATCHDOG)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", UNIT)
        before = self.main_pid()
        self.machine.run("systemctl", "kill", "--signal=STOP", UNIT)
        self.wait_until_active(other_than=before)
        self.tokens_log_in()
        self.machine.run("rm", DROP_IN)
        self.machine.run("systemctl", "daemon-reload")

    def do_what_doctor_says(self):
        """Stops the daemon, then lets it hang. Each time the fix of doctor must help."""
        self.machine.run("systemctl", "disable", "--now", UNIT, *SOCKETS)
        self.do_the_fix("fetcher.away")
        self.machine.run("systemctl", "kill", "--signal=STOP", UNIT)
        self.do_the_fix("fetcher.away")
        for unit in (UNIT, *SOCKETS):
            self.machine.run("systemctl", "is-enabled", unit)

    def do_the_fix(self, rule):
        fixes = [finding["fix"] for finding in self.findings() if finding["rule"] == rule]
        expect(len(fixes) == 1, f"doctor does not find {rule}: {self.findings()}")
        self.machine.run("sh", "-c", fixes[0].split("`")[1])
        left = [finding for finding in self.findings()
                if finding["rule"].startswith(("fetcher.", "keys."))]
        expect(not left, f"{fixes[0]} leaves {left}")

    def findings(self):
        told = self.machine.run("jwtctl", "doctor", "--json", check=False)
        return json.loads(told.output)["findings"]

    def reboot(self):
        self.machine.stop()
        self.machine.start()
        self.wait_until_active()
        self.take_tokens()
        self.tokens_log_in()

    def upgrade(self):
        before, stacks, configuration = self.main_pid(), self.host.stacks(), self.configuration()
        self.repository.add(build_packages.with_higher_version(package, self.work)
                            for package in self.packages)
        self.demand_a_signature()
        self.machine.run("systemctl", "enable", "--now", OF_THE_FLEET[2])
        self.expect_fleet_units("active", "though the timer is enabled")
        with self.logging_in_all_the_time():
            self.apt("install", "--only-upgrade", *PACKAGES)
        self.expect_fleet_units("active", "after the upgrade")
        for package in PACKAGES:
            version = self.version(package)
            expect(version.endswith("+next"), f"{package} has version {version}")
        self.wait_until_active(other_than=before)
        expect(self.host.stacks() == stacks, "the upgrade changed a PAM file or sshd's")
        expect(self.configuration() == configuration, "the upgrade changed /etc/pam_jwt")
        self.tokens_log_in()

    def demand_a_signature(self):
        self.repository.be_trusted_if_signed()
        unsigned = self.machine.run("apt-get", "update", check=False, on_host_network=True)
        expect("is not signed" in unsigned.errors, f"apt takes a repository unsigned: {unsigned}")
        self.repository.sign()
        self.apt("update")

    def switch_off(self):
        self.machine.run("jwtctl", "disable", "sshd")
        self.host.restart_sshd()
        self.expect_stacks_as_before("switching off")
        self.others_log_in()

    def log_in_by_certificate(self):
        logins = CertificateLogins(self.machine, self.host)
        logins.write_config()
        logins.expect_user_with_few_rights(CONFIG, KEYS)
        logins.prepare()
        logins.switch_on()
        logins.expect_every_program_to_log_in()
        logins.expect_refusals()
        expect_login(self.host.key_login(), "alice", "the ssh key, beside certificates")
        logins.switch_off()
        self.expect_stacks_as_before("switching certificates off")
        logins.expect_no_login()
        self.others_log_in()
        logins.clean_up()

    def log_in_by_browser(self):
        """Lets a person with a bare account log in by two commands, then by plain ssh."""
        certificates = CertificateLogins(self.machine, self.host)
        certificates.switch_on()
        logins = SsoLogins(self.machine, self.host, self.provider)
        logins.prepare()
        logins.expect_nobody_logged_in()
        logins.log_in()
        logins.set_up()
        logins.expect_login()
        logins.log_out()
        logins.clean_up()
        certificates.switch_off()

    def take_away(self):
        """Lets an administrator, and then the list of a fleet, end the sessions of somebody who leaves."""
        logins = HeldLogins(self.machine, self.host)
        away = TakenAway(self.machine, self.host, logins)
        fleet = FleetLists(self.machine, self.work, away)
        fleet.expect_nothing_of_it()
        logins.switch_on()
        away.expect_a_person_to_go()
        away.expect_an_account_to_go()
        away.expect_the_administrator_to_stay()
        fleet.switch_on()
        fleet.expect_a_person_to_go(logins)
        fleet.expect_bad_lists_to_change_nothing(logins)
        fleet.expect_a_restless_daemon_to_change_nothing(logins)
        fleet.expect_the_last_list_to_hold(self.host)
        fleet.switch_off()
        logins.switch_off()
        self.expect_stacks_as_before("taking away")

    def remove_with_certificates(self):
        """Removes the packages while certificates log in. sshd must go on as if they had never been there."""
        logins = CertificateLogins(self.machine, self.host)
        logins.switch_on()
        self.expect_no_removal_where_a_line_is_somebodys()
        self.apt("remove", *PACKAGES)
        self.expect_stacks_as_before("the removal with certificates")
        self.others_log_in()
        self.apt("install", *PACKAGES)
        self.wait_until_active()
        logins.remove_config()

    def expect_no_removal_where_a_line_is_somebodys(self):
        """Puts a line between those of `jwtctl enable`. `jwtctl disable` then takes none of them out."""
        stack = self.machine.read(STACK_OF_SSHD)
        somebodys = "account required pam_permit.so\n"
        changed = re.sub(r"(?m)^account.*pam_jwt\.so", lambda found: somebodys + found[0], stack, count=1)
        expect(somebodys in changed, f"{STACK_OF_SSHD} has no account line of the module:\n{stack}")
        self.machine.write(STACK_OF_SSHD, changed)
        self.expect_removal_refused("stands between the marks of jwtctl, and is not its own")
        self.machine.write(STACK_OF_SSHD, stack)

    def enable_the_profile(self):
        self.machine.run("pam-auth-update", "--enable", "jwt")
        self.host.configure_sshd(SSHD_OPTIONS)
        self.take_tokens()
        self.tokens_log_in()
        self.expect_refused("alice", self.forged(), "signature.invalid")
        self.others_log_in()
        sessions = TokenSessions(self.machine, self.host)
        sessions.write_config()
        sessions.expect_ends()
        sessions.remove_config()

    def remove(self):
        self.host.configure_sshd(None)
        self.apt("remove", *PACKAGES)
        self.expect_stacks_as_before("the removal")
        expect(self.machine.run("systemctl", "is-active", UNIT, check=False).code != 0,
               "the daemon runs without its package")
        self.expect_fleet_units("inactive", "without its package")
        expect(self.configuration(), "the removal took the configuration away")
        self.others_log_in()

    def purge(self):
        self.apt("purge", *PACKAGES)
        left = sorted(self.host.files() - self.files_before - self.host.owned_files())
        expect(not left, f"the purge left {left}")
        self.expect_stacks_as_before("the purge")
        units = self.machine.run("systemctl", "list-units", "--all", "--plain", "--no-legend",
                                 "jwks-fetcher*", "pam_jwt-denylist*").output
        expect(units == "", f"the purge left units: {units}")
        self.others_log_in()

    def run_the_autopkgtest(self):
        """Runs the autopkgtest, which also shows that the packages can be installed after a purge."""
        self.apt("install", *PACKAGES)
        test = build_packages.SOURCE / "packaging/deb/tests/login"
        self.machine.write("/home/login", test.read_text(), mode=0o755)
        self.machine.run("mkdir", "/home/autopkgtest")
        self.machine.run("env", "AUTOPKGTEST_TMP=/home/autopkgtest", "/home/login")

    def remove_too_early(self):
        """Removes the packages while a PAM file has the lines that the autopkgtest left, and then without them."""
        self.expect_removal_refused()
        self.machine.run("jwtctl", "disable", "sshd")
        self.apt("remove", "libpam-jwt")

    def expect_removal_refused(self, why=""):
        """Removes the package while sshd's PAM file names the module. The package must stay whole, and say `why`."""
        version = self.version("libpam-jwt")
        said = self.apt("remove", "libpam-jwt", refused=True)
        expect("libpam-jwt: not removed" in said and f"  {STACK_OF_SSHD}\n" in said and why in said,
               f"the removal does not tell of {STACK_OF_SSHD}:\n{said}")
        audit = self.machine.run("dpkg", "--audit").output
        expect(audit == "" and self.version("libpam-jwt") == version, f"dpkg is left half-way: {audit}")

    # --- packages ------------------------------------------------------------------------

    def apt(self, verb, *arguments, refused=False):
        done = self.machine.run("apt-get", "--yes", "--quiet", verb, *arguments, check=False,
                                on_host_network=True)
        with open(self.logs / "apt.log", "a", encoding="utf-8") as log:
            log.write(f"--- {verb} {' '.join(arguments)}: {done}")
        expect((done.code != 0) == refused, f"apt-get {verb}: {done}")
        return done.output + done.errors

    def version(self, package):
        return self.machine.run("dpkg-query", "--show", "--showformat=${Version}", package).output

    def expect_stacks_as_before(self, what):
        now = self.host.stacks()
        changed = {path for path in now.keys() | self.stacks_before.keys()
                   if now.get(path) != self.stacks_before.get(path)}
        expect(not changed, f"{what} leaves these changed: {sorted(changed)}")

    def configuration(self):
        return self.host.contents("/etc/pam_jwt")

    # --- the daemon ----------------------------------------------------------------------

    def main_pid(self):
        return self.machine.run("systemctl", "show", "--property=MainPID", "--value",
                                UNIT).output.strip()

    def wait_until_active(self, other_than=None):
        def is_active():
            active = self.machine.run("systemctl", "is-active", UNIT, check=False).code == 0
            return active and self.main_pid() != other_than

        self.machine.wait_for(f"{UNIT} to be active", is_active)

    def wait_for_keys(self):
        def are_there():
            return (self.work / f"root{KEYS}").exists() and all(
                key_id in self.machine.read(KEYS) for key_id in self.provider.key_ids())

        self.machine.wait_for("the keys of the provider", are_there)

    # --- logins --------------------------------------------------------------------------

    def take_tokens(self):
        self.short = self.provider.access_token("alice")
        self.long = self.provider.access_token("bob", "RS256")
        expect(len(self.short) < AT_A_TIME < len(self.long),
               f"the tokens have {len(self.short)} and {len(self.long)} bytes")

    def forged(self):
        """Returns the short token with another signature. Its last character has bits that must be zero."""
        start, signature = self.short.rsplit(".", 1)
        return f"{start}.{signature[-2::-1]}{signature[-1]}"

    def tokens_log_in(self):
        for user, token in (("alice", self.short), ("bob", self.long)):
            expect_login(self.host.token_login(user, token), user,
                         f"a token of {len(token)} bytes")

    def expect_refused(self, user, token, reason):
        mark = len(self.host.audit())
        done = self.host.token_login(user, token)
        expect(done.code != 0, f"{user} got in, instead of {reason}: {done}")
        lines = [line for line in self.host.audit()[mark:] if ":auth): " in line]
        expect(len(lines) == 1 and f"refused user={user} reason={reason} " in lines[0],
               f"not {reason}: {lines}, {done}")

    def others_log_in(self):
        expect_login(self.host.key_login(), "alice", "the ssh key")
        expect_login(self.host.password_login(), "alice", "the password")

    @contextlib.contextmanager
    def logging_in_all_the_time(self):
        """Logs in with the short token in another thread. Each login must succeed."""
        done, failures, logins = threading.Event(), [], 0

        def log_in():
            nonlocal logins
            while not done.is_set() or logins == 0:
                outcome = self.host.token_login("alice", self.short, name="again")
                logins += 1
                if outcome.code != 0:
                    failures.append(outcome)

        thread = threading.Thread(target=log_in)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
        expect(not failures, f"{len(failures)} of {logins} logins failed: {failures[:1]}")


def main():
    suite, work, logs = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    # This needs the network, which the namespaces do not have.
    suite_root.archive(suite, Life.KIND, ROOT, logs / "root.log")
    machine.enter()
    life = Life(suite, work, logs)
    try:
        life.run()
    except AssertionError as error:
        print(f" FAILED\n{error}", flush=True)
        sys.exit(1)
    finally:
        life.end()


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Tests the Ansible role on a machine of its own: applied, applied again, failing, and taken back.

    life_of_role.py SUITE WORK LOGS     takes the packages LOGS/*.deb; the machine is in WORK

The machine is the control node too. Ansible connects to it over ssh as a user who is not root.
"""

import json
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import build_packages
import life_of_packages
import machine
import suite_root
from certificate_logins import CertificateLogins
from debian_host import CLIENT
from life_of_packages import expect, expect_login
from machine_life import MachineLife
from openid_provider import OpenIdProvider
from private_host import HOSTNAME

ROOT = [*life_of_packages.ROOT, "ansible-core", "python3-apt", "sudo"]
CONFIG = "/etc/pam_jwt/pam_jwt.toml"
ADMIN = "admin"  # who Ansible connects as
# /home/ansible is the directory of the administrator on the control node.
PLAYBOOK = "/home/ansible/pam_jwt.yml"
INVENTORY = "/home/ansible/inventory"
OTHER = "host2.example.com"  # another name for the machine in the inventory
CLOSED_PORT = 9


class Role(MachineLife):
    KIND, ROOT = "role", ROOT
    CONSOLE, JOURNAL = "console-role.log", "journal-role.log"
    STEPS = ["boot", "look_first", "apply", "apply_again", "refuse_a_wrong_configuration",
             "change_the_configuration", "take_a_denylist", "apply_the_example", "take_certificates", "take_back",
             "fail_in_explain", "fail_at_the_login", "purge", "purge_again"]

    def run(self):
        for name in self.STEPS:
            print(f"  role: {name.replace('_', ' ')}", flush=True)
            getattr(self, name)()

    # --- steps ---------------------------------------------------------------------------

    def boot(self):
        self.begin()
        self.prepare_for_ansible()
        self.provider = OpenIdProvider.on(self.machine, self.work / "provider")
        self.provider.start()
        self.install_nothing_yet()
        self.files_before, self.stacks_before = self.host.files(), self.host.stacks()

    def look_first(self):
        """Checks that check mode works on a host that has nothing yet, and changes nothing."""
        self.expect_changes(self.play("--check", "--diff"), "a first look", some=True)
        self.expect_as_before("check mode")

    def apply(self):
        mark = len(self.host.audit())
        self.expect_changes(self.play(), "the first play", some=True)
        checked = self.machine.run("jwtctl", "check").output
        expect("errors: 0, warnings: 0" in checked, f"jwtctl check has something to say: {checked}")
        accepted = [line for line in self.host.audit()[mark:] if ":auth): accepted user=alice " in line]
        expect(len(accepted) == 1, f"no trial login: {self.host.audit()[mark:]}")
        expect("session optional pam_jwt.so" in self.stack(), f"end_with_token is lost: {self.stack()}")
        self.token_logs_in()
        expect_login(self.host.key_login(), "alice", "the ssh key, beside tokens")

    def apply_again(self):
        before = self.everything()
        self.expect_changes(self.play(), "the second play", some=False)
        self.expect_changes(self.play("--check"), "check mode after it", some=False)
        expect(self.everything() == before, "the second play has changed files")

    def refuse_a_wrong_configuration(self):
        before = self.everything()
        done = self.play(session={"end_with_tokens": False}, check=False)
        expect(done.code != 0 and "end_with_tokens" in done.output, f"it takes what is wrong: {done}")
        expect(self.everything() == before, "a wrong configuration has left something")
        self.token_logs_in()

    def change_the_configuration(self):
        """Checks that a change of a boolean changes the configuration and the lines, and nothing else."""
        done = self.play("--check", session={"end_with_token": False})
        self.expect_changes(done, "a look at the change", some=True)
        self.play(session={"end_with_token": False})
        expect("end_with_token = false" in self.machine.read(CONFIG), self.machine.read(CONFIG))
        done = self.play(session={"end_with_token": False})
        self.expect_changes(done, "the same change again", some=False)
        self.token_logs_in()

    def take_a_denylist(self):
        """Records sessions and takes the denylist of a fleet, whose server does not answer, and takes both back."""
        self.machine.run("jwtctl", "keygen", "--alg", "ES256", "--out", "/home/fleet")
        self.machine.run("install", "--mode=644", "/home/fleet/jwks.json", "/home/ansible/fleet.json")
        taking = {"session": {"record": True, "end_denied": True},
                  "denylist": {"url": f"https://{HOSTNAME}:{CLOSED_PORT}/denied.jwt",
                               "keys": "/etc/pam_jwt/fleet.json"}}
        self.play(**taking)
        expect("session required pam_jwt.so" in self.stack(), f"no session line for records: {self.stack()}")
        expect(self.timer() == "active", "the timer of the denylist does not run")
        self.expect_changes(self.play(**taking), "the denylist again", some=False)
        self.token_logs_in()
        self.play(session={"end_with_token": False})
        expect(self.timer() == "inactive", "the timer of the denylist goes on")
        expect("session required pam_jwt.so" not in self.stack(), f"the line stays: {self.stack()}")
        self.expect_changes(self.play(session={"end_with_token": False}), "no denylist again", some=False)

    def timer(self):
        return self.machine.run("systemctl", "is-active", "pam_jwt-denylist.timer", check=False).output.strip()

    def apply_the_example(self):
        """Applies the configuration that the playbook has itself, and so checks it."""
        self.machine.run("jwtctl", "keygen", "--alg", "ES256", "--out", "/home/breakglass")
        self.machine.run("install", "--mode=644", "/home/breakglass/jwks.json",
                         "/home/ansible/breakglass.json")
        # Nobody answers at its urls.
        self.run_playbook([], {"pam_jwt_services": [], "pam_jwt_fetcher": False})
        expect("end_with_token = false" in self.machine.read(CONFIG), self.machine.read(CONFIG))
        self.play()

    def take_certificates(self):
        """Lets sshd take certificates beside prompts. The play after this one takes both back."""
        logins = CertificateLogins(self.machine, self.host)
        logins.write_config()
        logins.prepare()
        self.expect_changes(self.play("--check", pam_jwt_by_certificate=True), "a look at it", some=True)
        self.expect_changes(self.play(pam_jwt_by_certificate=True), "certificates", some=True)
        self.expect_changes(self.play(pam_jwt_by_certificate=True), "certificates again", some=False)
        logins.expect_login()
        self.token_logs_in()
        logins.clean_up()

    def take_back(self):
        self.play("--check", pam_jwt_state="absent")
        self.token_logs_in()
        self.expect_changes(self.play(pam_jwt_state="absent"), "taking back", some=True)
        self.expect_stacks_as_before("taking back")
        expect(self.machine.read(CONFIG), "taking back removes the configuration unasked")
        expect(self.machine.run("which", "jwtctl", check=False).code != 0, "the packages stay")
        expect_login(self.host.password_login(), "alice", "the password")

    def fail_in_explain(self):
        done = self.play(pam_jwt_trial_user="bob", check=False)
        expect(done.code != 0 and "account.not_allowed" in done.output, f"no reason is told: {done}")
        expect("eyJ" not in done.output, f"the token is shown: {done}")
        self.expect_stacks_as_before("a token that is not good")

    def fail_at_the_login(self):
        """Checks that the first of two hosts is a canary."""
        self.write_inventory(HOSTNAME, OTHER)
        listed = self.run_playbook(["--list-hosts"], {}).output
        expect(HOSTNAME in listed and OTHER in listed, f"the play has other hosts: {listed}")
        done = self.play(pam_jwt_trial_port=CLOSED_PORT, check=False)
        expect(done.code != 0 and "the trial login failed" in done.output, f"no reason is told: {done}")
        expect(OTHER not in done.output, f"the play goes on to the next host: {done}")
        self.expect_stacks_as_before("a trial login that failed")
        self.write_inventory(HOSTNAME)

    def purge(self):
        self.play(pam_jwt_state="absent", pam_jwt_purge=True)
        self.expect_as_before("purging")

    def purge_again(self):
        done = self.play(pam_jwt_state="absent", pam_jwt_purge=True)
        self.expect_changes(done, "the second purge", some=False)

    # --- the machine ---------------------------------------------------------------------

    def prepare_for_ansible(self):
        self.machine.run("useradd", "--create-home", "--shell=/bin/sh", ADMIN)
        self.machine.run("sh", "-c", "mkdir ~/.ssh && cat >~/.ssh/authorized_keys", user=ADMIN,
                         stdin=self.machine.read(f"/home/{CLIENT}/key.pub"))
        self.machine.write("/etc/sudoers.d/admin", f"{ADMIN} ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)
        shutil.copytree(build_packages.SOURCE / "etc/ansible", self.work / "root/home/ansible")
        self.write_inventory(HOSTNAME)

    def write_inventory(self, *names):
        lines = [f"{name} ansible_host={HOSTNAME} ansible_user={ADMIN}"
                 f" ansible_ssh_private_key_file=/home/{CLIENT}/key\n" for name in names]
        self.machine.write(INVENTORY, "[ssh_by_token]\n" + "".join(lines))

    def install_nothing_yet(self):
        """Fetches what the role will install, because ssh logs in where there is no network."""
        packages = [path for path in self.logs.glob("*.deb") if "-dbgsym_" not in path.name]
        self.repository.add(packages)
        self.repository.be_trusted_unsigned()
        for arguments in (["update"], ["install", "ssh-jwt"],
                          ["install", "--download-only", "libpam-jwt", "jwks-fetcher"]):
            self.machine.run("apt-get", "--yes", *arguments, on_host_network=True)

    def play(self, *arguments, check=True, session=None, denylist=None, **variables):
        """Runs the playbook for the issuer of this test."""
        self.machine.write("/home/ansible/ca.pem", self.provider.ca_file.read_text())
        config = {"login": {"host": HOSTNAME}, "session": session or {"end_with_token": True},
                  "issuer": {"idp": {
                      "url": self.provider.url, "audiences": ["ssh://%h"],
                      "ca_file": "/etc/pam_jwt/idp-ca.pem",
                      "account": [{"claim": "preferred_username",
                                   "require": [{"claim": "groups", "any_of": ["ops"]}]}]}}}
        files = [{"src": "/home/ansible/ca.pem", "dest": "idp-ca.pem"}]
        if denylist is not None:
            config["denylist"] = denylist
            files.append({"src": "/home/ansible/fleet.json", "dest": "fleet.json"})
        variables = {"pam_jwt_config": config, "pam_jwt_trial_user": "alice",
                     "pam_jwt_trial_token": self.provider.access_token("alice"),
                     "pam_jwt_files": files,
                     **variables}
        return self.run_playbook(arguments, variables, check)

    def run_playbook(self, arguments, variables, check=True):
        self.machine.write("/home/ansible/variables.json", json.dumps(variables))
        done = self.machine.run(
            "ansible-playbook", f"--inventory={INVENTORY}",
            "--extra-vars=@/home/ansible/variables.json", *arguments, PLAYBOOK, check=False,
            user=CLIENT)
        with open(self.logs / "ansible.log", "a", encoding="utf-8") as log:
            log.write(f"--- {' '.join(arguments)} {list(variables)}: {done}\n")
        expect(done.code == 0 or not check, f"ansible-playbook: {done}")
        return done

    @staticmethod
    def expect_changes(done, what, some):
        counts = re.search(rf"^{re.escape(HOSTNAME)} .* changed=(\d+) ", done.output, re.M)
        expect(counts and (int(counts[1]) > 0) == some, f"{what}: {done}")

    def stack(self):
        return " ".join(self.machine.read("/etc/pam.d/sshd").split())

    def everything(self):
        """Returns the files of this host that the role may write, with their contents."""
        return self.host.stacks(), self.host.contents("/etc/pam_jwt"), self.host.files(), [
            path.name for path in (self.work / "root/run").glob("pam_jwt*")]

    def expect_stacks_as_before(self, what):
        now = self.host.stacks()
        expect(now == self.stacks_before, f"{what} changes {now.items() ^ self.stacks_before.items()}")

    def expect_as_before(self, what):
        self.expect_stacks_as_before(what)
        left = sorted(self.host.files() - self.files_before - self.host.owned_files())
        expect(not left, f"{what} leaves {left}")

    def token_logs_in(self):
        expect_login(self.host.token_login("alice", self.provider.access_token("alice")), "alice",
                     "the token")


def main():
    suite, work, logs = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    # This needs the network, which the namespaces do not have.
    suite_root.archive(suite, Role.KIND, ROOT, logs / "root.log")
    machine.enter()
    role = Role(suite, work, logs)
    try:
        role.run()
    except AssertionError as error:
        print(f" FAILED\n{error}", flush=True)
        sys.exit(1)
    finally:
        role.end()


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Tests tokens for su and sudo: on a terminal, through a pipe, by a helper, and in parts."""

import re
import time
from pathlib import Path

import pexpect

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer, jwtctl
from private_host import Outcome, SOURCE, WORK

SU_PART = 4095  # the most bytes that su reads of an answer
SUDO_PART = 511  # the longest answer that sudo takes
SUDOERS = """\
Defaults passwd_tries=1, timestamp_timeout=0, lecture=never
alice ALL=(ALL:ALL) ALL
"""


def parts(token, size):
    """Returns the answers with a token in parts. If the last part has exactly `size` bytes, an empty answer follows."""
    return [token[at:at + size] for at in range(0, len(token) + 1, size)]


class LocalPrograms(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not hasattr(cls.host, "debian"):
            cls.host.debian = {name: Path(f"/etc/pam.d/{name}").read_text()
                               for name in ("sudo", "sudo-i")}
        cls.staff = Issuer(cls.host, "staff", "RS256")
        cls.small = Issuer(cls.host, "small", "ES256")
        cls.ci = Issuer(cls.host, "ci", "ES256")
        everywhere = 'services = ["sshd", "su", "sudo"]'
        rule = '[[issuer.{0}.account]]\n[[issuer.{0}.account]]\nname = "svc"\npattern = "alice*"\n'
        cls.host.write_config(
            '[login]\nrefusal_delay = "0s"\n'
            + cls.staff.toml(everywhere) + rule.format("staff")
            + cls.small.toml(everywhere)
            + '[issuer.small.service.sudo]\nrequire = [{ claim = "acr", any_of = ["gold"] }]\n'
            + '[issuer.small.service.su]\nrequire = [{ claim = "acr", any_of = ["gold"] }]\n'
            + cls.ci.toml() + '[[issuer.ci.account]]\n'
            + '[[issuer.ci.account]]\npattern = "*@example.com"\n')
        for service in ("sshd", "su", "su-l", "sudo", "sudo-i"):
            cls.host.write_pam(service, TOKEN_STACK)
        cls.host.write("/etc/sudoers.d/e2e", SUDOERS, mode=0o440)
        cls.host.start_sshd()

    def on_terminal(self, argv, answers):
        """Runs `argv` as alice on a terminal and types one answer at each prompt."""
        child = pexpect.spawn(self.command(argv)[0], self.command(argv)[1:], timeout=20,
                              encoding="utf-8", echo=False)
        prompts = []
        for answer in answers:
            child.expect(r"Token[^:]*: ")
            prompts.append(child.match.group(0))
            child.waitnoecho()
            child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        return Outcome(child.exitstatus, child.before.strip().split("\r\n")[-1], child.before,
                       prompts)

    def through_pipe(self, argv, text):
        outcome = self.host.run_as("alice", argv, text)
        outcome.prompts = re.findall(r"Token[^:]*: ", outcome.stderr)
        return outcome

    def by_helper(self, argv, token):
        """Runs sudo -A, whose helper runs as alice and gives 511 bytes per prompt."""
        home = WORK / "home/alice"
        prompts = self.host.write(home / "prompts", "", owner="alice")
        answer = self.host.write(home / "answer", token, mode=0o600, owner="alice")
        outcome = self.host.run_as("alice", argv, environment={
            "SUDO_ASKPASS": WORK / "askpass", "E2E_ANSWER": answer, "E2E_PROMPTS": prompts,
            "E2E_PART": SUDO_PART})
        outcome.prompts = prompts.read_text().split("\0")[:-1]
        return outcome

    def command(self, argv):
        return self.host.as_user("alice", argv)

    def assert_parts(self, outcome, token, size):
        more = [f"Token (continued from byte {at}): " for at in range(size, len(token) + 1, size)]
        self.assertEqual(outcome.prompts, ["Token: ", *more])


class Su(LocalPrograms):
    def test_su_takes_a_token_on_a_terminal(self):
        for length in (400, 5000):
            with self.subTest(length=length):
                token = self.token_for_bob(length)
                outcome = self.attempt("bob", token, run=lambda: self.on_terminal(
                    ["su", "bob", "-c", "id -un"], parts(token, SU_PART)))
                self.assert_accepted(outcome, "bob", "su")
                self.assert_parts(outcome, token, SU_PART)

    def test_su_takes_a_token_through_a_pipe(self):
        for length in (400, 5000):
            with self.subTest(length=length):
                token = self.token_for_bob(length)
                outcome = self.attempt("bob", token, run=lambda: self.through_pipe(
                    ["su", "bob", "-c", "id -un"], token + "\n"))
                self.assert_accepted(outcome, "bob", "su")

    def test_su_refuses_the_token_of_somebody_else(self):
        outcome = self.attempt("bob", self.staff.token(), run=lambda: self.through_pipe(
            ["su", "bob", "-c", "id -un"], self.staff.token() + "\n"))
        self.assert_refused(outcome, "account.not_allowed", "bob", "su")

    def test_su_says_one_sentence_of_somebody_elses_good_token_and_a_forged_one(self):
        jwtctl("keygen", "--force", "--alg", "RS256", "--out", WORK / "forger")
        said = {}
        for token, reason in (
                (self.staff.token(), "account.not_allowed"),
                (self.staff.token(key=WORK / "forger/key.json", kid="k"), "signature.invalid")):
            outcome = self.attempt("bob", token, run=lambda t=token: self.through_pipe(
                ["su", "bob", "-c", "id -un"], t + "\n"))
            self.assert_refused(outcome, reason, "bob", "su")
            said[reason] = outcome.code, outcome.stdout, outcome.stderr
        self.assertEqual(said["account.not_allowed"], said["signature.invalid"])

    def test_the_environment_of_who_calls_su_changes_nothing(self):
        hostile = self.hostile_environment()
        jwtctl("keygen", "--force", "--alg", "RS256", "--out", WORK / "forger")
        for key, judge in ((None, self.assert_accepted),
                           (WORK / "forger/key.json", lambda o, u, s: self.assert_refused(
                               o, "signature.invalid", u, s))):
            token = self.staff.token(sub="bob", key=key, kid="k")
            outcome = self.attempt("bob", token, run=lambda: self.host.run_as(
                "alice", ["su", "bob", "-c", "id -un"], token + "\n", environment=hostile))
            judge(outcome, "bob", "su")

    def hostile_environment(self):
        """Returns variables that break every program that obeys them: they name empty libraries, and
        leave OpenSSL without algorithms."""
        directory = WORK / "hostile"
        directory.mkdir(exist_ok=True)
        self.host.write(directory / "libcrypto.so.3", "")
        self.host.write(directory / "null.cnf", "openssl_conf = a\n[a]\nproviders = b\n[b]\n"
                        "null = c\n[c]\nactivate = 1\n")
        return {"LD_PRELOAD": directory / "libcrypto.so.3", "LD_LIBRARY_PATH": directory,
                "LD_AUDIT": directory / "libcrypto.so.3", "OPENSSL_CONF": directory / "null.cnf",
                "OPENSSL_MODULES": directory, "LC_ALL": "tr_TR.UTF-8", "TZ": ":/dev/zero",
                "PAM_JWT_CONFIG": "/dev/null"}

    def test_su_opens_a_system_account_that_a_rule_names(self):
        token = self.staff.token()
        outcome = self.attempt("svc", token, run=lambda: self.through_pipe(
            ["su", "svc", "-c", "id -un"], token + "\n"))
        self.assert_accepted(outcome, "svc", "su")

    def test_su_to_a_system_account_that_only_a_star_gives_is_refused(self):
        token = self.staff.token(sub="svc")
        outcome = self.attempt("svc", token, run=lambda: self.through_pipe(
            ["su", "svc", "-c", "id -un"], token + "\n"))
        self.assert_refused(outcome, "account.not_allowed", "svc", "su")

    def test_a_login_shell_of_su_has_the_table_of_su(self):
        for acr, judge in (("gold", self.assert_accepted),
                           ("silver", lambda o, u, s: self.assert_refused(
                               o, "claim.condition", u, s))):
            token = self.small.token(sub="bob", acr=acr)
            outcome = self.attempt("bob", token, run=lambda: self.through_pipe(
                ["su", "-l", "bob", "-c", "id -un"], token + "\n"))
            judge(outcome, "bob", "su-l")

    def test_a_stack_with_no_other_module_sets_credentials(self):
        self.host.write_pam("su", "auth required pam_jwt.so\naccount required pam_permit.so\n"
                            "session required pam_permit.so\n")
        self.addCleanup(self.host.write_pam, "su", TOKEN_STACK)
        token = self.staff.token(sub="bob")
        outcome = self.attempt("bob", token, run=lambda: self.through_pipe(
            ["su", "bob", "-c", "id -un"], token + "\n"))
        self.assert_accepted(outcome, "bob", "su")

    def token_for_bob(self, length):
        issuer = self.small if length < 700 else self.staff
        return issuer.token_of(length, sub="bob", acr="gold")


class Sudo(LocalPrograms):
    def test_sudo_takes_a_token_on_a_terminal(self):
        token = self.staff.token_of(1200)
        outcome = self.attempt("alice", token, run=lambda: self.on_terminal(
            ["sudo", "id", "-un"], parts(token, SUDO_PART)))
        self.assert_accepted(outcome, "alice", "sudo", account="root")
        self.assert_parts(outcome, token, SUDO_PART)

    def test_sudo_takes_a_token_through_a_pipe(self):
        for length in (SUDO_PART, 1200):
            with self.subTest(length=length):
                token = self.small.token_of(length, acr="gold")
                text = "".join(part + "\n" for part in parts(token, SUDO_PART))
                outcome = self.attempt("alice", token, run=lambda: self.through_pipe(
                    ["sudo", "-S", "id", "-un"], text))
                self.assert_accepted(outcome, "alice", "sudo", account="root")
                self.assert_parts(outcome, token, SUDO_PART)

    def test_sudo_takes_a_token_from_a_helper(self):
        for length in (700, 3000):
            with self.subTest(length=length):
                token = self.staff.token_of(length)
                outcome = self.attempt("alice", token, run=lambda: self.by_helper(
                    ["sudo", "-A", "id", "-un"], token))
                self.assert_accepted(outcome, "alice", "sudo", account="root")
                self.assert_parts(outcome, token, SUDO_PART)

    def test_an_issuer_opens_only_the_services_it_names(self):
        token = self.ci.token()
        self.assert_accepted(self.attempt("alice", token))
        outcome = self.attempt("alice", token, run=lambda: self.by_helper(
            ["sudo", "-A", "id", "-un"], token))
        self.assert_refused(outcome, "issuer.service", "alice", "sudo")

    def test_sudo_asks_more_of_a_token_than_sshd_does(self):
        self.assert_accepted(self.attempt("alice", self.small.token()))
        self.check_step_up(["sudo", "-A", "id", "-un"], "sudo")

    def test_a_login_shell_of_sudo_has_the_table_of_sudo(self):
        self.check_step_up(["sudo", "-A", "-i", "id", "-un"], "sudo-i")

    def check_step_up(self, argv, service):
        silver = self.small.token(acr="silver")
        outcome = self.attempt("alice", silver, run=lambda: self.by_helper(argv, silver))
        self.assert_refused(outcome, "claim.condition", "alice", service)
        gold = self.small.token(acr="gold")
        outcome = self.attempt("alice", gold, run=lambda: self.by_helper(argv, gold))
        self.assert_accepted(outcome, "alice", service, account="root")


class StepUp(LocalPrograms):
    """Tests the documented recipe above Debian's stack: sudo asks more of a token than ssh does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.host
        cls.desk = Issuer(host, "desk")
        host.write_config(
            '[login]\nrefusal_delay = "0s"\n' + cls.desk.toml('services = ["sshd", "sudo"]')
            + '[issuer.desk.service.sudo]\nmax_auth_age = "5m"\n'
            + 'require = [{ claim = "acr", any_of = ["gold"] }]\n' + cls.ci.toml())
        recipe = (SOURCE / "etc/pam.d/sudo.example").read_text()
        for service, text in host.debian.items():
            host.write_pam(service, recipe + text)

    def test_a_login_of_long_ago_opens_ssh_and_no_sudo(self):
        self.check({"auth_time": self.ago(600), "acr": "gold"}, "token.login_too_old")

    def test_a_token_without_auth_time_does_not_open_sudo(self):
        self.check({"acr": "gold"}, "claim.missing")

    def test_a_weak_login_opens_ssh_and_no_sudo(self):
        self.check({"auth_time": self.ago(10), "acr": "silver"}, "claim.condition")

    def test_a_token_without_acr_does_not_open_sudo(self):
        self.check({"auth_time": self.ago(10)}, "claim.condition")

    def test_an_issuer_without_sudo_never_opens_it(self):
        self.check({"auth_time": self.ago(10), "acr": "gold"}, "issuer.service", self.ci)

    def test_a_password_does_not_open_sudo(self):
        for service, argv in self.ways("-S").items():
            with self.subTest(service=service):
                outcome = self.attempt("alice", "", run=lambda a=argv: self.through_pipe(
                    a, "correct horse\n"))
                self.assertNotEqual(outcome.code, 0)
                self.assert_audit(outcome, f"pam_jwt({service}:auth): no_token user=alice ",
                                  "reason=token.none ")

    def check(self, claims, reason, issuer=None):
        """Checks that a token with `claims` opens ssh but not sudo, and that a good token opens sudo too."""
        token = (issuer or self.desk).token(**claims)
        good = self.desk.token(auth_time=self.ago(10), acr="gold")
        self.assert_accepted(self.attempt("alice", token))
        for service, argv in self.ways("-A").items():
            with self.subTest(service=service):
                outcome = self.attempt("alice", token, run=lambda a=argv: self.by_helper(a, token))
                self.assert_refused(outcome, reason, "alice", service)
                outcome = self.attempt("alice", good, run=lambda a=argv: self.by_helper(a, good))
                self.assert_accepted(outcome, "alice", service, account="root")

    @staticmethod
    def ways(option):
        """Returns each service of sudo with the command that uses it."""
        return {"sudo": ["sudo", option, "id", "-un"],
                "sudo-i": ["sudo", option, "-i", "id", "-un"]}

    @staticmethod
    def ago(seconds):
        return int(time.time()) - seconds


class PamUser(LocalPrograms):
    def test_the_name_that_the_user_gave_stays_through_all_phases(self):
        record = self.host.write(WORK / "record", "#!/bin/sh\necho $PAM_TYPE $PAM_USER\n",
                                 mode=0o755)
        log = self.host.write(WORK / "recorded", "")
        line = f"{{}} optional pam_exec.so log={log} {record}\n"
        self.host.write_pam("sshd", TOKEN_STACK + line.format("account") + line.format("session"))
        self.addCleanup(self.host.write_pam, "sshd", TOKEN_STACK)
        outcome = self.attempt("alice", self.ci.token(sub="alice@example.com"))
        self.assert_accepted(outcome)
        seen = [text for text in log.read_text().splitlines() if not text.startswith("***")]
        self.assertEqual(seen[:2], ["account alice", "open_session alice"])


if __name__ == "__main__":
    main()

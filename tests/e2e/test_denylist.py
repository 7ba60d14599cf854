#!/usr/bin/python3
"""Tests the denylist of a host with the documented recipes: tokens, ssh keys, passwords and cron jobs."""

import subprocess
import time
from pathlib import Path

from host_case import HostCase, main
from issuer import Issuer, jwtctl
from private_host import SOURCE, WORK

DENYLIST = Path("/var/lib/pam_jwt/denied.jsonl")


def recipe(name):
    """Returns the lines that an administrator must put above Debian's."""
    return (SOURCE / f"etc/pam.d/{name}.example").read_text()


class Denylist(HostCase):
    """A host with the users alice and bob, each with a token and a key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.host
        cls.staff = Issuer(host, "staff")
        cls.other = Issuer(host, "other")
        host.write_config('[login]\nrefusal_delay = "0s"\n' + cls.staff.toml() + cls.other.toml())
        if not hasattr(host, "debian"):
            host.debian = {name: Path(f"/etc/pam.d/{name}").read_text()
                           for name in ("sshd", "cron")}
            host.keys = {user: host.add_ssh_key(user) for user in ("alice", "bob")}
            host.start_sshd()
        host.write_pam("sshd", recipe(cls.recipe) + host.debian["sshd"])

    def setUp(self):
        self.addCleanup(DENYLIST.unlink, missing_ok=True)

    def key_login(self, user):
        return self.attempt(user, "", run=lambda: self.host.ssh(
            user, method="publickey", options=[f"IdentityFile={self.host.keys[user]}"]))

    def token_login(self, user, issuer=None, **claims):
        return self.attempt(user, (issuer or self.staff).token(sub=user, **claims))

    def assert_key_accepted(self, user):
        outcome = self.key_login(user)
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, user), f"\n{outcome}")
        return outcome

    def assert_account_refused(self, outcome, user="alice", service="sshd"):
        """Checks that the account phase refused, and that it said so once."""
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assertEqual(len(outcome.audit), 1, f"\n{outcome}")
        start = f"pam_jwt({service}:account): refused user={user} reason=account.denied "
        self.assertTrue(outcome.audit[0].startswith(start), outcome.audit)

    def assert_everybody_gets_in(self):
        for user in ("alice", "bob"):
            self.assert_key_accepted(user)
            self.assert_accepted(self.token_login(user), user)


class EitherRecipe:
    """Tests that hold for both recipes."""

    def test_a_denied_account_is_kept_out_with_token_and_key_until_it_is_taken_back(self):
        self.assert_everybody_gets_in()
        jwtctl("deny", "--account", "alice")
        self.assert_account_refused(self.key_login("alice"))
        self.assert_refused(self.token_login("alice"), "account.denied")
        self.assert_key_accepted("bob")
        self.assert_accepted(self.token_login("bob"), "bob")
        jwtctl("undeny", "--account", "alice")
        self.assert_everybody_gets_in()

    def test_a_damaged_list_stops_tokens_and_no_keys(self):
        jwtctl("deny", "--account", "bob")
        whole = DENYLIST.read_text()
        DENYLIST.write_text(whole[:-5])
        outcome = self.token_login("alice")
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assert_audit(outcome, "pam_jwt(sshd:auth): no_verdict user=alice ",
                          "reason=denylist.damaged ")
        outcome = self.assert_key_accepted("alice")
        self.assertIn("(sshd:account): no_verdict user=alice reason=denylist.damaged ",
                      outcome.audit[0])
        DENYLIST.write_text(whole)
        self.assert_accepted(self.token_login("alice"))


    def test_a_damaged_list_still_denies_what_its_good_lines_say(self):
        jwtctl("deny", "--account", "alice")
        with DENYLIST.open("ab") as file:
            file.write(b'{"account":"m\xfcller","since":1}\n')
        outcome = self.key_login("alice")
        self.assert_account_refused(outcome)
        self.assertIn("the denylist is damaged: ", outcome.audit[0])
        self.assert_key_accepted("bob")
        outcome = self.token_login("bob")
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assert_audit(outcome, "pam_jwt(sshd:auth): no_verdict user=bob ",
                          "reason=denylist.damaged ")
        jwtctl("undeny", "--damaged")
        self.addCleanup(DENYLIST.with_name("denied.jsonl.damaged-1").unlink)
        self.assert_account_refused(self.key_login("alice"))
        self.assert_accepted(self.token_login("bob"), "bob")


class TokenOnly(EitherRecipe, Denylist):
    recipe = "sshd-token-only"

    def test_a_denied_subject_keeps_its_key_and_what_other_issuers_say_of_it(self):
        jwtctl("deny", "--issuer", "staff", "--sub", "alice")
        self.assert_refused(self.token_login("alice"), "token.denied")
        self.assert_accepted(self.token_login("alice", self.other))
        self.assert_accepted(self.token_login("bob"), "bob")
        self.assert_key_accepted("alice")
        jwtctl("undeny", "--issuer", "staff", "--sub", "alice")
        self.assert_accepted(self.token_login("alice"))

    def test_one_token_is_denied_by_its_jti(self):
        jwtctl("deny", "--issuer", "staff", "--jti", "lost")
        self.assert_refused(self.token_login("alice", jti="lost"), "token.denied")
        self.assert_accepted(self.token_login("alice", jti="kept"))
        self.assert_accepted(self.token_login("alice", self.other, jti="lost"))

    def test_one_token_is_denied_by_what_the_log_says_of_it(self):
        line = self.token_login("alice", jti="stolen").audit[0]
        logged = line.split(" jti=")[1].split(" ")[0]
        jwtctl("deny", "--issuer", "staff", "--jti", logged)
        self.assert_refused(self.token_login("alice", jti="stolen"), "token.denied")
        self.assert_accepted(self.token_login("alice", jti="fresh"))

    def test_a_denied_key_stops_all_tokens_signed_with_it(self):
        jwtctl("deny", "--issuer", "staff", "--kid", self.staff.kid())
        for user in ("alice", "bob"):
            self.assert_refused(self.token_login(user), "token.denied", user)
        self.assert_accepted(self.token_login("alice", self.other))
        self.assert_key_accepted("alice")

    def test_tokens_issued_before_a_time_are_denied_and_no_later_ones(self):
        jwtctl("deny", "--account", "alice", "--before", int(time.time()) - 60)
        self.assert_accepted(self.token_login("alice"))
        jwtctl("deny", "--account", "alice", "--before", int(time.time()) + 60)
        self.assert_refused(self.token_login("alice"), "account.denied")
        self.assert_key_accepted("alice")

    def test_cron_runs_the_jobs_of_those_who_are_not_denied(self):
        self.host.write_pam("cron", recipe(self.recipe) + self.host.debian["cron"])
        jwtctl("deny", "--account", "alice")
        output = {user: WORK / "home" / user / "cron.ran" for user in ("alice", "bob")}
        self.host.write("/etc/cron.d/e2e", "".join(
            f"@reboot {user} mkdir {path}\n" for user, path in output.items()))
        Path("/run/crond.reboot").unlink(missing_ok=True)
        mark = self.host.mark()
        cron = subprocess.Popen(["cron", "-f"], stdin=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        try:
            self.wait_for(lambda: output["bob"].exists() and self.host.audit_since(mark))
        finally:
            cron.terminate()
            cron.wait()
        lines = self.host.audit_since(mark)
        self.assertTrue(output["bob"].exists(), lines)
        self.assertFalse(output["alice"].exists(), lines)
        self.assertEqual([line.split(" detail=")[0] for line in lines],
                         ["pam_jwt(cron:account): refused user=alice reason=account.denied"])

    @staticmethod
    def wait_for(condition):
        deadline = time.monotonic() + 15
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)


class TokenOrPassword(EitherRecipe, Denylist):
    recipe = "sshd-token-or-password"

    def test_a_denied_account_is_kept_out_with_its_password(self):
        passwords = {"alice": "correct horse", "bob": "battery staple"}
        jwtctl("deny", "--account", "alice")
        for user, code in (("alice", 255), ("bob", 0)):
            outcome = self.attempt(user, "", run=lambda u=user: self.host.ssh(u, passwords[u]))
            self.assertEqual(outcome.code, code, f"\n{outcome}")
            refused = [line for line in outcome.audit if "reason=account.denied" in line]
            self.assertEqual(len(refused), 1 if code else 0, f"\n{outcome}")
        jwtctl("undeny", "--account", "alice")
        self.assertEqual(self.host.ssh("alice", passwords["alice"]).code, 0)


if __name__ == "__main__":
    main()

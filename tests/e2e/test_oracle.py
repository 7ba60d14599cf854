#!/usr/bin/python3
"""Nobody learns from a refusal which accounts exist, or which of them a token could open."""

import random
import statistics
import threading
from concurrent.futures import ThreadPoolExecutor
from collections import defaultdict

from host_case import HostCase, main
from issuer import Issuer, jwtctl
from private_host import WORK

ROUNDS = 5
PARALLEL = 6  # most of a login is waiting, but not all of it
USERS = ["nosuchuser", "carol", "alice", "root"]  # unknown, in no rule, in a rule, not permitted

TOKEN_ONLY = "auth [success=done ignore=ignore default=die] pam_jwt.so\n"
TOKEN_OR_PASSWORD = ("auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
                     "module_unknown=ignore default=die] pam_jwt.so\n")
REST = """\
@include common-auth
account required pam_jwt.so
@include common-account
session required pam_permit.so
"""


class Oracle(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.add_user("carol", 2003, password="another password")
        issuer = Issuer(cls.host, "staff")
        cls.host.write_config(issuer.toml() + '[[issuer.staff.account]]\nname = "alice"\n'
                              'pattern = "alice*"\n')
        jwtctl("keygen", "--alg", "ES256", "--out", WORK / "forger")
        cls.answers = {
            "short": "not the password",
            "garbage": "".join(random.choices("abcdefghijklmnopqrstuvwxyz.", k=300)),
            "forged": issuer.token(key=WORK / "forger/key.json", kid="k"),
            "unknown kid": issuer.token(kid="nobody-has-this-key"),
        }
        cls.good = issuer.token()
        cls.ports = {}
        for recipe, line in (("token", TOKEN_ONLY), ("either", TOKEN_OR_PASSWORD)):
            cls.host.write_pam(f"sshd_{recipe}", line.replace(
                "pam_jwt.so", "pam_jwt.so service=sshd") + REST)
            for root_login in ("no", "prohibit-password"):
                cls.ports[recipe, root_login] = cls.host.start_sshd(
                    [f"PermitRootLogin={root_login}"], service=f"sshd_{recipe}")

    def test_the_account_of_the_rule_is_open_to_its_token(self):
        for port in self.ports.values():
            self.assertEqual(self.host.ssh("alice", self.good, port=port).code, 0)

    def test_refusals_look_the_same_for_every_kind_of_account(self):
        seen = self.try_everything()
        for (recipe, answer), by_user in seen.items():
            with self.subTest(recipe=recipe, answer=answer):
                looks = {look for tries in by_user.values() for look, _seconds in tries}
                self.assertEqual(len(looks), 1, by_user)
                self.compare_times(recipe, answer, by_user)

    def compare_times(self, recipe, answer, by_user):
        medians = {user: statistics.median(seconds for _look, seconds in tries)
                   for user, tries in by_user.items()}
        if recipe == "either" and answer == "short":
            # The answer is pam_unix's to refuse, after a random one to three seconds of libpam's.
            self.assertGreaterEqual(min(medians.values()), 1.0, medians)
            return
        spread = max(medians.values()) - min(medians.values())
        self.assertLess(spread, 0.25 * min(medians.values()) + 0.03, medians)

    def try_everything(self):
        """Every user, answer and recipe, in random order: how each try looked, and its time."""
        seen = defaultdict(lambda: defaultdict(list))
        lock = threading.Lock()

        def one(recipe, root_login, answer, user):
            port = self.ports[recipe, root_login]
            outcome = self.host.ssh(user, self.answers[answer], port=port)
            look = (outcome.code, outcome.stdout, tuple(outcome.prompts),
                    outcome.stderr.replace(f"{user}@", "USER@"))
            name = f"root, {root_login}" if user == "root" else user
            with lock:
                seen[recipe, answer][name].append((look, outcome.seconds))

        tries = [(recipe, root_login, answer, user)
                 for recipe, root_login in self.ports for answer in self.answers for user in USERS
                 if user == "root" or root_login == "no"] * ROUNDS
        random.shuffle(tries)
        with ThreadPoolExecutor(PARALLEL) as pool:
            for done in [pool.submit(one, *arguments) for arguments in tries]:
                done.result()
        return seen


if __name__ == "__main__":
    main()

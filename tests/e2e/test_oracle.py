#!/usr/bin/python3
"""Tests that a refusal tells nobody which accounts exist, or which of them a token could open."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from host_case import HostCase, main
from issuer import Issuer, jwtctl
from private_host import WORK

ROUNDS = 5
MEASUREMENTS = 12  # at most so many; a case whose times differ is measured again
PARALLEL = 6  # a login mostly waits, but also needs a processor
USERS = ["nosuchuser", "carol", "alice", "root"]  # unknown, in no rule, in a rule, not permitted

TOKEN_ONLY = "auth [success=done ignore=ignore default=die] pam_jwt.so token_only\n"
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
            # The token has two parts, since the number of prompts must not tell anything either.
            "forged": issuer.token(key=WORK / "forger/key.json", kid="k", padding="x" * 1000),
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
        cases = [(recipe, answer) for recipe in ("token", "either") for answer in self.answers]
        seen = {case: defaultdict(list) for case in cases}
        again, parallel = cases, PARALLEL
        for _ in range(MEASUREMENTS):
            self.try_all(again, parallel, seen)
            again = [case for case in cases if not self.same_times(case, seen[case])]
            parallel = 1
        for case in cases:
            with self.subTest(recipe=case[0], answer=case[1]):
                looks = {look for tries in seen[case].values() for look, _seconds in tries}
                self.assertEqual(len(looks), 1, seen[case])
                self.assertTrue(self.same_times(case, seen[case]), self.shortest(seen[case]))

    def same_times(self, case, by_user):
        """Returns whether the time of a refusal tells nothing about the account."""
        shortest = self.shortest(by_user).values()
        if case == ("either", "short"):
            # pam_unix refuses the answer, after a random delay of libpam from one to three seconds.
            return min(shortest) >= 1.0
        return max(shortest) - min(shortest) < 0.25 * min(shortest) + 0.03

    @staticmethod
    def shortest(by_user):
        """Returns the shortest time of each user. A busy machine only adds to times, and the more tries there
        are, the less it adds to the shortest. Work that is done for one account only is in every try."""
        return {user: min(seconds for _look, seconds in tries) for user, tries in by_user.items()}

    def try_all(self, cases, parallel, seen):
        """Tries every user in `cases`, in random order, and adds the outcome and the time of each try."""
        tries = [(case, root_login, user) for case in cases for user in USERS
                 for root_login in ("no", "prohibit-password")
                 if user == "root" or root_login == "no"] * ROUNDS
        random.shuffle(tries)
        with ThreadPoolExecutor(parallel) as pool:
            outcomes = list(pool.map(lambda each: self.try_one(*each), tries))
        for (case, root_login, user), outcome in zip(tries, outcomes):
            look = (outcome.code, outcome.stdout, tuple(outcome.prompts),
                    outcome.stderr.replace(f"{user}@", "USER@"))
            name = f"root, {root_login}" if user == "root" else user
            seen[case][name].append((look, outcome.seconds))

    def try_one(self, case, root_login, user):
        recipe, answer = case
        return self.host.ssh(user, self.answers[answer], port=self.ports[recipe, root_login])


if __name__ == "__main__":
    main()

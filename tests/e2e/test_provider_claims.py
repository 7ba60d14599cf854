#!/usr/bin/python3
"""Tests logins with the claims, names and keys that real providers send: with sshd, and accounts of such names."""

import json

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer

ROLES = "urn:zitadel:iam:org:project:roles"
ODD_NAMES = {"4711": 2021, "CORP\\carol": 2022, "josé": 2023}
DEPLOY = '[[issuer.{name}.account]]\nname = "deploy"\nrequire = [ {{ {condition} }} ]\n'


class ProviderClaims(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.add_user("deploy", 2010)
        for name, uid in ODD_NAMES.items():
            cls.host.add_user(name, uid)
        cls.host.write_pam("sshd", TOKEN_STACK)
        cls.port = cls.host.start_sshd()

    def issuer(self, *lines):
        """Makes an issuer with `lines` in its table, and makes it the only one."""
        issuer = Issuer(self.host, "idp")
        self.host.write_config('[login]\nrefusal_delay = "0s"\n' + issuer.toml(*lines))
        return issuer

    def only_if(self, condition):
        """Makes an issuer whose tokens log in as deploy if the condition holds."""
        return self.issuer(DEPLOY.format(name="idp", condition=condition))

    def assert_in_and_out(self, issuer, good, bad):
        """Checks that a token with the claims `good` logs in as deploy, and one with `bad` does not."""
        for claims in good:
            with self.subTest(good=claims):
                self.assert_accepted(self.attempt("deploy", issuer.token(**claims)), user="deploy")
        for claims in bad:
            with self.subTest(bad=claims):
                self.assert_refused(self.attempt("deploy", issuer.token(**claims)),
                                    "account.not_allowed", user="deploy")

    def test_names_of_members_count_as_values(self):
        issuer = self.only_if(f'claim = "/{ROLES}/*", any_of = ["admin"]')
        self.assert_in_and_out(
            issuer,
            good=[{ROLES: {"admin": {"2304": "org.example"}}}, {ROLES: {"x": 1, "admin": None}}],
            bad=[{ROLES: {"x": {"admin": 1}}}, {ROLES: "admin"}, {ROLES: ["admin"]}, {ROLES: {}}, {}])

    def test_pieces_of_one_text_are_compared_exactly(self):
        issuer = self.only_if('claim = "groups", split = ",;", any_of = ["ops"]')
        self.assert_in_and_out(
            issuer, good=[{"groups": "a, ops;b"}, {"groups": "ops"}, {"groups": ["ops"]}],
            bad=[{"groups": "devops,a"}, {"groups": "ops2;a"}, {"groups": ["a,ops"]}])

    def test_an_integer_counts_however_it_is_written(self):
        issuer = self.only_if('claim = "level", any_of = [22]')
        self.assert_in_and_out(issuer, good=[{"level": 22}, {"level": 22.0}],
                               bad=[{"level": 22.5}, {"level": "22"}])

    def test_odd_names_of_accounts_come_from_literal_rules_and_map_files(self):
        self.host.write("/etc/pam_jwt/accounts", "s1 4711\ns2 CORP\\carol\ns3 josé\n")
        issuer = self.issuer('account_names = "any"', "[[issuer.idp.account]]",
                             'map_file = "/etc/pam_jwt/accounts"', "[[issuer.idp.account]]",
                             'claim = "nick"', "[[issuer.idp.account]]", "name = 'CORP\\carol'",
                             'require = [ { claim = "admin", any_of = [true] } ]')
        for sub, name in zip(("s1", "s2", "s3"), ODD_NAMES, strict=True):
            with self.subTest(name=name):
                outcome = self.attempt(name, issuer.token(sub))
                self.assertEqual(outcome.code, 0, outcome)
                by_claim = self.attempt(name, issuer.token("s4", nick=name))
                self.assertNotEqual(by_claim.code, 0, by_claim)
                self.assertIn("reason=account.not_allowed", " ".join(by_claim.audit))
        outcome = self.attempt("CORP\\carol", issuer.token("s4", admin=True))
        self.assertEqual(outcome.code, 0, outcome)

    def test_a_key_of_another_use_counts_only_if_the_issuer_lists_it(self):
        issuer = self.issuer('key_use = ["jwt-svid"]')
        keys = self.host.write("/etc/pam_jwt/keys/idp.json", "")
        key = json.loads(issuer.key.with_name("jwks.json").read_text())["keys"][0]

        def attempt(use):
            keys.write_text(json.dumps({"keys": [{**key, "use": use}]}))
            return self.attempt("alice", issuer.token())

        self.assert_accepted(attempt("jwt-svid"))
        self.assert_refused(attempt("x509-svid"), "key.unknown")
        self.assert_refused(attempt("sig"), "key.unknown")
        self.host.write_config('[login]\nrefusal_delay = "0s"\n' + issuer.toml())
        self.assert_refused(attempt("jwt-svid"), "key.unknown")
        self.assert_accepted(attempt("sig"))


if __name__ == "__main__":
    main()

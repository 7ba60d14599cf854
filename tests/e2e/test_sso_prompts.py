#!/usr/bin/python3
"""Tests the tokens that jwt-sso gives to prompts: of another audience than the certificate's, for ssh by
ssh-jwt, for sudo, and for scripts."""

import json
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor

import openid_provider
from host_case import main
from openid_provider import AUDIENCE, BOUND_AUDIENCE
from private_host import BUILD, HOSTNAME, WORK
from sso_case import AT_PROMPTS, BY_ACCESS_TOKEN, JWT_SSO, PREFIX, STATE, SsoCase, claims_of
from test_su_and_sudo import SUDOERS

SSH_JWT = PREFIX / "bin/ssh-jwt"
LOGIN_NEEDED = 3


class PromptCase(SsoCase):
    """carol also has a profile for prompts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shutil.copy(BUILD / "ssh-jwt/ssh-jwt", SSH_JWT)
        cls.prompts = cls.host.start_sshd()
        cls.host.write("/etc/sudoers.d/e2e", SUDOERS, mode=0o440)
        cls.host.write_pam("sudo", "auth requisite pam_jwt.so\naccount required pam_jwt.so\n"
                                   "session required pam_permit.so\n")

    @classmethod
    def configuration(cls):
        return super().configuration().replace("[issuer.idp]\n",
                                               '[issuer.idp]\nservices = ["sshd", "sudo"]\n')

    def setUp(self):
        super().setUp()
        self.write_profile("prompts", **AT_PROMPTS)

    def at_prompt(self, token):
        """Gives a token to sshd at its prompt."""
        return self.attempt("alice", token, run=lambda: self.host.ssh("alice", token, port=self.prompts))

    def by_ssh_jwt(self, *options, environment=None):
        return self.attempt("alice", "", run=lambda: self.host.run_as("carol", [
            str(SSH_JWT), *options, *self.host.ssh_options(self.prompts), f"alice@{HOSTNAME}", "id", "-un"],
            environment=environment))

    def sudo(self, **environment):
        """Runs sudo as alice, whose askpass is ssh-jwt."""
        return self.attempt("alice", environment.get("BEARER_TOKEN", ""), run=lambda: self.host.run_as(
            "alice", ["sudo", "-A", "id", "-un"], environment={"SUDO_ASKPASS": str(SSH_JWT), **environment}))


class Tokens(PromptCase):
    def test_a_token_opens_a_prompt_and_is_renewed(self):
        with self.provider.changed(access_token_seconds=30):
            self.log_in_by_browser("prompts")
        with self.grants(["ok"]):
            outcome = self.sso("token", "prompts")
        self.assertEqual((outcome.code, outcome.stderr), (0, ""), outcome)
        self.assertTrue(outcome.stdout.endswith("\n"))
        token = outcome.stdout[:-1]
        self.assertEqual(claims_of(token)["aud"], AUDIENCE)
        self.assert_accepted(self.at_prompt(token))
        with self.grants([]):
            self.assertEqual(self.sso("token", "prompts").stdout[:-1], token)

    def test_many_who_ask_at_once_get_the_same(self):
        with self.provider.changed(access_token_seconds=30):
            self.log_in_by_browser("prompts")
        with self.grants(["ok"]), ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda _: self.sso("token", "prompts"), range(8)))
        self.assertEqual({(each.code, each.stdout, each.stderr) for each in outcomes},
                         {(0, outcomes[0].stdout, "")})

    def test_no_key_and_no_proof_is_in_it(self):
        """A prompt takes no token that names a key."""
        self.log_in_by_browser("prompts")
        saved = json.loads((STATE / "prompts/tokens").read_text())
        claims = claims_of(saved["access_token"])
        self.assertNotIn("cnf", claims)
        self.assertNotRegex(claims.get("nonce", ""), r"\Apjk1")
        self.assertEqual(self.state_files("prompts"), ["lock", "tokens"])

    def test_an_id_token_of_a_client_for_prompts(self):
        self.write_profile("prompts", use="prompt", client_id="jwt-sso-prompts")
        self.log_in_by_browser("prompts")
        with self.grants(["ok"], client="jwt-sso-prompts"):
            self.renew_now("prompts")
        self.assert_accepted(self.at_prompt(self.sso("token", "prompts").stdout.strip()))

    def test_nobody_is_logged_in(self):
        outcome = self.sso("token", "prompts")
        self.assertEqual((outcome.code, outcome.stdout), (LOGIN_NEEDED, ""), outcome)
        self.assertIn("jwt-sso login prompts", outcome.stderr)


class NeverThatOfTheCertificate(PromptCase):
    """What stands in a certificate goes to every host where carol logs in."""

    def assert_gives_none(self, *arguments):
        outcome = self.sso("token", "work", *arguments)
        self.assertEqual(outcome.stdout, "")
        self.assertNotEqual(outcome.code, 0)
        self.assertIn('use = "prompt"', outcome.stderr)

    def test_without_an_audience(self):
        self.log_in_by_browser("work")
        self.assert_gives_none()

    def test_of_the_same_audience(self):
        self.write_profile("work", **BY_ACCESS_TOKEN)
        self.log_in_by_browser("work")
        self.assert_gives_none("--audience", BOUND_AUDIENCE)

    def test_with_a_key_in_it(self):
        self.log_in_by_browser("work")
        self.assert_gives_none("--audience", AUDIENCE)

    def test_of_another_audience_and_without_a_key(self):
        with self.provider.changed(dpop="off"):
            self.log_in_by_browser("work")
            with self.grants(["ok"]):
                outcome = self.sso("token", "work", "--audience", AUDIENCE)
            self.assertEqual(outcome.code, 0, outcome)
            self.assert_accepted(self.at_prompt(outcome.stdout.strip()))
            # The refresh token that came with it was kept.
            with self.grants(["ok"]):
                self.renew_now("work")

    def test_an_audience_that_no_provider_takes_costs_nothing(self):
        """This provider counts the refresh token as used before it looks at the audience."""
        self.log_in_by_browser("work")
        for audience in ("demo", "a b", "https://a.example.com/#b", "https://\x1b[31m"):
            with self.grants([]):
                outcome = self.sso("token", "work", "--audience", audience)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), outcome)
            self.assertIn("--audience must be an absolute URI", outcome.stderr)
        with self.grants(["ok"]):
            self.renew_now("work")

    def test_of_an_audience_that_the_login_does_not_have(self):
        self.write_profile("work", **BY_ACCESS_TOKEN)
        self.log_in_by_browser("work")
        with self.grants(["invalid_target"]):
            outcome = self.sso("token", "work", "--audience", AUDIENCE)
        self.assertEqual((outcome.code, outcome.stdout), (1, ""), outcome)
        self.assertRegex(outcome.stderr, '"invalid_target".*: check --audience\n')


class ByItself(PromptCase):
    """ssh-jwt asks jwt-sso for the token if it was told nothing else."""

    ID_TOKENS = {"use": "prompt", "client_id": "jwt-sso-prompts"}  # their audience does not name the host

    def assert_no_token(self, outcome, words):
        self.assertEqual((outcome.code, outcome.stdout), (255, ""), outcome)
        self.assertIn(words, outcome.stderr)

    def test_a_host_of_the_profile_gets_the_token_whatever_its_audience_is(self):
        self.write_profile("prompts", **self.ID_TOKENS)
        self.log_in_by_browser("prompts")
        self.assert_accepted(self.by_ssh_jwt())
        token = self.sso("token", "prompts").stdout.strip()
        self.assert_no_token(self.by_ssh_jwt("--token-command", f"echo {token}"),
                             f"the token is not for {HOSTNAME}")

    def test_a_host_of_no_profile_gets_none(self):
        self.write_profile("prompts", **self.ID_TOKENS, hosts=["*.example.net"])
        self.log_in_by_browser("prompts")
        self.assert_no_token(self.by_ssh_jwt(), "no token: give --token-command")

    def test_what_is_named_counts_first(self):
        self.log_in_by_browser("prompts")
        self.assert_accepted(self.by_ssh_jwt())
        self.assert_no_token(self.by_ssh_jwt(environment={"BEARER_TOKEN": "a.b.c"}), "header")
        self.assert_no_token(self.by_ssh_jwt("--token-file", "/nowhere"), "/nowhere")

    def test_nobody_is_logged_in(self):
        self.assert_no_token(self.by_ssh_jwt(), "jwt-sso login prompts")

    def test_several_profiles_of_one_host_are_not_chosen_among(self):
        self.write_profile("others", **self.ID_TOKENS)
        self.log_in_by_browser("prompts")
        self.assert_no_token(self.by_ssh_jwt(), "the profiles others and prompts both have tokens for")

    def test_sudo_gets_the_token_of_its_own_host(self):
        self.write_profile("prompts", **self.ID_TOKENS, hosts=[socket.gethostname()])
        self.assertEqual(self.sso("login", "prompts", user="alice").code, 0)
        self.assert_accepted(self.sudo(), service="sudo", account="root")
        self.write_profile("prompts", **self.ID_TOKENS, hosts=["elsewhere"])
        outcome = self.sudo()
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("ssh-jwt: no token", outcome.stderr)


class Programs(PromptCase):
    def test_ssh_jwt_takes_the_token_by_a_command(self):
        self.log_in_by_browser("prompts")
        outcome = self.by_ssh_jwt("--token-command", f"{JWT_SSO} token prompts")
        self.assert_accepted(outcome)

    def test_ssh_asks_ssh_jwt(self):
        self.log_in_by_browser("prompts")
        outcome = self.attempt("alice", "", run=lambda: self.host.run_as("carol", [
            "ssh", *self.host.ssh_options(self.prompts), f"alice@{HOSTNAME}", "id", "-un"],
            environment={"SSH_ASKPASS": str(SSH_JWT), "SSH_ASKPASS_REQUIRE": "force"}))
        self.assert_accepted(outcome)

    def test_sudo_does_not_take_that_of_the_certificate(self):
        self.assertEqual(self.sso("login", "work", user="alice").code, 0)
        saved = json.loads((WORK / "home/alice/.local/state/jwt-sso/work/tokens").read_text())
        outcome = self.sudo(BEARER_TOKEN=saved["id_token"])
        self.assert_refused(outcome, "claim.bound", service="sudo")


if __name__ == "__main__":
    openid_provider.install()
    main()

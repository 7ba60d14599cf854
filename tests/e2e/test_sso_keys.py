#!/usr/bin/python3
"""Tests the ssh keys of jwt-sso: its own, those of the user, and what binds a token to a key."""

import base64
import json
import shutil
import subprocess

import fido_key
import openid_provider
from certificate_case import CAROL, NO_PROMPTS, keys_options
from host_case import main
from openid_provider import BOUND_AUDIENCE
from private_host import HOSTNAME, WORK
from sso_case import BY_ACCESS_TOKEN, JWT_SSO, SEEN, STATE, SsoCase, claims_of
from token_certificate import SshKey

LOGIN_NEEDED = 3


class Keys(SsoCase):
    def make_key(self, kind="ed25519"):
        """Makes a key of carol's own, which plain ssh does not know by itself."""
        key = SshKey.make(kind)
        path = CAROL / ".ssh/own"
        self.host.write(path, key.path.read_bytes(), 0o600, "carol")
        self.host.write(f"{path}.pub", key.public.read_bytes(), 0o644, "carol")
        return path

    def test_a_public_key_file_names_the_key(self):
        path = self.make_key()
        self.write_profile("work", key=f"{path}.pub")
        self.log_in_and_set_up()
        self.assertNotIn("key", self.state_files())
        self.assert_in(self.plain_ssh())
        path.unlink()
        self.assert_no_way_in(self.plain_ssh())

    def test_the_path_of_a_key_may_begin_with_the_home_directory(self):
        self.make_key("ecdsa")
        self.write_profile("work", key="~/.ssh/own.pub")
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())

    def test_a_key_that_is_only_in_the_agent_signs(self):
        path = self.make_key()
        fingerprint = subprocess.run(["ssh-keygen", "-l", "-f", path], capture_output=True, text=True,
                                     check=True).stdout.split()[1]
        self.write_profile("work", key=f"agent:{fingerprint}")
        script = f"""set -e
            ssh-add -q {path} && rm {path}
            {JWT_SSO} login && {JWT_SSO} setup --yes >/dev/null
            ssh {HOSTNAME} id -un
            ssh-add -q -D
            ! ssh {HOSTNAME} id -un || echo still there
            ! {JWT_SSO} login || echo still there"""
        outcome = self.attempt("alice", "", run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script],
            environment=self.environment("alice")))
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertIn(fingerprint, outcome.stderr.splitlines()[-1])
        self.assertNotIn("key", self.state_files())
        # The provider offers DPoP, but a host to which the agent is forwarded could sign proofs ahead.
        self.assertFalse(json.loads((STATE / "work/tokens").read_text())["dpop"])
        self.assert_session(outcome)

    def test_a_login_for_one_key_is_not_one_for_another(self):
        path = self.make_key()
        self.write_profile("work", key=f"{path}.pub")
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        other = self.make_key()
        self.assertEqual(other, path)
        outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        self.assertIn("jwt-sso login", outcome.stderr)
        self.assert_no_way_in(self.plain_ssh())
        self.log_in_by_browser()
        self.assert_in(self.plain_ssh())


    def test_a_fido_key_which_signs_no_jws(self):
        """No proof of such a key can be made, but the nonce can name it."""
        for kind in (fido_key.ED25519, fido_key.P256):
            with self.subTest(kind=kind):
                key = fido_key.FidoKey(kind)
                line = f"{kind} {base64.b64encode(key.blob).decode()} carol\n"
                self.host.write(CAROL / ".ssh/id_sk.pub", line, 0o644, "carol")
                self.write_profile("work", key="~/.ssh/id_sk.pub")
                self.log_in_by_browser()
                key.load_certificate(self.certificate_file())
                self.assert_in(self.log_in_by_paramiko(key, self.certificate_file()))

    def test_a_file_that_is_no_public_key_is_refused_before_the_browser_opens(self):
        path = self.make_key()
        for text in (path.read_text(), "ssh-ed25519 AAAA\n", ""):
            self.host.write(f"{path}.pub", text, 0o644, "carol")
            self.write_profile("work", key=f"{path}.pub")
            outcome = self.sso("login")
            self.assertNotEqual(outcome.code, 0, outcome)
            self.assertIn(f"{path}.pub", outcome.stderr)
            self.assertNotIn("PRIVATE", outcome.stderr)
            self.assertFalse(SEEN.exists())


class OtherKeys(SsoCase):
    """What plain ssh could do before setup, it can do after it."""

    def authorize(self, name):
        """Gives carol a key at a path that ssh knows, which the host takes from alice."""
        key = SshKey.make("ed25519")
        path = CAROL / ".ssh" / name
        self.host.write(path, key.path.read_bytes(), 0o600, "carol")
        self.host.write(f"{path}.pub", key.public.read_bytes(), 0o644, "carol")
        authorized = WORK / "home/alice/.ssh/authorized_keys"
        self.host.write(authorized, key.public.read_text(), 0o644, "alice")
        return path

    def test_a_default_key_still_logs_in_when_nobody_is_logged_in(self):
        self.authorize("id_ed25519")
        self.assertEqual(self.plain_ssh().code, 0)
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        self.sso("logout")
        outcome = self.plain_ssh()
        self.assertEqual((outcome.code, outcome.stdout, outcome.audit), (0, "alice\n", []), outcome)

    def test_a_default_key_still_logs_in_where_the_certificate_is_refused(self):
        self.authorize("id_ed25519")
        self.log_in_by_browser(browser="bob")
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        outcome = self.plain_ssh()
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertIn("reason=account.not_allowed", outcome.audit[0])

    def test_a_key_in_the_agent_still_logs_in(self):
        path = self.authorize("other")
        self.log_in_and_set_up()
        self.sso("logout")
        self.assert_no_way_in(self.plain_ssh())
        script = f"ssh-add -q {path} && rm {path} {path}.pub && ssh {HOSTNAME} id -un && ssh-add -l | wc -l"
        outcome = self.host.run_as("carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script])
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n1\n"), outcome)

    def test_nothing_is_added_to_an_agent(self):
        config = CAROL / ".ssh/config"
        self.host.write(config, "AddKeysToAgent yes\n" + config.read_text(), 0o600, "carol")
        self.log_in_and_set_up()
        script = f"ssh {HOSTNAME} id -un; ssh-add -l"
        outcome = self.host.run_as("carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script])
        self.assertEqual(outcome.stdout, "alice\nThe agent has no identities.\n", outcome)

    def test_a_jump_through_a_host_uses_the_certificate_twice(self):
        other = self.host.start_sshd([*keys_options(), *NO_PROMPTS])
        self.addCleanup(self.host.stop_sshd, other)
        with self.provider.changed(id_token_seconds=30):
            self.log_in_and_set_up()
        before = self.provider.grants("refresh_token")
        outcome = self.attempt("alice", self.carried()[1], run=lambda: self.host.run_as("carol", [
            "env", "-C", str(CAROL), "ssh", "-J", f"{HOSTNAME}:{self.port}", "-p", str(other), HOSTNAME,
            "id", "-un"]))
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertEqual(len(self.lines(outcome, "session")), 2, outcome.audit)
        self.assertEqual(self.provider.grants("refresh_token")[len(before):], ["ok"])


class WhatBindsTheKey(SsoCase):
    """Each certificate must name the key that ssh signs with, whatever the provider gives."""

    def assert_renews(self):
        with self.grants(["ok"]):
            self.renew_now()
        self.assert_in(self.plain_ssh())

    def test_an_id_token_by_the_nonce_of_the_login(self):
        with self.provider.changed(dpop="off"):
            self.log_in_and_set_up()
            nonce = self.carried_claims()["nonce"]
            self.assertRegex(nonce, r"\Apjk1\.")
            self.assert_renews()
        self.assertEqual(self.carried_claims()["nonce"], nonce)
        self.assertEqual(len(self.carried()), 2)

    def test_a_renewed_id_token_without_a_nonce_by_that_of_the_login(self):
        """OpenID Connect Core §12.2: a refreshed ID token should not have a nonce."""
        with self.provider.changed(renewed_nonce=False):
            self.log_in_and_set_up()
            _, first = self.carried()
            self.assert_renews()
            self.assert_renews()
        _, renewed, binding = self.carried()
        self.assertNotIn("nonce", claims_of(renewed))
        self.assertEqual(binding, first)

    def test_an_access_token_by_its_cnf(self):
        self.write_profile("work", **BY_ACCESS_TOKEN)
        self.log_in_and_set_up()
        self.assert_renews()
        key = SshKey(self.public_key_of_the_state())
        claims = self.carried_claims()
        self.assertEqual((claims["aud"], claims["cnf"]), (BOUND_AUDIENCE, {"jkt": key.thumbprint()}))
        self.assertEqual(len(self.carried()), 2)

    def test_an_access_token_without_cnf_for_another_audience_is_refused(self):
        """The ID token of the login binds only a token for the same client and the same audience."""
        with self.provider.changed(dpop="off"):
            self.write_profile("work", **BY_ACCESS_TOKEN)
            outcome = self.sso("login")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("the token that binds the key has another client_id than the token", outcome.stderr)
        self.assertFalse(self.certificate_file().exists())

    def test_an_access_token_without_cnf_and_without_an_id_token_is_refused(self):
        with self.provider.changed(dpop="off"):
            self.write_profile("work", **BY_ACCESS_TOKEN, scopes=["profile", "groups"])
            outcome = self.sso("login")
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assertFalse(self.certificate_file().exists())

    def test_proofs_carry_the_nonce_that_the_provider_demands(self):
        with self.provider.changed(dpop="nonce"):
            self.write_profile("work", **BY_ACCESS_TOKEN)
            with self.grants(["use_dpop_nonce", "ok"], "authorization_code"):
                self.log_in_and_set_up()
            with self.grants(["use_dpop_nonce", "ok"]):
                self.renew_now()
            self.assert_in(self.plain_ssh())

    def public_key_of_the_state(self):
        """Makes the .pub file of the key in the state, and returns the path of the key without it."""
        path = WORK / "certificates/of-the-state"
        shutil.copy(STATE / "work/key", path)
        public = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True,
                                check=True).stdout
        self.host.write(f"{path}.pub", public)
        return path


if __name__ == "__main__":
    openid_provider.install()
    main()

#!/usr/bin/python3
"""Tests what must not open an account: certificates with a token, and bound tokens elsewhere.

Each attack has a twin that differs in one point, and gets in.
"""

import json
import time
from pathlib import Path

import paramiko

import token_certificate
from certificate_case import BOUND_AUDIENCE, CertificateCase, keys_options
from host_case import TOKEN_STACK, main
from issuer import Issuer, SSH_AUDIENCE, jwtctl
from jwks_fetcher import KEYS
from postgresql import PostgreSql
from private_host import WORK
from token_certificate import Forgery, NAME, SshKey, certify, new_salt, payload_of, string

DENYLIST = Path("/var/lib/pam_jwt/denied.jsonl")
HOUR_S = 3600
DAY_S = 24 * HOUR_S
SUDOERS = "Defaults passwd_tries=1, timestamp_timeout=0, lecture=never\nalice ALL=(ALL:ALL) ALL\n"


def signer(key, certificate):
    """Returns paramiko's key that presents the certificate, and signs with `key`."""
    loaded = paramiko.Ed25519Key.from_private_key_file(str(key.path))
    loaded.load_certificate(str(certificate))
    return loaded


class Proof(CertificateCase):
    """A certificate, a token or both are stolen. The key is not."""

    def test_another_key_cannot_prove_the_certificate(self):
        certificate = self.certificate()
        thief = SshKey.make()
        stolen = self.log_in_by_paramiko(signer(thief, certificate), certificate)
        self.assertEqual(stolen.code, 255, stolen)
        self.assertEqual(self.lines(stolen, "session"), [])
        for line in stolen.audit:
            self.assertIn("pam_jwt(sshd:key): offered user=alice ", line)
        self.assertTrue(stolen.audit)
        self.assert_in(self.log_in_by_paramiko(signer(self.key, certificate), certificate))

    def test_a_stolen_token_binds_no_other_key(self):
        payload = self.payload()
        thief = SshKey.make()
        self.assert_out(self.log_in(certify(thief, payload), key=thief), "certificate.unbound")
        self.assert_in(self.log_in(certify(self.key, payload)))

    def test_the_salt_is_part_of_the_proof(self):
        salt = new_salt()
        token = self.bound_token(salt=salt)
        for other in (new_salt(), salt + "A"):
            certificate = certify(self.key, f"{other}~{token}")
            self.assert_out(self.log_in(certificate), "certificate.unbound")
        self.assert_in(self.log_in(certify(self.key, f"{salt}~{token}")))

    def test_cnf_and_nonce_must_agree(self):
        other = SshKey.make()
        salt = new_salt()
        for claims in ({"cnf": {"jkt": other.thumbprint()}},
                       {"cnf": {"jwk": other.jwk()}},
                       {"cnf": {"jwk": self.key.jwk(), "jkt": other.thumbprint()}},
                       {"cnf": {"jkt": self.key.thumbprint()}, "nonce": other.nonce(salt)},
                       {"cnf": {"jkt": self.key.thumbprint(), "x5t#S256": "AAAA"}},
                       {"cnf": None, "nonce": "n-0S6_WzA2Mj"}):
            with self.subTest(claims=claims):
                self.assert_out(self.log_in(self.bound_certificate(salt, claims)), "certificate.unbound")
        both = {"cnf": {"jkt": self.key.thumbprint(), "jwk": self.key.jwk()}}
        self.assert_in(self.log_in(self.bound_certificate(salt, both)))

    def test_a_nonce_of_another_client_binds_nothing(self):
        """A site where alice logs in can have her token made for a key of its own."""
        both = ["portal", BOUND_AUDIENCE]
        self.assert_out(self.log_in(self.certificate(aud=both, azp="portal")), "audience.mismatch")
        self.assert_in(self.log_in(self.certificate(aud=both, azp=BOUND_AUDIENCE)))

    def bound_certificate(self, salt, claims):
        return certify(self.key, f"{salt}~{self.bound_token(salt=salt, **claims)}")


class Binding(CertificateCase):
    """The token was refreshed, and lost its nonce. The token of the login itself binds the key."""

    settings = 'max_binding_age = "2h"'

    @classmethod
    def configuration(cls):
        cls.elsewhere = Issuer(cls.host, "elsewhere")
        return super().configuration() + cls.elsewhere.toml(f'bound_audiences = ["{BOUND_AUDIENCE}"]')

    CLAIMS = {"aud": BOUND_AUDIENCE, "azp": BOUND_AUDIENCE, "sid": "one"}

    def bound(self, issuer=None, key=None, signer=None, **claims):
        """Returns a certificate with a refreshed token, and the login's token with other `claims`."""
        salt = new_salt()
        refreshed = self.staff.token(**self.CLAIMS)
        now = int(time.time())
        login = (issuer or self.staff).token(
            key=signer, kid=self.staff.kid() if signer else None,
            **{**self.CLAIMS, "nonce": (key or self.key).nonce(salt), "iat": now - HOUR_S,
               "exp": now - HOUR_S // 2, **claims})
        return certify(self.key, f"{salt}~{refreshed}~{login}")

    def test_the_token_of_the_login_binds_the_key(self):
        self.assert_in(self.log_in(self.bound()))
        self.assert_in(self.log_in(self.bound(sid=None)))

    def test_the_token_of_another_login_does_not(self):
        for claims in ({"sub": "bob"}, {"aud": "other-client"}, {"aud": [BOUND_AUDIENCE, "more"]},
                       {"azp": "other-client"}, {"azp": None}, {"sid": "two"}):
            with self.subTest(claims=claims):
                self.assert_out(self.log_in(self.bound(**claims)), "binding.other")
        self.assert_in(self.log_in(self.bound()))

    def test_the_token_of_another_issuer_does_not(self):
        self.assert_out(self.log_in(self.bound(issuer=self.elsewhere)), "binding.key")
        self.assert_in(self.log_in(self.bound()))

    def test_the_token_for_another_key_does_not(self):
        self.assert_out(self.log_in(self.bound(key=SshKey.make())), "certificate.unbound")
        self.assert_in(self.log_in(self.bound()))

    def test_an_old_login_does_not(self):
        old = int(time.time()) - 2 * HOUR_S
        self.assert_out(self.log_in(self.bound(iat=old - 60, exp=old)), "binding.too_old")
        self.assert_in(self.log_in(self.bound(iat=old + 60, exp=old + 120)))

    def test_a_key_that_the_issuer_withdrew_does_not(self):
        withdrawn = Issuer(self.host, "withdrawn").key
        self.assert_out(self.log_in(self.bound(signer=withdrawn)), "binding.key")
        self.assert_in(self.log_in(self.bound()))

    def test_a_login_that_is_denied_does_not(self):
        self.addCleanup(DENYLIST.unlink, missing_ok=True)
        jwtctl("deny", "--issuer", "staff", "--jti", "login")
        self.assert_out(self.log_in(self.bound(jti="login")), "token.denied")
        self.assert_in(self.log_in(self.bound(jti="another")))


class Prompts(CertificateCase):
    """A bound token is typed where a token is asked for."""

    sshd_options = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.write_pam("sudo", TOKEN_STACK)
        cls.host.write("/etc/sudoers.d/e2e", SUDOERS, mode=0o440)
        if not hasattr(cls.host, "database"):
            cls.host.database = PostgreSql(cls.host)
            cls.host.database.create_roles("alice")

    @classmethod
    def configuration(cls):
        services = 'services = ["sshd", "sudo", "postgresql"]'
        return super().configuration().replace("bound_audiences", f"{services}\nbound_audiences")

    def bound_tokens(self):
        """Returns tokens each of which is bound in another way."""
        return {"nonce": self.bound_token(aud=SSH_AUDIENCE),
                "cnf": self.staff.token(cnf={"jkt": self.key.thumbprint()}),
                "audience": self.staff.token(aud=BOUND_AUDIENCE)}

    def check(self, service, log_in, user="alice"):
        for way, token in self.bound_tokens().items():
            with self.subTest(way=way):
                outcome = self.attempt("alice", token, run=lambda: log_in(token))
                self.assert_refused(outcome, "claim.bound", service=service)
        token = self.staff.token()
        outcome = self.attempt("alice", token, run=lambda: log_in(token))
        self.assert_accepted(outcome, service=service, account=user)

    def test_not_at_the_prompt_of_sshd(self):
        self.check("sshd", lambda token: self.host.ssh("alice", token, port=self.port))

    def test_not_in_sudo(self):
        self.check("sudo", lambda token: self.host.run_as(
            "alice", ["sudo", "-S", "id", "-un"], token + "\n"), "root")

    def test_not_in_postgresql(self):
        self.check("postgresql", lambda token: self.host.database.login("alice", token))

    def test_audiences_of_both_kinds_do_not_open_a_prompt(self):
        both = [BOUND_AUDIENCE, SSH_AUDIENCE]
        outcome = self.attempt("alice", self.staff.token(aud=both), port=self.port)
        self.assert_refused(outcome, "claim.bound")
        self.assert_accepted(self.attempt("alice", self.staff.token(aud=SSH_AUDIENCE), port=self.port))
        self.assert_in(self.log_in(self.certificate(aud=both)))
        self.assert_out(self.log_in(self.certificate(aud=SSH_AUDIENCE)), "audience.mismatch")


class OtherAuthorities(CertificateCase):
    """Another line of sshd trusts the signer of the certificate."""

    @classmethod
    def configuration(cls):
        return f"{super().configuration()}[session]\nexport = {{ SSO_SUBJECT = \"sub\" }}\n"

    def subject(self, certificate):
        """Logs in, and returns what the session is told of the user of the token."""
        identity = [f"IdentityFile={self.key.path}", f"CertificateFile={certificate}"]
        return self.host.ssh("alice", method="publickey", options=identity, port=self.port,
                             command='echo "<$SSO_SUBJECT>"').stdout

    def trust(self, options):
        path = WORK / "home/alice/.ssh/authorized_keys"
        authority = Path(f"{token_certificate.authority()}.pub").read_text()
        self.host.write(path, f"cert-authority{options} {authority}")
        self.addCleanup(path.unlink)

    def unbound(self, **options):
        return certify(self.key, self.payload(SshKey.make()), **options)

    def test_a_line_of_the_user_lets_no_token_in_that_sshd_keys_refuses(self):
        self.trust(f',principals="{NAME}"')
        outcome = self.log_in(self.unbound())
        self.assert_out_of_session(outcome, "certificate.unbound")
        # sshd finds the user's line first, and does not ask sshd-keys.
        outcome = self.log_in(self.certificate())
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assert_session(outcome)

    def test_a_line_of_the_user_gives_no_identity(self):
        """The account is the user's own, who may open it as it pleases. The token says nothing about it."""
        self.trust("")
        for certificate in (self.unbound(principals="alice"),
                            certify(self.key, self.payload(), principals="alice")):
            self.assert_not_judged(self.log_in(certificate), self.port)
            self.assertEqual(self.subject(certificate), "<>\n")
        self.assert_in(self.log_in(self.certificate()))
        self.assertEqual(self.subject(self.certificate()), "<alice>\n")

    def test_a_certificate_of_the_site_gives_no_identity(self):
        authority = Path(f"{token_certificate.authority()}.pub")
        port = self.host.start_sshd([*keys_options(), *self.sshd_options,
                                     f"TrustedUserCAKeys={authority}"])
        self.assert_not_judged(self.log_in(self.unbound(principals="alice"), port=port), port)
        self.assert_out(self.log_in(self.unbound(), port=port), "certificate.unbound")
        self.assert_in(self.log_in(self.certificate(), port=port))

    def assert_not_judged(self, outcome, port):
        """Checks that the login is one by another certificate, and not one by token."""
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"),
                         f"{outcome}\n{self.host.sshd_log(port)[-2000:]}")
        for line in outcome.audit:
            self.assertNotIn("accepted", line)
            self.assertNotIn("offered", line)


class Forms(CertificateCase):
    """The certificate is not of the form that docs/certificate-format.md allows."""

    def forgery(self, **fields):
        return Forgery(self.key, self.payload(), **fields)

    def check(self, reason, *attacks, twin=None):
        """Checks that forgeries with these fields are refused, and that the one of the twin gets in."""
        for fields in attacks:
            with self.subTest(fields=str(fields)[:100]):
                self.assert_out(self.log_in(self.forgery(**fields).write()), reason)
        self.assert_in(self.log_in(self.forgery(**(twin or {})).write()))

    def test_the_certificate_of_a_host(self):
        """The stock ssh presents none."""
        certificate = self.forgery(kind=2).write()
        self.assert_out(self.log_in_by_paramiko(signer(self.key, certificate), certificate),
                        "certificate.malformed")
        self.check("certificate.malformed")

    def test_a_critical_option_that_nobody_knows(self):
        command = ("force-command", string("id -un"))
        self.check("certificate.refused", {"critical": (("verify-nothing", b""),)},
                   {"critical": (command, ("verify-nothing", b""))}, twin={"critical": (command,)})

    def test_principals(self):
        self.check("certificate.refused", {"principals": ()}, {"principals": ("alice",)},
                   {"principals": (NAME, "alice")}, {"principals": (NAME, NAME)},
                   {"principals": ("",)}, {"principals": ("*",)}, {"principals": ("token@pamjwt.io.",)})

    def test_outside_its_validity(self):
        now = int(time.time())
        self.check("certificate.refused", {"valid_before": now}, {"valid_after": now + 60},
                   {"valid_before": now - DAY_S, "valid_after": now - 2 * DAY_S},
                   twin={"valid_before": 2 ** 64 - 1, "valid_after": 0})

    def test_the_extension_twice(self):
        self.check("certificate.malformed", {"extensions": ((NAME, string(self.payload())),)},
                   {"extensions": (("permit-pty", b""),)}, twin={"extensions": (("unknown", b""),)})

    def test_the_token_as_a_critical_option(self):
        critical = ((NAME, string(self.payload())),)
        for payload, reason in (("", "certificate.malformed"), (self.payload(), "certificate.refused")):
            forgery = Forgery(self.key, payload, critical=critical)
            self.assert_out(self.log_in(forgery.write()), reason)
        self.assert_in(self.log_in(self.forgery().write()))

    def test_payloads_that_are_no_salt_and_token(self):
        salt, token = self.payload().split("~")
        for payload in (token, f"~{token}", f"{salt}~", f"{salt}~{token}~", f"{salt}~{token}~a~b",
                        f"{salt[:21]}~{token}", f"{salt * 3}~{token}", f"{salt[:21]}+~{token}"):
            with self.subTest(payload=payload[:30]):
                self.assert_out(self.log_in(certify(self.key, payload)), "certificate.malformed")
        self.assert_in(self.log_in(certify(self.key, f"{salt}~{token}")))

    def test_a_large_token_is_refused_and_a_certificate_too_large_for_sshd_opens_nothing(self):
        self.assert_out(self.log_in(Forgery(self.key, self.payload() + "A" * 90_000).write()),
                        "token.too_long")
        for size in (110_000, 1_000_000):
            outcome = self.log_in(Forgery(self.key, self.payload() + "A" * size).write())
            self.assertEqual((outcome.code, outcome.audit), (255, []), outcome)
        self.assert_in(self.log_in(self.forgery().write()))


class Tokens(CertificateCase):
    """The certificate is good, and its token is not."""

    def test_a_clock_that_is_off(self):
        now = int(time.time())
        for reason, claims in (("token.not_yet_valid", {"nbf": now + 600}),
                               ("token.not_yet_valid", {"iat": now + 600, "exp": now + 1200}),
                               ("token.expired", {"iat": now - 900, "exp": now - 300}),
                               ("token.too_old", {"iat": now - 2 * DAY_S})):
            with self.subTest(reason=reason, claims=claims):
                self.assert_out(self.log_in(self.certificate(**claims)), reason)
        self.assert_in(self.log_in(self.certificate(nbf=now - 600, iat=now - 600, exp=now + 600)))

    def test_forged_and_foreign_tokens(self):
        jwtctl("keygen", "--force", "--alg", "ES256", "--out", WORK / "forger")
        forger = WORK / "forger/key.json"
        salt = new_salt()
        token = self.staff.token(aud=BOUND_AUDIENCE, nonce=self.key.nonce(salt), key=forger,
                                 kid=self.staff.kid())
        forged = certify(self.key, f"{salt}~{token}")
        for reason, certificate in (
                ("signature.invalid", forged),
                ("issuer.unknown", self.certificate(iss="https://elsewhere.example.com")),
                ("audience.mismatch", self.certificate(aud="other-client")),
                ("account.not_allowed", self.certificate(sub="bob")),
                ("certificate.unbound", self.certificate(nonce=None))):
            with self.subTest(reason=reason):
                self.assert_out(self.log_in(certificate), reason)
        self.assert_in(self.log_in(self.certificate()))

    def test_a_delegated_token_needs_a_rule_that_judges_who_uses_it(self):
        delegated = self.certificate(act={"sub": "robot"})
        self.assert_out(self.log_in(delegated), "claim.delegated")
        self.addCleanup(self.host.write_config, self.configuration())
        self.host.write_config(self.configuration() + "[[issuer.staff.account]]\n"
                               'require = [{ claim = "/act/sub", any_of = ["robot"] }]\n')
        self.assert_in(self.log_in(delegated))
        self.assert_out(self.log_in(self.certificate(act={"sub": "thief"})), "account.not_allowed")

    def test_denials(self):
        self.addCleanup(DENYLIST.unlink, missing_ok=True)
        issuer = ("--issuer", "staff")
        for reason, denial in (("token.denied", (*issuer, "--sub", "alice")),
                               ("token.denied", (*issuer, "--jti", "lost")),
                               ("token.denied", (*issuer, "--kid", self.staff.kid())),
                               ("account.denied", ("--account", "alice"))):
            with self.subTest(denial=denial):
                certificate = self.certificate(jti="lost")
                jwtctl("deny", *denial)
                self.assert_out(self.log_in(certificate), reason)
                jwtctl("undeny", *denial)
                self.assert_in(self.log_in(certificate))

    def test_a_denial_of_the_account_stops_an_open_door_too(self):
        """sshd-keys is not alone: the account line asks again, for every key."""
        self.addCleanup(DENYLIST.unlink, missing_ok=True)
        path = WORK / "home/alice/.ssh/authorized_keys"
        self.host.write(path, self.key.public.read_text())
        self.addCleanup(path.unlink)
        jwtctl("deny", "--account", "alice")
        outcome = self.log_in(self.certificate())
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assertEqual([line.split(" reason=")[1].split()[0] for line in outcome.audit
                          if ":account)" in line], ["account.denied"], outcome.audit)


class OneTime(CertificateCase):
    settings = "one_time = true\nmax_token_age = \"15m\"\n"

    def test_a_one_time_token_never_comes_in_a_certificate(self):
        self.assert_out(self.log_in(self.certificate(jti="a")), "certificate.refused")
        self.host.write_config(self.configuration().replace("one_time = true", "one_time = false"))
        self.assert_in(self.log_in(self.certificate(jti="a")))


class StaleKeys(CertificateCase):
    """The keys of the issuer were fetched, and the daemon has not run for a while."""

    @classmethod
    def configuration(cls):
        return super().configuration().replace(cls.staff.key_line, "")

    def write_keys(self, fetched):
        key = {**json.loads(self.staff.key.read_text())}
        line = {"iss": self.staff.url, "kid": key["kid"], "kty": "EC", "crv": key["crv"], "x": key["x"],
                "y": key["y"], "fetched": fetched, "expires": fetched + DAY_S}
        text = "\n".join(json.dumps(part, separators=(",", ":"))
                         for part in ({"format": 1, "writer": "jwks-fetcher"}, line))
        self.host.write(KEYS, text + "\n")

    def test_keys_that_are_stale_verify_nothing(self):
        now = int(time.time())
        self.write_keys(now - DAY_S - HOUR_S)
        self.assert_out(self.log_in(self.certificate()), "keys.stale", verdict="no_verdict")
        self.write_keys(now - HOUR_S)
        self.assert_in(self.log_in(self.certificate()))


class BoundAge(CertificateCase):
    """A token that a nonce binds counts for a day, and any other token until it expires."""

    settings = 'max_bound_age = "12h"\nmax_token_age = "12h"'

    def test_the_age_counts_for_the_nonce_alone(self):
        now = int(time.time())
        expired = {"iat": now - HOUR_S, "exp": now - HOUR_S // 2}
        self.assert_in(self.log_in(self.certificate(**expired)))
        cnf = {"jkt": self.key.thumbprint()}
        self.assert_out(self.log_in(self.certificate(cnf=cnf, **expired)), "token.expired")
        self.assert_in(self.log_in(self.certificate(cnf=cnf)))
        self.assert_out(self.log_in(self.certificate(iat=now - 13 * HOUR_S, exp=now + HOUR_S)),
                        "token.expired")


class Factors(CertificateCase):
    """sshd wants two keys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = Issuer(cls.host, "elsewhere")
        cls.host.write_config(cls.configuration() + cls.elsewhere.toml(
            f'bound_audiences = ["{BOUND_AUDIENCE}"]'))
        cls.two = cls.host.start_sshd([*keys_options(), *cls.sshd_options,
                                       "AuthenticationMethods=publickey,publickey"])

    def log_in_with_two(self, first, second):
        """Logs in with two pairs of a key and its certificate."""
        options = [option for key, certificate in (first, second)
                   for option in (f"IdentityFile={key.path}", f"CertificateFile={certificate}")]
        return self.attempt("alice", payload_of(first[1]), run=lambda: self.host.ssh(
            "alice", method="publickey", options=options, port=self.two))

    def pair(self, issuer=None):
        key = SshKey.make()
        return key, self.certificate(key, issuer)

    def test_one_key_is_not_two(self):
        key, certificate = self.pair()
        outcome = self.log_in_with_two((key, certificate), (key, self.certificate(key)))
        self.assertEqual((outcome.code, self.lines(outcome, "session")), (255, []), outcome)
        outcome = self.log_in_with_two((key, certificate), self.pair())
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assert_logged_in(outcome)

    def test_two_tokens_must_name_one_user(self):
        outcome = self.log_in_with_two(self.pair(), self.pair(self.elsewhere))
        self.assert_out_of_session(outcome, "certificate.refused")


if __name__ == "__main__":
    main()

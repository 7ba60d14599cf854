#!/usr/bin/python3
"""Tests renewals, proofs of the key and other verbs of jwt-sso at a provider that does what a real one does not.

Each refusal has the words that a person needs, leaves the login as it was, and has a twin that is accepted: the same
command right after it.
"""

import time

from host_case import main
from rude_case import HTML, RENEW, RudeCase
from rude_provider import always, at_first, changed, endless, moved, refusing, slowly


class Renewing(RudeCase):
    def test_answers_in_place_of_tokens(self):
        self.refuse_each(RENEW, [
            ("429", {"token": always(429, b"", Retry_After="17")},
             ["429, too many requests: try again in 17 seconds"]),
            ("429 and words", {"token": refusing("invalid_grant", None, 429)}, ["429, too many requests"]),
            ("500", {"token": always(500, HTML)}, ["answered 500: try again later"]),
            ("a page", {"token": always(200, HTML)}, ["not JSON"]),
            ("server_error", {"token": refusing("server_error")}, ["server_error", "try again later"]),
            ("no end", {"token": always(200, endless())}, ["the body has more than 262144 bytes"]),
            ("slow", {"token": always(200, slowly())}, ["timed out", "too slow: try again later"]),
            ("elsewhere", {"token": moved("/moved")}, ["redirects a POST"]),
        ])

    def test_a_refresh_token_that_is_refused(self):
        self.refuse(RENEW, ['"invalid_grant", "it is not active"', "was used by somebody else since",
                            "renewals: 0", "stolen", "run jwt-sso login work"],
                    code=3, token=refusing("invalid_grant", "it is not active"))
        self.accept(RENEW)
        self.refuse(RENEW, ["renewals: 1"], code=3, token=refusing("invalid_grant"))
        self.accept(["login"])

    def test_an_answer_that_is_lost(self):
        """The provider has replaced the refresh token, and nobody has the new one. That is no theft."""
        def loses(request, proceed):
            proceed()
            return always(502, HTML)(request, proceed)

        self.refuse(RENEW, ["answered 502"], token=loses)
        outcome = self.refuse(RENEW, ['"invalid_grant", "the token is not active"', "this computer sent the token at",
                                      "run jwt-sso login work"], code=3)
        self.assertNotIn("stolen", outcome.stderr)
        self.accept(["login"])

    def test_a_description_that_repeats_the_refresh_token(self):
        def repeats(request, _proceed):
            return refusing("invalid_grant", f"{request.form['refresh_token']} is not active")(request, _proceed)

        self.refuse(RENEW, ['"invalid_grant"'], code=3, token=repeats)
        self.accept(RENEW)

    def test_new_tokens_that_are_not_of_this_login(self):
        now = int(time.time())
        cases = [
            ("iss", {"iss": "https://evil.example.com"}, ["https://evil.example.com"]),
            ("aud", {"aud": "another-client"}, ["not for the client"]),
            ("sub", {"sub": "mallory"}, ["of another person than the login"]),
            ("nonce", {"nonce": "pjk1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, ["nonce of another login"]),
            ("exp", {"iat": now - 1000, "exp": now - 100}, ["expired"]),
        ]
        # The refresh token was used up, so the new one must be kept.
        self.refuse_each(RENEW, [
            (name, {"claims": lambda usual, other=other: {**usual, **other}}, says) for name, other, says in cases],
            keeps="certificate")
        self.refuse_each(RENEW, [
            ("another key", {"sign": self.provider.sign_as_stranger}, ["signature"]),
            ("none", {"sign": self.provider.sign_not}, ["ID token"]),
        ], keeps="certificate")

    def test_no_id_token(self):
        self.refuse(RENEW, ["renews no ID tokens", "jwt-sso login"], code=3, keeps="certificate",
                    token=changed(id_token=None))
        self.accept(RENEW)

    def test_an_id_token_without_a_nonce(self):
        """OpenID Connect Core §12.2 allows it."""
        self.accept(RENEW, claims=lambda usual: {**usual, "nonce": None})
        self.assertEqual(len(self.carried()), 3, "the certificate has the token of the login too")

    def test_a_refresh_token_that_stays(self):
        self.provider.rotates = False
        self.addCleanup(setattr, self.provider, "rotates", True)
        self.accept(RENEW)
        self.accept(RENEW)

    def test_a_clock_that_is_an_hour_off(self):
        with self.clock_of_provider(3600):
            self.refuse(RENEW, ["in the future", "seconds behind the provider's"], keeps="certificate")
        self.accept(RENEW)


class ProofsOfTheKey(RudeCase):
    """The provider takes DPoP proofs, and wants its nonce in them (RFC 9449 §8)."""

    OFFER = staticmethod(changed(dpop_signing_alg_values_supported=["ES256"]))

    @staticmethod
    def wants_nonce(nonce):
        return always(400, {"error": "use_dpop_nonce"}, **({"DPoP_Nonce": nonce} if nonce else {}))

    def test_one_nonce(self):
        before = len(self.provider.requests_for("/token"))
        self.accept(["login"], metadata=self.OFFER, token=at_first(self.wants_nonce("n-1")))
        requests = self.provider.requests_for("/token")[before:]
        self.assertEqual(len(requests), 2)
        self.assertEqual(requests[0].form, requests[1].form)
        self.assertNotEqual(requests[0].headers["DPoP"], requests[1].headers["DPoP"])

    def test_nonces_without_end(self):
        for name, twist in (("new ones", at_first(*[self.wants_nonce(f"n-{number}") for number in range(9)])),
                            ("the same", self.wants_nonce("n")), ("none", self.wants_nonce(None))):
            with self.subTest(name):
                before = len(self.provider.requests_for("/token"))
                self.refuse(["login"], ["another DPoP nonce each time"], metadata=self.OFFER, token=twist)
                self.assertLessEqual(len(self.provider.requests_for("/token")), before + 2)
        self.accept(["login"], metadata=self.OFFER)


class OtherVerbs(RudeCase):
    def test_a_device_login_goes_on_when_the_provider_is_busy(self):
        self.write_profile("work", flows=["code", "device"])
        self.accept(["login", "--device"], token=at_first(
            always(429, HTML), refusing("authorization_pending"), always(502, HTML)))
        self.refuse(["login", "--device"], ["access_denied"], token=at_first(
            always(429, HTML), refusing("access_denied")))

    def test_a_device_page_that_is_not_one(self):
        self.write_profile("work", flows=["code", "device"])
        self.refuse_each(["login", "--device"], [
            ("plain", {"device": changed(verification_uri="http://evil.example.com/")},
             ["verification_uri", "https://"]),
            ("escapes", {"device": changed(user_code="\x1b[2J")}, ["user_code"]),
            ("500", {"device": always(500, HTML)}, ["/device: the provider answered 500"]),
        ])

    def test_a_logout_that_the_provider_does_not_take(self):
        for revoke, words in ((always(503, HTML), "/revoke: the provider answered 503"),
                              (always(200, slowly()), "timed out"),
                              (refusing("unsupported_token_type"), "unsupported_token_type")):
            begin = time.monotonic()
            with self.provider.twisted(revoke=revoke):
                outcome = self.sso("logout")
            self.assertLess(time.monotonic() - begin, 20)
            self.assertEqual(outcome.code, 0, outcome)
            self.assertIn(words, outcome.stderr)
            self.assert_no_secret(outcome)
            self.assertEqual(set(self.state("all")), set())
            self.log_in_by_browser()
        outcome = self.sso("logout")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertNotIn("revoke", outcome.stderr)

    def test_a_prompt_gets_no_token_of_a_rude_provider(self):
        self.write_profile("work", use="prompt")
        self.accept(["login"])
        with self.clock_of_provider(-590):  # the token has less than a minute left
            self.sso("login")
        self.refuse(["token"], ["answered 500"], token=always(500, HTML))
        self.refuse(["token"], ["of another person"], keeps="certificate",
                    claims=lambda usual: {**usual, "sub": "mallory"})
        outcome = self.sso("token")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(len(outcome.stdout.split(".")), 3)

if __name__ == "__main__":
    main()

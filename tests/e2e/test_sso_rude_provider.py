#!/usr/bin/python3
"""Tests logins by jwt-sso at a provider that does what a real one does not: errors, long and slow answers, tokens and
redirects that are not for this login, a wrong clock.

Each refusal has the words that a person needs, leaves the login as it was, and has a twin that is accepted: the same
command right after it.
"""

import gzip
import time

from authority import make_authority
from host_case import main
from private_host import WORK
from rude_case import HTML, RENEW, RudeCase
from rude_provider import always, at_first, changed, endless, moved, refusing, slowly

MEGABYTE = b" " * 2**20
BOMB = gzip.compress(b" " * 2**26)
METADATA = "/.well-known/openid-configuration"
ESCAPES = "\x1b[2J\x1b]0;title\x07\u202eevil\r\nlogged in as root"


class FindingTheProvider(RudeCase):
    def test_a_provider_that_is_down(self):
        for arguments in (("login",), RENEW):
            self.provider.stop()
            try:
                self.refuse(arguments, ["Failed to connect", self.provider.url, "try again later"])
            finally:
                self.provider.start()
            self.accept(arguments)

    def test_a_name_that_nobody_knows(self):
        self.write_profile("work", issuer="https://nowhere.example.com")
        self.refuse(["login"], ["https://nowhere.example.com/", "resolve host", "check the network"])
        self.write_profile("work")
        self.accept(["login"])

    def test_another_certificate_authority(self):
        directory = WORK / "other-authority"
        directory.mkdir()
        make_authority(directory, "other.example.com")
        other = self.host.write("/etc/jwt-sso/other.pem", (directory / "ca.pem").read_text())
        for ca_file, words in ((str(other), f"trusted: {other}"), (None, "ca_file is not set")):
            self.write_profile("work", ca_file=ca_file)
            for arguments in (("login",), RENEW):
                self.refuse(arguments, ["certificate", words, "set ca_file in the profile"])
            self.write_profile("work")
            self.accept(["login"])

    def test_answers_in_place_of_metadata(self):
        self.refuse_each(["login"], [
            ("429", {"metadata": always(429, b"", Retry_After="17")},
             ["429, too many requests: try again in 17 seconds"]),
            ("500", {"metadata": always(500, HTML)}, ["answered 500: try again later, or tell its administrator"]),
            ("403", {"metadata": always(403, HTML)}, ["answered 403", "check the issuer of the profile"]),
            ("a page", {"metadata": always(200, HTML)}, [f"{METADATA}: the provider's metadata"]),
            ("1 MB", {"metadata": always(200, MEGABYTE)}, ["the body has more than 262144 bytes"]),
            ("no end", {"metadata": always(200, endless())}, ["the body has more than 262144 bytes"]),
            ("64 MB in gzip", {"metadata": always(200, BOMB, Content_Encoding="gzip")},
             ["the body has more than 262144 bytes"]),
            ("a long header", {"metadata": always(200, b"{}", Padding="a" * 70_000)}, ["the header has more than"]),
            ("deep", {"metadata": always(200, b"[" * 100_000)}, ["metadata"]),
            ("round and round", {"metadata": always(302, b"", Location=METADATA)}, ["redirects too often"]),
            ("elsewhere", {"metadata": moved("https://other.example.com/")},
             ["redirects to another origin, \"https://other.example.com\"", "write the issuer in the profile"]),
        ])

    def test_metadata_that_is_not_for_this_issuer(self):
        evil = "https://evil.example.com"
        self.refuse_each(["login"], [
            ("issuer", {"metadata": changed(issuer=evil)}, [f'of the issuer "{evil}"', self.provider.url]),
            ("slash", {"metadata": changed(issuer=f"{self.provider.url}/")}, ["exactly as the provider does"]),
            ("no issuer", {"metadata": changed(issuer=None)}, ["issuer is absent"]),
            ("plain", {"metadata": changed(token_endpoint="http://rude.example.com/token")},
             ["token_endpoint", "https://"]),
            ("this host", {"metadata": changed(token_endpoint="https://127.0.0.1/token")},
             ["token_endpoint", "on this host"]),
            ("PKCE", {"metadata": changed(code_challenge_methods_supported=["plain"])}, ["S256"]),
        ])

    def test_keys_that_are_not_there(self):
        self.refuse_each(["login"], [
            ("404", {"jwks": always(404, HTML)}, ["/jwks: the provider answered 404"]),
            ("empty", {"jwks": always(200, {"keys": []})}, ["/jwks: has no key that can verify a signature"]),
            ("no end", {"jwks": always(200, endless())}, ["the body has more than 1048576 bytes"]),
        ])

    def test_a_provider_that_is_slow(self):
        self.refuse(RENEW, ["timed out", "too slow: try again later"], within=20, metadata=always(200, slowly()))
        self.refuse(["login"], ["timed out", "too slow: try again later"], within=55, metadata=always(200, slowly()))
        self.accept(RENEW)
        self.accept(["login"])


class LoggingIn(RudeCase):
    def test_the_first_login_leaves_nothing_if_it_fails(self):
        self.assertEqual(self.sso("logout").code, 0)
        with self.provider.twisted(token=always(500, HTML)):
            outcome = self.sso("login")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertNotIn("tokens", self.state("all"))
        self.assertNotIn("key-cert.pub", self.state("all"))
        self.accept(["login"])
        self.assertIn("tokens", self.state("all"))

    def test_the_answer_in_the_redirect(self):
        def with_members(**members):
            return {"redirect": lambda usual: {
                name: value for name, value in {**usual, **members}.items() if value is not None}}

        evil = "https://evil.example.com"
        self.refuse_each(["login"], [
            ("other issuer", with_members(iss=evil), [evil]),
            ("no issuer", with_members(iss=None), ["iss"]),
            ("no code", with_members(code=None), ["neither a code nor an error"]),
            ("a code that is not ours", with_members(code="injected"), ["invalid_grant", "no such code"]),
            ("access_denied", with_members(code=None, error="access_denied", error_description="not today"),
             ["access_denied", "not today", "the login was stopped"]),
            ("escapes", with_members(code=None, error="server_error", error_description=ESCAPES), ["server_error"]),
        ])

    def test_page_and_terminal_say_the_same(self):
        login = self.begin_login()
        with self.provider.twisted(token=refusing("invalid_grant", "<b>no</b>")):
            page = login.browser.log_in(login.address)
            outcome = login.outcome()
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("You are not logged in", page.text)
        self.assertNotIn("<b>no</b>", page.text)
        for text in (page.text, outcome.stderr):
            self.assertIn("invalid_grant", text)
            self.assertIn("run jwt-sso login", text)
        self.accept(["login"])

    def test_answers_in_place_of_tokens(self):
        self.refuse_each(["login"], [
            ("429", {"token": always(429, b"", Retry_After="120")},
             ["/token: the provider answered 429", "try again in 120 seconds"]),
            ("500", {"token": always(500, HTML)}, ["/token: the provider answered 500: try again later"]),
            ("503", {"token": refusing("temporarily_unavailable", "upgrade", 503)},
             ['answered 503, "temporarily_unavailable", "upgrade": try again later']),
            ("a page", {"token": always(200, HTML)},
             ["/token: the provider answered 200 with text that is not JSON"]),
            ("invalid_grant", {"token": refusing("invalid_grant")}, ['"invalid_grant"', "run jwt-sso login"]),
            ("invalid_client", {"token": refusing("invalid_client", None, 401)},
             ["check client_id and client_secret_file"]),
            ("1 MB", {"token": always(200, MEGABYTE)}, ["the body has more than 262144 bytes"]),
            ("no end", {"token": always(200, endless())}, ["the body has more than 262144 bytes"]),
            ("escapes", {"token": refusing("invalid_grant", ESCAPES)}, ['"invalid_grant"']),
        ])

    def test_a_token_endpoint_that_redirects(self):
        self.refuse_each(["login"], [
            ("here", {"token": moved("/moved")},
             ["redirects a POST within its origin", "tell its administrator"]),
            ("there", {"token": moved("https://evil.example.com/")}, ["redirects to another origin"]),
        ])
        self.assertEqual(self.provider.requests_for("/moved"), [])

    def test_tokens_that_lack_something(self):
        self.refuse_each(["login"], [
            ("ID token", {"token": changed(id_token=None)}, ["no ID token"]),
            ("access token", {"token": changed(access_token=None)}, ["access_token is absent"]),
            ("type", {"token": changed(token_type="mac")}, ["token_type"]),
            ("a long token", {"token": changed(id_token="a" * 70_000)}, ["id_token has more than"]),
            ("no JWT", {"token": changed(id_token="opaque")}, ["ID token"]),
        ])

    def test_claims_that_are_not_for_this_login(self):
        now = int(time.time())
        cases = [
            ("iss", {"iss": "https://evil.example.com"}, ["https://evil.example.com"]),
            ("aud", {"aud": "another-client"}, ["not for the client"]),
            ("aud and azp", {"aud": ["jwt-sso", "other"], "azp": "other"}, ["issued to the client"]),
            ("several aud", {"aud": ["jwt-sso", "other"]}, ["azp"]),
            ("nonce", {"nonce": "pjk1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, ["nonce of another login"]),
            ("no nonce", {"nonce": None}, ["does not have the nonce of the login"]),
            ("sub", {"sub": None}, ["sub"]),
            ("exp", {"iat": now - 1000, "exp": now - 100}, ["expired"]),
            ("iat", {"iat": now + 1000, "exp": now + 2000}, ["in the future"]),
            ("no time", {"exp": "tomorrow"}, ["the ID token: claim exp is of a wrong type"]),
            ("at_hash", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, ["access token"]),
        ]
        self.refuse_each(["login"], [
            (name, {"claims": lambda usual, other=other: {**usual, **other}}, says) for name, other, says in cases])

    def test_signatures_that_the_provider_did_not_make(self):
        provider = self.provider
        self.refuse_each(["login"], [
            ("another key", {"sign": provider.sign_as_stranger}, ["ID token", "signature"]),
            ("none", {"sign": provider.sign_not}, ["ID token", "an empty part"]),
            ("none, with a signature", {"sign": lambda claims: provider.sign_not(claims) + "AAAA"}, ["alg"]),
            ("a key that is not there", {"jwks": always(200, provider.stranger_keys)},
             ["not one of the provider's keys"]),
            ("HMAC with the public key", {"sign": provider.sign_with_public_key}, ["signed with the client's secret"]),
        ])

    def test_a_key_that_is_new_since_the_login_began(self):
        before = len(self.provider.requests_for("/jwks"))
        self.accept(["login"], jwks=at_first(always(200, self.provider.stranger_keys)))
        self.assertEqual(len(self.provider.requests_for("/jwks")), before + 2)

    def test_a_clock_that_is_an_hour_off(self):
        for offset, words in ((3600, "seconds behind the provider's"), (-3600, "seconds ahead of the provider's")):
            with self.clock_of_provider(offset):
                self.refuse(["login"], ["is the clock of this computer right?", words])
            self.accept(["login"])

    def test_a_clock_that_is_almost_right(self):
        for offset in (40, -40):
            with self.clock_of_provider(offset):
                self.accept(["login"])

if __name__ == "__main__":
    main()

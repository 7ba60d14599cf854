#!/usr/bin/python3
"""Tests attacks on a login with the browser: what somebody else sends to the page on this host, or to the
program. Most of them must end nothing: the user's own browser still logs in."""

import http.client
import socket
import urllib.parse

import openid_provider
from host_case import main
from scripted_browser import Browser
from sso_case import SsoCase

EVIL = "evil.example.com"


def with_query(url, **changed):
    """Returns `url` with other values of its query. None takes a parameter away."""
    parts = urllib.parse.urlsplit(url)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), **changed}
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urllib.parse.urlencode(kept)).geturl()


def query_of(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def request(url, method="GET", host=None, extra=()):
    """Sends one request as another program does, and returns the status and the text of the answer."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.putrequest(method, f"{parts.path}?{parts.query}", skip_host=True)
        for name, value in (("Host", host or parts.netloc), *extra):
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class AttackCase(SsoCase):
    def end_well(self, login, redirect):
        """Lets the user's own browser come back, and checks that he is logged in."""
        page = login.browser.visit(redirect)
        self.assertIn("You are logged in", page.text)
        outcome = login.outcome()
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.carried_claims()["sub"], "alice")
        return outcome

    def assert_refused(self, login, page, *parts):
        """Checks that the login ended without one, and that page and terminal say why."""
        outcome = login.outcome()
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("You are not logged in", page.text)
        for part in parts:
            self.assertIn(part, outcome.stderr)
        self.assertFalse(self.certificate_file().exists())
        self.assertNotIn("tokens", self.state_files())
        return outcome


class OtherRequests(AttackCase):
    """None of these ends the login."""

    def test_the_state_of_another_login(self):
        first = self.begin_login()
        redirect = first.redirect()
        for state in ("x" * 43, "", None, query_of(redirect)["state"][:-1]):
            status, text = request(with_query(redirect, state=state))
            self.assertEqual(status, 400, state)
            self.assertNotIn(query_of(redirect)["code"], text)
        with self.grants(["ok"], "authorization_code"):
            self.end_well(first, redirect)

    def test_a_code_of_another_login_with_its_own_state(self):
        """The attacker logs in as himself, and sends the user's browser to the user's page with that."""
        self.write_profile("attacker")
        attackers = self.begin_login("attacker", user="bob")
        prey = query_of(attackers.redirect())
        login = self.begin_login("work")
        redirect = login.redirect()
        status, _ = request(with_query(redirect, code=prey["code"], state=prey["state"]))
        self.assertEqual(status, 400)
        self.end_well(login, redirect)

    def test_an_error_with_the_state_of_another_login(self):
        login = self.begin_login()
        redirect = login.redirect()
        status, _ = request(with_query(redirect, code=None, state="x" * 43, error="access_denied"))
        self.assertEqual(status, 400)
        self.end_well(login, redirect)

    def test_another_host(self):
        """A name that the attacker's DNS points to 127.0.0.1."""
        login = self.begin_login()
        redirect = login.redirect()
        port = urllib.parse.urlsplit(redirect).port
        for host in (EVIL, f"{EVIL}:{port}", f"127.0.0.1:{port + 1}", "127.0.0.1", f"localhost:{port}",
                     f"127.0.0.1:{port}.{EVIL}"):
            status, text = request(redirect, host=host)
            self.assertEqual(status, 400, host)
            self.assertNotIn("logged in</h1>", text)
            status, text = request(login.address, host=host)
            self.assertEqual(status, 400, host)
            self.assertNotIn(self.provider.url, text)
        self.end_well(login, redirect)

    def test_other_methods_and_places(self):
        login = self.begin_login()
        redirect = login.redirect()
        for method in ("POST", "HEAD", "OPTIONS", "PUT", "CONNECT"):
            status, _ = request(redirect, method)
            self.assertIn(status, (400, 501), method)
        parts = urllib.parse.urlsplit(redirect)
        for path in ("/", "/favicon.ico", parts.path + "/", parts.path + "x", "/cb", parts.path.upper()):
            status, _ = request(parts._replace(path=path).geturl())
            self.assertIn(status, (400, 404), path)
        self.end_well(login, redirect)

    def test_a_parameter_twice(self):
        """Two readers could take different ones."""
        login = self.begin_login()
        redirect = login.redirect()
        for name in ("state", "code", "iss"):
            for both in (f"{redirect}&{name}=x", redirect.replace("?", f"?{name}=x&")):
                self.assertEqual(request(both)[0], 400, both)
        self.end_well(login, redirect)

    def test_a_connection_that_says_nothing(self):
        login = self.begin_login()
        redirect = login.redirect()
        place = urllib.parse.urlsplit(redirect)
        silent = [socket.create_connection((place.hostname, place.port)) for _ in range(40)]
        try:
            silent[0].sendall(b"GET ")
            self.end_well(login, redirect)
        finally:
            for connection in silent:
                connection.close()

    def test_the_address_for_the_browser_leads_there_once(self):
        """Others on this host see the command line of the browser, with the address in it."""
        login = self.begin_login()
        redirect = login.redirect()
        status, text = request(login.address)
        self.assertNotIn(status, (200, 302, 303, 307))
        self.assertNotIn(self.provider.url, text)
        self.end_well(login, redirect)


class TheUsersOwnBrowser(AttackCase):
    def test_the_redirect_twice_redeems_one_code(self):
        login = self.begin_login()
        redirect = login.redirect()
        with self.grants(["ok"], "authorization_code"):
            self.end_well(login, redirect)
            with self.assertRaises(OSError):
                request(redirect)
        self.renew_now()

    def test_the_code_is_neither_in_the_last_address_nor_in_its_page(self):
        login = self.begin_login()
        redirect = login.redirect()
        page = login.browser.visit(redirect)
        self.assertEqual(login.outcome().code, 0)
        code = query_of(redirect)["code"]
        self.assertNotIn("?", page.url)
        for text in (page.text, page.url, *page.places[1:]):
            self.assertNotIn(code, text)
        self.assertEqual((page.headers["Cache-Control"], page.headers["Referrer-Policy"]),
                         ("no-store", "no-referrer"))
        self.assertNotIn("<script", page.text)
        self.assertNotRegex(page.text, r"(src|href)=")

    def test_the_user_says_no(self):
        login = self.begin_login()
        redirect = with_query(login.redirect(), code=None, error="access_denied",
                              error_description="The user said <b>no</b>")
        page = login.browser.visit(redirect)
        self.assert_refused(login, page, "access_denied", "The user said <b>no</b>")
        self.assertIn("The user said &lt;b&gt;no&lt;/b&gt;", page.text)
        self.assertNotIn("<b>", page.text)


class InjectedCodes(AttackCase):
    """The attacker knows the state of the user's login, and can send the user's browser anywhere."""

    def test_a_code_that_another_verifier_began(self):
        login = self.begin_login()
        redirect = login.redirect()
        code = self.code_of_bob(redirect)
        with self.grants(["invalid_grant"], "authorization_code"):
            page = login.browser.visit(with_query(redirect, code=code))
        self.assert_refused(login, page, "invalid_grant")

    def test_a_code_that_is_not_one(self):
        login = self.begin_login()
        page = login.browser.visit(with_query(login.redirect(), code="A" * 43))
        self.assert_refused(login, page, "invalid_grant")

    def test_an_answer_of_another_provider(self):
        """RFC 9207: the provider says in each redirect who it is."""
        login = self.begin_login()
        with self.grants([], "authorization_code"):
            page = login.browser.visit(with_query(login.redirect(), iss="https://other.example.com"))
            self.assert_refused(login, page, "https://other.example.com")
        login = self.begin_login()
        with self.grants([], "authorization_code"):
            page = login.browser.visit(with_query(login.redirect(), iss=None))
            self.assert_refused(login, page, "iss")

    @classmethod
    def code_of_bob(cls, redirect):
        """Returns a code of bob's, for the same client and redirect_uri as in carol's redirect."""
        place = urllib.parse.urlsplit(redirect)._replace(query="").geturl()
        question = {"client_id": "jwt-sso", "redirect_uri": place, "response_type": "code",
                    "scope": "openid profile groups", "code_challenge": "A" * 43,
                    "code_challenge_method": "S256", "state": "bobs"}
        browser = Browser(cls.provider.ca_file, "bob")
        answer = browser.redirect_of(f"{cls.provider.url}/auth?{urllib.parse.urlencode(question)}")
        return query_of(answer)["code"]


class Ports(AttackCase):
    def test_a_port_that_somebody_else_has(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.write_profile("work", redirect_ports=[port])
            outcome = self.sso("login")
            self.assertEqual(outcome.code, 1, outcome)
            self.assertIn(str(port), outcome.stderr)
            self.assertNotIn(self.provider.url, outcome.stderr, "the browser would have gone to somebody else")
            self.write_profile("work", redirect_ports=[port, 0])
            self.log_in_by_browser()
            self.assertNotEqual(urllib.parse.urlsplit(self.seen()["url"]).port, port)
        self.write_profile("work", redirect_ports=[port])
        self.log_in_by_browser()
        self.assertEqual(urllib.parse.urlsplit(self.seen()["url"]).port, port)

    def test_nobody_from_outside_reaches_the_page(self):
        login = self.begin_login()
        redirect = login.redirect()
        port = urllib.parse.urlsplit(redirect).port
        for address in ("192.0.2.10", "127.0.0.2", "::1"):
            with self.assertRaises(OSError, msg=address):
                socket.create_connection((address, port), timeout=5).close()
        self.end_well(login, redirect)


class OtherClients(AttackCase):
    def test_a_token_for_another_client_opens_no_host(self):
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        self.write_profile("work", client_id="jwt-sso-stranger")
        self.log_in_by_browser()
        self.assertEqual(self.carried_claims()["aud"], "jwt-sso-stranger")
        self.assert_out(self.plain_ssh(), "audience.mismatch")

    def test_two_logins_at_once_do_not_mix(self):
        self.write_profile("other")
        first = self.begin_login("work")
        redirects = [first.redirect()]
        second = self.begin_login("other", user="bob")
        redirects.append(second.redirect())
        second.browser.visit(redirects[1])
        self.assertEqual(second.outcome().code, 0)
        first.browser.visit(redirects[0])
        self.assertEqual(first.outcome().code, 0)
        self.assertEqual([self.carried_claims(name)["sub"] for name in ("work", "other")],
                         ["alice", "bob"])


if __name__ == "__main__":
    openid_provider.install()
    main()

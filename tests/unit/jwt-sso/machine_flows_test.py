"""Gets tokens by the flows of machines, from a provider on loopback, and logs out. Looks at what is asked of it.

Usage: machine_flows_test.py JWT_SSO JWTCTL
"""

import base64
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

JWT_SSO = JWTCTL = ""
TIMEOUT_S = 60
FAILED, USAGE, LOGIN_NEEDED = 1, 2, 3
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:ietf:params:oauth:token-type:"
RESOURCE = "https://db.example"


def jwt(**claims):
    """Returns a token with a signature that nobody made: a client does not verify access tokens."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return f"{part({'alg': 'ES256'})}.{part({'iat': int(time.time()), **claims})}.c2ln"


class Provider(http.server.ThreadingHTTPServer):
    """A provider that gives what `answer` returns for the form of a request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.forms = []
        self.revoked = []
        self.authorization = None
        self.keys = {"keys": []}
        self.answer = lambda form: (200, {})
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def give(self, *, lifetime=3600, refresh_token=None, **claims):
        """Lets the provider give access tokens from now on."""
        def answer(form):
            token = jwt(sub="robot", exp=int(time.time()) + lifetime, number=len(self.forms),
                        aud=form.get("resource", "any"), **claims)
            more = {"refresh_token": refresh_token} if refresh_token else {}
            return 200, {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, **more}
        self.answer = answer


class Exchange(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def respond(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):  # pylint: disable=invalid-name
        issuer = self.server.issuer
        documents = {"/.well-known/openid-configuration": {
            "issuer": issuer, "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/keys",
            "revocation_endpoint": issuer + "/revoke",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"]},
            "/keys": self.server.keys}
        found = documents.get(self.path)
        self.respond(200 if found else 404, found or {})

    def do_POST(self):  # pylint: disable=invalid-name
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if self.path == "/revoke":
            self.server.revoked.append(form["token"])
            self.respond(200, {})
            return
        self.server.forms.append(form)
        self.server.authorization = self.headers["Authorization"]
        self.respond(*self.server.answer(form))


class MachineFlows(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)
        self.provider = self.start_provider()
        self.provider.give()
        self.assertion = self.home / "assertion"
        self.write(self.assertion, jwt(iss="https://ci.example", sub="job") + "\n")
        self.write(self.home / "secret", "robot secret\n")

    def start_provider(self):
        provider = Provider()
        self.addCleanup(provider.server_close)
        self.addCleanup(provider.shutdown)
        return provider

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")

    def profile(self, flow, name="robot", **settings):
        """Writes a profile. A file that it names is one of the home directory."""
        if flow == "client_credentials":
            settings["client_secret_file"] = "~/secret"
        else:
            settings["assertion_file"] = "~/assertion"
        settings = {"issuer": self.provider.issuer, "client_id": "robot", "flows": [flow], "use": "prompt",
                    "token": "access", "resource": RESOURCE, "scopes": ["db"], **settings}
        self.write(self.home / f".config/jwt-sso/{name}.toml", "".join(
            f"{name} = {json.dumps(value)}\n" for name, value in settings.items() if value is not None))

    def run_sso(self, *words, code=0):
        done = subprocess.run([JWT_SSO, *words], env={"HOME": str(self.home), "PATH": os.environ["PATH"]},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S,
                              check=False)
        self.assertEqual(done.returncode, code, done)
        return done

    def token(self):
        output = self.run_sso("token").stdout
        self.assertTrue(output.endswith("\n") and output.count("\n") == 1, output)
        return json.loads(base64.urlsafe_b64decode(output.split(".")[1] + "=="))

    # --- what is asked -------------------------------------------------------------------

    def test_client_credentials(self):
        self.profile("client_credentials", scopes=["openid", "db"])
        self.run_sso("login")
        self.assertEqual(self.provider.forms, [
            {"grant_type": "client_credentials", "scope": "db", "resource": RESOURCE}])
        self.assertEqual(base64.b64decode(self.provider.authorization.split()[1]), b"robot:robot+secret")
        self.assertEqual(self.token()["aud"], RESOURCE)

    def test_jwt_bearer(self):
        self.profile("jwt_bearer")
        self.run_sso("login")
        self.assertEqual(self.provider.forms, [
            {"grant_type": JWT_BEARER, "assertion": self.assertion.read_text().strip(), "scope": "db",
             "resource": RESOURCE, "client_id": "robot"}])

    def test_token_exchange_of_a_token_of_another_issuer(self):
        self.profile("token_exchange")
        self.run_sso("login")
        self.assertEqual(self.provider.forms, [
            {"grant_type": TOKEN_EXCHANGE, "subject_token": self.assertion.read_text().strip(),
             "subject_token_type": TYPE + "jwt", "requested_token_type": TYPE + "access_token",
             "audience": RESOURCE, "resource": RESOURCE, "scope": "db", "client_id": "robot"}])

    def test_token_exchange_of_a_token_of_the_provider_itself(self):
        self.write(self.assertion, jwt(iss=self.provider.issuer))
        self.profile("token_exchange")
        self.run_sso("login")
        self.assertEqual(self.provider.forms[0]["subject_token_type"], TYPE + "access_token")

    def test_token_exchange_for_an_id_token(self):
        """RFC 8693 §2.2.1: the token is in access_token, whatever its type."""
        self.profile("token_exchange", token="id", resource=None, scopes=["openid"])
        keys = self.home / "keys"
        subprocess.run([JWTCTL, "keygen", "--alg", "ES256", "--out", keys], check=True, capture_output=True)
        self.provider.keys = json.loads((keys / "jwks.json").read_text())
        id_token = subprocess.run(
            [JWTCTL, "mint", "--key", keys / "key.json", "--claim", f"iss={self.provider.issuer}",
             "--claim", "aud=robot", "--claim", "sub=job"], check=True, capture_output=True, text=True).stdout
        self.provider.answer = lambda form: (200, {
            "access_token": id_token.strip(), "token_type": "N_A", "issued_token_type": TYPE + "id_token"})
        self.run_sso("login")
        self.assertEqual(self.provider.forms[0]["requested_token_type"], TYPE + "id_token")
        self.assertEqual(self.run_sso("token").stdout, id_token)

    # --- what comes of it ----------------------------------------------------------------

    def test_a_token_is_kept_until_its_last_minute(self):
        self.profile("jwt_bearer")
        self.run_sso("login")
        self.assertEqual([self.token()["number"], self.token()["number"]], [1, 1])
        self.provider.give(lifetime=60)
        self.run_sso("renew", "--least", "2h", code=FAILED)
        self.assertEqual([self.token()["number"], self.token()["number"]], [3, 4])

    def test_a_renewal_fails_if_tokens_do_not_live_as_long_as_the_user_wants(self):
        self.profile("jwt_bearer")
        self.run_sso("login")
        self.provider.give(lifetime=605)
        self.assertEqual(self.run_sso("renew", "--least", "2h", code=FAILED).stderr,
                         "jwt-sso: the token is good for 10 minutes only: the provider's tokens do not live longer\n")
        self.assertEqual(self.run_sso("renew", "--least", "2h", "--quiet", code=FAILED).stderr, "")
        self.assertEqual(self.token()["number"], 3)
        self.assertEqual(self.run_sso("renew", "--least", "9m").stderr, "")
        self.provider.give(lifetime=7300)
        self.assertEqual(self.run_sso("renew", "--least", "2h").stderr, "")

    def test_the_assertion_is_read_each_time(self):
        self.profile("jwt_bearer")
        self.run_sso("login")
        newer = jwt(iss="https://ci.example", sub="next job")
        self.write(self.assertion, newer)
        self.provider.give(lifetime=7300)
        self.run_sso("renew", "--least", "2h")
        self.assertEqual(self.provider.forms[-1]["assertion"], newer)

    def test_a_token_for_another_service(self):
        for flow in ("client_credentials", "jwt_bearer", "token_exchange"):
            with self.subTest(flow=flow):
                self.profile(flow)
                self.run_sso("login")
                output = self.run_sso("token", "--audience", "https://web.example").stdout
                self.assertIn("https://web.example", base64.urlsafe_b64decode(output.split(".")[1] + "==").decode())
                self.assertEqual(self.provider.forms[-1]["resource"], "https://web.example")
                self.assertEqual(self.token()["aud"], RESOURCE)

    def test_a_token_for_another_service_that_is_bound(self):
        self.profile("jwt_bearer")
        self.run_sso("login")
        self.provider.give(cnf={"jkt": "x"})
        self.assertEqual(self.run_sso("token", "--audience", RESOURCE, code=FAILED).stdout, "")
        self.provider.give()
        self.assertNotEqual(self.run_sso("token", "--audience", RESOURCE).stdout, "")

    def test_nobody_logged_in(self):
        self.profile("jwt_bearer")
        self.run_sso("token", code=LOGIN_NEEDED)
        self.assertEqual(self.provider.forms, [])

    def test_an_opaque_token(self):
        self.profile("jwt_bearer")
        self.provider.answer = lambda form: (200, {"access_token": "opaque", "token_type": "Bearer"})
        self.assertIn("is not a signed JWT", self.run_sso("login", code=FAILED).stderr)
        self.run_sso("token", code=LOGIN_NEEDED)

    def test_a_provider_that_refuses(self):
        self.profile("jwt_bearer")
        self.provider.answer = lambda form: (400, {"error": "invalid_grant", "error_description": "too old"})
        self.assertIn('"invalid_grant", "too old"', self.run_sso("login", code=FAILED).stderr)

    def test_a_target_that_the_provider_refuses(self):
        self.profile("jwt_bearer")
        self.run_sso("login")
        self.provider.answer = lambda form: (400, {"error": "invalid_target"})
        self.assertIn('"invalid_target": check --audience\n',
                      self.run_sso("token", "--audience", "https://web.example", code=FAILED).stderr)
        self.assertIn('"invalid_target": check resource of the profile\n', self.run_sso("login", code=FAILED).stderr)

    def test_an_assertion_that_others_may_write(self):
        self.profile("jwt_bearer")
        self.assertion.chmod(0o666)
        self.assertIn(str(self.assertion), self.run_sso("login", code=USAGE).stderr)
        self.assertion.chmod(0o600)
        self.run_sso("login")

    def test_no_certificate_without_proofs(self):
        self.profile("client_credentials", use=None)
        self.assertIn("names the ssh key", self.run_sso("login", code=USAGE).stderr)
        self.assertEqual(self.provider.forms, [])

    # --- logging out ---------------------------------------------------------------------

    def log_in_with_refresh_token(self, name="robot"):
        self.profile("jwt_bearer", name)
        self.provider.give(refresh_token=f"refresh-{name}")
        self.run_sso("login", name)

    def files(self, name="robot"):
        return sorted(path.name for path in (self.home / ".local/state/jwt-sso" / name).iterdir())

    def test_logout_tells_the_provider_and_leaves_nothing(self):
        self.log_in_with_refresh_token()
        self.assertEqual(self.files(), ["lock", "tokens"])
        self.run_sso("logout")
        self.assertEqual((self.provider.revoked, self.files()), (["refresh-robot"], ["lock"]))
        self.run_sso("token", code=LOGIN_NEEDED)
        self.assertIn("nobody", self.run_sso("logout").stderr)

    def test_logout_where_nobody_logged_in_has_nothing_to_do(self):
        self.profile("jwt_bearer")
        for words in (["logout"], ["logout", "--all"]):
            self.assertEqual(self.run_sso(*words).stderr, "nobody is logged in\n")
        self.assertFalse((self.home / ".local").exists())
        self.assertIn("there is no profile", self.run_sso("logout", "other", code=USAGE).stderr)
        self.log_in_with_refresh_token()
        self.assertEqual(self.run_sso("logout").stderr, "logged out of robot\n")

    def test_the_refresh_token_goes_only_to_the_issuer_that_gave_it(self):
        self.log_in_with_refresh_token()
        other = self.start_provider()
        self.profile("jwt_bearer", issuer=other.issuer)
        self.run_sso("token", code=LOGIN_NEEDED)
        self.run_sso("logout")
        self.assertEqual((self.provider.revoked, other.revoked), (["refresh-robot"], []))

    def test_logout_without_the_provider(self):
        self.log_in_with_refresh_token()
        self.provider.shutdown()
        self.provider.server_close()
        self.assertIn("The provider was not told", self.run_sso("logout").stderr)
        self.assertEqual(self.files(), ["lock"])

    def test_logout_deletes_a_login_that_is_damaged(self):
        tokens = self.home / ".local/state/jwt-sso/robot/tokens"
        for name, damage in (("cut", lambda: self.write(tokens, '{"version":1')), ("empty", tokens.touch),
                             ("too long", lambda: self.write(tokens, "x" * 300_000)),
                             ("a pipe", lambda: os.mkfifo(tokens)), ("a directory", tokens.mkdir),
                             ("a link", lambda: tokens.symlink_to(self.assertion))):
            for words in (["logout"], ["logout", "--all"]):
                with self.subTest(name, words=words):
                    self.log_in_with_refresh_token()
                    tokens.unlink()
                    damage()
                    if tokens.is_file() and not tokens.is_symlink():
                        tokens.chmod(0o600)
                    said = self.run_sso(*words).stderr
                    self.assertIn(f"The provider was not told, so the refresh token may stay valid there: {tokens}",
                                  said)
                    self.assertIn("logged out of robot\n", said)
                    self.assertEqual((self.provider.revoked, self.files()), ([], ["lock"]))
        self.assertTrue(self.assertion.exists())

    def test_logout_leaves_a_login_that_others_may_read(self):
        self.log_in_with_refresh_token()
        tokens = self.home / ".local/state/jwt-sso/robot/tokens"
        tokens.chmod(0o644)
        self.assertIn("may be used by group or others", self.run_sso("logout", code=FAILED).stderr)
        self.assertEqual((self.provider.revoked, self.files()), ([], ["lock", "tokens"]))
        tokens.chmod(0o600)
        self.run_sso("logout")
        self.assertEqual((self.provider.revoked, self.files()), (["refresh-robot"], ["lock"]))

    def test_logout_of_all_needs_no_profiles(self):
        for name in ("gone", "broken", "good"):
            self.log_in_with_refresh_token(name)
        (self.home / ".config/jwt-sso/gone.toml").unlink()
        self.write(self.home / ".config/jwt-sso/broken.toml", "no profile")
        self.assertEqual(self.run_sso("logout", "--all").stderr.splitlines(),
                         ["logged out of broken", "logged out of gone", "logged out of good"])
        self.assertEqual(self.provider.revoked, ["refresh-broken", "refresh-gone", "refresh-good"])
        self.assertEqual([self.files(name) for name in ("gone", "broken", "good")], [["lock"]] * 3)

    def test_logout_of_all_goes_on_behind_an_error(self):
        for name in ("a", "b"):
            self.log_in_with_refresh_token(name)
        (self.home / ".local/state/jwt-sso/a/tokens").chmod(0o644)
        self.assertIn("others", self.run_sso("logout", "--all", code=FAILED).stderr)
        self.assertEqual((self.files("a"), self.files("b")), (["lock", "tokens"], ["lock"]))


if __name__ == "__main__":
    JWT_SSO, JWTCTL = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])

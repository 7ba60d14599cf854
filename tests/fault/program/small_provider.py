"""An OpenID provider on loopback, for one client and one user, which takes each code and each refresh token as it is told.

It logs in everybody who asks. `jwtctl` signs its tokens.
"""

import base64
import hashlib
import http.server
import itertools
import json
import subprocess
import threading
import urllib.parse

CLIENT = "cli"
SUBJECT = "alice"
LIFETIME_S = 3600


class Provider(http.server.ThreadingHTTPServer):
    """The provider. `issuer` is its url."""

    daemon_threads = True

    def __init__(self, jwtctl, directory):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.jwtctl = jwtctl
        self.key = directory / "key.json"
        subprocess.run([jwtctl, "keygen", "--alg", "ES256", "--out", directory], check=True, capture_output=True)
        self.keys = (directory / "jwks.json").read_bytes()
        self.rotates = True         # a refresh token is taken once
        self.guard = threading.Lock()
        self.number = itertools.count(1)
        self.codes = {}             # code: (challenge, nonce)
        self.nonces = {}            # refresh token that is taken: the nonce of its login
        self.refused = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def metadata(self):
        return {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/authorize",
                "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/keys",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"]}

    def authorize(self, asked):
        """Returns the address to which the browser is sent back."""
        code = f"code-{next(self.number)}"
        with self.guard:
            self.codes[code] = asked["code_challenge"], asked["nonce"]
        return asked["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": asked["state"]})

    def issue(self, asked):
        """Returns the status and the answer to a token request."""
        with self.guard:
            nonce = self.take(asked)
            if nonce is None:
                self.refused += 1
                return 400, {"error": "invalid_grant"}
            refresh_token = asked.get("refresh_token")
            if refresh_token is None or self.rotates:
                refresh_token = self.another_refresh_token(nonce)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": LIFETIME_S,
                     "refresh_token": refresh_token, "id_token": self.id_token(nonce)}

    def another_refresh_token(self, nonce):
        """Returns a refresh token for a copy of the login with this nonce."""
        refresh_token = f"refresh-{next(self.number)}"
        self.nonces[refresh_token] = nonce
        return refresh_token

    def take(self, asked):
        """Returns the nonce of the login that a code or a refresh token is of, or None."""
        if asked["grant_type"] == "refresh_token":
            return (self.nonces.pop if self.rotates else self.nonces.get)(asked["refresh_token"], None)
        challenge, nonce = self.codes.pop(asked["code"], (None, None))
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        return nonce if base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge else None

    def id_token(self, nonce):
        return subprocess.run(
            [self.jwtctl, "mint", "--key", self.key, "--ttl", f"{LIFETIME_S}s", "--claim", f"iss={self.issuer}",
             "--claim", f"aud={CLIENT}", "--claim", f"sub={SUBJECT}", "--claim", f"nonce={nonce}",
             "--claim", f"jti={next(self.number)}"], capture_output=True, text=True, check=True).stdout.strip()


class Exchange(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # pylint: disable=invalid-name
        path, _, query = self.path.partition("?")
        if path == "/.well-known/openid-configuration":
            self.answer(200, json.dumps(self.server.metadata()).encode())
        elif path == "/keys":
            self.answer(200, self.server.keys)
        elif path == "/authorize":
            self.answer(302, b"", Location=self.server.authorize(dict(urllib.parse.parse_qsl(query))))
        else:
            self.answer(404, b"")

    def do_POST(self):  # pylint: disable=invalid-name
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, answer = self.server.issue(dict(urllib.parse.parse_qsl(form)))
        self.answer(status, json.dumps(answer).encode())

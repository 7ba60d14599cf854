"""A scripted OpenID provider over TLS, which does what a real provider does not, when a test says so.

It takes the authorization code flow with PKCE, refresh tokens that rotate, the device flow and revocation. It asks
nobody who he is. twisted() changes what it does for a while.
"""

import base64
import contextlib
import dataclasses
import hashlib
import hmac
import http.server
import json
import secrets
import ssl
import subprocess
import threading
import time
import urllib.parse
from email.utils import formatdate
from pathlib import Path

from authority import make_authority
from issuer import Issuer

CLIENT = "jwt-sso"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SECRET_PARAMETERS = ("code", "code_verifier", "refresh_token", "device_code", "client_secret", "token")


@dataclasses.dataclass
class Answer:
    """An answer over HTTP. A body is JSON, bytes, or pieces that go on as long as somebody reads them."""

    status: int = 200
    body: object = None
    fields: dict = dataclasses.field(default_factory=dict)

    def changed(self, **members):
        """Returns the same answer with other members in its JSON. A member that is None is left out."""
        body = {**self.body, **members}
        body = {name: value for name, value in body.items() if value is not None}
        return dataclasses.replace(self, body=body)


# A twist of an endpoint is a function of the request and of `proceed`, which gives the usual answer.

def always(status, body=b"", **fields):
    """Gives this answer and does nothing else: no code and no token is used up."""
    return lambda request, proceed: Answer(status, body, fields)


def changed(**members):
    """Changes members of the usual answer."""
    return lambda request, proceed: proceed().changed(**members)


def refusing(code, description=None, status=400):
    """Answers with an error of RFC 6749 §5.2."""
    return always(status, {"error": code, **({"error_description": description} if description else {})})


def moved(url):
    """Says that the endpoint has another url. A client that goes there sends the same request."""
    return always(307, b"", Location=url)


def at_first(*twists):
    """Takes one twist after the other, each for one request, and then none."""
    left = list(twists)
    return lambda request, proceed: left.pop(0)(request, proceed) if left else proceed()


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query: dict
    form: dict
    headers: dict


class RudeProvider:
    """The provider, on an address of a private host, with a CA and a key of its own in `directory`."""

    def __init__(self, host, directory, name="rude.example.com", address="192.0.2.20"):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
        host.write("/etc/hosts", Path("/etc/hosts").read_text() + f"{address} {name}\n")
        self.url = f"https://{name}"
        self.issuer = Issuer(host, "rude", url=self.url)
        self.stranger = Issuer(host, "stranger")  # somebody else, whose key this provider does not publish
        self.requests = []
        self.secrets = set()  # what no message may have in it
        self.clock_offset = 0  # in seconds, of its tokens and of the field Date
        self.rotates = True
        self._keys, self.stranger_keys = (json.loads(Path(f"/etc/pam_jwt/keys/{who.name}.json").read_text())
                                          for who in (self.issuer, self.stranger))
        self._directory = Path(directory)
        self._directory.mkdir(parents=True)
        self._address = (address, 443)
        self._twists = {}
        self._codes, self._devices, self._refresh_tokens = {}, {}, {}
        self._server = None
        make_authority(self._directory, name)
        self.ca_file = self._directory / "ca.pem"

    # --- running ---------------------------------------------------------------------------

    def start(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._directory / "tls.pem", self._directory / "tls.key")
        self._server = Server(self._address, self)
        # The handshake is part of a request, so that a client that fails at it holds up nobody else.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                  do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    @contextlib.contextmanager
    def twisted(self, **twists):
        """Changes what the provider does.

        metadata, jwks, token, device and revoke are twists of these endpoints. `redirect` gets the parameters of
        the redirect, `claims` those of an ID token. `sign` gets the claims, and returns the token.
        """
        self._twists = twists
        try:
            yield
        finally:
            self._twists = {}

    def requests_for(self, path):
        return [request for request in self.requests if request.path == path]

    # --- answering -------------------------------------------------------------------------

    def answer(self, request):
        self.requests.append(request)
        for parameters in (request.query, request.form):
            self.secrets.update(parameters[name] for name in SECRET_PARAMETERS if name in parameters)
        usual = {"/.well-known/openid-configuration": self._metadata, "/jwks": self._jwks, "/auth": self._authorize,
                 "/token": self._token, "/device": self._device, "/revoke": self._revoke}.get(request.path)
        if usual is None:
            return Answer(404, b"<html>There is nothing here.</html>")
        twist = self._twists.get({"/.well-known/openid-configuration": "metadata"}.get(request.path, request.path[1:]))
        return twist(request, lambda: usual(request)) if twist else usual(request)

    def _metadata(self, _request):
        return Answer(200, {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/auth", "token_endpoint": f"{self.url}/token",
            "device_authorization_endpoint": f"{self.url}/device", "revocation_endpoint": f"{self.url}/revoke",
            "jwks_uri": f"{self.url}/jwks", "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
            "token_endpoint_auth_methods_supported": ["none"],
            "authorization_response_iss_parameter_supported": True})

    def _jwks(self, _request):
        return Answer(200, self._keys)

    def _authorize(self, request):
        code = self._secret()
        self._codes[code] = request.query
        parameters = {"code": code, "state": request.query["state"], "iss": self.url}
        if "redirect" in self._twists:
            parameters = self._twists["redirect"](parameters)
        place = request.query["redirect_uri"] + "?" + urllib.parse.urlencode(parameters)
        return Answer(303, b"", {"Location": place})

    def _token(self, request):
        grant = {"authorization_code": self._by_code, "refresh_token": self._by_refresh_token,
                 DEVICE_GRANT: self._by_device}.get(request.form.get("grant_type"))
        if grant is None:
            return Answer(400, {"error": "unsupported_grant_type"})
        login = grant(request.form)
        return login if isinstance(login, Answer) else self._issue(login)

    def _by_code(self, form):
        asked = self._codes.pop(form.get("code"), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return Answer(400, {"error": "invalid_grant", "error_description": "no such code"})
        if asked["code_challenge"] != challenge_of(form.get("code_verifier", "")):
            return Answer(400, {"error": "invalid_grant", "error_description": "wrong code_verifier"})
        return {"nonce": asked["nonce"], "is_revoked": False}

    def _by_refresh_token(self, form):
        login, is_newest = self._refresh_tokens.get(form.get("refresh_token"), ({"is_revoked": True}, False))
        # Of RFC 9700 §4.14.2: who uses a token twice, or somebody else, has stolen it.
        login["is_revoked"] |= not is_newest
        if login["is_revoked"]:
            return Answer(400, {"error": "invalid_grant", "error_description": "the token is not active"})
        if self.rotates:
            self._refresh_tokens[form["refresh_token"]] = (login, False)
        return login

    def _by_device(self, form):
        login = self._devices.pop(form.get("device_code"), None)
        return login or Answer(400, {"error": "expired_token"})

    def _issue(self, login):
        tokens = {"access_token": self._secret(), "token_type": "Bearer", "expires_in": 600,
                  "id_token": self.id_token(login["nonce"])}
        if self.rotates:
            tokens["refresh_token"] = self._secret()
            self._refresh_tokens[tokens["refresh_token"]] = (login, True)
        return Answer(200, tokens)

    def _device(self, request):
        code = self._secret()
        self._devices[code] = {"nonce": request.form.get("nonce"), "is_revoked": False}
        return Answer(200, {"device_code": code, "user_code": "WDJB-MJHT", "expires_in": 60, "interval": 1,
                            "verification_uri": f"{self.url}/activate"})

    def _revoke(self, request):
        self._refresh_tokens.pop(request.form.get("token"), None)
        return Answer()

    def _secret(self):
        secret = secrets.token_urlsafe(32)
        self.secrets.add(secret)
        return secret

    # --- ID tokens -------------------------------------------------------------------------

    def id_token(self, nonce):
        now = int(time.time()) + self.clock_offset
        claims = {"iss": self.url, "sub": "248289761001", "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": nonce,
                  "preferred_username": "alice", "groups": ["staff"]}
        if "claims" in self._twists:
            claims = self._twists["claims"](claims)
        token = self._twists.get("sign", self.sign)(claims)
        self.secrets.update(part for part in token.split(".")[1:] if part)
        return token

    def sign(self, claims):
        return self.issuer.token(**claims)

    def sign_as_stranger(self, claims):
        """Signs with another key, under the key id of this provider's."""
        return self.issuer.token(**claims, kid=self.issuer.kid(), key=self.stranger.key)

    def sign_with_public_key(self, claims):
        """Takes the published key for the secret of HS256."""
        text = self._unsigned(claims, alg="HS256", kid=self.issuer.kid())
        public = json.dumps(self._keys["keys"][0]).encode()
        return text + base64url(hmac.digest(public, text[:-1].encode(), "sha256"))

    def sign_not(self, claims):
        """Makes an unsecured JWS (RFC 7515 appendix A.5)."""
        return self._unsigned(claims, alg="none")

    @staticmethod
    def _unsigned(claims, **header):
        return "".join(base64url(json.dumps(part).encode()) + "." for part in (header, claims))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address, provider):
        self.provider = provider
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """Says nothing: clients hang up when they have had enough."""


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 60

    def do_GET(self):  # pylint: disable=invalid-name
        self._answer("")

    def do_POST(self):  # pylint: disable=invalid-name
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def _answer(self, body):
        place = urllib.parse.urlsplit(self.path)
        request = Request(self.command, place.path, fields_of(place.query), fields_of(body), dict(self.headers))
        answer = self.server.provider.answer(request)
        fields = {"Content-Type": "text/html", "Cache-Control": "no-store"}
        pieces = answer.body
        if pieces is None or isinstance(pieces, (dict, list)):
            fields["Content-Type"] = "application/json"
            pieces = json.dumps(pieces).encode() if pieces is not None else b""
        # Else the end of the connection is the end of the body (RFC 9112 §6.3).
        if isinstance(pieces, bytes):
            fields["Content-Length"] = str(len(pieces))
            pieces = [pieces]
        self.send_response(answer.status)
        for name, value in {**fields, **answer.fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)

    def date_time_string(self, timestamp=None):
        return formatdate(time.time() + self.server.provider.clock_offset, usegmt=True)

    def log_message(self, *_arguments):
        pass


def fields_of(text):
    return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def challenge_of(verifier):
    return base64url(hashlib.sha256(verifier.encode()).digest())


def endless():
    """Yields a body that never ends."""
    while True:
        yield b" " * 65536


def slowly(seconds_per_byte=0.5):
    """Yields a body that comes byte by byte, and never ends."""
    while True:
        yield b" "
        time.sleep(seconds_per_byte)

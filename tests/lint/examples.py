#!/usr/bin/python3
"""Checks that the examples in etc/ and README.md are true: examples.py JWTCTL

Each configuration must pass `jwtctl check`, alone and together with all other issuers, and let in a token as
its issuer makes it (example_tokens.py). Profiles of jwt-sso must be what the command that they name prints.
PAM lines must be those of docs/stacks.md. Alert rules must name metrics that our programs write.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

from example_tokens import ID_TOKENS, TOKENS
from source_files import ROOT, report

ETC = ROOT / "etc"
# min_uid: a star may give the account daemon.
LOGIN = '[login]\nhost = "web1.example.com"\nmin_uid = 0\n'
NAMED_FILE = re.compile(r'^(jwks_file|map_file|ca_file) = "/etc/pam_jwt/([^"]+)"', re.MULTILINE)

# Valid until 2126. Nobody has its key.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBSjCB/aADAgECAhRJ5CfKEPFImWCxrGePWon1OeEeDzAFBgMrZXAwGjEYMBYG
A1UEAwwPcGFtX2p3dCBleGFtcGxlMCAXDTI2MTEyODIxNDYyM1oYDzIxMjYxMTA0
MjE0NjIzWjAaMRgwFgYDVQQDDA9wYW1fand0IGV4YW1wbGUwKjAFBgMrZXADIQBX
4E0UnGdFy+jErkGZ0TJttyVHlQnFyiwga288AzlKhaNTMFEwHQYDVR0OBBYEFIhk
1GAlNaaEvDZusPcz7sCNxXUxMB8GA1UdIwQYMBaAFIhk1GAlNaaEvDZusPcz7sCN
xXUxMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAKKElnPq1Q9KdRCmwgnNbjSRa
Gxj7EAeUUxCQyNER5PIDd51ZbxQVH4Vx9jqf6sgttmCUCYPBkCB3nNlk3ss4Aw==
-----END CERTIFICATE-----
"""


# Nobody has its private key.
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"


# ---- Configurations

def in_comment(text):
    """Returns the TOML in the comment of a PAM example: what is indented below the line that ends in ".toml:"."""
    _, _, block = text.partition(".toml:\n")
    lines = []
    for line in block.splitlines():
        if not line.startswith("#   ") and line != "#":
            break
        lines.append(line[4:])
    return "\n".join(lines) + "\n"


class Scene:
    """A directory that stands for /etc/pam_jwt, with a key, and the files that examples name."""

    def __init__(self, directory, jwtctl):
        self.directory = pathlib.Path(directory)
        self.jwtctl = jwtctl
        self.config = self.directory / "pam_jwt.toml"
        self.run("keygen", "--alg", "ES256", "--out", self.directory / "key")

    def run(self, *arguments, **more):
        return subprocess.run([self.jwtctl, *arguments], capture_output=True, text=True, check=False, **more)

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("/etc/pam_jwt/", f"{self.directory}/"), encoding="utf-8")
        for option, named in NAMED_FILE.findall(text):
            content = {"jwks_file": self.public_key(), "map_file": "a-value daemon\n", "ca_file": CERTIFICATE}
            self.write(named, content[option])

    def public_key(self):
        return (self.directory / "key/jwks.json").read_text(encoding="utf-8")

    def check(self):
        """Returns the errors that `jwtctl check` finds."""
        run = self.run("check", "--config", self.config)
        errors = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
        return errors or ([] if run.returncode == 0 else [f"check exits {run.returncode}"])

    def mint(self, claims, *more):
        arguments = []
        for name, value in claims.items():
            arguments += ["--claim", f"{name}:={json.dumps(int(time.time()) if value == 'now' else value)}"]
        return self.run("mint", "--key", self.directory / "key/key.json", *arguments, *more).stdout

    def reason_by_certificate(self, claims, user):
        """Returns the reason for a token that a nonce binds to the key of the certificate that carries it."""
        (self.directory / "id.pub").write_text(SSH_KEY, encoding="utf-8")
        bound = self.mint(claims, "--bind", self.directory / "id.pub")
        made = self.run("certify", self.directory / "id.pub", input=bound)
        run = self.run("explain", "--config", self.config, "--user", user, "--service", "sshd", "--json",
                       "--certificate", self.directory / "id-cert.pub")
        return json.loads(run.stdout)["reason"] if run.stdout else made.stderr + run.stderr

    def reason_for(self, claims, user, service):
        token = self.mint(claims)
        run = self.run("explain", "--config", self.config, "--user", user, "--service", service, "--json",
                       input=token)
        return json.loads(run.stdout)["reason"] if run.stdout else run.stderr


class Directory(tempfile.TemporaryDirectory):
    """A directory that the configuration may be in: its mode is 0755."""

    def __enter__(self):
        name = super().__enter__()
        os.chmod(name, 0o755)
        return name


def check_config(jwtctl, drop_ins, main=LOGIN, where="etc/"):
    with Directory() as directory:
        scene = Scene(directory, jwtctl)
        scene.write("pam_jwt.toml", main)
        for name, text in drop_ins.items():
            scene.write(f"conf.d/{name}.toml", text)
        return [f"{where}: {problem}" for problem in scene.check()]


def with_key_file(text):
    """Returns an example with a file of keys in place of keys that would be fetched."""
    if "\njwks_file" in text:
        return text
    text = re.sub(r"^jwks_uri = .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^(url = .*)$", r'\1\njwks_file = "/etc/pam_jwt/fetched.json"', text, flags=re.MULTILINE)


def check_tokens(jwtctl, name, text):
    if name not in TOKENS:
        return [f"example_tokens.py has no token for {name}"]
    problems = []
    with Directory() as directory:
        scene = Scene(directory, jwtctl)
        scene.write("pam_jwt.toml", LOGIN + with_key_file(text))
        for token in TOKENS[name]:
            reason = scene.reason_for(token.claims, token.user, token.service)
            # A rule gave the account, whether this host has it or not.
            if reason not in ("token.accepted", "account.unknown"):
                problems.append(f"{name}: {token.user} is not let in: {reason}")
            change, expected = token.refused
            reason = scene.reason_for({**token.claims, **change}, token.user, token.service)
            if reason != expected:
                problems.append(f"{name}: {token.user} with {change}: {reason}, not {expected}")
    return problems


def check_configs(jwtctl):
    read = lambda path: path.read_text(encoding="utf-8")
    issuers = {path.name.split(".")[0]: read(path) for path in sorted(ETC.glob("issuers/*.toml.example"))}
    services = {path.name.split(".")[0]: in_comment(read(path)) for path in sorted(ETC.glob("pam.d/*.example"))}
    problems = check_config(jwtctl, {}, read(ETC / "pam_jwt.toml.example"))
    for name, text in {**issuers, **services}.items():
        if "[issuer." not in text:
            problems.append(f"etc/: {name} has no issuer")
        problems += check_config(jwtctl, {name: text})
    for name, text in issuers.items():
        problems += check_tokens(jwtctl, name, text)
    return problems + check_config(jwtctl, issuers)


def check_readme(jwtctl, readme):
    """Checks README's file in conf.d, beside README's whole configuration and beside its [login] alone."""
    main = re.search(r"^```toml\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    drop_in = re.search(r"^[^\n]*/conf\.d/\w+\.toml <<'END'\n(.*?)^END$", readme, re.DOTALL | re.MULTILINE)
    if not main or not drop_in:
        return ["README has no configuration, or no file for conf.d"]
    login, _, _ = main[1].partition("[issuer.")
    return [problem for text in (main[1], login)
            for problem in check_config(jwtctl, {"one": drop_in[1]}, text, "README")]


# ---- Profiles of jwt-sso

MADE_BY = re.compile(r"^# Made by: +jwtctl (client-profile .*?)\n"
                     r"# +on a host with \.\./issuers/([\w-]+)\.toml\.example$", re.MULTILINE | re.DOTALL)


def for_certificates(text, profile=""):
    """Returns an issuer's example with its lines for tokens in certificates, which are comments in some. The line with
    max_bound_age is among them if the profile has one."""
    options = ["bound_audiences"] + re.findall(r"^(max_bound_age) = ", profile, re.MULTILINE)
    text = re.sub(rf"^#(({'|'.join(options)}) = )", r"\1", text, flags=re.MULTILINE)
    before, mark, rule = text.partition("# ID tokens in certificates")
    return before + mark + re.sub(r"^#(\[\[|\w+ = )", r"\1", rule, flags=re.MULTILINE)


def check_id_token(jwtctl, name, profile):
    """Checks that an ID token of the profile's client logs in by certificate, on a host with the issuer's example, and
    that one of another client does not."""
    client = re.search(r'^client_id = "(.*)"$', profile, re.MULTILINE)[1]
    claims, user = ID_TOKENS[name]
    with Directory() as directory:
        scene = Scene(directory, jwtctl)
        text = (ETC / f"issuers/{name}.toml.example").read_text(encoding="utf-8")
        scene.write("pam_jwt.toml", LOGIN + for_certificates(with_key_file(text), profile))
        reasons = [scene.reason_by_certificate({**claims, "aud": aud}, user) for aud in (client, "another-client")]
    wanted = ["token.accepted", "audience.mismatch"]
    return [] if reasons == wanted else [f"{name}: ID tokens in certificates are {reasons}, not {wanted}"]


def check_profile(jwtctl, name, text):
    """Checks that the command that a profile names prints it, on a host with the issuer's example, and that tokens of
    its client log in there. The comments differ, but the redirect URIs must be in the profile's."""
    made_by = MADE_BY.search(text)
    if not made_by:
        return [f"{name} does not say by which command it is made"]
    issuer = ETC / f"issuers/{made_by[2]}.toml.example"
    with Directory() as directory:
        scene = Scene(directory, jwtctl)
        scene.write("pam_jwt.toml", for_certificates(issuer.read_text(encoding="utf-8"), text))
        words = shlex.split(re.sub(r"\n# +", " ", made_by[1]))
        printed = scene.run(*words, "--config", scene.config)
    if printed.returncode != 0:
        return [f"{name}: {printed.stderr}"]
    is_for_prompts = 'use = "prompt"' in printed.stdout
    problems = [] if is_for_prompts else check_id_token(jwtctl, made_by[2], printed.stdout)
    comment, _, body = printed.stdout.partition("\n\n")
    own_comment, _, own_body = text.partition("\n\n")
    if body != own_body:
        problems.append(f"{name} is not what its command prints:\n{body}")
    for uri in re.findall(r"^#   (http:\S+)", comment, re.MULTILINE):
        if not re.search(f"^# (?:Redirect:)? +{re.escape(uri)}$", own_comment, re.MULTILINE):
            problems.append(f"{name} does not name the redirect URI {uri}")
    return problems


def check_profiles(jwtctl):
    profiles = {path.stem: path for path in ETC.glob("jwt-sso/*.toml") if path.stem != "example"}
    if not profiles:
        return ["etc/ has no profiles"]
    return [problem for path in profiles.values()
            for problem in check_profile(jwtctl, f"etc/jwt-sso/{path.name}", path.read_text(encoding="utf-8"))]


# ---- PAM lines

def pam_lines(text):
    """Returns the PAM lines in `text`, with one blank between words. A backslash joins a line with the next line."""
    return {" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines()
            if re.match(r"(auth|account|session)\s+\S.*\.so", line)}


def check_pam_lines(document, examples):
    """Checks that each PAM line of the examples stands in `document`, docs/stacks.md."""
    known = pam_lines(document)
    problems = []
    for name, text in examples.items():
        lines = pam_lines(text)
        problems += [f"{name} has a line that docs/stacks.md has not: {line}" for line in sorted(lines - known)]
        if not lines:
            problems.append(f"{name} has no PAM line")
    return problems


# ---- Alert rules

def check_metrics(sources, rules):
    """Checks the metrics of alert rules. `sources` has for each prefix the source that writes its metrics, where each
    name stands as {"keys", Head("keys", Gauge("keys" or SingleMetric("keys"."""
    problems = []
    for prefix, source in sources.items():
        known = {prefix + name for name in re.findall(r'(?:\{|Head\(|Gauge\(|SingleMetric\()"(\w+)"', source)}
        used = set(re.findall(rf"\b{prefix}\w+", rules))
        problems += [f"alert rules name {name}, which no program writes" for name in sorted(used - known)]
        problems += [] if used else [f"no metric {prefix}... found in the alert rules"]
    return problems


def check_login_metrics(program, rules, document):
    """Checks the alert rules for logins against the program for mtail, and their reasons against docs/reasons.md."""
    declared = re.search(r"^counter (\w+) by (.*)$", program, re.MULTILINE)
    if not declared:
        return ["the program for mtail has no counter"]
    name, labels = declared.group(1), {"instance", *declared.group(2).split(", ")}
    problems = [f"alert rules name {other}, which the program for mtail does not count"
                for other in sorted(set(re.findall(r"\bpam_jwt_\w+_total\b", rules)) - {name})]
    named = re.findall(r"(\w+)(?:=~|!=|=)\"", rules) + re.findall(r"\$labels\.(\w+)", rules)
    named += re.split(r", ", ", ".join(re.findall(r"(?:by|on) \(([\w, ]+)\)", rules)))
    problems += [f"alert rules name the label {label}, which {name} does not have"
                 for label in sorted(set(named) - labels)]
    reasons = set(re.findall(r"^### `([a-z_.]+)`", document, re.MULTILINE))
    wanted = set("|".join(re.findall(r'reason=~?"([a-z_.|]+)"', rules)).split("|"))
    problems += [f"alert rules name the reason {reason}, which does not exist" for reason in sorted(wanted - reasons)]
    return problems


def main():
    read = lambda path: (ROOT / path).read_text(encoding="utf-8")
    pages = {path: read(path) for path in ["packaging/man/pam_jwt.8.scd"]}
    stacks = {f"etc/pam.d/{path.name}": path.read_text(encoding="utf-8") for path in ETC.glob("pam.d/*.example")}
    problems = check_pam_lines(read("docs/stacks.md"), {**pages, **stacks})
    fetcher = read("jwks-fetcher/metrics.cc")
    problems += check_metrics({"jwks_fetcher_": fetcher}, read("etc/prometheus/jwks-fetcher.rules.yml"))
    problems += check_metrics({"jwks_fetcher_": fetcher,
                               "pam_jwt_denylist_": read("jwtctl/denylist/fleet_metrics.cc")},
                              read("etc/prometheus/pam_jwt-denylist.rules.yml"))
    problems += check_login_metrics(read("etc/mtail/pam_jwt.mtail"), read("etc/prometheus/pam_jwt.rules.yml"),
                                    read("docs/reasons.md"))
    problems += check_configs(sys.argv[1])
    problems += check_profiles(sys.argv[1])
    problems += check_readme(sys.argv[1], read("README.md"))
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())

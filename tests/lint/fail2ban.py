#!/usr/bin/python3
"""Checks that the fail2ban filter in etc/ finds the addresses of refused tokens in audit lines, and no other addresses.

fail2ban itself is not needed: its placeholders are filled in here.
"""

import configparser
import re
import sys

from source_files import ROOT, report

FILTER = ROOT / "etc/fail2ban/filter.d/pam_jwt.conf"
# Audit lines as lib/core/login/audit_line.cc writes them, without the words that syslog puts in front.
FORGED = 'refused user=alice reason=signature.invalid kid=k1 alg=ES256 rhost=192.0.2.7 detail="no key verifies it"'
EXPIRED = ("refused user=alice reason=token.expired ago_s=532 issuer=staff iss=https://sso.example sub=alice kid=k1 "
           "alg=ES256 rhost=192.0.2.7")
ACCEPTED = ("accepted user=alice reason=token.accepted issuer=staff iss=https://sso.example sub=alice kid=k1 "
            "alg=ES256 jti=sha256:b461 rhost=192.0.2.7 rule=pam_jwt.toml:12")
NO_TOKEN = "no_token user=alice reason=token.none rhost=192.0.2.7"
BOUND = EXPIRED.replace("token.expired ago_s=532", "claim.bound")
FAULT = "no_verdict user=alice reason=keys.missing kid=k1 alg=ES256 rhost=192.0.2.7 detail=\"no keys\""

NORMAL = {
    FORGED: "192.0.2.7",
    FORGED.replace("192.0.2.7", "2001:db8::7"): "2001:db8::7",
    FORGED.replace(" user=alice", ""): "192.0.2.7",
    FORGED.replace("alice", r'"a\x0ab c"'): "192.0.2.7",
    # The attacker chooses the text in user and kid.
    FORGED.replace("alice", '"x rhost=198.51.100.1"'): "192.0.2.7",
    FORGED.replace("alice", r'"x\" rhost=198.51.100.1 \\"'): "192.0.2.7",
    FORGED.replace("kid=k1", 'kid="k\\" rhost=198.51.100.1 detail=\\""'): "192.0.2.7",
    EXPIRED.replace("alice", '"x reason=signature.invalid rhost=198.51.100.1"'): None,
    BOUND: "192.0.2.7",
    EXPIRED: None, ACCEPTED: None, NO_TOKEN: None, FAULT: None,
    FORGED.replace("192.0.2.7", "host.example.com"): None,
    FORGED.replace(" rhost=192.0.2.7", ""): None,
}
AGGRESSIVE = {FORGED: "192.0.2.7", EXPIRED: "192.0.2.7", NO_TOKEN: "192.0.2.7", ACCEPTED: None, FAULT: None}


def definition(text, mode):
    """Returns the section Definition, filled in as fail2ban does it."""
    parser = configparser.ConfigParser(defaults={"__prefix_line": r"\s*\S+ %(_daemon)s(?:\[\d+\])?: "})
    parser.read_string(text)
    section = dict(parser["Definition"])
    for key, value in section.items():
        value = value.replace("<mode>", mode)
        value = re.sub(r"<(_\w+)>", lambda match: section[match.group(1)], value)
        value = value.replace("<F-CONTENT>", "(?P<content>").replace("</F-CONTENT>", ")")
        section[key] = value.replace("<ADDR>", r"(?P<address>(?:\d+\.){3}\d+|[\da-f:]*:[\da-f:.]+)")
    return section


def address_of(section, line, phase="auth"):
    prefix = re.search(section["prefregex"], f" web1 sshd[4711]: pam_jwt(sshd:{phase}): {line}")
    found = prefix and re.search(section["failregex"], prefix.group("content"))
    return found.group("address") if found else None


def check_reasons(text, document):
    """Checks that the reasons in `_forged` exist."""
    pattern = re.compile(definition(text, "normal")["_forged"])
    known = re.findall(r"^### `([a-z_.]+)`", document, re.MULTILINE)
    matched = [reason for reason in known if pattern.fullmatch(reason)]
    alternatives = sum(1 + part.count("|") for part in re.findall(r"\\\.(\(\?:[^)]*\)|\w+)", pattern.pattern))
    if len(matched) == alternatives:
        return []
    return [f"the filter names {alternatives} reasons, of which there are {len(matched)}: {matched}"]


def check(text, document):
    problems = check_reasons(text, document)
    for mode, lines in {"normal": NORMAL, "aggressive": AGGRESSIVE}.items():
        section = definition(text, mode)
        problems += [f"{mode}: {address_of(section, line)}, not {address}: {line}"
                     for line, address in lines.items() if address_of(section, line) != address]
        # The user has proved a key by then.
        problems += [f"{mode}: counts a line of the session" for line in lines if address_of(section, line, "session")]
    return problems


def main():
    document = (ROOT / "docs/reasons.md").read_text(encoding="utf-8")
    return report(check(FILTER.read_text(encoding="utf-8"), document))


if __name__ == "__main__":
    sys.exit(main())

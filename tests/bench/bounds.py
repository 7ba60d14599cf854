"""The bounds that the figures of one run must keep, each alone or as a ratio of two."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    text: str
    name: str
    against: str | None  # the other figure of the ratio; None: the figure itself is bounded
    limit: float
    unit: str = "us"
    at_least: bool = False  # whether `limit` is a lower bound
    beyond: bool = False  # whether the difference to the other figure is bounded, not the ratio
    openssl: str = ""  # the version of OpenSSL for which the bound holds, as "3.0"; "": all versions


def hot(alg, limit):
    return Bound(f"verification with a parsed key, {alg}, to EVP_DigestVerify",
                 f"verification {alg}", f"EVP_DigestVerify {alg}", limit)


def daemon(which, mib=64, start_s=10, fresh_s=20):
    """Returns the bounds of the daemon, by default with 1000 issuers whose keys are fresh for 20 s. An
    issuer that hangs gets 10 s."""
    return [Bound(f"{which}: MiB resident at most", f"{which}: resident at most", None, mib, "MiB"),
            Bound(f"{which}: s until all other keys are there",
                  f"{which}: start until the keys of all others are written", None, start_s, "s"),
            Bound(f"{which}: s that keys got old at worst",
                  f"{which}: age of keys when fetched again, at worst", None, fresh_s, "s"),
            Bound(f"{which}: fetches of others that failed",
                  f"{which}: fetches of others that failed", None, 0, "times")]


def rate(text, way, other, limit):
    """Returns a bound on the logins per second of a way to log in, as a part of those of another."""
    return Bound(text, way, other, limit, "logins/s", at_least=True)


def server(text, way, other, limit):
    """Returns a bound on the processor time of a server for a login, as a ratio to that for another login."""
    return Bound(f"processor time of {text}", f"{way}, processor time", f"{other}, processor time", limit)


SIDE_BY_SIDE = [
    rate("logins per second to PostgreSQL by pam_jwt to those by scram-sha-256",
         "PostgreSQL: pam_jwt", "PostgreSQL: scram-sha-256", 1),
    rate("logins per second to PostgreSQL by pam_jwt to those by pam_unix",
         "PostgreSQL: pam_jwt", "PostgreSQL: pam_unix", 2),
    rate("logins per second to PostgreSQL by pam_jwt to those by pam_permit",
         "PostgreSQL: pam_jwt", "PostgreSQL: pam_permit", 0.75),
    rate("logins per second to PostgreSQL over TLS by pam_jwt to those by trust",
         "PostgreSQL over TLS: pam_jwt", "PostgreSQL over TLS: trust", 0.5),
    server("PostgreSQL for a login over TLS by pam_jwt to one by scram-sha-256",
           "PostgreSQL over TLS: pam_jwt", "PostgreSQL over TLS: scram-sha-256", 1.5),
    *(rate(f"logins per second to sshd, {many} at a time, {way} to those by password",
           f"sshd, {many} at a time: {way}", f"sshd, {many} at a time: by password", 1)
      for many in ("one", 8) for way in ("by token", "by certificate")),
    server("sshd for a login by token to one by a plain key",
           "sshd, 8 at a time: by token", "sshd, 8 at a time: by a plain key", 1.5),
    server("sshd for a login by certificate to one by a plain key",
           "sshd, 8 at a time: by certificate", "sshd, 8 at a time: by a plain key", 2),
    rate("commands per second of sudo by token to those by password",
         "sudo: by token", "sudo: by password", 1),
]


def at_once(store, limit):
    row = f"one-time token, {store}"
    return Bound(f"64 one-time tokens at once to one alone, {store}", f"{row}: 64 at once",
                 f"{row}: 1 alone", limit)


RS256 = "pam_jwt RS256"
ACCEPTED = "decision: accepted"

BOUNDS = [
    Bound("login with RS256 to one with pam_permit", RS256, "pam_permit", 3.3),
    Bound("login by libjwt 1 to one by pam_jwt", "a module with libjwt 1", RS256, 1.4,
          at_least=True),
    Bound("login by libjwt 3 to one by pam_jwt", "a module with libjwt 3", RS256, 1.4,
          at_least=True),
    Bound("login by pam_unix, yescrypt, to one by pam_jwt", "pam_unix yescrypt", RS256, 50,
          at_least=True),
    Bound("login with a one-time token to one without", "pam_jwt RS256, one-time, SQLite", RS256, 2),
    Bound("answer that is no token to pam_permit", "pam_jwt, no token", "pam_permit", 1.45),
    # Both phases of pam_jwt run here. Each may take 0.45 of a login with pam_permit, as above.
    Bound("password that pam_jwt passes by to pam_permit alone",
          "pam_jwt, then pam_permit: a password", "pam_permit", 1.9),
    Bound("password that pam_jwt passes by to pam_unix alone",
          "pam_jwt, then pam_unix: a password", "pam_unix yescrypt", 1.05),
    Bound("login with 1000 keys of 300 issuers in keys.jsonl to one with one key",
          "pam_jwt RS256, keys.jsonl: 1000 keys", "pam_jwt RS256, keys.jsonl: 1 key", 1.15),
    Bound("login with 1000 keys in jwks_file to one with one key",
          "pam_jwt RS256, jwks_file: 1000 keys", "pam_jwt RS256, jwks_file: 1 key", 3),
    Bound("login with a map file of 20,000 lines to one without",
          "pam_jwt RS256, map file: 20000 lines", RS256, 1.5),
    Bound("login with a map file that three rules name to one where one rule names it",
          "pam_jwt RS256, map file in three rules", "pam_jwt RS256, map file: 20000 lines", 1.1),
    Bound("login with a denylist of 1 MiB to one with a denylist of one line",
          "pam_jwt RS256, denylist of 1 MiB", "pam_jwt RS256, denylist", 1.1),
    Bound("login with 100,000 entries in the list of the fleet to one with a denylist alone",
          "pam_jwt RS256, list of the fleet: 100000 entries", "pam_jwt RS256, denylist", 1.1),
    # OpenSSL's part differs from version to version, and the part beyond the limit is ours. So the sum is
    # bounded for one version, and our part for all. With 3.0.19 the limit is 890,000.
    Bound("instructions of a login with RS256, OpenSSL 3.0", RS256, None, 1_250_000, "instructions",
          openssl="3.0"),
    Bound("instructions of a login with RS256 beyond the limit", RS256, "the limit, RS256", 360_000,
          "instructions", beyond=True),
    Bound("sshd-keys for a plain key to /bin/true", "sshd-keys: plain key", "/bin/true", 1.3),
    Bound("sshd-keys for a certificate without a token to /bin/true",
          "sshd-keys: certificate without a token", "/bin/true", 1.3),
    Bound("sshd-keys for a certificate with a token, RS256, to a plain key",
          "sshd-keys: certificate with a token, RS256", "sshd-keys: plain key", 10),
    Bound("jwt-sso renew while the certificate is good, to /bin/true",
          "jwt-sso renew: certificate is good", "/bin/true beside jwt-sso", 3),
    Bound("login by certificate, RS256, to one by a plain key", "pam_jwt, by certificate, RS256",
          "by a plain key", 3),
    hot("RS256", 2.4),
    hot("ES256", 1.5),
    hot("EdDSA", 1.3),
    Bound("decision: no token, to an acceptance", "decision: no token", ACCEPTED, 0.05),
    Bound("decision: wrong alg, to an acceptance", "decision: alg not allowed", ACCEPTED, 0.05),
    *SIDE_BY_SIDE,
    *daemon("daemon"),
    *daemon("daemon, two misbehave"),
    *daemon("daemon, 10,000 issuers", mib=200, start_s=60, fresh_s=60),
    Bound("daemon, 10,000 issuers: s that jwtctl status takes",
          "daemon, 10,000 issuers: jwtctl status", None, 2, "s"),
    at_once("SQLite", 6),
    at_once("Valkey", 2),
]

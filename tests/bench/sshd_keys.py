"""Measures what sshd-keys costs, as sshd runs it: sshd_keys.py SSHD_KEYS JWTCTL ROUNDS

Prints a line for report.py of each kind of key.
"""

import pathlib
import sys

from program_times import TRUE, report

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "unit/sshd-keys"))
import program_test


class Keys(program_test.Certificates):
    ALG = "RS256"


def commands():
    """Returns the command lines to run, by name."""
    Keys.setUpClass()
    config = ["--config", str(Keys.config), "--denylist", str(Keys.root / "denied.jsonl")]
    ask = lambda key, kind: [program_test.SSHD_KEYS, *config, Keys.account, key, kind]
    others = Keys.certify("other", "", "alice")
    return {TRUE: [TRUE],
            "sshd-keys: plain key": ask(Keys.blob("id.pub"), "ssh-ed25519"),
            "sshd-keys: certificate without a token": ask(others, program_test.CERTIFICATE_TYPE),
            "sshd-keys: certificate with a token, RS256": ask(Keys.certificate, program_test.CERTIFICATE_TYPE)}


def main(rounds):
    every = commands()
    if program_test.run(*every["sshd-keys: certificate with a token, RS256"][1:]) == "":
        sys.exit("sshd_keys.py: the certificate opens nothing")
    report(every, rounds)
    Keys.doClassCleanups()


if __name__ == "__main__":
    program_test.SSHD_KEYS, program_test.JWTCTL = sys.argv[1:3]
    main(int(sys.argv[3]))

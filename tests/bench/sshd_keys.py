"""Measures what sshd-keys costs, as sshd runs it: sshd_keys.py SSHD_KEYS JWTCTL ROUNDS

Prints a line for report.py of each kind of key. The kinds run in random order in each round, all on one processor.
"""

import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "unit/sshd-keys"))
import program_test

TRUE = "/bin/true"


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


def microseconds(command):
    null = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    begin = time.perf_counter_ns()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=null)
    _, status = os.waitpid(process, 0)
    end = time.perf_counter_ns()
    if status != 0:
        sys.exit(f"sshd_keys.py: {command[0]} ended with {status}")
    return (end - begin) / 1000


def main(rounds):
    every = commands()
    if program_test.run(*every["sshd-keys: certificate with a token, RS256"][1:]) == "":
        sys.exit("sshd_keys.py: the certificate opens nothing")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    measured = {name: [] for name in every}
    for number in range(rounds + rounds // 10):
        for name in random.sample(sorted(every), len(every)):
            value = microseconds(every[name])
            if number >= rounds // 10:  # the first rounds warm up
                measured[name].append(value)
    for name, values in measured.items():
        print(name, "us", *(f"{value:.3f}" for value in values), sep="\t")
    Keys.doClassCleanups()


if __name__ == "__main__":
    program_test.SSHD_KEYS, program_test.JWTCTL = sys.argv[1:3]
    main(int(sys.argv[3]))

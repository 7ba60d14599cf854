"""Measures how long programs take, from their start to their end."""

import os
import random
import sys
import time

TRUE = "/bin/true"


def microseconds(command):
    null = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    begin = time.perf_counter_ns()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=null)
    _, status = os.waitpid(process, 0)
    end = time.perf_counter_ns()
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return (end - begin) / 1000


def report(commands, rounds):
    """Prints a line for report.py of each command, which must end with 0. `commands` has them by name. They run in
    random order in each round, all on one processor."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    measured = {name: [] for name in commands}
    for number in range(rounds + rounds // 10):
        for name in random.sample(sorted(commands), len(commands)):
            value = microseconds(commands[name])
            if number >= rounds // 10:  # the first rounds warm up
                measured[name].append(value)
    for name, values in measured.items():
        print(name, "us", *(f"{value:.3f}" for value in values), sep="\t")

#!/usr/bin/python3
"""Checks which part may include which, and prints each include that may not be."""

import os
import re
import sys

from source_files import report, sources

# A part of lib/core may include itself and the parts in front of it.
CORE = ("base", "json", "jose", "ssh", "claims", "keys", "oauth", "denylist", "session", "account", "config", "login")

# Which of our own parts each other part may include, beside itself.
MAY_INCLUDE = {
    "io": ("core",),
    "text": ("core",),
    "pam_jwt": ("core", "io"),
    "jwtctl": ("core", "io", "text"),
    "ssh-jwt": ("core", "io"),
    "sshd-keys": ("core", "io"),
    "jwt-sso": ("core", "io", "text", "http"),
    "http": ("core", "io"),
    "jwks-fetcher": ("core", "io", "http"),
}

# Which other rooms of its program each room may include. Files beside the rooms (main, the loop of
# the daemon, small verbs) may include all rooms, and no room may include them.
ROOMS = {
    "jwks-fetcher": {
        "host": (),
        "confine": ("host",),
        "varlink": ("host",),
        "redeem": ("host", "varlink"),
        "feed": ("host",),
        "fetch": ("host", "varlink", "feed"),
    },
    "jwtctl": {
        "text": (),
        "host": (),
        "stack": ("text", "host"),
        "sshd": ("text", "host"),
        "config": ("text",),
        "daemon": ("text", "config", "denylist"),
        "decision": ("text", "config"),
        "issuer": ("text", "host"),
        "session": ("host", "config"),
        "denylist": ("config", "session", "issuer"),
        "client": ("config",),
        "doctor": ("text", "host", "stack", "sshd", "config", "daemon"),
        "enable": ("text", "host", "stack", "sshd", "config", "doctor"),
    },
    "jwt-sso": {
        "profile": (),
        "ssh_config": (),
        "state": (),
        "keys": ("state",),
        "provider": (),
        "browser": (),
        "flow": ("keys", "provider", "browser"),
    },
    "sshd-keys": {
        "host": (),
        "judge": ("host",),
    },
}
# These are rooms too, but wire things together, as main does.
WIRING = {"jwtctl": ("commands",), "jwt-sso": ("verbs", "net")}
# Every room may include these.
FOR_ALL_ROOMS = {"jwtctl/exit_code.h", "jwt-sso/exit_code.h"}

# A program with rooms has at most this many source files beside them.
MAX_BESIDE_ROOMS = 12

# lib/http knows urls and files. It must not know what an issuer or a token is.
HTTP_MAY_INCLUDE = ("core/base/", "io/")

# The room of jwt-sso that has the network.
SSO_WITH_HTTP = "jwt-sso/provider/"

# Libraries, and the only files that may include their headers.
LIBRARIES = {
    "security/": ("pam_jwt/", "tests/"),
    "syslog.h": ("pam_jwt/", "sshd-keys/", "tests/"),
    "curl/": ("lib/http/", "tests/"),
    "systemd/": ("jwks-fetcher/", "tests/"),
    "seccomp.h": ("jwks-fetcher/",),
    "sqlite3.h": ("jwks-fetcher/", "tests/"),
    "hiredis/": ("jwks-fetcher/", "tests/"),
    "nlohmann/": ("lib/core/json/read.cc", "lib/core/json/write.cc"),
    "toml++/": ("lib/core/config/",),
    "openssl/": ("lib/core/base/openssl_ptr.h", "lib/core/jose/", "jwtctl/", "jwks-fetcher/",
                 "sshd-keys/judge/", "tests/"),
    "gtest/": ("tests/",),
}

# lib/core is pure: no files, clocks, environment or threads.
IMPURE = {
    "atomic", "chrono", "condition_variable", "csignal", "cstdio", "ctime", "filesystem",
    "fstream", "future", "iostream", "istream", "mutex", "ostream", "random", "sstream",
    "stop_token", "thread",
}
# C headers that core may include: explicit_bzero.
CORE_C_HEADERS = {"string.h"}

# pam_jwt.so is linked without libm. The compiler may call it for any of these functions: it depends
# on its options whether it does.
MATHEMATICS = ("cmath", "math.h")
WITHOUT_MATHEMATICS = ("lib/core/", "lib/io/", "pam_jwt/")

UNVERIFIED = "core/jose/unverified.h"
MAY_READ_UNVERIFIED = ("lib/core/jose/unverified.cc", "lib/core/ssh/certificate_maker.cc",
                       "lib/core/claims/unverified_binding.cc", "jwtctl/", "ssh-jwt/",
                       "jwt-sso/", "tests/")

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def own_part(include):
    """Returns the part of a header of this project, for example ("core", "jose") or ("io", None), else None."""
    pieces = include.split("/")
    if pieces[0] == "core" and len(pieces) > 2:
        return "core", pieces[1]
    if pieces[0] in MAY_INCLUDE or pieces[0] == "support":
        return pieces[0], None
    return None


def part_of(path):
    return own_part(path.removeprefix("lib/"))


def room_of(path):
    """Returns the room of a file in a program that has rooms, or None if the file is beside them."""
    pieces = path.split("/")
    return pieces[1] if len(pieces) > 2 else None


def check_room(path, include):
    """Returns what is wrong with an include inside of one program."""
    program, room, wanted = path.split("/")[0], room_of(path), room_of(include)
    rooms = ROOMS.get(program)
    if rooms is None or room is None or room == wanted or include in FOR_ALL_ROOMS:
        return None
    if room in WIRING.get(program, ()):
        return None
    if room not in rooms:
        return "is of a room that tests/lint/layers.py does not know"
    if wanted not in rooms[room]:
        return f"{program}/{room} may include " + (" and ".join(rooms[room]) or "no other room")
    return None


def check_own(path, include):
    part, wanted = part_of(path), own_part(include)
    if wanted is None:
        return "includes a header of ours without its path from the root"
    if part is None:
        return None
    if part == wanted:
        return check_room(path, include)
    if part[0] == "http" and not include.startswith(HTTP_MAY_INCLUDE):
        return "lib/http may include " + " and ".join(HTTP_MAY_INCLUDE)
    if part[0] == "core":
        if wanted[0] != "core":
            return "lib/core includes lib/core only"
        if wanted[1] not in CORE or part[1] not in CORE:
            return "is of a part that tests/lint/layers.py does not know"
        if CORE.index(wanted[1]) > CORE.index(part[1]):
            return f"core/{part[1]} stands below core/{wanted[1]}"
        return None
    if wanted[0] == "http" and part[0] == "jwt-sso" and not path.startswith(SSO_WITH_HTTP):
        return "of jwt-sso, only the room provider may include lib/http"
    if wanted[0] not in MAY_INCLUDE[part[0]]:
        return f"{part[0]} may include " + " and ".join(MAY_INCLUDE[part[0]])
    return None


def check_foreign(path, include):
    for prefix, places in LIBRARIES.items():
        if include.startswith(prefix):
            return None if path.startswith(places) else "is for " + ", ".join(places)
    if include in MATHEMATICS and path.startswith(WITHOUT_MATHEMATICS):
        return "may need libm, which the module is linked without"
    if not path.startswith("lib/core/"):
        return None
    if include in IMPURE or (include.endswith(".h") and include not in CORE_C_HEADERS):
        return "is nothing for lib/core, which is pure"
    return None


def check_file(path, text):
    """Returns what is wrong with the includes of one file, one line per problem."""
    problems = []
    for quote, include in INCLUDE.findall(text):
        problem = None
        if include == UNVERIFIED and not path.startswith(MAY_READ_UNVERIFIED):
            problem = "is for " + ", ".join(MAY_READ_UNVERIFIED)
        elif quote == "<":
            problem = check_foreign(path, include)
        elif not path.startswith("tests/"):
            problem = check_own(path, include)
        if problem is not None:
            problems.append(f"{path}: {include}: {problem}")
    return problems


def module_of(path):
    """Returns the module of a file: a header and its source file are one, named by their path without extension."""
    return os.path.splitext(path)[0]


def included_modules(files):
    """Returns which modules each module of the programs and libraries includes."""
    names = {module_of(path) for path in files if not path.startswith("tests/")}
    included = {name: set() for name in names}
    for path, text in files.items():
        if path.startswith("tests/"):
            continue
        for quote, include in INCLUDE.findall(text):
            wanted = module_of(include)
            found = wanted if wanted in names else "lib/" + wanted
            if quote == '"' and found in names and found != module_of(path):
                included[module_of(path)].add(found)
    return included


def cycles(included):
    """Returns the groups of modules that include each other, directly or by way of other modules of the group."""
    reached = {}
    for start in included:
        seen, waiting = set(), list(included[start])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += included[name]
        reached[start] = seen
    groups = {frozenset(other for other in reached[name] if name in reached[other])
              for name in included if name in reached[name]}
    return sorted(sorted(group) for group in groups)


def check_cycles(files):
    return ["these include each other in a circle: " + ", ".join(group)
            for group in cycles(included_modules(files))]


def check_beside_rooms(paths):
    problems = []
    for program in ROOMS:
        beside = [path for path in paths if path.startswith(program + "/") and room_of(path) is None]
        if len(beside) > MAX_BESIDE_ROOMS:
            problems.append(f"{program} has {len(beside)} source files beside its rooms, at most "
                            f"{MAX_BESIDE_ROOMS} are allowed: move some into a room")
    return problems


def main():
    files = dict(sources())
    problems = [problem for path, text in files.items() for problem in check_file(path, text)]
    return report(problems + check_cycles(files) + check_beside_rooms(files))


if __name__ == "__main__":
    sys.exit(main())

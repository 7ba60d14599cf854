#!/usr/bin/python3
"""Checks that the man pages have every option of the configuration, of the PAM line and of the programs, with its
default and bounds, and no option that does not exist: man_pages.py PROGRAM...

Also checks that each command of jwtctl and jwt-sso that a message of a program names exists, with its options.

An option has an entry, such as *--user* _NAME_ or *leeway* (default *"30s"*; 0s to 5m).
"""

import collections
import pathlib
import re
import subprocess
import sys

from source_files import ROOT, report, sources

ENTRY = re.compile(r"^\*(--)?([\w.-]+)=?\*", re.MULTILINE)
SETTING = re.compile(r"^\*(\w+)\*(?: \((.*)\))?$", re.MULTILINE)
HEADING = re.compile(r"^#{1,2} (.*)$", re.MULTILINE)
LONG = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")
# Options of other programs, in examples.
FOREIGN = {"now", "aud", "collector"}


def sections(page):
    """Returns the text of the page by its headings."""
    parts = HEADING.split(page)
    return dict(zip(parts[1::2], parts[2::2]))


def compare(page, wanted, found):
    problems = [f"{page} has no entry for {name}" for name in sorted(wanted - found.keys())]
    problems += [f"{page} has {name}, which does not exist" for name in sorted(found.keys() - wanted)]
    problems += [f"{page} has {name} {n} times" for name, n in found.items() if n > 1]
    return problems


# ---- The configuration

def documented(document):
    """Returns what is in brackets for each option of docs/configuration.md, which a unit test keeps true."""
    tables = "login|keys|store|session|denylist|service|issuer"
    entries = re.findall(rf"^- `((?:{tables})\.[\w.]+)`(?: \((.*)\))?:?$", document, re.MULTILINE)
    return {name: brackets.replace("`", "*") for name, brackets in entries}


def settings(page):
    """Yields (name, what is in brackets) of each entry, once for every table that its heading names."""
    for heading, text in sections(page).items():
        tables = re.findall(r"\[+([\w.]+)\]+", heading)
        for key, brackets in SETTING.findall(text):
            for table in tables:
                yield f"{table}.{key}", brackets.replace("\\*", "*")


def check_settings(document, page):
    documents = documented(document)
    entries = list(settings(page))
    name = "pam_jwt.toml.5"
    problems = compare(name, documents.keys(), collections.Counter(key for key, _ in entries))
    problems += [f"{name}: {key} has ({brackets}), and docs/configuration.md has ({documents[key]})"
                 for key, brackets in entries if documents.get(key, brackets) != brackets]
    return problems if documents else ["docs/configuration.md has no options"]


# ---- The PAM line

def check_pam_options(source, page):
    names = set(re.findall(r'\{"(\w+)", Takes::', source))
    entries = collections.Counter(name for _, name in ENTRY.findall(sections(page)["OPTIONS"]))
    return compare("pam_jwt.8", names, entries) if names else ["no options found in module_options.cc"]


# ---- The profiles of jwt-sso

def check_profile_fields(source, page):
    names = set(re.findall(r'\bRow\{"(\w+)"', source))
    entries = collections.Counter(name for name, _ in SETTING.findall(sections(page)["PROFILES"]))
    return compare("jwt-sso.1", names, entries) if names else ["no fields found in client_profile_reader.cc"]


# ---- The programs

def long_options(text):
    return set(LONG.findall(text))


def subcommands(help_text):
    _, _, listed = help_text.partition("Subcommands:\n")
    return re.findall(r"^  ([\w-]+)  ", listed, re.MULTILINE)


def verbs_of(program, help_text):
    """Returns the help of each verb, which is empty for a program without verbs. jwtctl prints it for each verb.
    jwt-sso has one text for all, with the options of a verb below it, and no options beside them."""
    if " VERB " not in help_text.partition("\n")[0]:
        verbs = {verb: help_of(program, verb) for verb in subcommands(help_text)}
        below = {f"{verb} {name}": help_of(program, verb, name) for verb, text in verbs.items()
                 for name in subcommands(text)}
        return verbs | below
    listed = help_text.split("\n\n")[2]
    parts = re.split(r"^  ([a-z]+)\b", "\n" + listed, flags=re.MULTILINE)
    verbs = dict(zip(parts[1::2], parts[2::2]))
    return {verb: text for verb, text in verbs.items() if verb not in ("help", "version")}


def check_program(page_name, page, help_text, verbs):
    """Checks the page of a program. `verbs` has the help of each verb, and is empty for a program without verbs."""
    by_heading = sections(page)
    of_verbs = long_options("".join(verbs.values())) if "OPTIONS" not in by_heading else set()
    entries = collections.Counter(name for dashes, name in ENTRY.findall(by_heading.get("OPTIONS", "")) if dashes)
    problems = compare(page_name, long_options(help_text.partition("Subcommands:")[0]) - of_verbs, entries)
    for verb, text in verbs.items():
        entries = collections.Counter(name for dashes, name in ENTRY.findall(by_heading.get(verb, "")) if dashes)
        problems += compare(f"{page_name}, {verb}", long_options(text) - {"help"}, entries)
        if verb not in by_heading:
            problems.append(f"{page_name} has no heading for the verb {verb}")
    listed = set(re.findall(r"^## ([a-z][\w -]+)$", page, re.MULTILINE))
    problems += [f"{page_name} has the verb {verb}, which does not exist"
                 for verb in sorted(listed - verbs.keys()) if verbs]
    return problems


def check_mentions(page_name, page, known):
    return [f"{page_name} names --{name}, which does not exist"
            for name in sorted(long_options(page) - known - FOREIGN)]


TABLE = re.compile(r"^[\[|\]][-\[\]<=>] ", re.MULTILINE)


def check_tables(page_name, page):
    """scdoc does not say in the first line of a page that it needs tbl, so newer versions of man show no table."""
    return [f"{page_name} has a table, which not every man shows: make it a list"] if TABLE.search(page) else []


# ---- Commands in messages

COMMAND = re.compile(r"(?<![/\w-])(jwtctl|jwt-sso) ([a-z]+(?:-[a-z]+)*)\b((?: --[a-z-]+)*)")
# Words behind the name of a program that are not verbs of its command line.
SAID = {"again", "any", "as", "at", "changes", "did", "does", "for", "gives", "has", "itself", "reads",
        "without"}


def messages(source):
    """Yields each string literal of a source file, with its neighbours in one. Leaves out comments."""
    joined = re.sub(r'"\s*\n\s*"', "", source)
    return [text for text in re.findall(r'//[^\n]*|"((?:[^"\\\n]|\\.)*)"', joined) if text]


def check_commands(path, source, options_of):
    """Checks the commands in the messages of one file. `options_of` has the options of each (program, verb)."""
    problems = []
    for message in messages(source):
        for program, verb, options in COMMAND.findall(message):
            if verb in SAID:
                continue
            if (program, verb) not in options_of:
                problems.append(f"{path} names the command {program} {verb}, which does not exist")
                continue
            problems += [f"{path} names {program} {verb} --{name}, which does not exist"
                         for name in sorted(long_options(options) - options_of[program, verb])]
    return problems


# ---- All of it

def help_of(program, *verb):
    return subprocess.run([program, *verb, "--help"], capture_output=True, text=True, check=True).stdout


def main():
    pages = {path.stem: path.read_text(encoding="utf-8")
             for path in sorted((ROOT / "packaging/man").glob("*.scd"))}
    read = lambda path: (ROOT / path).read_text(encoding="utf-8")
    problems = check_settings(read("docs/configuration.md"), pages["pam_jwt.toml.5"])
    problems += check_pam_options(read("lib/core/login/module_options.cc"), pages["pam_jwt.8"])
    problems += check_profile_fields(read("lib/core/config/client_profile_reader.cc"), pages["jwt-sso.1"])
    known, options_of = set(), {}
    for program in sys.argv[1:]:
        name = pathlib.Path(program).name
        page_name = next(page for page in pages if page.rpartition(".")[0] == name)
        help_text = help_of(program)
        verbs = verbs_of(program, help_text)
        problems += check_program(page_name, pages[page_name], help_text, verbs)
        options_of |= {(name, verb): long_options(text) for verb, text in verbs.items()}
        known |= long_options(help_text + "".join(verbs.values()))
    for path, source in sources(("lib", "pam_jwt", "jwtctl", "ssh-jwt", "sshd-keys", "jwt-sso", "jwks-fetcher")):
        problems += check_commands(path, source, options_of)
    for page_name, page in pages.items():
        problems += check_mentions(page_name, page, known) + check_tables(page_name, page)
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())

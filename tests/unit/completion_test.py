"""Completes command lines in real shells. Usage: completion_test.py JWTCTL SSH_JWT JWT_SSO

bash, zsh and fish must offer the verbs and options of --help: no fewer, and no others.
"""

import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

JWTCTL = SSH_JWT = JWT_SSO = ""
PROGRAMS = ("jwtctl", "ssh-jwt", "jwt-sso")
SOURCE = pathlib.Path(__file__).resolve().parents[2]
OPTION = re.compile(r"^  (?:-\w, *)?(--[a-z-]+)", re.MULTILINE)
TIMEOUT_S = 60

# Runs the completion of zsh in a terminal, as a key press does, and prints what it offers. A compadd of our own keeps
# the words in place of showing them.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= PROMPT= RPROMPT=; stty -echo; unsetopt zle_bracketed_paste; fpath=($FILES \$fpath); PATH=$PATH"
zpty -w shell 'autoload -Uz compinit && compinit -u -D'
zpty -w shell 'offer() {
  compadd() {
    local -a found
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
    builtin compadd -A found "$@"
    builtin compadd "$@"
    local word
    for word in "${found[@]}"; do print -r -- "OFFER:$word"; done >>$OUTPUT
  }
  _main_complete
  print -r -- END >>$OUTPUT
}'
zpty -w shell "OUTPUT=$OUTPUT; cd $DIRECTORY"
zpty -w shell 'zle -C offer complete-word offer; bindkey "^I" offer; print -r READY >>$OUTPUT'
while ! [[ -s $OUTPUT ]]; do sleep 0.05; done
zpty -n -w shell "$LINE"$'\t'
while ! grep -q '^END' $OUTPUT; do sleep 0.05; done
zpty -d shell
sed -n 's/^OFFER://p' $OUTPUT
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=TIMEOUT_S, **options)
    if done.stderr:
        raise AssertionError(done.stderr)
    return done.stdout


@functools.cache
def help_of(program, *verb):
    return run(program, *verb, "--help")


@functools.cache
def verbs():
    return re.findall(r"^  ([\w-]+)  ", help_of(JWTCTL).partition("Subcommands:\n")[2], re.MULTILINE)


def verbs_of_jwt_sso():
    """Returns the options of each verb of jwt-sso, as the help lists them."""
    options = {}
    for line in help_of(JWT_SSO).splitlines():
        if verb := re.match(r"  ([a-z]+)\b", line):
            options[verb.group(1)] = []
        elif option := re.match(r"    (--[a-z]+)", line):
            list(options.values())[-1].append(option.group(1))
    return {**options, "version": []}


class Completion:
    """What every shell must offer. A subclass says how the shell is asked."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="completion-test."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.config = self.directory / "pam_jwt.toml"
        self.config.write_text("".join(f"""\
[issuer.{name}]
url = "https://{name}.example.com"
audiences = ["ssh"]
""" for name in ("staff", "stage", "ci")))
        self.config.chmod(0o600)
        # The shells find the programs in PATH, under their names.
        (self.directory / "bin").mkdir()
        for program in (JWTCTL, SSH_JWT, JWT_SSO):
            (self.directory / "bin" / pathlib.Path(program).name).symlink_to(program)
        self.environment = {**os.environ, "PATH": f"{self.directory}/bin:/usr/bin:/bin", "HOME": str(self.directory),
                            "LC_ALL": "C.UTF-8"}

    def assert_offers(self, wanted, *words):
        self.assertEqual(sorted(set(self.offer(*words))), sorted(wanted), words)

    def test_offers_the_verbs_of_the_help(self):
        self.assertEqual(len(verbs()), 18)
        offered = [word for word in self.offer("jwtctl", "") if not word.startswith("-")]
        self.assertEqual(sorted(offered), sorted(verbs()))
        self.assert_offers(["explain"], "jwtctl", "ex")

    def test_offers_the_options_of_each_verb(self):
        for verb in verbs():
            self.assert_offers(OPTION.findall(help_of(JWTCTL, verb)), "jwtctl", verb, "--")
        for verb in ("apply", "reset"):
            self.assert_offers([verb], "jwtctl", "denylist", verb[0])
            self.assert_offers(OPTION.findall(help_of(JWTCTL, "denylist", verb)), "jwtctl", "denylist", verb, "--")
        self.assert_offers([], "jwtctl", "denylist", "aply", "--")
        self.assert_offers(["--help", "--version"], "jwtctl", "--")

    def test_offers_nothing_behind_a_word_that_is_no_verb(self):
        for word in ("exlpain", "--help", "--version", "--"):
            self.assert_offers([], "jwtctl", word, "--")
            self.assert_offers([], "jwtctl", word, "c")

    def test_offers_the_names_of_issuers(self):
        for words in [("deny", "--config", str(self.config), "--issuer", "sta"),
                      ("refresh", "--config", str(self.config), "sta"),
                      ("client-profile", "--config", str(self.config), "sta")]:
            self.assert_offers(["staff", "stage"], "jwtctl", *words)

    def test_is_silent_if_there_is_no_configuration(self):
        self.assert_offers([], "jwtctl", "deny", "--config", "/no/such/file", "--issuer", "s")
        self.config.write_text("[login]\nfrobnicate = 1\n")
        self.assert_offers([], "jwtctl", "deny", "--config", str(self.config), "--issuer", "s")

    def test_offers_the_algorithms_of_the_help(self):
        algorithms = re.search(r"one of (\w+(?:\s+\w+)*)", help_of(JWTCTL, "keygen")).group(1).split()
        self.assert_offers(algorithms, "jwtctl", "keygen", "--alg", "")

    def test_offers_the_words_of_a_profile(self):
        listed = re.search(r"--flow .*?\n?.*?(code,.*?); may be", help_of(JWTCTL, "client-profile"), re.DOTALL).group(1)
        flows = re.split(r",\s+|\s+or\s+", listed)
        self.assert_offers(flows, "jwtctl", "client-profile", "--flow", "")
        self.assert_offers(["certificate", "prompt"], "jwtctl", "client-profile", "--use", "")
        self.assert_offers(["id", "access"], "jwtctl", "client-profile", "--token", "")

    def test_offers_files_directories_and_services(self):
        (self.directory / "key.json").touch()
        (self.directory / "keys").mkdir()
        both = {"key.json", "keys"}
        for words in [("mint", "--key", "k"), ("mint", "--bind", "k"), ("inspect", "k"),
                      ("inspect", "--certificate", "k"), ("explain", "--user", "a", "k"), ("certify", "k"),
                      ("certify", "--token", "k"), ("certify", "--out", "k"), ("deny", "--key", "k"),
                      ("deny", "--out", "k")]:
            self.assertEqual({word.rstrip("/") for word in self.offer("jwtctl", *words)}, both, words)
        for words in [("keygen", "--out", "k"), ("sessions", "--sessions", "k")]:
            self.assertEqual({word.rstrip("/") for word in self.offer("jwtctl", *words)}, {"keys"}, words)
        self.assertIn("root", self.offer("jwtctl", "deny", "--account", "roo"))
        self.assertIn("login", self.offer("jwtctl", "enable", "log"))

    def test_offers_the_options_of_ssh_jwt(self):
        listed = re.findall(r"^  (--.*?)(?:  .*)?$", help_of(SSH_JWT), re.MULTILINE)
        own = re.findall(r"--[a-z-]+", " ".join(listed))
        self.assertGreater(len(own), 3)
        self.assert_offers(own, "ssh-jwt", "--")
        self.assert_offers(own, "ssh-jwt", "--any-host", "--audience", "ssh://a", "--")
        (self.directory / "token.jwt").touch()
        self.assert_offers(["token.jwt"], "ssh-jwt", "--token-file", "token")


    def test_offers_the_verbs_and_options_of_jwt_sso(self):
        verbs = verbs_of_jwt_sso()
        self.assertEqual(len(verbs), 9)
        offered = [word for word in self.offer("jwt-sso", "") if not word.startswith("-")]
        self.assertEqual(sorted(offered), sorted(verbs))
        self.assert_offers(["login", "logout"], "jwt-sso", "lo")
        self.assert_offers(["--help", "--version"], "jwt-sso", "--")
        for verb, options in verbs.items():
            self.assert_offers([*options, "--help"] if options else [], "jwt-sso", verb, "--")

    def test_offers_the_profiles_of_jwt_sso(self):
        profiles = self.directory / ".config/jwt-sso"
        self.assert_offers([], "jwt-sso", "login", "l")
        profiles.mkdir(parents=True)
        for name in ("lab", "lab2", "work"):
            (profiles / f"{name}.toml").write_text('issuer = "https://login.example"\nclient_id = "ssh"\n')
        (profiles / "lost.toml").write_text("frobnicate = 1\n")
        for verb in ("login", "setup", "status", "token", "renew", "logout"):
            self.assert_offers(["lab", "lab2"], "jwt-sso", verb, "la")
        self.assert_offers(["lost"], "jwt-sso", "logout", "--all", "lo")
        self.assert_offers([], "jwt-sso", "profiles", "la")
        self.assert_offers([], "jwt-sso", "token", "--audience", "la")


class Bash(Completion, unittest.TestCase):
    def offer(self, *words):
        program = words[0]
        function = "_" + program.replace("-", "_")
        completion = SOURCE / program / "completion" / f"{program}.bash"
        script = (f"source {completion}; COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; "
                  f"{function} {program}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        return run("bash", "--norc", "-c", script, cwd=self.directory, env=self.environment).split()

    def test_completes_behind_an_equal_sign(self):
        # Readline makes a word of its own of it.
        for words in [("--config", str(self.config), "--issuer", "="), ("--config", "=", str(self.config), "--issuer", ""),
                      ("--config", "=", str(self.config), "--issuer", "=", "s")]:
            wanted = {"staff", "stage"} | ({"ci"} if words[-1] != "s" else set())
            self.assertEqual(set(self.offer("jwtctl", "deny", *words)), wanted, words)

    def test_the_shell_knows_the_completion(self):
        for program in PROGRAMS:
            known = run("bash", "--norc", "-c",
                        f"source {SOURCE}/{program}/completion/{program}.bash; complete -p {program}")
            self.assertIn("-F _" + program.replace("-", "_"), known)


class Zsh(Completion, unittest.TestCase):
    def offer(self, *words):
        output = self.directory / "offered"
        output.unlink(missing_ok=True)
        line = " ".join(shlex.quote(word) if word else "" for word in words)
        files = " ".join(str(SOURCE / program / "completion") for program in PROGRAMS)
        text = run("zsh", "-f", "-c", ZSH, cwd=self.directory,
                   env={**self.environment, "OUTPUT": str(output), "FILES": files, "LINE": line,
                        "DIRECTORY": str(self.directory)})
        output.unlink()
        return text.split()


class Fish(Completion, unittest.TestCase):
    def offer(self, *words):
        line = " ".join(shlex.quote(word) if word else "" for word in words)
        source = "".join(f"source {SOURCE}/{program}/completion/{program}.fish; " for program in PROGRAMS)
        text = run("fish", "--no-config", "-c", f"{source} complete -C {shlex.quote(line)}", cwd=self.directory,
                   env=self.environment)
        return [row.split("\t")[0] for row in text.splitlines()]


if __name__ == "__main__":
    JWT_SSO = os.path.abspath(sys.argv.pop())
    SSH_JWT = os.path.abspath(sys.argv.pop())
    JWTCTL = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)

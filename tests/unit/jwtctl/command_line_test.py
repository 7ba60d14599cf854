"""Runs the built jwtctl as people do. Usage: command_line_test.py JWTCTL"""

import hashlib
import json
import os
import pathlib
import pty
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

JWTCTL = ""
VECTORS = pathlib.Path(__file__).resolve().parents[2] / "vectors"
VERBS = ["explain", "inspect", "check", "doctor", "status", "keys", "refresh", "deny", "denied",
         "undeny", "denylist", "sessions", "enable", "disable", "keygen", "mint", "certify", "client-profile"]


def run(*arguments, stdin="", **options):
    return subprocess.run([JWTCTL, *arguments], input=stdin, capture_output=True, text=True,
                          check=False, **options)


def without_spans(text):
    """Returns `text` without its spans of time, which differ between two runs."""
    return re.sub(r"\d+ (s|seconds?|minutes?)\b", "SPAN", text)


class Scratch(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="jwtctl-test."))
        self.addCleanup(shutil.rmtree, self.directory)


class WithKey(Scratch):
    """A key, a configuration that trusts it, and a token for app_ro."""

    def setUp(self):
        super().setUp()
        made = run("keygen", "--alg", "ES256", "--out", str(self.directory / "key"))
        self.assertEqual(made.returncode, 0, made.stderr)
        self.config = self.directory / "pam_jwt.toml"
        self.config.touch(mode=0o600)
        self.config.write_text(f"""\
[issuer.ci]
url = "https://ci.example.com"
audiences = ["ssh://%h"]
services = ["postgresql"]
jwks_file = "{self.directory}/key/jwks.json"
[issuer.ci.service.postgresql]
local_account = false
""")
        self.token = self.mint()

    def mint(self, *arguments):
        minted = run("mint", "--key", str(self.directory / "key/key.json"),
                     "--claim", "iss=https://ci.example.com", "--claim", "sub=app_ro",
                     "--claim", "aud=ssh://db1.example.com", *arguments)
        self.assertEqual(minted.returncode, 0, minted.stderr)
        return minted.stdout

    def explain(self, *arguments, stdin=None, **options):
        return run("explain", "--user", "app_ro", "--service", "postgresql",
                   "--host", "db1.example.com", "--config", str(self.config), *arguments,
                   stdin=self.token if stdin is None else stdin, **options)


class Usage(unittest.TestCase):
    def test_help_of_every_verb_has_exit_codes_and_an_example(self):
        for verb in VERBS:
            shown = run(verb, "--help")
            self.assertEqual(shown.returncode, 0)
            self.assertIn(f"Usage: jwtctl {verb} ", shown.stdout)
            self.assertIn("Exit codes: 0 ", shown.stdout)
            self.assertIn(f"Example: jwtctl {verb}", shown.stdout)

    def test_help_of_a_verb_below_another_one_is_complete_too(self):
        listed = run("denylist", "--help").stdout
        for verb in ["apply", "reset"]:
            self.assertIn(f"\n  {verb} ", listed)
            shown = run("denylist", verb, "--help").stdout
            self.assertIn(f"Usage: jwtctl denylist {verb} ", shown)
            self.assertIn("Exit codes: 0 ", shown)
            self.assertIn(f"Example: jwtctl denylist {verb}", shown)

    def test_help_lists_every_verb(self):
        shown = run("--help")
        self.assertEqual(shown.returncode, 0)
        for verb in VERBS:
            self.assertIn(f"\n  {verb} ", shown.stdout)

    def test_version_is_printed(self):
        self.assertRegex(run("--version").stdout, r"\Ajwtctl \d+\.\d+\.\d+\n\Z")

    def test_a_wrong_command_line_exits_2_and_points_to_the_help(self):
        for arguments in [[], ["frobnicate"], ["--frobnicate"], ["explain"], ["mint"],
                          ["explain", "--user", "a", "--frobnicate"], ["inspect", "x", "y"],
                          ["inspect", "x", "--certificate", "y"], ["certify"], ["certify", "x", "y"],
                          ["client-profile", "x", "y"], ["client-profile", "--port", "many"],
                          ["keygen", "--alg", "ES256", "--out", "x", "--bits", "many"],
                          ["enable"], ["enable", "x", "--yes", "--dry-run"],
                          ["enable", "sshd", "--also"], ["enable", "sudo", "--by-certificate"],
                          ["enable", "sshd", "--by-certificate", "--or-password"],
                          ["enable", "x", "--timeout", "0"], ["enable", "x", "--timeout", "3601"],
                          ["doctor", "--root", "/no/such/directory"],
                          ["disable"], ["disable", "x", "--unconfirmed"],
                          ["denylist"], ["denylist", "apply", "x"], ["deny", "--export"],
                          ["deny", "--export", "--key", "x", "--account", "a"],
                          ["deny", "--export", "--key", "x", "--before", "1"],
                          ["deny", "--account", "a", "--key", "x"],
                          ["disable", "--unconfirmed", "--dry-run"]]:
            refused = run(*arguments)
            self.assertEqual(refused.returncode, 2, arguments)
            self.assertIn("--help", refused.stderr, arguments)
            self.assertEqual(refused.stdout, "", arguments)

    def test_an_empty_value_is_refused(self):
        deny = ["deny", "--account", "a", "--denylist", "/no/such/list"]
        for arguments, said in [
                ([*deny, "--before", ""], "jwtctl deny: --before: needs a value\n"),
                (["deny", "--account", ""], "jwtctl deny: --account: needs a value\n"),
                (["deny", "--issuer", "", "--sub", "x"], "jwtctl deny: --issuer: needs a value\n"),
                (["denylist", "apply", "--config", ""], "jwtctl denylist apply: --config: needs a value\n"),
                (["certify", "/no/such.pub", "--out", ""], "jwtctl certify: --out: needs a value\n"),
                (["certify", ""], "jwtctl certify: KEY.pub: needs a value\n"),
                (["inspect", ""], "jwtctl inspect: FILE: needs a value\n"),
                (["disable", ""], "jwtctl disable: SERVICE: needs a value\n"),
                (["enable", "sshd", "--timeout", ""], "jwtctl enable: --timeout: needs a value\n"),
                (["client-profile", "--port", "1", "--port", ""], "jwtctl client-profile: --port: needs a value\n"),
                (["keygen", "--alg", "ES256", "--out", ""], "jwtctl keygen: --out: needs a value\n"),
                (["deny", "--account=", "a"], "jwtctl: --account: needs a value\n")]:
            refused = run(*arguments)
            self.assertEqual((refused.returncode, refused.stdout), (2, ""), arguments)
            self.assertTrue(refused.stderr.startswith(said), refused.stderr)
        # With a value, the denylist is looked for.
        self.assertIn("/no/such", run(*deny, "--before", "1").stderr)

    def test_the_nearest_verb_and_option_are_offered(self):
        for arguments, said in [
                (["explan", "--user", "a"], "jwtctl: unknown verb explan: did you mean explain?\n"),
                (["mnit"], "jwtctl: unknown verb mnit: did you mean mint?\n"),
                (["help"], "jwtctl: unknown verb help: did you mean --help?\n"),
                (["--versoin"], "jwtctl: unknown option --versoin: did you mean --version?\n"),
                (["explain", "--usr", "a"],
                 "jwtctl explain: unknown option --usr: did you mean --user?\n"),
                (["mint", "--keys=x"],
                 "jwtctl mint: unknown option --keys: did you mean --key?\n"),
                (["frobnicate"], "jwtctl: unknown verb frobnicate\n"),
                ([], "jwtctl: a verb is needed, such as explain or check\n"),
                (["denylist"], "jwtctl denylist: a verb is needed: apply or reset\n"),
                (["denylist", "aply"], "jwtctl denylist: unknown verb aply: did you mean apply?\n"),
                (["denylist", "apply", "--confg", "x"],
                 "jwtctl denylist apply: unknown option --confg: did you mean --config?\n"),
                (["denylist", "reset", "x"], "jwtctl denylist reset: unexpected word x\n"),
                (["explain", "--user", "a", "--frobnicate"],
                 "jwtctl explain: unknown option --frobnicate\n"),
                (["check", "x\033"], "jwtctl check: unexpected word x\\u001b\n")]:
            refused = run(*arguments)
            self.assertEqual((refused.returncode, refused.stdout), (2, ""), arguments)
            self.assertTrue(refused.stderr.startswith(said), refused.stderr)

    def test_a_bare_word_behind_deny_may_be_an_account(self):
        for arguments, said in [
                (["alice"], "unexpected word alice: did you mean --account alice?\n"),
                (["a" * 32], "unexpected word: did you mean --account NAME?\n"),
                (["--account", "alice", "bob"], "unexpected word bob\n"),
                (["--issuer", "ci", "alice"], "unexpected word alice\n")]:
            for verb in ["deny", "undeny"]:
                refused = run(verb, *arguments)
                self.assertEqual((refused.returncode, refused.stdout), (2, ""), arguments)
                self.assertTrue(refused.stderr.startswith(f"jwtctl {verb}: {said}"), refused.stderr)
        self.assertIn("unexpected word alice\n", run("denied", "alice").stderr)

    def test_a_word_that_may_be_a_token_is_not_repeated(self):
        token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
        for word in [token, "0123456789abcdef0123456789abcdef", f"--{token}", f"--token={token}"]:
            for before in [], ["explain", "--user", "a", "x"], ["check"], ["deny"]:
                refused = run(*before, word)
                self.assertEqual((refused.returncode, refused.stdout), (2, ""), word)
                self.assertNotIn(word[-20:], refused.stderr, before)


class Verbs(WithKey):
    def test_a_token_is_explained(self):
        explained = self.explain()
        self.assertEqual(explained.returncode, 0, explained.stdout + explained.stderr)
        self.assertIn("accepted  token.accepted  PAM_SUCCESS", explained.stdout)
        self.assertNotIn("\x1b", explained.stdout)

    def test_json_has_the_members_of_the_contract(self):
        explained = json.loads(self.explain("--json", "--at", "2001-01-01T00:00:00Z").stdout)
        self.assertEqual(explained["verdict"], "refused")
        self.assertEqual(explained["reason"], "token.not_yet_valid")
        self.assertEqual(explained["pam_code"], "PAM_AUTH_ERR")
        for step in explained["steps"]:
            self.assertEqual(sorted(step), ["detail", "ok", "rule", "step"])

    def test_one_newline_behind_the_token_is_dropped(self):
        self.assertTrue(self.token.endswith("\n"))
        self.assertEqual(self.explain(stdin=self.token.rstrip("\n")).returncode, 0)
        self.assertEqual(self.explain(stdin=self.token + "\n").returncode, 1)

    def test_a_token_may_be_in_a_file(self):
        (self.directory / "token").write_text(self.token)
        for name in ["token", "./token"]:
            explained = self.explain(name, cwd=self.directory)
            self.assertEqual(explained.returncode, 0, explained.stdout + explained.stderr)
        ours, theirs = os.pipe()
        os.write(theirs, self.token.encode())
        os.close(theirs)
        explained = self.explain(f"/dev/fd/{ours}", pass_fds=[ours])
        os.close(ours)
        self.assertEqual(explained.returncode, 0, explained.stdout + explained.stderr)
        inspected = run("inspect", str(self.directory / "token"))
        self.assertEqual((inspected.returncode, inspected.stderr), (0, ""))
        self.assertIn('"app_ro"', inspected.stdout)

    def test_a_dash_or_nothing_stands_for_standard_input(self):
        self.assertEqual(self.explain("-").returncode, 0)
        self.assertEqual(without_spans(run("inspect", "-", stdin=self.token).stdout),
                         without_spans(run("inspect", stdin=self.token).stdout))

    def test_a_file_that_cannot_be_read_is_not_named(self):
        token = self.token.strip()
        for name, word in [(token, "FILE: "), (token * 20, "FILE: "), ("no-such", "FILE: No such"),
                           ("", "FILE: "), (str(self.directory), "FILE cannot be read")]:
            for refused in self.explain(name), run("inspect", name, stdin=self.token):
                self.assertEqual((refused.returncode, refused.stdout), (2, ""), word)
                self.assertIn(word, refused.stderr)
                self.assertNotIn(token[:20], refused.stderr)

    def test_a_path_may_be_relative(self):
        explained = run("explain", "--user", "app_ro", "--service", "postgresql", "--host",
                        "db1.example.com", "--config", "key/../pam_jwt.toml", stdin=self.token,
                        cwd=self.directory)
        self.assertEqual(explained.returncode, 0, explained.stderr)

    def test_endless_input_is_refused(self):
        self.assertEqual(self.explain(stdin="x" * (2 * 1024 * 1024)).returncode, 1)

    def test_a_broken_configuration_exits_2(self):
        self.config.write_text("[login]\nfrobnicate = 1\n")
        explained = self.explain("--json")
        self.assertEqual(explained.returncode, 2)
        self.assertEqual(json.loads(explained.stdout)["reason"], "config.invalid")
        self.assertIn("pam_jwt.toml:2: ", explained.stderr)
        self.assertEqual(run("check", "--config", str(self.config)).returncode, 2)

    def test_faults_exit_3(self):
        (self.directory / "key/jwks.json").unlink()
        explained = self.explain("--json")
        self.assertEqual(explained.returncode, 3)
        self.assertEqual(json.loads(explained.stdout)["verdict"], "no_verdict")

    def test_check_is_good(self):
        checked = run("check", "--config", str(self.config), "--host", "db1.example.com")
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertIn("ssh://db1.example.com", checked.stdout)

    def test_verbs_of_the_daemon_exit_as_monitoring_plugins_do(self):
        verbs = ["status", "keys", "refresh"]
        for verb in verbs:  # the one issuer has a file
            self.assertEqual(run(verb, "--config", str(self.config)).returncode, 0, verb)
        fetched = re.sub("jwks_file.*\n", "", self.config.read_text())
        self.config.write_text(f"""{fetched}[keys]
file = "{self.directory}/keys.jsonl"
public_socket = "{self.directory}/public"
""")
        for verb in verbs:
            away = run(verb, "--config", str(self.config), "--json")
            self.assertEqual(away.returncode, 2, verb)
            self.assertEqual(json.loads(away.stdout)["issuers"][0]["name"], "ci")
        self.config.write_text("[login]\nfrobnicate = 1\n")
        for verb in verbs:
            unknown = run(verb, "--config", str(self.config))
            self.assertEqual(unknown.returncode, 3, verb)
            # status prints a report also without a configuration.
            said = unknown.stdout if verb == "status" else unknown.stderr
            self.assertIn("pam_jwt.toml:2: ", said)

    def test_a_profile_for_users_is_printed(self):
        profile = ["client-profile", "--config", str(self.config)]
        refused = run(*profile)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("issuer ci has no bound_audiences", refused.stderr)
        text = self.config.read_text()
        bound = 'bound_audiences = ["ssh-client"]\nservices = ["sshd", "postgresql"]'
        self.config.write_text(re.sub("(?m)^services.*$", bound, text))
        printed = run(*profile, "--host", "*.example.com", "--flow", "code", "--flow", "device", "ci")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual(re.sub("(?m)^(#.*)?\n", "", printed.stdout), """\
issuer = "https://ci.example.com"
client_id = "ssh-client"
flows = ["code", "device"]
hosts = ["*.example.com"]
""")
        self.assertIn("warning: this host reads the keys of the issuer from a file", printed.stderr)

    def test_doctor_looks_at_a_tree(self):
        stacks = self.directory / "root/etc/pam.d"
        stacks.mkdir(parents=True, mode=0o755)
        (stacks / "sshd").write_text("auth sufficient pam_jwt.so\nauth required pam_permit.so\n")
        for arguments, cwd in [(["--root", str(self.directory / "root")], None),
                               (["--root", "root"], self.directory)]:
            examined = run("doctor", "--json", "--config", str(self.config), *arguments, cwd=cwd)
            self.assertEqual((examined.returncode, examined.stderr), (2, ""))
            report = json.loads(examined.stdout)
            self.assertEqual(report["health"], "critical")
            self.assertIn("pam.bypass", [finding["rule"] for finding in report["findings"]])
            for finding in report["findings"]:
                self.assertEqual(sorted(finding), ["detail", "fix", "health", "rule", "where"])

    def test_doctor_trusts_each_module_that_is_vouched_for(self):
        stacks = self.directory / "vouched/etc/pam.d"
        stacks.mkdir(parents=True, mode=0o755)
        (stacks / "su").write_text("auth [success=done default=ignore] pam_jwt.so\n"
                                   "auth sufficient pam_a.so\nauth required pam_b.so\n")
        for vouched, is_open in [([], True), (["a"], True), (["a", "b"], False), (["b", "a"], False)]:
            options = [word for name in vouched for word in ("--verifies", f"pam_{name}.so")]
            examined = run("doctor", "--json", "--config", str(self.config), *options,
                           "--root", str(self.directory / "vouched"))
            rules = [finding["rule"] for finding in json.loads(examined.stdout)["findings"]]
            self.assertEqual("pam.bypass" in rules, is_open, vouched)

    def test_enable_and_disable_want_a_service_of_this_host(self):
        for arguments in [["enable", "--dry-run"], ["disable", "--dry-run"]]:
            refused = run(*arguments, "no-such-service")
            self.assertEqual((refused.returncode, refused.stdout), (2, ""))
            self.assertIn("/etc/pam.d/no-such-service does not exist", refused.stderr)

    def test_enable_waits_at_a_terminal_only(self):
        refused = run("enable", "sshd")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("see --yes", refused.stderr)

    def test_inspect_names_claims(self):
        token = self.mint("--claim", 'realm_access:={"roles":["ssh"]}')
        inspected = run("inspect", stdin=token)
        self.assertEqual(inspected.returncode, 0)
        self.assertRegex(inspected.stdout, r'\n  /realm_access/roles +array +\["ssh"\]\n')
        self.assertEqual(run("inspect", stdin="x").returncode, 1)

    def test_mint_obeys_its_options(self):
        token = self.mint("--ttl", "1h", "--at", "1000", "--kid", "k", "--typ", "at+jwt",
                          "--alg", "ES256", "--header", "x:=1", "--claim", "nbf:=5")
        shown = run("inspect", stdin=token).stdout
        for part in [r"iat +number +1000 ", r"exp +number +4600 ", r'kid +string +"k"',
                     r'typ +string +"at\+jwt"', r"x +number +1\n", r"nbf +number +5 "]:
            self.assertRegex(shown, part)

    def test_mint_takes_an_empty_kid_and_typ_for_none(self):
        shown = run("inspect", stdin=self.mint("--kid", "", "--typ", "")).stdout
        self.assertRegex(shown, r"alg +string ")
        self.assertNotRegex(shown, r"\n +(kid|typ) ")

    def test_a_full_disk_is_noticed(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([JWTCTL, "mint", "--key", self.directory / "key/key.json"],
                                  stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 3)

    def test_no_file_takes_the_place_of_a_closed_stream(self):
        lists = self.directory / "lists"
        lists.mkdir(mode=0o755)
        (lists / "denied.jsonl").write_text('{"format":1}\n')
        export = ["deny", "--export", "--key", self.directory / "key/key.json", "--url", "https://ops.example/d.jwt",
                  "--denylist", lists / "denied.jsonl"]
        for closed, code in [("", 0), ("<&-", 0), (">&-", 3), ("2>&-", 0), ("<&- >&- 2>&-", 3)]:
            done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", JWTCTL, *export], capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, code, closed + done.stderr)
            self.assertEqual(done.stdout.count("."), 2 if code == 0 else 0, closed)
            self.assertEqual((lists / ".lock").read_text(), "", closed)

    def test_only_the_public_key_is_for_everybody(self):
        def mode(name):
            return stat.S_IMODE((self.directory / name).stat().st_mode)

        self.assertEqual([mode("key"), mode("key/key.json"), mode("key/jwks.json")],
                         [0o700, 0o600, 0o644])


class Certificates(WithKey):
    """Tests mint --bind, certify, and --certificate with keys that ssh-keygen made, and ssh-keygen as the reader."""

    KEYS = json.loads((VECTORS / "ssh_certificates.json").read_text())

    def setUp(self):
        super().setUp()
        self.public = self.directory / "id.pub"
        self.certificate = self.directory / "id-cert.pub"
        self.config.write_text(self.config.read_text().replace(
            'audiences = ["ssh://%h"]', 'bound_audiences = ["ssh-client"]'))
        self.use("ed25519")

    def use(self, name):
        self.public.write_text(f"{self.KEYS[name]['key_type']} {self.KEYS[name]['key']} me\n")

    def bound(self, *arguments):
        minted = run("mint", "--key", str(self.directory / "key/key.json"), "--bind", str(self.public),
                     "--claim", "iss=https://ci.example.com", "--claim", "sub=app_ro",
                     "--claim", "aud=ssh-client", *arguments)
        self.assertEqual((minted.returncode, minted.stderr), (0, ""))
        return minted.stdout

    def certify(self, text, *arguments):
        done = run("certify", str(self.public), *arguments, stdin=text)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def read_by_ssh_keygen(self):
        """Returns what ssh-keygen says of the certificate. It also verifies the signature."""
        read = subprocess.run(["ssh-keygen", "-L", "-f", self.certificate], capture_output=True, text=True, check=False)
        self.assertEqual(read.returncode, 0, read.stderr)
        return read.stdout

    def test_ssh_keygen_reads_a_certificate_of_every_type_of_key(self):
        for name in [name for name in self.KEYS if name != "ca"]:
            self.use(name)
            self.certify(self.bound())
            shown = self.read_by_ssh_keygen()
            self.assertIn(f"Type: {self.KEYS[name]['certificate_type']} user certificate", shown)
            self.assertRegex(shown, r"Signing CA: ECDSA SHA256:\S+ \(using ecdsa-sha2-nistp256\)")
            self.assertRegex(shown, r"Principals: \n +token@pamjwt\.io\n +Critical Options: \(none\)\n")
            self.assertRegex(shown, r"permit-X11-forwarding\n +permit-agent-forwarding\n +permit-port-forwarding\n"
                                    r" +permit-pty\n +permit-user-rc\n +token@pamjwt\.io UNKNOWN OPTION")

    def test_ssh_keygen_reads_a_certificate_with_a_long_token(self):
        for size in (1, 4, 16):
            self.certify(self.bound("--claim", "padding=" + "x" * size * 3 * 256))
            self.assertGreater(self.certificate.stat().st_size, size * 1024)
            self.read_by_ssh_keygen()

    def test_ssh_keygen_names_the_times_of_the_token(self):
        self.certify(self.bound("--at", "2100-01-01T12:00:00Z"))
        read = subprocess.run(["ssh-keygen", "-L", "-f", self.certificate], capture_output=True, text=True, check=True,
                              env={**os.environ, "TZ": "UTC"})
        self.assertIn("Valid: from 2100-01-01T11:00:00 to 2100-01-01T12:15:00\n", read.stdout)

    def test_a_bound_token_is_explained_by_its_certificate(self):
        self.certify(self.bound())
        arguments = ["--user", "app_ro", "--service", "postgresql", "--config", str(self.config)]
        good = run("explain", *arguments, "--certificate", str(self.certificate))
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        piped = run("explain", *arguments, "--certificate", "-", stdin=self.certificate.read_text())
        self.assertEqual(without_spans(piped.stdout), without_spans(good.stdout))
        # The token without the certificate opens nothing.
        typed = run("explain", *arguments, "--json", stdin=self.bound().partition("~")[2])
        self.assertEqual((typed.returncode, json.loads(typed.stdout)["reason"]), (1, "claim.bound"))

    def test_a_certificate_for_another_key_is_refused(self):
        text = self.bound()
        self.use("p256")
        done = run("certify", str(self.public), stdin=text)
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: the nonce is for another key or salt", done.stderr)
        judged = run("explain", "--json", "--user", "app_ro", "--service", "postgresql", "--config", str(self.config),
                     "--certificate", str(self.certificate))
        self.assertEqual((judged.returncode, json.loads(judged.stdout)["reason"]), (1, "certificate.unbound"))

    def test_inspect_shows_a_certificate(self):
        self.certify(self.bound())
        shown = run("inspect", "--certificate", str(self.certificate))
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        fingerprint = subprocess.run(["ssh-keygen", "-l", "-f", self.public], capture_output=True, text=True,
                                     check=True).stdout.split()[1]
        self.assertIn(f"ssh-ed25519 {fingerprint}\n", shown.stdout)
        self.assertIn("names the key     yes, by nonce\n", shown.stdout)
        self.assertRegex(shown.stdout, r'\n  sub +string +"app_ro"\n')

    def test_the_options_of_certify_count(self):
        token = self.directory / "bound"
        token.write_text(self.bound("--at", "2100-01-01T12:00:00Z"))
        other = self.directory / "other"
        self.assertIn(f"{other}   valid until 2100-01-02 12:05:00 UTC",
                      self.certify("", "--token", str(token), "--out", str(other), "--valid", "24h"))
        self.assertFalse(self.certificate.exists())
        line = self.certify("", "--token", str(token), "--out", "-")
        self.assertTrue(line.startswith("ssh-ed25519-cert-v01@openssh.com AAAA"), line)
        self.assertEqual(stat.S_IMODE(other.stat().st_mode), 0o600)

    def test_certify_works_in_the_directory_of_the_key(self):
        done = run("certify", "id.pub", stdin=self.bound(), cwd=self.directory)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("id-cert.pub   valid until "), done.stdout)
        self.assertTrue(self.certificate.exists())

    def test_files_that_cannot_be_read_are_said(self):
        for arguments, said in [(["certify", "/no/such.pub"], "/no/such.pub: No such file or directory"),
                                (["certify", str(self.public), "--token", "/no/such"], "FILE: No such file"),
                                (["inspect", "--certificate", "/no/such"], "/no/such: No such file"),
                                (["mint", "--key", str(self.directory / "key/key.json"), "--bind", "/no/such"],
                                 "--bind: /no/such: No such file")]:
            done = run(*arguments, stdin="x")
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(said, done.stderr)


class Terminal(WithKey):
    def explain_on_terminal(self, **environment):
        """Returns what `jwtctl explain` shows on a terminal, with the token in a file."""
        master, slave = pty.openpty()
        token = self.directory / "token"
        token.write_text(self.token)
        with token.open(encoding="ascii") as stdin:
            subprocess.run([JWTCTL, "explain", "--user", "app_ro", "--service", "postgresql",
                            "--host", "db1.example.com", "--config", self.config],
                           stdin=stdin, stdout=slave, check=True,
                           env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment})
        os.close(slave)
        shown = b""
        while True:
            try:
                shown += os.read(master, 65536)
            except OSError:  # all was read, and nobody can write any more
                break
        os.close(master)
        return shown.decode()

    def test_explain_has_colours_on_a_terminal_that_shows_them(self):
        shown = self.explain_on_terminal(LC_ALL="C.UTF-8")
        self.assertIn("\x1b[32m\u2713", shown)
        self.assertNotIn("\x1b", self.explain_on_terminal(LC_ALL="C.UTF-8", NO_COLOR="1"))
        self.assertNotIn("\x1b", self.explain_on_terminal(LC_ALL="C.UTF-8", TERM="dumb"))

    def test_explain_has_plain_marks_without_utf8(self):
        shown = self.explain_on_terminal(LC_ALL="C")
        self.assertIn("ok ", shown)
        self.assertTrue(shown.isascii())

    def test_a_token_is_not_typed(self):
        master, slave = pty.openpty()
        for arguments in [["explain", "--user", "app_ro", "--config", self.config], ["inspect"]]:
            done = subprocess.run([JWTCTL, *arguments], stdin=slave, capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("standard input is a terminal", done.stderr)
            done = run(*arguments, os.ttyname(slave))
            self.assertEqual(done.returncode, 2)
            self.assertIn("FILE is a terminal", done.stderr)
        os.close(master)
        os.close(slave)


class DenylistTest(WithKey):
    """Tests deny, denied and undeny, and what explain and check say of the list."""

    def setUp(self):
        super().setUp()
        self.list = self.directory / "list/denied.jsonl"

    def test_another_user_than_root_is_told_that_only_root_can_change_the_list_of_this_host(self):
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        for verb in [["deny", "--account", "a"], ["undeny", "--account", "a"], ["undeny", "--damaged"],
                     ["denylist", "reset"]]:
            refused = run(*verb, **nobody)
            self.assertEqual((refused.returncode, refused.stdout), (1, ""), verb)
            self.assertRegex(refused.stderr, r"\Ajwtctl [a-z ]+: only root can do this: .*: Permission denied\n\Z")
        # Another list is for anybody who can write there.
        refused = run("deny", "--account", "a", "--denylist", "/var/lib/denied.jsonl", **nobody)
        self.assertEqual(refused.returncode, 1)
        self.assertNotIn("root", refused.stderr)
        self.assertEqual(self.on_list("deny", "--account", "a").returncode, 0)

    def on_list(self, verb, *arguments):
        options = ["--denylist", str(self.list)]
        if verb != "denied":
            options += ["--config", str(self.config)]
        return run(verb, *arguments, *options)

    def reason(self):
        done = self.explain("--json", "--denylist", str(self.list))
        return json.loads(done.stdout)["reason"], done.returncode

    def test_denies_an_account_until_it_is_taken_back(self):
        self.assertEqual(self.reason(), ("token.accepted", 0))
        done = self.on_list("deny", "--account", "app_ro")
        self.assertEqual((done.returncode, done.stdout), (0, "denied: account app_ro\n"))
        self.assertEqual(self.reason(), ("account.denied", 1))
        again = self.on_list("deny", "--account", "app_ro")
        self.assertEqual((again.returncode, again.stdout),
                         (0, "denied already: account app_ro\n"))
        back = self.on_list("undeny", "--account", "app_ro")
        self.assertEqual((back.returncode, back.stdout), (0, "no longer denied: account app_ro\n"))
        self.assertEqual(self.reason(), ("token.accepted", 0))
        once_more = self.on_list("undeny", "--account", "app_ro")
        self.assertEqual((once_more.returncode, once_more.stdout),
                         (0, "was not denied: account app_ro\n"))

    def test_denies_subject_token_and_key_of_an_issuer(self):
        self.token = self.mint("--claim", "jti=one")
        kid = json.loads((self.directory / "key/jwks.json").read_text())["keys"][0]["kid"]
        hashed = "sha256:" + hashlib.sha256(b"one").hexdigest()
        for thing in [("--sub", "app_ro"), ("--jti", "one"), ("--jti", hashed), ("--kid", kid)]:
            for issuer in ["ci", "https://ci.example.com"]:
                denied = self.on_list("deny", "--issuer", issuer, *thing)
                self.assertEqual(denied.returncode, 0, denied.stderr)
                self.assertIn("--account", denied.stderr)
                self.assertEqual(self.reason(), ("token.denied", 1), thing)
                undone = self.on_list("undeny", "--issuer", issuer, *thing)
                self.assertEqual(undone.returncode, 0, undone.stderr)
                self.assertEqual(self.reason(), ("token.accepted", 0), thing)

    def test_denies_what_was_issued_before(self):
        self.on_list("deny", "--issuer", "ci", "--sub", "app_ro", "--before", "1000")
        self.assertEqual(self.reason(), ("token.accepted", 0))
        self.on_list("deny", "--issuer", "ci", "--sub", "app_ro", "--before",
                     "2100-01-01T00:00:00Z")
        self.assertEqual(self.reason(), ("token.denied", 1))

    def test_lists_what_is_denied(self):
        self.assertEqual(self.on_list("denied").stdout, "")
        self.assertEqual(json.loads(self.on_list("denied", "--json").stdout), [])
        self.on_list("deny", "--account", "alice", "--before", "86400")
        self.on_list("deny", "--issuer", "ci", "--sub", "x\ty")
        lines = self.on_list("denied").stdout.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[0].startswith(
            "account alice, tokens issued before 1970-01-02 00:00:00 UTC ("), lines)
        self.assertNotIn("\t", lines[1])
        first, second = json.loads(self.on_list("denied", "--json").stdout)
        self.assertEqual((first["account"], first["before"]), ("alice", 86400))
        # The objects are the lines of the list, where times are seconds since 1970.
        kept = [json.loads(line) for line in self.list.read_text().splitlines()]
        self.assertEqual([first, second], [entry for entry in kept if "since" in entry])
        self.assertEqual((second["iss"], second["sub"]), ("https://ci.example.com", "x\ty"))

    def test_says_what_is_missing_or_too_much(self):
        for wrong in [[], ["--account", "a", "--sub", "s"], ["--sub", "s"],
                      ["--account", "a", "--issuer", "ci"], ["--account", ""],
                      ["--issuer", "other", "--sub", "s"],
                      ["--account", "a", "--before", "yesterday"]]:
            done = self.on_list("deny", *wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertNotEqual(done.stderr, "", wrong)
        self.assertIn("the configuration has: ci",
                      self.on_list("deny", "--issuer", "other", "--sub", "s").stderr)
        self.assertFalse(self.list.exists())

    def test_refuses_what_the_list_could_not_hold(self):
        latin1 = os.fsdecode(b"m\xfcller")
        url = ["--issuer", "https://ci.example.com"]
        for wrong, word in [(["--account", latin1], "--account is not UTF-8"),
                            (["--account", "a" * 4097], "--account has more than 4096 bytes"),
                            (["--account", "alice\n"], "--account has a control character"),
                            ([*url, "--sub", latin1], "--sub is not UTF-8"),
                            ([*url, "--sub", "a" * 100_000], "--sub has more than 4096 bytes"),
                            ([*url, "--kid", latin1], "--kid is not UTF-8"),
                            ([*url, "--jti", latin1], "--jti is not UTF-8"),
                            (["--issuer", "https://" + latin1, "--sub", "a"], "--issuer is not"),
                            (["--issuer", "https://a\n", "--sub", "a"], "--issuer has a control")]:
            for verb in ["deny", "undeny"]:
                done = self.on_list(verb, *wrong)
                self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
                self.assertIn(word, done.stderr)
        self.assertFalse(self.list.exists())
        for right in [["--account", "müller"], ["--account", "a" * 4096], [*url, "--sub", "a\nb"]]:
            self.assertEqual(self.on_list("deny", *right).returncode, 0, right)
        self.assertEqual(self.on_list("denied").returncode, 0)

    def test_refuses_what_is_nearly_a_hash(self):
        issuer = ["--issuer", "ci", "--jti"]
        good = "sha256:" + hashlib.sha256(b"one").hexdigest()
        for wrong in [good.upper(), good[:7] + good[7:].upper(), good[:-1], good + "0",
                      good.replace("sha256", "SHA256"), "sha256:"]:
            done = self.on_list("deny", *issuer, wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertIn("64 hexadecimal digits in small letters", done.stderr)
        self.assertEqual(self.on_list("deny", *issuer, good).returncode, 0)

    def test_warns_of_an_account_and_a_url_that_are_not_there(self):
        for thing, word in [(["--account", "no-such-account"], "this host has no account no-such"),
                            (["--issuer", "https://other.example", "--sub", "s"],
                             "no issuer of the configuration has the url https://other.example")]:
            done = self.on_list("deny", *thing)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("denied: ", done.stdout)
            self.assertIn("warning: " + word, done.stderr)
        for thing in [["--account", "root"], ["--issuer", "https://ci.example.com", "--sub", "s"]]:
            done = self.on_list("deny", *thing)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("warning", done.stderr)
        self.config.write_text("nonsense")
        done = self.on_list("deny", "--issuer", "https://ci.example.com", "--sub", "t")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is not known", done.stderr)

    def damage(self):
        """Writes a list of alice, a line that cannot be read, and app_ro."""
        self.on_list("deny", "--account", "alice")
        with self.list.open("ab") as file:
            file.write(b'{"account":"m\xfcller","since":1}\n')
        self.on_list("deny", "--account", "app_ro")
        return self.list.read_bytes()

    def test_names_the_line_that_is_damaged(self):
        host = ["--host", "db1.example.com"]
        self.assertEqual(self.on_list("check", *host).returncode, 0)
        self.damage()
        for verb, arguments, code in [("check", host, 2), ("denied", [], 1),
                                      ("denied", ["--json"], 1),
                                      ("deny", ["--account", "bob"], 0),
                                      ("undeny", ["--account", "nobody"], 1)]:
            done = self.on_list(verb, *arguments)
            self.assertEqual(done.returncode, code, verb)
            self.assertIn("line 3: ", done.stderr)
            if verb != "check":
                self.assertIn("m\\ufffdller", done.stderr)
                self.assertIn("jwtctl undeny --damaged", done.stderr)
        self.assertEqual(self.reason(), ("denylist.damaged", 3))

    def test_reads_and_changes_the_good_lines_of_a_damaged_list(self):
        before = self.damage().splitlines()
        denied = self.on_list("denied").stdout
        self.assertIn("account alice, since", denied)
        self.assertIn("account app_ro, since", denied)
        self.assertEqual(len(json.loads(self.on_list("denied", "--json").stdout)), 2)
        done = self.on_list("undeny", "--account", "alice")
        self.assertEqual((done.returncode, done.stdout), (1, "no longer denied: account alice\n"))
        done = self.on_list("deny", "--account", "bob")
        self.assertEqual((done.returncode, done.stdout), (0, "denied: account bob\n"))
        after = self.list.read_bytes().splitlines()
        self.assertEqual(after[:3], [before[0], before[2], before[3]])
        self.assertEqual((len(after), json.loads(after[3])["account"]), (4, "bob"))

    def test_takes_damaged_lines_out_and_keeps_a_copy(self):
        damaged = self.damage()
        done = run("undeny", "--damaged", "--denylist", str(self.list))
        self.assertEqual(done.returncode, 0, done.stderr)
        copy = self.list.with_name(self.list.name + ".damaged-1")
        self.assertIn(str(copy), done.stdout)
        self.assertIn("line 3: ", done.stdout)
        self.assertEqual(copy.read_bytes(), damaged)
        self.assertEqual(self.on_list("denied").returncode, 0)
        self.assertEqual(self.reason(), ("account.denied", 1))
        again = run("undeny", "--damaged", "--denylist", str(self.list))
        self.assertEqual((again.returncode, again.stdout), (0, "nothing is damaged\n"))
        both = self.on_list("undeny", "--damaged", "--account", "app_ro")
        self.assertEqual((both.returncode, both.stdout), (2, ""))


if __name__ == "__main__":
    JWTCTL = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)

#!/usr/bin/python3
"""Tests the SELinux module with all of Debian's policy: who may do what, and which labels files get.

    selinux_policy.py     as root, for the modules that Debian's packages put on this host

SELinux need not run: the test asks the policy that a kernel would load.
"""

import shutil
import subprocess
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

import setools

SOURCE = Path(__file__).resolve().parents[2] / "packaging/selinux"
DEVEL = "/usr/share/selinux/devel/Makefile"
STORE = "default"
# Modules that may be absent. matrixd needs postgresql.
OPTIONAL = ["postgresql", "matrixd", "mysql", "remotelogin", "cron", "sudo", "su", "unconfined"]

LOGINS = ["sshd_t", "local_login_t", "remote_login_t", "staff_sudo_t", "user_su_t", "crond_t",
          "postgresql_t", "mysqld_t"]
USERS = ["user_t", "staff_t"]
ADMINS = ["sysadm_t", "unconfined_t"]
OTHERS = ["ntpd_t", "named_t"]
DAEMON = ["jwks_fetcher_t"]
# The command of sshd.
KEYS = ["sshd_keys_t"]

# A type, its class, a permission, who has it, and who does not.
ACCESS = [
    ("pam_jwt_etc_t", "dir", "read", LOGINS + USERS + ADMINS + DAEMON + KEYS, OTHERS),
    ("pam_jwt_etc_t", "dir", "watch", DAEMON, OTHERS),
    ("etc_t", "dir", "watch", DAEMON, OTHERS),
    ("root_t", "dir", "watch", DAEMON, []),
    ("pam_jwt_etc_t", "file", "read", LOGINS + USERS + ADMINS + DAEMON + KEYS, OTHERS),
    ("pam_jwt_etc_t", "file", "write", ADMINS, LOGINS + USERS + OTHERS + DAEMON + KEYS),
    ("pam_jwt_secret_t", "file", "read", LOGINS + ADMINS, USERS + OTHERS + DAEMON + KEYS),
    ("pam_jwt_secret_t", "file", "write", ADMINS, LOGINS + USERS + OTHERS + DAEMON + KEYS),
    ("pam_jwt_var_lib_t", "file", "read", LOGINS + USERS + ADMINS + KEYS, OTHERS + DAEMON),
    ("pam_jwt_var_lib_t", "file", "write", ADMINS, LOGINS + USERS + OTHERS + DAEMON + KEYS),
    ("jwks_fetcher_var_lib_t", "file", "read", LOGINS + USERS + DAEMON + KEYS, OTHERS),
    ("jwks_fetcher_var_lib_t", "file", "rename", DAEMON, LOGINS + USERS + OTHERS + KEYS),
    ("jwks_fetcher_var_lib_t", "dir", "add_name", DAEMON, LOGINS + USERS + OTHERS + KEYS),
    # A path unit watches the denylist of a fleet that the daemon fetches.
    ("jwks_fetcher_var_lib_t", "dir", "watch", ["init_t"], LOGINS + USERS + OTHERS + KEYS),
    ("jwks_fetcher_var_lib_t", "file", "watch", ["init_t"], LOGINS + USERS + OTHERS + KEYS),
    ("var_lib_t", "dir", "watch", ["init_t"], []),
    ("var_t", "dir", "watch", ["init_t"], []),
    ("root_t", "dir", "watch", ["init_t"], []),
    ("jwks_fetcher_runtime_t", "sock_file", "write", LOGINS + USERS + ADMINS + KEYS, OTHERS),
    ("jwks_fetcher_runtime_t", "sock_file", "create", DAEMON + ["init_t"], LOGINS + USERS + KEYS),
    ("jwks_fetcher_t", "unix_stream_socket", "connectto", LOGINS + USERS + ADMINS + KEYS, OTHERS),
    ("jwks_fetcher_t", "process", "transition", ["init_t"], LOGINS + USERS + OTHERS + KEYS),
    ("jwks_fetcher_t", "process2", "nnp_transition", ["init_t"], LOGINS + USERS + OTHERS + KEYS),
    ("jwks_fetcher_t", "process", "signal", ["initrc_t", *ADMINS], LOGINS + USERS + OTHERS + KEYS),
    # sshd runs the command in a domain of its own, which may do less than sshd.
    ("sshd_keys_t", "process", "transition", ["sshd_t"], USERS + OTHERS + DAEMON),
    ("sshd_keys_exec_t", "file", "entrypoint", KEYS, LOGINS + USERS + DAEMON),
    ("sshd_keys_t", "process", "noatsecure", [], ["sshd_t", *USERS, *OTHERS, *DAEMON]),
    # Its link /proc/self/exe says where the library is that it loads.
    ("sshd_keys_t", "lnk_file", "read", KEYS, []),
    ("sshd_keys_t", "process", "setrlimit", KEYS, []),
    ("sshd_keys_t", "process", "sigkill", KEYS, USERS + DAEMON),
    ("sshd_t", "process", "sigkill", ["sshd_t"], KEYS),
    ("lib_t", "file", "map", KEYS, []),
    ("devlog_t", "sock_file", "write", LOGINS + DAEMON + KEYS, []),
    ("sshd_t", "fifo_file", "write", KEYS, USERS + DAEMON),
    # The daemon and the command, and a domain that may.
    ("shadow_t", "file", "read", ["chkpwd_t"], DAEMON + KEYS),
    ("etc_t", "file", "read", DAEMON + KEYS, []),
    ("etc_t", "file", "write", ["initrc_t"], DAEMON + KEYS),
    ("cert_t", "file", "read", DAEMON + KEYS, []),
    ("cert_t", "file", "write", ["sysadm_t"], DAEMON + KEYS),
    ("user_home_t", "file", "read", ["user_t"], DAEMON + KEYS),
    ("shell_exec_t", "file", "execute", ["sshd_t"], DAEMON + KEYS),
    ("bin_t", "file", "execute", ["sshd_t"], DAEMON + KEYS),
    ("http_port_t", "tcp_socket", "name_connect", DAEMON, ["crond_t", *KEYS]),
    ("dns_port_t", "tcp_socket", "name_connect", DAEMON, []),
    ("http_port_t", "tcp_socket", "name_bind", ["httpd_t"], DAEMON),
    ("ssh_port_t", "tcp_socket", "name_connect", ["ssh_t"], DAEMON + KEYS),
    ("init_t", "unix_dgram_socket", "sendto", DAEMON, []),
    # jwtctl takes changes back at boot. If a unit runs enable, the drop-in of sshd gets this type.
    ("pam_jwt_var_lib_t", "file", "unlink", ["initrc_t"], OTHERS),
    ("etc_runtime_t", "file", "read", ["sshd_t"], DAEMON),
]

# A boolean, whom it allows what.
BOOLEANS = [
    ("jwks_fetcher_connect_any", "jwks_fetcher_t", "ldap_port_t", "tcp_socket", "name_connect"),
    ("jwks_fetcher_connect_redis", "jwks_fetcher_t", "redis_port_t", "tcp_socket", "name_connect"),
    ("jwks_fetcher_connect_redis", "jwks_fetcher_t", "redis_t", "unix_stream_socket", "connectto"),
    ("sshd_keys_run_programs", "sshd_keys_t", "bin_t", "file", "execute_no_trans"),
    ("sshd_keys_run_programs", "sshd_keys_t", "shell_exec_t", "file", "execute_no_trans"),
]

LABELS = {
    "/etc/pam_jwt": "pam_jwt_etc_t",
    "/etc/pam_jwt/pam_jwt.toml": "pam_jwt_etc_t",
    "/etc/pam_jwt/conf.d/staff.toml": "pam_jwt_etc_t",
    "/etc/pam_jwt/keys": "pam_jwt_secret_t",
    "/etc/pam_jwt/keys/ci.secret": "pam_jwt_secret_t",
    "/etc/pam_jwt/keys/staff.json": "pam_jwt_etc_t",
    "/etc/pam_jwts": "etc_t",
    "/usr/libexec/pam_jwt/jwks-fetcher": "jwks_fetcher_exec_t",
    "/usr/libexec/pam_jwt/sshd-keys": "sshd_keys_exec_t",
    "/usr/libexec/pam_jwt/sshd-keys-judge.so": "lib_t",
    "/usr/bin/jwtctl": "bin_t",
    "/usr/lib/x86_64-linux-gnu/security/pam_jwt.so": "lib_t",
    "/var/lib/jwks-fetcher/keys.jsonl": "jwks_fetcher_var_lib_t",
    "/var/lib/pam_jwt": "pam_jwt_var_lib_t",
    "/var/lib/pam_jwt/denied.jsonl": "pam_jwt_var_lib_t",
    "/var/lib/pam_jwt/fleet.jsonl": "pam_jwt_var_lib_t",
    "/var/lib/pam_jwt/backup/etc-pam.d-sshd": "pam_jwt_var_lib_t",
    "/run/jwks-fetcher": "jwks_fetcher_runtime_t",
    "/run/jwks-fetcher/public": "jwks_fetcher_runtime_t",
    "/var/run/jwks-fetcher/redeem": "jwks_fetcher_runtime_t",
    # jwtctl enable makes and replaces files there: they get the type of their directory, or of the old file.
    "/etc/pam.d": "etc_t",
    "/etc/pam.d/sshd": "etc_t",
    "/etc/ssh/sshd_config.d": "etc_t",
    "/etc/ssh/sshd_config.d/00-pam_jwt.conf": "etc_t",
}

# The type of a directory that somebody makes by hand: its place, name and type.
MADE_BY_HAND = [
    ("etc_t", "pam_jwt", "pam_jwt_etc_t"),
    ("pam_jwt_etc_t", "keys", "pam_jwt_secret_t"),
    ("var_lib_t", "pam_jwt", "pam_jwt_var_lib_t"),
]


def output_of(*command, cwd=None):
    done = subprocess.run(list(map(str, command)), cwd=cwd, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout}")
    return done.stdout


class Policy:
    """A copy of this host's policy, with the module and without the modules `left_out`."""

    def __init__(self, root, module, left_out=()):
        for directory in ("etc/selinux", "var/lib/selinux"):
            shutil.copytree(Path("/") / directory, root / directory, symlinks=True)
        disable = [word for name in left_out for word in ("--disable", name)]
        output_of("semodule", "--path", root, "--store", STORE, "--noreload", "-N", *disable,
                  "--install", module)
        policies = (root / "etc/selinux" / STORE / "policy").glob("policy.*")
        self._policy = setools.SELinuxPolicy(str(max(policies)))
        self._rules = defaultdict(list)
        for rule in self._policy.terules():
            self._rules[rule.ruletype.name, rule.tclass.name].append(rule)
        self._contexts = root / "etc/selinux" / STORE / "contexts/files/file_contexts"

    def _names(self, name):
        """Returns a type and its attributes, by which rules may name it."""
        of_type = self._policy.lookup_type(name)
        return {name, *map(str, of_type.attributes())}

    def _find(self, ruletype, tclass, source, target):
        sources, targets = self._names(source), self._names(target)
        return [rule for rule in self._rules[ruletype, tclass]
                if rule.source.name in sources and rule.target.name in targets]

    def may(self, source, target, tclass, permission, boolean=None):
        """Returns whether this is allowed always or, if `boolean` is given, whenever that is on."""
        return any(permission in rule.perms and condition(rule) == boolean
                   for rule in self._find("allow", tclass, source, target))

    def capabilities(self, source):
        """Returns the rules that always give a capability. One for NIS depends on a boolean."""
        return [str(rule) for tclass in ("capability", "capability2", "cap_userns")
                for rule in self._find("allow", tclass, source, source) if condition(rule) is None]

    def new_type(self, source, target, tclass, name=None):
        """Returns the type of a process or file that `source` makes from `target`."""
        return [rule.default.name
                for rule in self._find("type_transition", tclass, source, target)
                if file_name(rule) == name]

    def label(self, path):
        context = output_of("matchpathcon", "-n", "-f", self._contexts, path)
        return context.strip().split(":")[2]


def condition(rule):
    """Returns the boolean that must be on, or None."""
    try:
        return str(rule.conditional) if rule.conditional_block else f"not {rule.conditional}"
    except setools.exception.RuleNotConditional:
        return None


def file_name(rule):
    try:
        return rule.filename
    except (setools.exception.RuleUseError, setools.exception.TERuleNoFilename):
        return None


class SelinuxModule(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        work = Path(cls.directory.name)
        shutil.copytree(SOURCE, work / "module")
        cls.make_output = output_of("make", "-f", DEVEL, "pam_jwt.pp", cwd=work / "module")
        cls.module = work / "module/pam_jwt.pp"
        cls.policy = Policy(work / "whole", cls.module)

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_compiles_without_a_warning(self):
        self.assertNotRegex(self.make_output.lower(), "warning|deprecated")

    def test_each_domain_has_only_the_access_in_the_table(self):
        for target, tclass, permission, allowed, denied in ACCESS:
            for source in allowed + denied:
                with self.subTest(f"{source} {target}:{tclass} {permission}"):
                    self.assertEqual(self.policy.may(source, target, tclass, permission),
                                     source in allowed)

    def test_neither_the_daemon_nor_the_command_has_a_capability(self):
        for domain in DAEMON + KEYS:
            with self.subTest(domain):
                self.assertEqual(self.policy.capabilities(domain), [])
        self.assertNotEqual(self.policy.capabilities("sshd_t"), [])

    def test_systemd_starts_the_daemon_in_its_domain(self):
        started = self.policy.new_type("init_t", "jwks_fetcher_exec_t", "process")
        self.assertEqual(started, ["jwks_fetcher_t"])

    def test_sshd_runs_its_command_in_a_domain_of_its_own(self):
        run = self.policy.new_type("sshd_t", "sshd_keys_exec_t", "process")
        self.assertEqual(run, ["sshd_keys_t"])

    def test_a_boolean_allows_only_its_access(self):
        for boolean, *access in BOOLEANS:
            with self.subTest(boolean):
                self.assertTrue(self.policy.may(*access, boolean=boolean))
                self.assertFalse(self.policy.may(*access))

    def test_files_get_their_labels(self):
        for path, expected in LABELS.items():
            with self.subTest(path):
                self.assertEqual(self.policy.label(path), expected)

    def test_directories_that_are_made_by_hand_get_their_type(self):
        for admin in ADMINS:
            for parent, name, expected in MADE_BY_HAND:
                with self.subTest(f"{admin} {parent} {name}"):
                    self.assertEqual(self.policy.new_type(admin, parent, "dir", name), [expected])

    def test_a_policy_need_not_know_every_program(self):
        bare = Policy(Path(self.directory.name) / "bare", self.module, OPTIONAL)
        with self.assertRaises(setools.exception.InvalidType):
            bare.may("postgresql_t", "pam_jwt_etc_t", "file", "read")
        self.assertTrue(bare.may("sshd_t", "pam_jwt_etc_t", "file", "read"))


if __name__ == "__main__":
    unittest.main()

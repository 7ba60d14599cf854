#!/usr/bin/python3
"""Tests ssh-jwt with the stock ssh and sudo, and the programs and hosts that must not get a token."""

import shlex
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pexpect

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer
from private_host import BUILD, CONFIG, HOSTNAME, WORK

BASTION = "bastion.example.com"
MAX_TOKEN = 16384
HOME = WORK / "home/alice"
PROGRAM = WORK / "bin/ssh-jwt"
SUDOERS = """\
Defaults passwd_tries=1, timestamp_timeout=0, lecture=never
alice ALL=(ALL:ALL) ALL
"""
PASSWORD_STACK = """\
auth     required pam_unix.so
account  required pam_permit.so
session  required pam_permit.so
"""
# An ssh that replaces ssh-jwt before the login, as an upgrade might.
UPGRADE = """#!/bin/sh
[ "$1" != -V ] || { cp "$HOME/ssh-jwt" "$HOME/new" && mv "$HOME/new" "$HOME/ssh-jwt"; }
exec /usr/bin/ssh "$@"
"""
# A command that mints another token in each run.
MINT = """#!/bin/sh
echo "$@" >>"$HOME/runs"
exec cat "$HOME/minted.$(wc -l <"$HOME/runs")"
"""


class SshJwtCase(HostCase):
    """Logs in as alice with ssh-jwt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rsa, cls.ec = Issuer(cls.host, "rsa", "RS256"), Issuer(cls.host, "ec", "ES256")
        services = 'services = ["sshd", "sudo"]'
        cls.host.write_config('[login]\nrefusal_delay = "0s"\n'
                              + cls.rsa.toml(services) + cls.ec.toml(services))
        cls.host.write("/etc/hosts", f"127.0.0.1 localhost {HOSTNAME}\n127.0.0.2 {BASTION}\n")
        cls.host.write("/etc/sudoers.d/e2e", SUDOERS, mode=0o440)
        cls.host.write_pam("passwords", PASSWORD_STACK)
        for service in ("sshd", "sudo"):
            cls.host.write_pam(service, TOKEN_STACK)
        shutil.copy(BUILD / "ssh-jwt/ssh-jwt", PROGRAM)
        cls.port = cls.host.start_sshd(["ListenAddress=127.0.0.2"])

    def setUp(self):
        shutil.rmtree(HOME)
        HOME.mkdir()
        shutil.chown(HOME, "alice", "alice")

    def own_file(self, name, text, mode=0o600):
        return str(self.host.write(HOME / name, text, mode=mode, owner="alice"))

    def own_key(self, name):
        """Makes an SSH key, and returns the path of its private half."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", HOME / name], check=True)
        shutil.chown(HOME / name, "alice", "alice")
        return str(HOME / name)

    @staticmethod
    def server(serve):
        """Starts a server that calls `serve` with each connection, and returns its port."""
        listener = socket.create_server(("127.0.0.1", 0))
        open_connections = []

        def accept():
            while True:
                open_connections.append(listener.accept()[0])
                serve(open_connections[-1])

        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    def command(self, *own, host=HOSTNAME, port=None, remote="id -un", ssh=()):
        """Returns the command line: ssh-jwt's `own` options, then those of ssh."""
        return [str(PROGRAM), *own, *ssh, *self.host.ssh_options(port or self.port), host,
                *([remote] if remote else [])]

    def run_as_alice(self, argv, token="", stdin="", **environment):
        """Runs `argv` without a terminal, and with `token` in the environment."""
        if token:
            environment["BEARER_TOKEN"] = token
        self.log_before = self.host.sshd_log(self.port)
        return self.attempt("alice", token,
                            run=lambda: self.host.run_as("alice", argv, stdin, environment))

    def login(self, *own, token="", environment=None, **how):
        return self.run_as_alice(self.command(*own, **how), token, **(environment or {}))

    def on_terminal(self, argv, **environment):
        whole = self.host.as_user("alice", argv, environment)
        return pexpect.spawn(whole[0], whole[1:], timeout=60, encoding="utf-8")

    def unchecked(self):
        """Returns cases: options of ssh that leave the host key unchecked, the host, and what ssh-jwt says."""
        accept_new, new = "-oStrictHostKeyChecking=accept-new", HOME / "new"
        read_only = self.own_file("read-only", "", mode=0o400)
        no_file = "StrictHostKeyChecking is accept-new, and UserKnownHostsFile"
        drop = WORK / "drop"
        drop.mkdir(exist_ok=True)
        drop.chmod(0o1777)
        foreign = self.host.write(drop / "known", (WORK / "known_hosts").read_text(), owner="bob")
        return [
            (["-oStrictHostKeyChecking=no"], HOSTNAME, "StrictHostKeyChecking is off"),
            (["-oStrictHostKeyChecking=off"], HOSTNAME, "StrictHostKeyChecking is off"),
            (["-oStrictHostKeyChecking=no", f"-oUserKnownHostsFile={new}"], HOSTNAME,
             "StrictHostKeyChecking is off"),
            (["-oNoHostAuthenticationForLocalhost=yes"], "localhost",
             "NoHostAuthenticationForLocalhost is on"),
            (["-oGSSAPIKeyExchange=yes"], HOSTNAME, "with GSSAPIKeyExchange Kerberos"),
            (["-oUserKnownHostsFile=/dev/null", accept_new], HOSTNAME,
             f"{no_file} /dev/null keeps no key"),
            ([f"-oUserKnownHostsFile=/dev/null {new}", accept_new], HOSTNAME, no_file),
            ([f"-oUserKnownHostsFile={HOME}/missing/new", accept_new], HOSTNAME, no_file),
            ([f"-oUserKnownHostsFile={read_only}", accept_new], HOSTNAME, no_file),
            ([f"-oUserKnownHostsFile={foreign}", "-oStrictHostKeyChecking=yes"], HOSTNAME,
             f"UserKnownHostsFile {foreign} lies where everybody may put files"),
            ([f"-oGlobalKnownHostsFile={foreign}", "-oUserKnownHostsFile=none",
              "-oStrictHostKeyChecking=yes"], HOSTNAME,
             f"GlobalKnownHostsFile {foreign} lies where everybody may put files"),
        ]

    @staticmethod
    def checked():
        """Returns cases: options of ssh with which the host key is known, or is kept for the next login."""
        accept_new = "-oStrictHostKeyChecking=accept-new"
        return [
            (["-oStrictHostKeyChecking=yes"], HOSTNAME),
            (["-oStrictHostKeyChecking=ask"], HOSTNAME),
            (["-oNoHostAuthenticationForLocalhost=yes", f"-oHostKeyAlias={HOSTNAME}"], HOSTNAME),
            (["-oNoHostAuthenticationForLocalhost=no"], "localhost"),
            ([f"-oUserKnownHostsFile={HOME}/new", accept_new], HOSTNAME),
            ([f"-oUserKnownHostsFile={HOME}/.ssh/new /dev/null", accept_new], HOSTNAME),
            (["-oUserKnownHostsFile=none", f"-oGlobalKnownHostsFile={WORK}/known_hosts",
              accept_new], HOSTNAME),
        ]

    def with_config_as_input(self, program):
        """Returns a command: `program` as an ssh whose configuration, from a pipe, turns the check off."""
        options = [word for word in self.host.ssh_options(self.port) if word not in ("-F", "none")]
        line = shlex.join([program, "-F", "/dev/stdin", *options, HOSTNAME, "id -un"])
        return ["sh", "-c", f"echo StrictHostKeyChecking no | {line}"]

    def wait_for_hangup(self, port):
        """Waits until the server at `port` has closed a connection that its client keeps open."""
        close_wait, deadline = "08", time.monotonic() + 60
        while True:
            connections = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
            if any(fields[2].endswith(f":{port:04X}") and fields[3] == close_wait
                   for fields in connections):
                return
            self.assertLess(time.monotonic(), deadline, self.host.sshd_log(port))
            time.sleep(0.02)

    def assert_failed(self, outcome, message, code=255):
        self.assertEqual((outcome.code, outcome.stdout), (code, ""), f"\n{outcome}")
        self.assertIn(message, outcome.stderr)

    def assert_not_connected(self, outcome, message):
        """Checks that the user was told why there is no token, and that the host saw nothing of it."""
        self.assert_failed(outcome, message)
        self.assertEqual(outcome.stderr.count("\n"), 1, outcome)
        # The end of an earlier connection may be logged late.
        connections = [log.count("Connection from ")
                       for log in (self.log_before, self.host.sshd_log(self.port))]
        self.assertEqual(*connections, "ssh has connected")
        self.assertEqual(outcome.audit, [])

    def assert_kept_token(self, outcome, message):
        """Checks that the host asked and got an empty answer, and that the user was told why."""
        self.assert_failed(outcome, message)
        self.assertIn("reason=token.none", " ".join(outcome.audit), f"\n{outcome}")
        self.assertNotIn("accepted", " ".join(outcome.audit))


class Login(SshJwtCase):
    def test_tokens_of_every_length_arrive_whole(self):
        for length in (700, 1022, 1023, 1024, 2046, 3000, MAX_TOKEN):
            with self.subTest(length=length):
                outcome = self.login(token=self.rsa.token_of(length))
                self.assert_accepted(outcome)
                self.assertEqual(outcome.stderr, "")

    def test_a_token_comes_from_every_place(self):
        path = self.own_file("token", self.ec.token() + "\n")
        own_file = self.own_file("bt_u2001", self.ec.token())
        cases = {
            "option file": (["--token-file", path], {}),
            "option command": (["--token-command", f"cat {path}"], {}),
            "SSH_JWT_COMMAND": ([], {"SSH_JWT_COMMAND": f"cat {path}"}),
            "BEARER_TOKEN": ([], {"BEARER_TOKEN": Path(path).read_text()}),
            "BEARER_TOKEN_FILE": ([], {"BEARER_TOKEN_FILE": path}),
            "XDG_RUNTIME_DIR": ([], {"XDG_RUNTIME_DIR": HOME}),
        }
        for name, (own, environment) in cases.items():
            with self.subTest(place=name):
                self.assert_accepted(self.login(*own, environment=environment))
        Path(own_file).chmod(0o640)
        self.assert_not_connected(self.login(environment={"XDG_RUNTIME_DIR": HOME}),
                                  f"other users may use {own_file}: chmod 600 {own_file}")

    def test_without_a_good_token_it_says_why_and_does_not_connect(self):
        now = int(time.time())
        empty = self.own_file("empty", "\n")
        cut = self.own_file("cut", self.ec.token()[:40])
        old = self.own_file("old", self.ec.token(iat=now - 900, exp=now - 600))
        cases = {
            (): "no token: give --token-command",
            ("--token-file", f"{HOME}/none"): f"{HOME}/none: No such file",
            ("--token-file", empty): f"{empty} is empty",
            ("--token-file", cut): "parts",
            ("--token-file", old): "the token expired 10 minutes ago",
            ("--token-command", "exit 3"): "the token command ended with status 3",
            ("--token-command", "true"): "what the token command printed is empty",
        }
        for own, words in cases.items():
            with self.subTest(own=own):
                self.assert_not_connected(self.login(*own), words)

    def test_it_looks_at_the_token_after_the_way_that_needs_none(self):
        control, nothing = f"-oControlPath={HOME}/control", ["--token-file", f"{HOME}/none"]
        self.assert_not_connected(self.login(*nothing, ssh=[control]), "No such file")
        open_it = self.login(token=self.ec.token(), remote=None,
                             ssh=[control, "-oControlMaster=yes", "-fN"])
        self.assertEqual(open_it.code, 0, open_it)
        over_it = self.login(*nothing, ssh=[control])
        self.assertEqual((over_it.code, over_it.stdout, over_it.stderr), (0, "alice\n", ""))
        closed = self.login(*nothing, remote=None, ssh=[control, "-Oexit"])
        self.assertEqual(closed.code, 0, closed)

    def test_all_parts_of_a_login_come_from_one_run_of_the_command(self):
        mint = self.own_file("mint", MINT, mode=0o700)
        for number in (1, 2):
            self.own_file(f"minted.{number}", self.rsa.token_of(3000 + number))
        for number in (1, 2):
            self.assert_accepted(self.login("--token-command", f"{mint} %h %r %%"))
            runs = (HOME / "runs").read_text().splitlines()
            self.assertEqual(runs, [f"{HOSTNAME} alice %"] * number)

    def test_a_login_by_key_costs_no_token_and_no_failed_attempt(self):
        key = self.own_key("key")
        port = self.host.start_sshd([f"AuthorizedKeysFile={key}.pub"])
        for own in (["--token-command", f"touch {HOME}/ran"], ["--token-file", f"{HOME}/none"]):
            with self.subTest(own=own):
                outcome = self.login(*own, port=port, ssh=["-i", key])
                self.assertEqual((outcome.code, outcome.stdout, outcome.stderr), (0, "alice\n", ""))
                self.assertEqual([line for line in outcome.audit if ":auth): " in line], [])
        self.assertFalse((HOME / "ran").exists())
        self.assertNotIn("Failed ", self.host.sshd_log(port))

    def test_a_token_follows_a_key_that_the_host_does_not_take(self):
        ssh = ["-i", self.own_key("key")]
        self.assert_accepted(self.login(token=self.ec.token(), ssh=ssh))
        self.assertIn("Failed publickey", self.host.sshd_log(self.port))

    def test_methods_are_tried_in_the_order_that_the_user_prefers(self):
        key = self.own_key("key")
        port = self.host.start_sshd([f"AuthorizedKeysFile={key}.pub"])
        prefer = "-oPreferredAuthentications="
        token_first = ["-i", key, prefer + "keyboard-interactive,publickey"]
        self.assert_accepted(self.login(token=self.ec.token(), port=port, ssh=token_first))
        self.assert_not_connected(
            self.login("--token-file", f"{HOME}/none", ssh=token_first), "No such file")
        config = self.own_file("config", "PreferredAuthentications keyboard-interactive,publickey\n")
        line = [config if word == "none" else word for word in self.command(port=port, ssh=["-i", key])]
        self.assert_accepted(self.run_as_alice(line, self.ec.token()))
        keys_alone = ["-i", key, prefer + "publickey"]
        outcome = self.login(token=self.ec.token(), port=port, ssh=keys_alone)
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        words = "PreferredAuthentications is publickey, so ssh gives no token"
        self.assert_failed(self.login(token=self.ec.token(), ssh=keys_alone), words)
        self.assert_not_connected(
            self.login("--token-command", f"touch {HOME}/ran", ssh=[prefer + "publickey"]), words)
        self.assertFalse((HOME / "ran").exists())

    def test_it_says_what_to_do_about_more_keys_than_the_host_permits(self):
        port = self.host.start_sshd(["MaxAuthTries=3"])
        keys = [word for number in range(4) for word in ("-i", self.own_key(f"key{number}"))]
        token = self.ec.token()
        outcome = self.login(token=token, port=port, ssh=keys)
        self.assert_failed(outcome, "ssh-jwt: host1.example.com ended the login before it asked")
        self.assertIn("-o PreferredAuthentications=keyboard-interactive", outcome.stderr)
        self.assert_accepted(self.login(token=token, port=port, ssh=[
            *keys, "-oPreferredAuthentications=keyboard-interactive"]))
        self.assert_accepted(self.login(token=token, port=port, ssh=keys[:4]))

    def test_it_may_be_replaced_while_it_runs(self):
        self.own_file("bin/ssh", UPGRADE, mode=0o755)
        own = shutil.copy(PROGRAM, HOME / "ssh-jwt")
        before = own.stat().st_ino
        self.assert_accepted(self.run_as_alice([str(own), *self.command()[1:]], self.ec.token(),
                                               PATH=f"{HOME}/bin:/usr/bin:/bin"))
        self.assertNotEqual(own.stat().st_ino, before)

    def test_scripts_that_turn_questions_off_still_log_in(self):
        self.assert_accepted(self.login(token=self.ec.token(), ssh=[
            "-oBatchMode=yes", "-oKbdInteractiveAuthentication=no"]))

    def test_a_refused_token_is_sent_once(self):
        outcome = self.login(token=self.ec.token(sub="bob"), ssh=["-oNumberOfPasswordPrompts=3"])
        self.assert_refused(outcome, "account.not_allowed")

    def test_it_exits_as_ssh_does(self):
        outcome = self.login(token=self.ec.token(), remote="echo out; echo err >&2; exit 7")
        self.assertEqual((outcome.code, outcome.stdout, outcome.stderr), (7, "out\n", "err\n"))

    def test_standard_input_is_all_for_the_remote_command(self):
        text = "line\n" * 20_000
        outcome = self.run_as_alice(
            self.command("--token-command", "cat; cat " + self.own_file("t", self.ec.token()),
                         remote="cat"), stdin=text)
        self.assertEqual((outcome.code, outcome.stdout), (0, text), outcome.stderr)

    def test_scp_and_sftp_copy_through_it(self):
        port = self.host.start_sshd(["Subsystem=sftp internal-sftp"])
        options = ["-P" if option == "-p" else option for option in self.host.ssh_options(port)]
        source = self.own_file("here", "content")
        batch = self.own_file("batch", f"put {source} {HOME}/by-sftp\n")
        cases = {"scp": [source, f"{HOSTNAME}:{HOME}/by-scp"], "sftp": ["-b", batch, HOSTNAME]}
        for program, arguments in cases.items():
            with self.subTest(program=program):
                outcome = self.run_as_alice([program, "-S", PROGRAM, *options, *arguments],
                                            self.rsa.token_of(1500))
                self.assertEqual(outcome.code, 0, outcome)
                self.assertEqual((HOME / f"by-{program}").read_text(), "content")

    def test_what_starts_no_login_is_for_ssh_alone(self):
        cases = {("-V",): 0, ("-Q", "kex"): 0, ("-G", HOSTNAME): 0, ("-z", "x"): 255}
        for arguments, code in cases.items():
            with self.subTest(arguments=arguments):
                outcome = self.run_as_alice([PROGRAM, *arguments],
                                            SSH_JWT_COMMAND=f"touch {HOME}/ran")
                self.assertEqual(outcome.code, code, outcome)
                self.assertTrue(outcome.stdout or outcome.stderr)
        self.assertFalse((HOME / "ran").exists())

    def test_it_prints_its_own_help_if_there_is_nothing_to_do(self):
        for arguments in [], ["--any-host"]:
            outcome = self.run_as_alice([PROGRAM, *arguments])
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), outcome)
            self.assertTrue(outcome.stderr.startswith("Usage: ssh-jwt "), outcome)

    def test_it_says_that_the_server_offers_no_keyboard_interactive(self):
        passwords = self.host.start_sshd(["KbdInteractiveAuthentication=no"])
        neither = self.host.start_sshd(["KbdInteractiveAuthentication=no",
                                        "PasswordAuthentication=no"])
        token = self.ec.token()
        self.assert_failed(self.login(token=token, port=passwords),
                           f"{HOSTNAME} offers no keyboard-interactive")
        self.assert_failed(self.login(token=token, port=neither),
                           "its sshd needs `KbdInteractiveAuthentication yes`")

    def test_an_end_that_ssh_explains_has_no_other_words(self):
        def never_speaks(_connection):
            pass

        other_key = self.own_key("other") + ".pub"
        wrong = self.own_file("wrong", f"{HOSTNAME} {Path(other_key).read_text()}")
        cases = {
            "no such name": (dict(ssh=["-oHostName=none.invalid"]), "Could not resolve hostname"),
            "no sshd": (dict(port=9), "Connection refused"),
            "no answer": (dict(port=self.server(never_speaks), ssh=["-oConnectTimeout=1"]),
                          "timed out"),
            "another key": (dict(ssh=[f"-oUserKnownHostsFile={wrong}", "-oHostKeyAlias=" + HOSTNAME]),
                            "Host key verification failed"),
            "no method in common": (dict(ssh=["-oCiphers=3des-cbc"]), "no matching cipher"),
        }
        for name, (how, words) in cases.items():
            with self.subTest(end=name):
                outcome = self.login("--any-host", token=self.ec.token(), **how)
                self.assert_failed(outcome, words)
                self.assertNotIn("ssh-jwt: ", outcome.stderr)

    def test_it_says_why_a_server_closes_the_connection(self):
        def close(connection):
            connection.close()

        def punish(connection):
            connection.recv(4096)
            connection.sendall(b"Not allowed at this time\r\n")
            connection.close()

        words = f"ssh-jwt: the connection to {HOSTNAME} was closed before the host asked for a token. "
        slow = self.host.start_sshd(["LoginGraceTime=10"], service="passwords")
        for port in (self.server(close), self.server(punish)):
            outcome = self.login(token=self.ec.token(), port=port)
            self.assert_failed(outcome, words + "sshd does so for a while after failed logins")
            self.assertNotIn("KbdInteractive", outcome.stderr)
        child = self.on_terminal(self.command(port=slow), BEARER_TOKEN=self.ec.token())
        child.expect_exact("Password: ")
        self.wait_for_hangup(slow)
        child.sendline("correct horse")
        child.expect(pexpect.EOF)
        self.assertIn("(LoginGraceTime)", child.before)
        outcome = self.login(token=self.ec.token(), ssh=[
            "-oProxyCommand=sh -c 'read banner; echo why >&2'"])
        self.assert_failed(outcome, words + "If the proxy has not said why: sshd")
        self.assertIn("why\n", outcome.stderr)

    def test_it_says_that_a_host_never_asks_if_its_configuration_is_bad(self):
        port = self.host.start_sshd(["PasswordAuthentication=no"])
        good = Path(CONFIG).read_text()
        self.host.write_config("nonsense = 1\n")
        try:
            outcome = self.login(token=self.ec.token(), port=port)
        finally:
            self.host.write_config(good)
        self.assert_failed(outcome, f"ssh-jwt: {HOSTNAME} never asked for a token: `jwtctl doctor` "
                           "there tells its administrator why")
        self.assertIn("reason=config.invalid", " ".join(outcome.audit))
        self.assert_accepted(self.login(token=self.ec.token(), port=port))

    def test_it_says_once_that_there_is_no_terminal(self):
        port = self.host.start_sshd(service="passwords")
        outcome = self.login(token=self.ec.token(), port=port)
        self.assert_failed(outcome, f"ssh-jwt: {HOSTNAME} never asked for a token")
        self.assertEqual(outcome.stderr.count("there is no terminal to ask at"), 1, outcome)

    def test_the_log_of_ssh_goes_where_the_user_wants_it(self):
        log = HOME / "log"
        self.assert_accepted(self.login(token=self.ec.token(), ssh=["-vE", str(log)]))
        self.assertIn("debug1: ", log.read_text())
        self.assert_accepted(self.login(token=self.ec.token(), ssh=["-y"]))
        outcome = self.login(token=self.ec.token(), ssh=["-v"])
        self.assert_accepted(outcome)
        self.assertIn("debug1: ", outcome.stderr)

    def test_it_needs_an_ssh_that_names_the_host(self):
        old = self.host.write(WORK / "bin/old/ssh", "#!/bin/sh\n"
                              "[ $1 = -V ] && echo OpenSSH_8.4p1 >&2 && exit\n"
                              'exec /usr/bin/ssh "$@"\n', mode=0o755)
        outcome = self.login(environment={"PATH": f"{old.parent}:/usr/bin:/bin"})
        self.assert_failed(outcome, "needs the ssh of OpenSSH 8.5 or later, and this is "
                           "OpenSSH_8.4p1")


class Protection(SshJwtCase):
    def test_a_host_that_the_audience_does_not_name_gets_none(self):
        token = self.ec.token(aud=["fleet", f"ssh://{HOSTNAME}"])
        for host in (BASTION, "localhost"):
            with self.subTest(host=host):
                self.assert_not_connected(
                    self.login(token=token, host=host),
                    f'the token is not for {host}: its audience is "fleet", "ssh://{HOSTNAME}"')
        self.assert_accepted(self.login(token=token))
        self.assert_accepted(self.login("--audience", "fleet", token=token, host=BASTION))
        self.assert_accepted(self.login("--any-host", token=token, host=BASTION))

    def test_the_host_is_what_ssh_makes_of_the_name(self):
        token = self.ec.token()
        self.assert_accepted(self.login(token=token, host=HOSTNAME.upper()))
        self.assert_accepted(self.login(token=token, host="db", ssh=[f"-oHostName={HOSTNAME}"]))
        self.assert_accepted(self.login(token=token, host=BASTION,
                                        ssh=[f"-oHostKeyAlias={HOSTNAME}"]))

    def test_a_host_whose_key_is_not_checked_gets_none(self):
        for ssh, host, words in self.unchecked():
            with self.subTest(ssh=ssh):
                token = self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{host}"])
                self.assert_kept_token(self.login("--any-host", token=token, ssh=ssh, host=host),
                                       f"the key of {host} is not checked: {words}")

    def test_a_host_whose_key_is_checked_gets_its_token(self):
        for ssh, host in self.checked():
            with self.subTest(ssh=ssh):
                token = self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{host}"])
                self.assert_accepted(self.login(token=token, ssh=ssh, host=host))

    def test_no_token_is_got_for_a_host_whose_key_is_not_checked(self):
        self.login("--token-command", f"touch {HOME}/ran", ssh=["-oStrictHostKeyChecking=no"])
        self.assertFalse((HOME / "ran").exists())

    def test_a_configuration_that_can_be_read_once_starts_no_login_of_ours(self):
        # An empty configuration would say that keys are checked.
        outcome = self.run_as_alice(self.with_config_as_input(str(PROGRAM)), self.ec.token())
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assertIn("(publickey,password,keyboard-interactive)", outcome.stderr)
        self.assertNotIn("accepted", " ".join(outcome.audit))

    def proxy_command(self, *words):
        return ["-oProxyCommand=" + shlex.join([*words, *self.host.ssh_options(self.port),
                                                "-W", "%h:%p", f"alice@{BASTION}"])]

    def test_a_jump_host_gets_none(self):
        # This holds even if the audience names the host: the token is only for the ssh that was started.
        token = self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{BASTION}"])
        outcome = self.login("--any-host", token=token, ssh=self.proxy_command("ssh"))
        self.assert_kept_token(outcome, "a jump host that takes tokens needs an ssh-jwt of its own")

    def test_an_ssh_of_somebody_else_gets_none_for_the_same_host(self):
        inner = self.proxy_command("ssh", f"-oHostKeyAlias={HOSTNAME}")
        self.assert_kept_token(self.login(token=self.ec.token(), ssh=inner),
                               "another ssh than the one for")

    def test_a_jump_host_with_an_ssh_jwt_of_its_own_gets_its_own_token(self):
        self.own_file(HOSTNAME, self.rsa.token_of(1500))
        self.own_file(BASTION, self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{BASTION}"]))
        jump = self.proxy_command(str(PROGRAM), "--token-command", f"cat {HOME}/%%h")
        outcome = self.login("--token-command", f"cat {HOME}/%h", ssh=jump)
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        accepted = [line for line in outcome.audit if ":auth): accepted" in line]
        self.assertIn(" issuer=ec ", accepted[0])
        self.assertIn(" issuer=rsa ", accepted[1])

    def test_each_hop_of_a_proxy_jump_logs_in_for_itself(self):
        key = self.own_key("key")
        for_keys = self.host.start_sshd(["ListenAddress=127.0.0.2", f"AuthorizedKeysFile={key}.pub"])
        config = self.own_file("config", f"IdentitiesOnly yes\nUserKnownHostsFile {WORK}/known_hosts\n"
                               f"Host {BASTION}\nIdentityFile {key}\n")

        def jump(port):
            return self.run_as_alice([PROGRAM, "-F", config, "-p", str(self.port),
                                      "-J", f"alice@{BASTION}:{port}", HOSTNAME, "id -un"],
                                     self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{BASTION}"]))

        self.assert_accepted(jump(for_keys))
        outcome = jump(self.port)
        self.assert_kept_token(outcome, "a jump host that takes tokens needs an ssh-jwt of its own")
        self.assertNotIn("was closed before", outcome.stderr)

    def test_neither_arguments_nor_environment_of_ssh_hold_the_token(self):
        token = self.rsa.token_of(1500)
        run_dir = HOME / "run"
        run_dir.mkdir()
        shutil.chown(run_dir, "alice", "alice")
        spy = self.host.write(WORK / "bin/spy/ssh", "#!/bin/sh\n"
                              'case $1 in -G | -V) ;; *) env; echo "$@" ;; esac\n'
                              'exec /usr/bin/ssh "$@"\n', mode=0o755)
        outcome = self.login("--token-file", self.own_file("token", token), environment={
            "PATH": f"{spy.parent}:/usr/bin:/bin", "XDG_RUNTIME_DIR": run_dir})
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn(f"SSH_JWT_SOCKET={run_dir}/ssh-jwt.", outcome.stdout)
        for part in token.split("."):
            self.assertNotIn(part[:40], outcome.stdout)
        self.assertEqual(list(run_dir.iterdir()), [])


class Terminal(SshJwtCase):
    def ends(self, child, code, text):
        child.expect(pexpect.EOF)
        child.close()
        self.assertEqual(child.exitstatus, code, child.before)
        self.assertIn(text, child.before)

    def test_a_new_host_key_is_asked_about_with_echo(self):
        child = self.on_terminal(self.command(ssh=[f"-oUserKnownHostsFile={HOME}/known"]),
                                 BEARER_TOKEN=self.ec.token())
        child.expect_exact("(yes/no/[fingerprint])? ")
        child.sendline("yes")
        child.expect_exact("yes\r\n")
        self.ends(child, 0, "alice")
        self.assertTrue((HOME / "known").exists())

    def test_a_password_is_asked_for_without_echo(self):
        port = self.host.start_sshd(service="passwords")
        child = self.on_terminal(self.command(port=port), BEARER_TOKEN=self.ec.token())
        child.expect_exact(f"(alice@{HOSTNAME}) Password: ")
        child.waitnoecho()
        child.sendline("correct horse")
        self.ends(child, 0, "alice")
        self.assertNotIn("horse", child.before)

    def test_an_interrupted_question_leaves_the_echo_on(self):
        port = self.host.start_sshd(service="passwords")
        command = shlex.join(self.command("--token-file", self.own_file("t", self.ec.token()),
                                          port=port))
        # ssh may end a moment before its helper has put the terminal back.
        wait = "n=0; until stty -a | grep -q ' echo ' || [ $n -ge 500 ]; do n=$((n + 1)); done"
        child = self.on_terminal(
            ["sh", "-c", f"trap : INT; {command}; echo $?; {wait}; stty -a"])
        child.expect_exact("Password: ")
        child.waitnoecho()
        child.sendintr()
        child.expect_exact("130\r\n")
        self.ends(child, 0, " echo ")

    def test_stopping_ssh_stops_the_job(self):
        child = self.on_terminal(["bash", "--norc", "-i"], BEARER_TOKEN=self.ec.token(),
                                 PS1="local> ")
        child.expect_exact("local> ")
        child.sendline(shlex.join(self.command(remote=None, ssh=["-tt"])))
        child.expect_exact("$ ")
        child.send("\r~\x1a")
        child.expect("Stopped.*local> ")
        child.sendline("fg")
        child.send("\recho resumed-$((6*7)); exit 9\r")
        child.expect_exact("resumed-42")
        child.expect_exact("local> ")
        child.sendline("exit $?")
        self.ends(child, 9, "")


class OtherCallers(SshJwtCase):
    """Tests ssh-jwt as the askpass of an ssh that the user runs, and of sudo."""

    def plain(self, token="", ssh=(), host=HOSTNAME, program="ssh", **environment):
        return self.run_as_alice([program, *ssh, *self.host.ssh_options(self.port), host, "id -un"],
                                 token, SSH_ASKPASS=PROGRAM, SSH_ASKPASS_REQUIRE="force",
                                 **environment)

    def sudo(self, token="", **environment):
        return self.run_as_alice(["sudo", "-A", "id", "-un"], token, SUDO_ASKPASS=PROGRAM,
                                 **environment)

    def test_ssh_gets_a_token_of_any_length(self):
        for length in (700, 1023, 3000):
            with self.subTest(length=length):
                self.assert_accepted(self.plain(self.rsa.token_of(length)))

    def test_ssh_gets_no_token_for_another_host(self):
        self.assert_kept_token(self.plain(self.ec.token(aud=[HOSTNAME + ".", "fleet"])),
                               f"the token is not for {HOSTNAME}")

    def test_ssh_gets_none_for_a_host_whose_key_is_not_checked(self):
        for ssh, host, words in self.unchecked():
            with self.subTest(ssh=ssh):
                token = self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{host}"])
                self.assert_kept_token(self.plain(token, ssh, host),
                                       f"the key of {host} is not checked: {words}")

    def test_ssh_gets_one_for_a_host_whose_key_is_checked(self):
        for ssh, host in self.checked():
            with self.subTest(ssh=ssh):
                token = self.ec.token(aud=[f"ssh://{HOSTNAME}", f"ssh://{host}"])
                self.assert_accepted(self.plain(token, ssh, host))

    def test_ssh_is_asked_with_the_configuration_that_it_has(self):
        off = self.own_file("off", "StrictHostKeyChecking no\n")
        on = self.own_file("on", f"Host db\nHostName {HOSTNAME}\n")
        options = [word for word in self.host.ssh_options(self.port) if word not in ("-F", "none")]
        environment = {"SSH_ASKPASS": PROGRAM, "SSH_ASKPASS_REQUIRE": "force"}
        line = ["ssh", "-F", off, *options, HOSTNAME, "-v", "id -un"]
        self.assert_kept_token(self.run_as_alice(line, self.ec.token(), **environment),
                               "StrictHostKeyChecking is off")
        line = ["ssh", "-F", on, *options, "db", "-4", "--", "id", "-un"]
        self.assert_accepted(self.run_as_alice(line, self.ec.token(), **environment))
        # ssh has read a configuration from standard input by then. An empty configuration would say that
        # keys are checked.
        line = self.with_config_as_input("ssh")
        self.assert_kept_token(self.run_as_alice(line, self.ec.token(), **environment),
                               "`ssh -G` with the same arguments fails")

    def test_what_is_no_ssh_of_the_user_gets_none(self):
        question, token = f"(alice@{HOSTNAME}) Token: ", self.ec.token()
        self.assert_failed(self.run_as_alice([PROGRAM, question], token),
                           "the program that asks belongs to another user", code=1)
        script = self.own_file("ssh", f"#!/bin/sh\n{PROGRAM} '{question}'; exit $?\n", mode=0o755)
        self.assert_failed(self.run_as_alice([script], token), "dash, not ssh", code=1)

    def test_ssh_gets_a_token_of_a_command_only_in_one_part(self):
        path = self.own_file("token", self.rsa.token_of(1022))
        self.assert_accepted(self.plain(SSH_JWT_COMMAND=f"cat {path}"))
        self.own_file("token", self.rsa.token_of(1023))
        self.assert_kept_token(self.plain(SSH_JWT_COMMAND=f"cat {path}"),
                               "run ssh-jwt in place of ssh")

    def test_sudo_gets_a_token_of_any_length(self):
        for length in (510, 511, 512, 1022, 3000):
            issuer = self.ec if length < 1000 else self.rsa
            with self.subTest(length=length):
                self.assert_accepted(self.sudo(issuer.token_of(length)), service="sudo",
                                     account="root")

    def test_sudo_gets_no_token_of_a_command(self):
        outcome = self.sudo(SSH_JWT_COMMAND=f"touch {HOME}/ran")
        self.assert_failed(outcome, "ssh-jwt: no token", code=1)
        self.assertFalse((HOME / "ran").exists())


if __name__ == "__main__":
    main()

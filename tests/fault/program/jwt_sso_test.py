"""Ends jwt-sso at each of its operations on files, or lets the disk refuse them from there on.

Usage: jwt_sso_test.py [CLASS...] PRELOAD JWT_SSO NET JWTCTL

Whatever happens, a login that is left is a whole one: the old one or the new one, with a certificate for its key or
none, and the next command works. Two cases are known: a provider that takes each refresh token once may have forgotten
the old one before the new one was written, and a first login may have to begin again.
"""

import base64
import errno
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from small_provider import CLIENT, Provider

PRELOAD = JWT_SSO = NET = JWTCTL = ""
TIMEOUT_S = 60
FAILED = 1
LOGIN_NEEDED = 3
RENEW = ("renew", "work", "--least", "2h")  # longer than any token lives
KILLS = ("kill", "torn")
ERRORS = (errno.ENOSPC, errno.EACCES)
BROWSER = """\
#!/usr/bin/env -S python3 -IB
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=30).read()
"""


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else None


def ssh_keygen(*words, stdin=None):
    return subprocess.run(["ssh-keygen", *words], input=stdin, capture_output=True, text=True, check=True).stdout


class Home:
    """The home directory of a user, with a profile and what jwt-sso keeps."""

    def __init__(self, path, provider):
        self.path = path
        self.states = path / "state"
        self.state = self.states / "jwt-sso/work"
        self.profile = path / "config/jwt-sso/work.toml"
        self.provider = provider
        self.profile.parent.mkdir(parents=True)
        self.use_key("new")
        self.browser = path / "browser"
        self.browser.write_text(BROWSER, encoding="utf-8")
        self.browser.chmod(0o755)

    def use_key(self, key):
        self.profile.write_text(f'issuer = "{self.provider.issuer}"\nclient_id = "{CLIENT}"\nhosts = ["host"]\n'
                                f'key = "{key}"\n', encoding="utf-8")

    def run(self, *words, fault="", point=0):
        """Runs jwt-sso. Returns its exit code, its messages, and the operation at which the fault was, or ""."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.path), "BROWSER": str(self.browser),
                       "XDG_CONFIG_HOME": str(self.path / "config"), "XDG_STATE_HOME": str(self.states)}
        read_end, write_end = os.pipe()
        if fault:
            environment |= {"LD_PRELOAD": PRELOAD, "PAMJWT_FILES_PROGRAM": NET,
                            "PAMJWT_FILES_BELOW": str(self.states), "PAMJWT_FILES_POINT": str(point),
                            "PAMJWT_FILES_FAULT": str(fault), "PAMJWT_FILES_NOTE": str(write_end)}
        try:
            done = subprocess.run([JWT_SSO, *words], capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
                                  stdin=subprocess.DEVNULL, env=environment, pass_fds=(write_end,))
        finally:
            os.close(write_end)
            with os.fdopen(read_end) as note:
                operation = note.read()
        # A renewal that works ends with these words, because no token lives as long as RENEW asks for.
        works = done.returncode == FAILED and done.stderr.endswith("do not live longer\n")
        return (0, "", operation) if works else (done.returncode, done.stderr, operation)

    def tokens(self):
        """Returns the saved login, or None, without the mark that the provider did not answer."""
        text = read(self.state / "tokens")
        if text is None:
            return None
        return {name: value for name, value in json.loads(text).items() if name != "unanswered"}

    def certificate(self):
        return read(self.state / "key-cert.pub")

    def certifies(self, token):
        """Returns whether the certificate has this token."""
        return f"~{token}".encode() in base64.b64decode(self.certificate().split()[1])

    def files(self):
        return {file.name for file in self.state.iterdir()} if self.state.exists() else set()


class EachOperation(unittest.TestCase):
    """Each test goes through the operations of one command, one per run, until a run ends without a fault."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.root = pathlib.Path(directory.name).resolve()
        cls.provider = Provider(JWTCTL, cls.root / "issuer")
        cls.addClassCleanup(cls.provider.server_close)
        cls.addClassCleanup(cls.provider.shutdown)
        cls.homes = itertools.count(1)
        cls.logins = {}             # key of the profile: a home with a login
        for name in ("one", "other"):
            ssh_keygen("-q", "-t", "ed25519", "-N", "", "-f", cls.root / name)

    def setUp(self):
        self.provider.rotates = True

    def home(self):
        return Home(self.root / f"home{next(self.homes)}", self.provider)

    def logged_in(self, key="new"):
        """Returns a home with a login of its own, which is made once for each key and then copied."""
        home = self.home()
        home.use_key(key)
        if key not in self.logins:
            self.check_works(home, "login", "work")
            self.logins[key] = home
            home = self.home()
            home.use_key(key)
        shutil.copytree(self.logins[key].states, home.states)
        tokens = home.tokens()
        tokens["refresh_token"] = self.provider.another_refresh_token(tokens["nonce"])
        (home.state / "tokens").write_text(json.dumps(tokens), encoding="utf-8")
        return home

    def check_works(self, home, *words):
        code, said, _ = home.run(*words)
        self.assertEqual(code, 0, said)

    def each_operation(self, fault, prepare, command, judge):
        """Runs `command` in a home that `prepare` makes, with a fault at each point in turn, and lets `judge` look at it.
        Returns the operations, and what `judge` returned."""
        outcomes = []
        for point in itertools.count(1):
            home = prepare()
            before = home.tokens(), home.certificate(), read(home.state / "key")
            code, said, operation = home.run(*command, fault=fault, point=point)
            if not operation:
                self.assertEqual(code, 0, said)
                break
            with self.subTest(fault=fault, point=point, operation=operation, code=code, said=said):
                if fault in KILLS:
                    self.assertEqual((code, said.count("jwt-sso: ")), (-signal.SIGKILL, 0))
                elif code != 0:
                    self.assertEqual(code, FAILED)
                    self.assertIn(os.strerror(fault), said)
                    self.assertIn(str(home.states), said)
                outcomes.append((operation, judge(home, before, code)))
            shutil.rmtree(home.path)
        name = fault if fault in KILLS else errno.errorcode[fault]
        print(f"{self.id().rpartition('.')[2]}, {name}: {len(outcomes)} operations", flush=True)
        self.assertGreater(len(outcomes), 0)
        return outcomes

    def check_whole(self, home):
        """Checks that a login which is there is whole, and that a certificate is for its key."""
        tokens = home.tokens()
        if home.certificate() is not None:
            self.assertIsNotNone(tokens)
            self.assertIn(tokens["key"], ssh_keygen("-l", "-f", home.state / "key-cert.pub"))
        return tokens

    def check_renewed(self, home):
        tokens = self.check_whole(home)
        self.assertTrue(home.certifies(tokens["id_token"]))


class Renewal(EachOperation):
    def judge_renewal(self, home, before, code):
        """Returns whether the next renewal works."""
        old, old_certificate, old_key = before
        new = self.check_whole(home)
        self.assertIsNotNone(new)
        self.assertIsNotNone(home.certificate())
        self.assertEqual(read(home.state / "key"), old_key)
        is_new = home.certificate() != old_certificate
        if is_new:
            self.assertTrue(home.certifies(new["id_token"]))
        if code == 0:
            self.assertTrue(is_new)
        text = read(home.state / "tokens")
        code, said, _ = home.run(*RENEW)
        if code == LOGIN_NEEDED:
            self.assertEqual(new, old)
            self.assertIn("jwt-sso login work", said)
            self.assertEqual(read(home.state / "tokens"), text)
            return False
        self.assertEqual((code, said), (0, ""))
        self.assertNotEqual(home.tokens()["id_token"], new["id_token"])
        self.check_renewed(home)
        self.assertEqual(home.files(), {"key", "key-cert.pub", "lock", "tokens"})
        return True

    def renewals(self, fault):
        return self.each_operation(fault, self.logged_in, RENEW, self.judge_renewal)

    def test_renewal_with_a_provider_that_takes_a_token_again(self):
        self.provider.rotates = False
        self.assertEqual({works for _, works in self.renewals("kill")}, {True})

    def check_lost(self, outcomes):
        """Checks that the login is lost only while the first new file is written, after the provider was asked. Before it
        was asked, the file was written as it was."""
        names = [operation for operation, _ in outcomes]
        lost = [point for point, (_, works) in enumerate(outcomes) if not works]
        self.assertEqual(lost, list(range(lost[0], lost[-1] + 1)))
        return names[:lost[0]], names[lost[0]:lost[-1] + 1]

    def test_renewal_with_a_provider_that_takes_a_token_once(self):
        before, lost = self.check_lost(self.renewals("kill"))
        self.assertEqual(before.count("renameat tokens"), 1)
        self.assertEqual((lost[-1], lost.count("renameat tokens")), ("renameat tokens", 1))
        self.assertEqual([works for _, works in self.renewals("torn")], [True, False, True, True])

    def test_renewal_on_a_disk_that_refuses(self):
        for error in ERRORS:
            # The provider is not asked if the disk refuses from the beginning on.
            before, lost = self.check_lost(self.renewals(error))
            self.assertEqual(before.count("renameat tokens"), 1)
            self.assertEqual(lost.count("renameat tokens"), 1)


class Login(EachOperation):
    def judge_login(self, home, _before, _code):
        """The next login works, or the one that was ended is there, and is made whole by a renewal."""
        tokens = self.check_whole(home)
        self.check_works(home, *(("login", "work") if tokens is None else ("renew", "work")))
        self.check_renewed(home)
        self.check_works(home, "logout", "work")
        self.assertEqual(home.files(), {"lock"})

    def test_first_login(self):
        for fault in KILLS + ERRORS:
            self.each_operation(fault, self.home, ("login", "work"), self.judge_login)

    def judge_second_login(self, home, before, _code):
        """The first login is as it was, or the second one is there. A renewal makes either whole."""
        tokens = self.check_whole(home)
        self.assertIsNotNone(tokens)
        is_first = tokens["refresh_token"] == before[0]["refresh_token"]
        if is_first:
            self.assertEqual(tokens, before[0])
        if not is_first or home.certificate() is None:
            self.judge_login(home, before, 0)

    def test_second_login(self):
        for fault in KILLS + (errno.ENOSPC,):
            self.each_operation(fault, self.logged_in, ("login", "work"), self.judge_second_login)

    def with_another_key(self):
        home = self.logged_in(f"{self.root}/one.pub")
        home.use_key(f"{self.root}/other.pub")
        return home

    def judge_login_with_another_key(self, home, before, _code):
        """The first login is over by the change of the profile."""
        tokens = self.check_whole(home)
        code, said, _ = home.run("renew", "work")
        if tokens == before[0]:
            self.assertIn((code, home.certificate()), ((0, before[1]), (LOGIN_NEEDED, None)), said)
            return
        self.assertEqual((code, said), (0, ""))
        self.check_renewed(home)

    def test_second_login_with_another_key(self):
        for fault in KILLS:
            self.each_operation(fault, self.with_another_key, ("login", "work"), self.judge_login_with_another_key)


class Logout(EachOperation):
    def judge_logout(self, home, _before, _code):
        self.check_whole(home)
        self.check_works(home, "logout", "work")
        self.assertEqual(home.files(), {"lock"})
        self.check_works(home, "login", "work")

    def test_logout(self):
        for fault in ("kill", errno.EROFS):
            self.each_operation(fault, self.logged_in, ("logout", "work"), self.judge_logout)


if __name__ == "__main__":
    JWTCTL, NET, JWT_SSO, PRELOAD = (sys.argv.pop() for _ in range(4))
    NET = os.path.realpath(NET)
    unittest.main()

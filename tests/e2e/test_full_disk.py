#!/usr/bin/python3
"""Tests that the disk of the key file is full when the issuer rotates its key.

Logins then fail, and everything that an administrator can ask must say so. When there is room again,
the daemon writes the file by itself.
"""

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer
from jwks_fetcher import JwksFetcher, RUN, STATE, UID
from private_host import JWTCTL

CRITICAL = 2
NO_SPACE = "No space left on device"
ROOM = f"make room, or mend owner and mode: see df {STATE}/"


class RotatingIssuer:
    """Serves the JWK Set of `jwks` on loopback."""

    def __init__(self, jwks):
        self.jwks = jwks
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(issuer.jwks)))
                self.end_headers()
                self.wfile.write(issuer.jwks)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"


class FullDisk(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old, cls.new = Issuer(cls.host, "old"), Issuer(cls.host, "new")
        cls.issuer = RotatingIssuer(cls.jwks_of(cls.old))
        cls.host.write_config(f"""\
[keys]
cooldown = "1s"
[issuer.staff]
url = "{cls.issuer.url}"
jwks_uri = "{cls.issuer.url}/jwks"
audiences = ["ssh://%h"]
""")
        cls.host.write_pam("sshd", TOKEN_STACK)
        cls.host.start_sshd()
        cls.fetcher = JwksFetcher(cls.host)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=64k,mode=755,uid={UID},gid={UID}",
                        "tmpfs", STATE], check=True)
        cls.fetcher.start()
        cls.fetcher.wait_for_keys([cls.old.kid()])

    @staticmethod
    def jwks_of(keys):
        return keys.key.with_name("jwks.json").read_bytes()

    def token_of(self, keys):
        return keys.token(iss=self.issuer.url)

    def log_in(self, keys):
        return self.attempt("alice", self.token_of(keys))

    def fill(self):
        """Fills the disk to the last byte."""
        ballast = STATE / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                return ballast

    def ask(self, *arguments):
        done = subprocess.run([JWTCTL, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def assert_critical(self, *arguments, texts):
        code, shown = self.ask(*arguments)
        self.assertEqual(code, CRITICAL, shown)
        for text in texts:
            self.assertIn(text, shown)

    def metric(self, name):
        text = (RUN / "jwks-fetcher.prom").read_text()
        return [line for line in text.splitlines() if line.startswith(f"jwks_fetcher_{name} ")]

    def status(self):
        return self.fetcher.call("Status")["parameters"]["issuers"][0]

    def test_is_told_everywhere_and_ends_by_itself(self):
        self.assert_accepted(self.log_in(self.old))
        self.assertEqual(self.ask("status")[0], 0)
        self.assertEqual(self.ask("keys")[0], 0)
        before = self.status()
        self.assertEqual(before["file_fetched"], before["fetched"])

        ballast = self.fill()
        self.issuer.jwks = self.jwks_of(self.new)
        self.assert_refused(self.log_in(self.new), "key.unknown")
        self.wait_until(lambda: "file_error" in self.status(), "the daemon does not say that it cannot write")
        self.check_what_is_told(before)

        ballast.unlink()
        pid = self.fetcher.pid()
        self.fetcher.wait_for_keys([self.new.kid()])
        self.assertEqual((self.fetcher.pid(), self.fetcher.is_running()), (pid, True))
        self.assert_accepted(self.log_in(self.new))
        self.assertEqual(self.ask("status")[0], 0)
        self.assertNotIn("file_error", self.status())
        self.assertNotIn("keys.unwritable", self.ask("doctor")[1])

    def check_what_is_told(self, before):
        staff = self.status()
        self.assertIn(NO_SPACE, staff["file_error"])
        self.assertEqual(staff["file_fetched"], before["fetched"])
        self.assertLessEqual(before["fetched"], staff["file_error_since"])
        self.assert_critical("status", texts=["cannot write the key file", NO_SPACE, ROOM])
        self.assert_critical("keys", texts=["cannot write the key file", NO_SPACE, ROOM])
        self.assert_critical("refresh", "staff", texts=["unwritable", NO_SPACE, ROOM])
        self.assert_critical("doctor", texts=["keys.unwritable", NO_SPACE, ROOM])
        self.fetcher.wait_for(lambda: self.metric("key_file_written")
                              == ["jwks_fetcher_key_file_written 0"])


if __name__ == "__main__":
    main()

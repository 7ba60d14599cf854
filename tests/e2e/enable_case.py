"""What the tests of jwtctl enable share: an sshd under the files of /etc/ssh, and jwtctl on them."""

import re
import subprocess
from pathlib import Path

from private_host import JWTCTL

PORT = 2222
STACK = Path("/etc/pam.d/sshd")
SSHD_CONFIG = Path("/etc/ssh/sshd_config")
DROP_IN = Path("/etc/ssh/sshd_config.d/00-pam_jwt.conf")
JOURNAL = Path("/var/lib/pam_jwt/unconfirmed")
PATIENCE_S = 20


class EnableCase:
    """Goes before a HostCase. The class keeps the bytes of STACK in `stack`."""

    # --- sshd ------------------------------------------------------------------------------

    def run_sshd(self, config, *options):
        """Starts sshd with this sshd_config. It ends with the test."""
        self.host.write(SSHD_CONFIG, config)
        self.sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", *options], stdin=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop_sshd)

    def stop_sshd(self):
        # sshd loses a SIGTERM that comes while SIGHUP makes it start anew.
        self.sshd.kill()
        self.sshd.wait()
        Path("/run/sshd.pid").unlink(missing_ok=True)

    def methods(self):
        """Returns the methods that sshd offers to alice, as its refusal lists them, or None."""
        refused = self.host.ssh("alice", method="none", port=PORT)
        found = re.search(r"Permission denied \((.*)\)", refused.stderr)
        return found and found[1]

    # --- jwtctl ----------------------------------------------------------------------------

    def jwtctl(self, *arguments):
        return subprocess.run([JWTCTL, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False)

    def assert_done(self, done, code=0, text=""):
        self.assertEqual(done.returncode, code, done)
        self.assertIn(text, done.stdout + done.stderr)

    def disable(self):
        self.assert_done(self.jwtctl("disable", "sshd"), 0, "Done.")
        self.assert_as_before()

    def assert_as_before(self):
        self.assertEqual(STACK.read_bytes(), self.stack)
        self.assertFalse(DROP_IN.exists())
        self.assertFalse(JOURNAL.exists())

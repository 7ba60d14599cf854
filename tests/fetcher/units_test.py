"""Lets systemd judge the unit files. Usage: units_test.py PACKAGING"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PACKAGING = None
EXPOSURE = 1.5


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def settings(path):
    """Returns the settings of a unit, as (name, value) in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and line[0] != "#"]


class Units(unittest.TestCase):
    def setUp(self):
        self.service = PACKAGING / "systemd/jwks-fetcher.service"
        self.socket = PACKAGING / "systemd/jwks-fetcher-public.socket"
        self.redeem_socket = PACKAGING / "systemd/jwks-fetcher-redeem.socket"

    def test_the_exposure_is_low(self):
        judged = run("systemd-analyze", "security", "--offline=true",
                     f"--threshold={round(EXPOSURE * 10)}", str(self.service))
        self.assertEqual(judged.returncode, 0, judged.stdout + judged.stderr)
        found = re.search(r"Overall exposure level for jwks-fetcher.service: ([0-9.]+)",
                          judged.stdout)
        self.assertLessEqual(float(found[1]), EXPOSURE)

    def test_less_confinement_is_found(self):
        with tempfile.TemporaryDirectory() as directory:
            open_unit = pathlib.Path(directory) / "jwks-fetcher.service"
            open_unit.write_text(re.sub("(?m)^SystemCallFilter=.*\n", "",
                                        self.service.read_text(encoding="utf-8")),
                                 encoding="utf-8")
            judged = run("systemd-analyze", "security", "--offline=true",
                         f"--threshold={round(EXPOSURE * 10)}", str(open_unit))
        self.assertNotEqual(judged.returncode, 0, judged.stdout)

    def test_every_line_is_known(self):
        with tempfile.TemporaryDirectory() as directory:
            for unit in self.service, self.socket, self.redeem_socket:
                text = unit.read_text(encoding="utf-8")
                text = re.sub("(?m)^ExecStart=.*", "ExecStart=/bin/true", text)
                text = re.sub("(?m)^Documentation=.*\n", "", text)
                (pathlib.Path(directory) / unit.name).write_text(text, encoding="utf-8")
            verified = run("systemd-analyze", "verify", "--man=no",
                           f"{directory}/jwks-fetcher.service")
        ours = [line for line in verified.stderr.splitlines() if "jwks-fetcher" in line]
        self.assertEqual(ours, [])

    def test_users_stay_apart(self):
        # In a user namespace SO_PEERCRED shows the same uid for all users of the host.
        self.assertNotIn("PrivateUsers", [name for name, value in settings(self.service)])

    def test_a_reload_needs_no_other_package(self):
        # /bin/kill is in a package that a small system does not have, and systemd before 253 sends no signal.
        self.assertEqual(dict(settings(self.service))["ExecReload"],
                         "/bin/sh -c 'kill -HUP $MAINPID'")

    def test_the_socket_is_the_one_of_the_daemon(self):
        socket = dict(settings(self.socket))
        self.assertEqual(socket["FileDescriptorName"], "public")
        self.assertEqual(socket["ListenStream"], "/run/jwks-fetcher/public")
        self.assertEqual(socket["SocketMode"], "0666")
        self.assertEqual(socket["Service"], "jwks-fetcher.service")

    def test_the_socket_of_redeem_is_for_its_group_alone(self):
        socket = dict(settings(self.redeem_socket))
        self.assertEqual(socket["FileDescriptorName"], "redeem")
        self.assertEqual(socket["ListenStream"], "/run/jwks-fetcher/redeem")
        self.assertEqual(socket["SocketMode"], "0660")
        self.assertEqual(socket["SocketGroup"], "jwt-redeem")
        self.assertEqual(socket["Service"], "jwks-fetcher.service")

    def test_the_user_is_made(self):
        with tempfile.TemporaryDirectory() as root:
            (pathlib.Path(root) / "etc").mkdir()
            made = run("systemd-sysusers", f"--root={root}",
                       str(PACKAGING / "sysusers.d/jwks-fetcher.conf"))
            self.assertEqual(made.returncode, 0, made.stderr)
            users = (pathlib.Path(root) / "etc/passwd").read_text(encoding="utf-8")
            groups = (pathlib.Path(root) / "etc/group").read_text(encoding="utf-8")
        self.assertRegex(users, "(?m)^jwks-fetcher:.*:/usr/sbin/nologin$")
        self.assertRegex(groups, "(?m)^jwt-redeem:.*:jwks-fetcher$")
        self.assertEqual(dict(settings(self.service))["User"], "jwks-fetcher")


if __name__ == "__main__":
    PACKAGING = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()

"""Lets systemd judge the units that apply the denylist of a fleet. Usage: units_test.py DIRECTORY"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

UNITS = None
NAME = "pam_jwt-denylist"
EXPOSURE = 2.0


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def settings(text):
    """Returns the settings of a unit, as (name, value) in order."""
    return [tuple(line.split("=", 1)) for line in text.splitlines() if "=" in line and line[0] != "#"]


class Units(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = pathlib.Path(scratch.name)
        self.text = {kind: (UNITS / f"{NAME}.{kind}{'.in' if kind == 'service' else ''}").read_text(encoding="utf-8")
                     for kind in ("service", "path", "timer")}

    def write(self, kind, text):
        """Writes a unit that can be judged on a host without our files. Returns its path."""
        text = re.sub("(?m)^ExecStart=.*", "ExecStart=/bin/true", text)
        unit = self.directory / f"{NAME}.{kind}"
        unit.write_text(re.sub("(?m)^Documentation=.*\n", "", text), encoding="utf-8")
        return str(unit)

    def judge(self, text):
        return run("systemd-analyze", "security", "--offline=true", f"--threshold={round(EXPOSURE * 10)}",
                   self.write("service", text))

    def test_the_exposure_is_low(self):
        judged = self.judge(self.text["service"])
        self.assertEqual(judged.returncode, 0, judged.stdout + judged.stderr)
        found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", judged.stdout)
        self.assertLessEqual(float(found[1]), EXPOSURE)

    def test_less_confinement_is_found(self):
        judged = self.judge(re.sub("(?m)^SystemCallFilter=.*\n", "", self.text["service"]))
        self.assertNotEqual(judged.returncode, 0, judged.stdout)

    def test_every_line_is_known(self):
        verified = run("systemd-analyze", "verify", "--man=no",
                       *(self.write(kind, text) for kind, text in self.text.items()))
        self.assertEqual([line for line in verified.stderr.splitlines() if NAME in line], [])

    def test_a_list_that_changes_often_switches_nothing_off(self):
        self.assertIn(("StartLimitIntervalSec", "0"), settings(self.text["service"]))
        self.assertIn(("TriggerLimitIntervalSec", "0"), settings(self.text["path"]))

    def test_the_timer_brings_the_path_unit_with_it(self):
        timer, path = settings(self.text["timer"]), settings(self.text["path"])
        self.assertIn(("Wants", f"{NAME}.path"), timer)
        self.assertIn(("WantedBy", "timers.target"), timer)
        self.assertIn(("PartOf", f"{NAME}.timer"), path)
        self.assertIn(("PathChanged", "/var/lib/jwks-fetcher/denylist.jwt"), path)
        self.assertNotIn("[Install]", self.text["path"] + self.text["service"])

    def test_the_journal_has_what_happened_and_not_what_is_for_people(self):
        service = dict(settings(self.text["service"]))
        # By default standard error goes where standard output goes.
        self.assertEqual((service["StandardOutput"], service["StandardError"]), ("null", "journal"))

    def test_processes_of_all_users_can_be_seen_and_ended(self):
        service = dict(settings(self.text["service"]))
        self.assertEqual(service["CapabilityBoundingSet"], "CAP_KILL CAP_SYS_PTRACE")
        self.assertEqual(service["RestrictAddressFamilies"], "AF_UNIX")

    def test_what_happened_is_in_the_journal_and_nothing_else(self):
        service = dict(settings(self.text["service"]))
        # Standard error goes where standard output goes, unless it is set.
        self.assertEqual((service["StandardOutput"], service["StandardError"]), ("null", "journal"))
        self.assertEqual((service["SyslogLevel"], service["LogLevelMax"]), ("notice", "notice"))

    def test_it_is_root_of_the_host(self):
        service = dict(settings(self.text["service"]))
        self.assertFalse({"ProtectProc", "ProcSubset", "PrivateUsers", "User"} & service.keys())


if __name__ == "__main__":
    UNITS = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()

#!/usr/bin/python3
"""Checks the plots of a benchmark, and how logins of real programs are run and counted."""

import contextlib
import io
import os
import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import plot
import real_programs
from report import Figure

ABOUT = {"processor": "Xeon <R>", "processors": 2, "system": "Debian"}


def rate(name, *values):
    program = name.split(":")[0].split(",")[0]
    return Figure(name, "logins/s", list(values), program)


class Plots(unittest.TestCase):
    def plots_of(self, *figures):
        """Returns the text of each file that is written, by name."""
        with tempfile.TemporaryDirectory() as directory:
            plot.write_all(pathlib.Path(directory), list(figures), ABOUT)
            return {path.name: path.read_text() for path in pathlib.Path(directory).iterdir()}

    @staticmethod
    def texts(svg):
        return [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]

    def test_each_program_that_was_run_has_a_plot_for_light_and_for_dark_pages(self):
        plots = self.plots_of(rate("sudo: by token", 2, 3), rate("sudo: by password", 1, 1))
        self.assertEqual(set(plots), {"sudo.svg", "sudo-dark.svg"})
        light, dark = plots["sudo.svg"], plots["sudo-dark.svg"]
        self.assertNotEqual(light, dark)
        style = re.compile("<style>.*</style>", re.DOTALL)
        self.assertEqual(style.sub("", light), style.sub("", dark))

    def test_whatever_is_drawn_has_a_colour_in_both_themes(self):
        plots = self.plots_of(rate("sudo: by token", 2), rate("sudo: by password", 1),
                              Figure("pam_permit", "us", [3, 4], "login"))
        self.assertEqual(len(plots), 4)
        for svg in plots.values():
            for name in re.findall(r'class="([^"]*)"', svg):
                self.assertIn(f".{name} {{", svg)

    def test_a_plot_has_the_rows_of_its_benchmark_alone(self):
        plots = self.plots_of(Figure("pam_permit", "us", [3, 4], "login"), Figure("pam_permit", "KiB", [5], "login"),
                              Figure("/bin/true", "us", [1], "sshd-keys"), Figure("decision", "us", [2], "verify"))
        self.assertEqual(set(plots), {"login.svg", "login-dark.svg", "verify.svg", "verify-dark.svg"})
        self.assertEqual(self.texts(plots["login.svg"])[2:], ["pam_permit", "3.50"])
        self.assertEqual(self.texts(plots["verify.svg"])[2:], ["decision", "2.00"])

    def test_the_most_logins_of_a_group_come_first(self):
        svg = self.plots_of(rate("sshd, one at a time: by password", 2), rate("sshd, 8 at a time: by token", 9),
                            rate("sshd, one at a time: by token", 3))["sshd.svg"]
        self.assertEqual(self.texts(svg)[2:], ["sshd, one at a time", "by token", "3.00", "by password", "2.00",
                                               "sshd, 8 at a time", "by token", "9.00"])


class RealPrograms(unittest.TestCase):
    def test_a_command_is_repeated_as_often_as_it_is_counted(self):
        with tempfile.TemporaryDirectory() as directory:
            command = ["sh", "-c", f'echo x >>{directory}/ran', "sh"]
            self.assertGreater(real_programs.rate(6, real_programs.repeat(command, 6, 3)), 0)
            self.assertEqual(pathlib.Path(directory, "ran").read_text(), "x\n" * 6)

    def test_a_single_login_that_fails_ends_the_benchmark(self):
        for code in (1, 255):
            command = ["sh", "-c", f'[ "$1" != 2 ] || exit {code}', "sh"]
            self.assertTrue(real_programs.run(real_programs.repeat(command, 1))[0])
            with self.assertRaises(SystemExit):
                real_programs.rate(3, real_programs.repeat(command, 3))

    def test_a_wrong_answer_that_logs_in_ends_the_benchmark(self):
        real_programs.expect_refusal("a", ["false"])
        with self.assertRaises(SystemExit):
            real_programs.expect_refusal("a", ["true"])

    def test_the_first_round_is_not_counted(self):
        values = iter(((1, 10), (2, 20), (3, 30)))
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            real_programs.report({"a": lambda: next(values)}, 2)
        self.assertEqual(output.getvalue(), "a\tlogins/s\t2.000\t3.000\n"
                         "a, processor time\tus\t20.000\t30.000\n")

    def test_the_time_of_a_server_has_that_of_its_children(self):
        server = real_programs.ServerTime(os.getpid())
        work = ["sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done"]
        result, microseconds = server.per_login(2, lambda: real_programs.run(work)[0])
        self.assertTrue(result)
        self.assertGreater(microseconds, 0)

    def test_a_forged_token_has_another_signature(self):
        for token in ("a.b.ABC", "a.b.CBA"):
            self.assertNotEqual(real_programs.forge(token), token)
            self.assertEqual(real_programs.forge(token)[:4], token[:4])


if __name__ == "__main__":
    unittest.main()

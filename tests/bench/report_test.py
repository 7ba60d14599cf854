#!/usr/bin/python3
"""Checks how the report of a benchmark compares, judges and shows figures."""

import contextlib
import io
import unittest
from dataclasses import replace

import report
from bounds import BOUNDS, Bound
from report import Figure

ABOUT = {"system": "Debian", "openssl": "3.0.16", "processor": "Xeon", "processors": 2}


def login(name, *values, unit="us"):
    return Figure(name, unit, list(values), "login")


def judge_one(bound, figures, openssl="3.0.16"):
    return report.judge(figures, openssl, [bound])


class Compare(unittest.TestCase):
    LIMIT, PERMIT = login("the limit, RS256", 4, 20), login("pam_permit", 2, 10)

    def test_a_login_is_compared_round_by_round(self):
        figure = login("pam_jwt, no token", 8, 20)
        self.assertEqual(report.compare(figure, [self.PERMIT, self.LIMIT, figure]), (3, 1.5))

    def test_a_login_has_the_limit_of_its_algorithm_and_process(self):
        self.assertEqual(report.references("pam_jwt ES256"), ("pam_permit", "the limit, ES256"))
        for process in (", plain process", ", keyboard-interactive"):
            self.assertEqual(report.references(f"pam_jwt RS256{process}"),
                             (f"pam_permit{process}", f"the limit, RS256{process}"))

    def test_a_reference_that_was_left_out_gives_no_ratio(self):
        figure = login("pam_jwt RS256", 8, 20)
        self.assertEqual(report.compare(figure, [self.PERMIT, figure]), (3, None))

    def test_only_time_and_instructions_of_logins_are_compared(self):
        rows = [self.PERMIT, login("pam_permit", 1, unit="KiB")]
        self.assertEqual(report.compare(login("pam_jwt RS256", 8, unit="KiB"), rows), (None, None))
        other = Figure("pam_jwt RS256", "us", [8, 20], "key")
        self.assertEqual(report.compare(other, [self.PERMIT, other]), (None, None))


class Judge(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds(self):
        bound = Bound("a to b", "a", "b", 2)
        for held, last in ((True, 4), (False, 5)):
            verdict, = judge_one(bound, [login("a", 1, last, 9), login("b", 1, 2, 3)])
            self.assertEqual(verdict.held, held)

    def test_a_bound_that_is_missed_says_by_how_much(self):
        for at_least, value, word in ((False, 2.24, "MISSED by 12 %"), (False, 2.01, "MISSED by 0.5 %"),
                                      (False, 2, "held"), (True, 1.5, "MISSED by 25 %"),
                                      (True, 2, "held")):
            verdict, = judge_one(Bound("a", "a", None, 2, at_least=at_least), [login("a", value)])
            self.assertEqual(verdict.word, word)
        verdict, = judge_one(Bound("a", "a", None, 0), [login("a", 1)])
        self.assertEqual(verdict.word, "MISSED")

    def test_a_difference_can_be_bounded(self):
        figures = [login("a", 900, unit="instructions"), login("b", 500, unit="instructions")]
        for limit, held in ((400, True), (399, False)):
            verdict, = judge_one(Bound("a", "a", "b", limit, "instructions", beyond=True), figures)
            self.assertEqual((verdict.value, verdict.held), (400, held))

    def test_a_bound_holds_for_its_version_of_openssl_alone(self):
        bound = Bound("a", "a", None, 2, openssl="3.0")
        for version, count in (("3.0.16", 1), ("3.0", 1), ("3.5.1", 0), ("3.05", 0)):
            self.assertEqual(len(judge_one(bound, [login("a", 1)], version)), count, version)

    def test_a_row_that_was_left_out_is_not_measured(self):
        bound = Bound("a to b", "a", "b", 2)
        self.assertEqual(judge_one(bound, [login("b", 1)])[0].word, "not measured")
        self.assertEqual(judge_one(bound, [login("c", 1)]), [])


class Show(unittest.TestCase):
    def test_lines_fit_a_terminal_of_100_columns(self):
        figures = [login(name, 12345.6, 23456.7, unit=unit) for name, unit in
                   {(name, bound.unit) for bound in BOUNDS
                    for name in (bound.name, bound.against) if name is not None}]
        verdicts = [replace(verdict, missed_by=12.34)
                    for verdict in report.judge(figures, "3.0.16")]
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            report.show(figures, verdicts, ABOUT)
        lines = output.getvalue().splitlines()
        self.assertLessEqual(max(map(len, lines)), 100, max(lines, key=len))
        self.assertIn("/permit  /limit", output.getvalue())
        self.assertIn(" MISSED by 1234 %", output.getvalue())

    def test_json_has_the_ratios_of_a_login(self):
        figures = report.parse("pam_permit\tus\t1\t2\npam_jwt RS256\tus\t3\t6\n", "login")
        self.assertEqual(report.ratios_as_json(figures[1], figures), {"to_permit": 3})


if __name__ == "__main__":
    unittest.main()

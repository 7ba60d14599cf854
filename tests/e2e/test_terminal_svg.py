#!/usr/bin/python3
"""Tests the recording of a terminal, and the picture made of it. Needs no private host."""

import os
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import terminal_svg
from terminal import Event, OUTPUT, PROMPT, Recording, Terminal, TYPED


class TestTerminal(unittest.TestCase):
    def setUp(self):
        self.recording = Recording()
        self.terminal = Terminal(self.recording, "me@laptop$ ", tempfile.gettempdir(), dict(os.environ))
        self.addCleanup(self.terminal.close)

    def text(self, kind):
        return "".join(event.text for event in self.recording.events if event.kind == kind)

    def test_records_prompt_command_and_output(self):
        self.assertEqual(self.terminal.run("echo a b"), "\r\na b\r\n")
        self.assertEqual(self.text(PROMPT), "me@laptop$ ")
        self.assertEqual(self.text(TYPED), "echo a b")
        self.assertEqual(self.text(OUTPUT), "\r\na b\r\n")
        times = [event.at for event in self.recording.events]
        self.assertEqual(times, sorted(times))


class TestRows(unittest.TestCase):
    def test_ends_rows_at_newlines_and_drops_empty_ones_at_the_end(self):
        events = [Event(0, OUTPUT, "a\r\n\r\nb"), Event(1, OUTPUT, "c\r\n\r\n")]
        self.assertEqual(terminal_svg.rows(events),
                         [[(0, OUTPUT, "a")], [], [(0, OUTPUT, "b"), (10, OUTPUT, "c")]])

    def test_goes_on_in_the_next_row_where_one_is_full(self):
        for text, wanted in (("abc", ["abc"]), ("abcd", ["abc", "d"]), ("abc\r\nd", ["abc", "d"])):
            rows = terminal_svg.rows([Event(0, OUTPUT, text)], columns=3)
            self.assertEqual([row[0][2] for row in rows], wanted)

    def test_joins_what_comes_in_one_tick_and_is_of_one_kind(self):
        events = [Event(0.01, TYPED, "a"), Event(0.04, TYPED, "b"), Event(0.04, OUTPUT, "c"), Event(0.1, OUTPUT, "d")]
        self.assertEqual(terminal_svg.rows(events), [[(0, TYPED, "ab"), (0, OUTPUT, "c"), (1, OUTPUT, "d")]])

    def test_colours_output_to_the_end_of_a_full_row(self):
        events = [Event(0, OUTPUT, "refused by us\r\nok"), Event(0, PROMPT, "# refused")]
        rows = terminal_svg.rows(events, columns=10)
        kinds = [[kind for _tick, kind, _text in row] for row in terminal_svg.judged(rows, columns=10)]
        self.assertEqual(kinds, [["bad"], ["bad"], [OUTPUT, PROMPT], [PROMPT]])


class TestSvg(unittest.TestCase):
    EVENTS = [Event(0, PROMPT, "$ "), Event(0.5, TYPED, "a <b & c"), Event(2, OUTPUT, "\r\nx  y\r\n")]

    def test_holds_all_text_in_its_place_and_time(self):
        root = ElementTree.fromstring(terminal_svg.svg("T & t", self.EVENTS))
        name = "{http://www.w3.org/2000/svg}"
        self.assertEqual(root.find(f"{name}title").text, "T & t")
        self.assertEqual(["".join(row.itertext()) for row in root.iter(f"{name}text")], ["$ a <b & c", "x  y"])
        self.assertEqual([piece.get("style") for piece in root.iter(f"{name}tspan")],
                         ["animation-delay:0.0s", "animation-delay:0.5s", "animation-delay:2.0s"])

    def test_hides_nothing_without_animation(self):
        before, _, after = terminal_svg.STYLE.partition("@keyframes show { from { visibility: hidden } }")
        for part in (before, after):
            self.assertNotIn("visibility", part)

    def test_finds_a_piece_of_a_secret(self):
        secret = "0123456789abcdefgh"
        self.assertTrue(terminal_svg.leaks("see 123456789abcdefg!", [secret]))
        self.assertFalse(terminal_svg.leaks("see 123456789abcdef!", [secret]))
        self.assertTrue(terminal_svg.leaks("in /src/x", ["/src"]))
        self.assertFalse(terminal_svg.leaks("in /sr", ["/src"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)

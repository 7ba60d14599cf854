"""Draws the figures of a run as bars, in SVG: login.svg and verify.svg, and those of real programs."""

import math
import pathlib
import sys
from html import escape

from report import number

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import svg_theme

LEFT, WIDTH, RIGHT, ROW, TOP = 300, 430, 80, 22, 46
# The titles of the charts of real programs.
PROGRAMS = {
    "postgresql": "Connections to PostgreSQL per second, 4 clients at a time",
    "sshd": "Logins by ssh per second",
    "sudo": "Commands by sudo per second",
}


def bar(label, figure, y, scale, is_ours):
    """Returns a bar to the median, a line from p10 to p90, and the median as a number."""
    end, low, high = (scale(value) for value in
                      (figure.median, figure.quantile(0.1), figure.quantile(0.9)))
    return f"""<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(label)}</text>
<rect x="{LEFT}" y="{y}" width="{end:.1f}" height="{ROW - 7}" class="{'ours' if is_ours else 'others'}"/>
<path d="M{LEFT + low:.1f} {y + 7.5}H{LEFT + high:.1f}" class="spread"/>
<text x="{LEFT + max(end, high) + 6:.1f}" y="{y + 12}">{number(figure.median)}</text>
"""


def write(path, title, note, about, bars):
    """Writes a chart with a note about the machine, and about how to read the bars."""
    machine = f"{about['processor']}, {about['processors']} processors, {about['system']}"
    body = "\n".join([f'<text x="8" y="34" class="note">{escape(machine)}; {note}</text>', *bars])
    svg_theme.write(path, escape(title), (LEFT + WIDTH + RIGHT, TOP + ROW * len(bars) + 8), body)


def times(figures):
    """Returns bars on a logarithmic scale, since a password costs many times as much as a token."""
    low = 10 ** math.floor(math.log10(min(figure.quantile(0.1) for figure in figures)))
    high = max(figure.quantile(0.9) for figure in figures)
    scale = lambda value: WIDTH * math.log(value / low) / math.log(high / low)
    return [bar(figure.name, figure, TOP + ROW * row, scale,
                figure.name.startswith(("pam_jwt", "verification", "decision")))
            for row, figure in enumerate(figures)]


def rates(figures):
    """Returns bars from 0 on, the longest first. Figures whose names begin alike, up to a colon, are a group."""
    most = max(figure.quantile(0.9) for figure in figures)
    scale = lambda value: WIDTH * value / most
    groups = {}
    for figure in figures:
        group, _, way = figure.name.partition(": ")
        groups.setdefault(group, []).append((way, figure))
    rows = []
    for group, ways in groups.items():
        rows.append(f'<text x="8" y="{TOP + ROW * len(rows) + 12}" font-weight="bold">{escape(group)}</text>')
        for way, figure in sorted(ways, key=lambda pair: -pair[1].median):
            is_ours = way.startswith(("pam_jwt", "by token", "by certificate"))
            rows.append(bar(way, figure, TOP + ROW * len(rows), scale, is_ours))
    return rows


def write_all(directory, figures, about):
    directory.mkdir(parents=True, exist_ok=True)
    for name, title in (("login", "A whole PAM transaction, in microseconds"),
                        ("verify", "In a process that has done it before, in microseconds")):
        rows = [figure for figure in figures if (figure.benchmark, figure.unit) == (name, "us")]
        if name == "login":
            rows.sort(key=lambda figure: figure.median)
        if rows:
            write(directory / f"{name}.svg", title, "line: p10 to p90; logarithmic", about, times(rows))
    for name, title in PROGRAMS.items():
        rows = [figure for figure in figures if (figure.benchmark, figure.unit) == (name, "logins/s")]
        if rows:
            write(directory / f"{name}.svg", title, "line: p10 to p90; longer is faster", about, rates(rows))

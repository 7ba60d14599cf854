"""Draws the logins of a load in SVG: when each began, how long it took, and what happened meanwhile."""

from html import escape
from pathlib import Path

import svg_theme

LEFT, TOP, WIDTH, HEIGHT = 60, 46, 700, 240
GOOD, FORGED, ROTATION, KILL = "ours", "forged", "keys-change", "daemon-ends"


def grid(seconds, scale):
    """Returns a line for each half second."""
    lines = []
    for half in range(int(seconds * 2) + 1):
        y = scale(half / 2)
        lines.append(f'<path d="M{LEFT} {y:.1f}h{WIDTH}" class="grid"/>'
                     f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{half / 2:g} s</text>')
    return "\n".join(lines)


def key(x, colour, text):
    return (f'<rect x="{x}" y="{TOP - 22}" width="10" height="10" class="{colour}"/>'
            f'<text x="{x + 15}" y="{TOP - 13}">{escape(text)}</text>')


def write(path, title, logins, events):
    """Writes `logins`, (began, seconds, is_good), and `events`, (when, is_rotation), all from the same start."""
    last = max(began for began, _seconds, _good in logins) or 1.0
    slowest = max(seconds for _began, seconds, _good in logins)
    across = lambda when: LEFT + WIDTH * min(when / last, 1.0)
    up = lambda seconds: TOP + HEIGHT * (1 - seconds / slowest)
    lines = [f'<path d="M{across(when):.1f} {TOP}v{HEIGHT}" '
             f'class="{ROTATION if is_rotation else KILL}" stroke-width="2"/>'
             for when, is_rotation in events]
    dots = [f'<circle cx="{across(began):.1f}" cy="{up(seconds):.1f}" r="3" '
            f'class="{GOOD if is_good else FORGED}"/>' for began, seconds, is_good in logins]
    keys = [key(LEFT, GOOD, "a good token, let in"), key(LEFT + 170, FORGED, "a forged one, kept out"),
            key(LEFT + 345, ROTATION, "keys change"), key(LEFT + 455, KILL, "the daemon is killed")]
    foot = (f'<text x="{LEFT}" y="{TOP + HEIGHT + 20}">each login at the time it began, over '
            f'{last:.0f} s</text>')
    svg_theme.write(Path(path), escape(title), (LEFT + WIDTH + 20, TOP + HEIGHT + 30),
                    "\n".join([grid(slowest, up), *lines, *dots, *keys, foot]))

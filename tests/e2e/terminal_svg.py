"""A recorded terminal as one SVG: it plays once, and stays at a last frame that shows all lines.

A viewer without animation shows the last frame from the beginning. The SVG needs no font, script or file.
"""

import re
from html import escape

from terminal import COLUMNS, OUTPUT

TICK_S = 0.1   # the events within this time are one step
CELL = 7.8     # the width of a character: 0.6 of its size, in most monospaced fonts
LINE = 18
MARGIN = 16
STYLE = """\
text { font: 13px ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; white-space: pre; fill: #d5dae3 }
tspan { animation: show 1ms both }
.prompt { fill: #7aa2f7 }
.typed { fill: #ffffff; font-weight: bold }
.good { fill: #9ece6a }
.bad { fill: #ff7a85 }
@keyframes show { from { visibility: hidden } }
@media (prefers-reduced-motion: reduce) { tspan { animation: none } }
"""
GOOD = re.compile(r"\baccepted\b")
BAD = re.compile(r"no  |refused\b|.*(refused user=|Permission denied|Your token expired)")


def rows(events, columns=COLUMNS):
    """Returns the rows of the screen, each a list of (tick, kind, text), at most `columns` wide."""
    screen, width = [[]], 0
    for event in events:
        tick = round(event.at / TICK_S)
        for part in re.findall(r"\n|[^\r\n]+", event.text):
            if part == "\n":
                screen.append([])
                width = 0
                continue
            while part:
                if width == columns:
                    screen.append([])
                    width = 0
                here, part = part[:columns - width], part[columns - width:]
                add_piece(screen[-1], tick, event.kind, here)
                width += len(here)
    while screen and not screen[-1]:
        screen.pop()
    return screen


def add_piece(row, tick, kind, text):
    """Adds a piece to a row. Text of the same tick and kind joins the last piece."""
    if row and row[-1][:2] == (tick, kind):
        text = row.pop()[2] + text
    row.append((tick, kind, text))


def judged(screen, columns=COLUMNS):
    """Yields the rows. Output that tells of an acceptance or a refusal gets the kind good or bad.

    The row below a full one continues it, and keeps its kind.
    """
    verdict, is_full = None, False
    for row in screen:
        text = "".join(piece[2] for piece in row)
        if not is_full:
            verdict = "bad" if BAD.match(text) else "good" if GOOD.search(text) else None
        is_full = len(text) == columns
        yield [(tick, verdict or kind if kind == OUTPUT else kind, part) for tick, kind, part in row]


def text_of(events):
    return "".join(event.text for event in events)


def leaks(text, secrets, length=16):
    """Returns whether `text` has `length` characters of a secret in a row, or all of a shorter secret."""
    return any(secret[start:start + length] in text
               for secret in secrets for start in range(max(1, len(secret) - length + 1)))


def piece(tick, kind, text):
    return f'<tspan class="{kind}" style="animation-delay:{tick * TICK_S:.1f}s">{escape(text, quote=False)}</tspan>'


def svg(title, events):
    screen = list(judged(rows(events)))
    width, height = round(COLUMNS * CELL + 2 * MARGIN), len(screen) * LINE + 2 * MARGIN
    lines = [f'<text x="{MARGIN}" y="{MARGIN + LINE * number - 5}" xml:space="preserve">'
             f'{"".join(piece(*part) for part in row)}</text>'
             for number, row in enumerate(screen, 1) if row]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img">\n'
            f'<title>{escape(title, quote=False)}</title>\n<style>\n{STYLE}</style>\n'
            f'<rect width="{width}" height="{height}" rx="8" fill="#1a1b26"/>\n'
            + "\n".join(lines) + "\n</svg>\n")

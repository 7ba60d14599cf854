"""Draws the figures of a run as bars, in SVG: login.svg and verify.svg."""

import math
from html import escape

from report import number

LEFT, WIDTH, RIGHT, ROW, TOP = 300, 430, 80, 22, 46
OURS, OTHERS = "#2f6db3", "#a9a9a9"


def bar(figure, y, scale):
    """Returns a bar to the median, a line from p10 to p90, and the median as a number."""
    end, low, high = (scale(value) for value in
                      (figure.median, figure.quantile(0.1), figure.quantile(0.9)))
    ours = figure.name.startswith(("pam_jwt", "verification", "decision"))
    return f"""<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(figure.name)}</text>
<rect x="{LEFT}" y="{y}" width="{end:.1f}" height="{ROW - 7}" fill="{OURS if ours else OTHERS}"/>
<path d="M{LEFT + low:.1f} {y + 7.5}H{LEFT + high:.1f}" stroke="black"/>
<text x="{LEFT + max(end, high) + 6:.1f}" y="{y + 12}">{number(figure.median)}</text>
"""


def chart(title, figures, about):
    """Returns bars on a logarithmic scale, since a password costs many times as much as a token."""
    low = 10 ** math.floor(math.log10(min(figure.quantile(0.1) for figure in figures)))
    high = max(figure.quantile(0.9) for figure in figures)
    scale = lambda value: WIDTH * math.log(value / low) / math.log(high / low)
    width, height = LEFT + WIDTH + RIGHT, TOP + ROW * len(figures) + 8
    bars = "".join(bar(figure, TOP + ROW * i, scale) for i, figure in enumerate(figures))
    note = f"{about['processor']}, {about['processors']} processors, {about['system']}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="8" y="17" font-size="14">{escape(title)}</text>
<text x="8" y="34" fill="#555">{escape(note)}; line: p10 to p90; logarithmic</text>
{bars}</svg>
"""


def write_all(directory, figures, about):
    directory.mkdir(parents=True, exist_ok=True)
    timed = [figure for figure in figures if figure.unit == "us"]
    hot = [figure for figure in timed if figure.name.startswith(("verif", "EVP", "decision"))]
    logins = sorted((figure for figure in timed if figure not in hot), key=lambda f: f.median)
    for name, title, rows in (
            ("login", "A whole PAM transaction, in microseconds", logins),
            ("verify", "In a process that has done it before, in microseconds", hot)):
        if rows:
            (directory / f"{name}.svg").write_text(chart(title, rows, about), encoding="utf-8")

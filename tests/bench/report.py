"""Shows what was measured, as a table with its bounds and as JSON."""

import json
import os
import pathlib
import platform
import statistics
from dataclasses import dataclass

from bounds import BOUNDS


@dataclass
class Figure:
    """The values of one thing that was measured, once or many times."""
    name: str
    unit: str
    values: list

    @property
    def median(self):
        return statistics.median(self.values)

    def quantile(self, part):
        ordered = sorted(self.values)
        return ordered[int(part * (len(ordered) - 1))]

    def as_json(self):
        return {"name": self.name, "unit": self.unit, "count": len(self.values),
                "median": self.median, "p10": self.quantile(0.1), "p90": self.quantile(0.9)}


@dataclass
class Verdict:
    """A bound and the value that was measured, which is None if one of its rows was left out."""
    text: str
    limit: str
    value: float | None = None
    held: bool | None = None

    @property
    def word(self):
        return {True: "held", False: "MISSED", None: "not measured"}[self.held]

    def as_json(self):
        return {"text": self.text, "value": self.value, "limit": self.limit, "held": self.held}


def parse(text):
    """Returns the figures in the lines of bench_login and bench_verify."""
    figures = []
    for line in text.splitlines():
        name, unit, *values = line.split("\t")
        if values:
            figures.append(Figure(name, unit, [float(value) for value in values]))
    return figures


def judge(figures):
    """Judges the bounds on what was run. A row of a ratio may have been left out if its library is
    not installed. A ratio is the median of the ratios of each round: a processor changes its pace in
    the middle of a run, but seldom within a round."""
    measured = {(figure.name, figure.unit): figure.values for figure in figures}
    verdicts = []
    for bound in BOUNDS:
        limit = f"{'at least' if bound.at_least else 'at most'} {bound.limit:,}"
        names = [name for name in (bound.name, bound.against) if name is not None]
        rows = [measured[name, bound.unit] for name in names if (name, bound.unit) in measured]
        if len(rows) == len(names):
            value = statistics.median(
                [over / under for over, under in zip(*rows, strict=True)] if bound.against
                else rows[0])
            held = value >= bound.limit if bound.at_least else value <= bound.limit
            verdicts.append(Verdict(bound.text, limit, value, held))
        elif rows:
            verdicts.append(Verdict(bound.text, limit))
    return verdicts


def number(value):
    """Returns a number with few digits: 0, 0.0123, 1.23, 12.3, 123, 1,234,567."""
    if value == 0:
        return "0"
    digits = next((digits for size, digits in ((100, 0), (10, 1), (1, 2)) if abs(value) >= size), 4)
    return f"{value:,.{digits}f}"


def show(figures, verdicts):
    width = max(len(text) for text in [figure.name for figure in figures]
                + [verdict.text for verdict in verdicts])
    print(f"{'':{width}} {'median':>10} {'p10':>10} {'p90':>10}")
    for figure in sorted(figures, key=lambda figure: figure.unit in ("KiB", "instructions")):
        spread = [figure.quantile(0.1), figure.quantile(0.9)] if len(figure.values) > 1 else []
        print(f"{figure.name:{width}} {number(figure.median):>10} "
              f"{''.join(f'{number(value):>10} ' for value in spread):22}{figure.unit}")
    print(f"\n{'':{width}} {'ratio':>10} bound")
    for verdict in verdicts:
        value = "" if verdict.value is None else number(verdict.value)
        print(f"{verdict.text:{width}} {value:>10} {verdict.limit:20} {verdict.word}")


def machine():
    """Returns a description of the machine, for readers of the figures on another machine."""
    cpu = next((line.partition(":")[2].strip() for line in
                pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return {"processor": cpu, "processors": os.cpu_count(), "system": system,
            "load": round(os.getloadavg()[0], 2)}


def write_json(path, figures, verdicts, about):
    document = {"machine": about, "figures": [figure.as_json() for figure in figures],
                "bounds": [verdict.as_json() for verdict in verdicts]}
    pathlib.Path(path).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")

"""Shows what was measured, as tables with its bounds and as JSON."""

import ctypes.util
import json
import os
import pathlib
import platform
import statistics
import textwrap
from dataclasses import dataclass

from bounds import BOUNDS

NAME_WIDTH = 54
ALGORITHMS = ("RS256", "ES256", "EdDSA")
PROCESSES = (", plain process", ", keyboard-interactive")
# The units in the order of their tables.
UNITS = ("us", "logins/s", "instructions", "KiB", "s", "MiB", "times")
TITLES = {"us": "microseconds", "logins/s": "logins per second", "s": "seconds"}


@dataclass
class Figure:
    """The values of one thing that was measured, once or many times. Values with the same index are
    of the same round of a benchmark."""
    name: str
    unit: str
    values: list
    benchmark: str = ""

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
    missed_by: float | None = None  # as a part of the limit, if the bound is missed

    @property
    def word(self):
        if self.missed_by is not None:
            return f"MISSED by {percent(self.missed_by)}"
        return "held" if self.held else "MISSED" if self.held is False else "not measured"

    def as_json(self):
        return {"text": self.text, "value": self.value, "limit": self.limit, "held": self.held,
                "missed_by": self.missed_by}


def parse(text, benchmark=""):
    """Returns the figures in the lines of a benchmark."""
    figures = []
    for line in text.splitlines():
        name, unit, *values = line.split("\t")
        if values:
            figures.append(Figure(name, unit, [float(value) for value in values], benchmark))
    return figures


def ratio(over, under):
    """Returns the median of the ratios of each round: a processor changes its pace in the middle of
    a run, but seldom within a round."""
    return statistics.median([a / b for a, b in zip(over, under, strict=True)])


def references(name):
    """Returns the rows with which a login is compared: one that lets everybody in, and one that only
    verifies a signature, of the same algorithm and in the same kind of process."""
    alg = next((alg for alg in ALGORITHMS if alg in name), ALGORITHMS[0])
    process = next((process for process in PROCESSES if name.endswith(process)), "")
    return f"pam_permit{process}", f"the limit, {alg}{process}"


def compare(figure, figures):
    """Returns the ratios of a login to its references, or None for each that does not apply."""
    if figure.benchmark != "login" or figure.unit not in ("us", "instructions"):
        return None, None
    logins = {other.name: other.values for other in figures
              if (other.benchmark, other.unit) == (figure.benchmark, figure.unit)}
    return tuple(ratio(figure.values, logins[name]) if name in logins else None
                 for name in references(figure.name))


def judge(figures, openssl, bounds=BOUNDS):
    """Judges the bounds on what was run with this version of OpenSSL. A row of a ratio may have been
    left out if its library is not installed."""
    measured = {(figure.name, figure.unit): figure.values for figure in figures}
    verdicts = []
    for bound in bounds:
        if bound.openssl and not f"{openssl}.".startswith(f"{bound.openssl}."):
            continue
        limit = f"{'at least' if bound.at_least else 'at most'} {bound.limit:,}"
        names = [name for name in (bound.name, bound.against) if name is not None]
        rows = [measured[name, bound.unit] for name in names if (name, bound.unit) in measured]
        if len(rows) == len(names):
            verdicts.append(verdict_of(bound, limit, rows))
        elif rows:
            verdicts.append(Verdict(bound.text, limit))
    return verdicts


def verdict_of(bound, limit, rows):
    if bound.beyond:
        value = statistics.median(rows[0]) - statistics.median(rows[1])
    else:
        value = ratio(*rows) if bound.against else statistics.median(rows[0])
    excess = bound.limit - value if bound.at_least else value - bound.limit
    missed_by = excess / bound.limit if excess > 0 and bound.limit else None
    return Verdict(bound.text, limit, value, excess <= 0, missed_by)


def percent(part):
    return f"{part * 100:.{0 if part >= 0.1 else 1}f} %"


def number(value):
    """Returns a number with few digits: 0, 0.0123, 1.23, 12.3, 123, 1,234,567."""
    if value == 0:
        return "0"
    digits = next((digits for size, digits in ((100, 0), (10, 1), (1, 2)) if abs(value) >= size), 4)
    return f"{value:,.{digits}f}"


def factor(value):
    return f"{value:.2f}" if value < 10 else number(value)


def row(text, *cells):
    """Prints a text of one or more lines, and the cells beside its last line."""
    *above, last = textwrap.wrap(text, NAME_WIDTH, subsequent_indent="  ")
    for line in above:
        print(line)
    print(f"{last:{NAME_WIDTH}}{''.join(cells)}".rstrip())


def show(figures, verdicts, about):
    """Prints a table for each unit, and one of the bounds. Lines have at most 100 characters."""
    print(f"{about['system']}, OpenSSL {about['openssl']}\n"
          f"{about['processor']}, {about['processors']} processors\n")
    for unit in UNITS:
        rows = [figure for figure in figures if figure.unit == unit]
        if rows:
            show_unit(unit, rows)
    row("bound", f"{'value':>11}")
    for verdict in verdicts:
        value = "" if verdict.value is None else number(verdict.value)
        row(verdict.text, f"{value:>11} {verdict.limit:18}", verdict.word)


def show_unit(unit, figures):
    compared = [compare(figure, figures) for figure in figures]
    heading = ["/permit", "/limit"] if any(ratios != (None, None) for ratios in compared) else []
    row(TITLES.get(unit, unit), *(f"{cell:>10}" for cell in ("median", "p10", "p90")),
        *(f"{cell:>8}" for cell in heading))
    for figure, ratios in zip(figures, compared, strict=True):
        spread = [figure.quantile(0.1), figure.quantile(0.9)] if len(figure.values) > 1 else []
        cells = [number(value) for value in (figure.median, *spread)]
        row(figure.name, *(f"{cell:>10}" for cell in cells), " " * 10 * (3 - len(cells)),
            *(f"{'' if value is None else factor(value):>8}" for value in ratios))
    print()


def openssl_version():
    """Returns the version of the libcrypto that the benchmarks use, for example "3.0.16"."""
    text = ctypes.CDLL(ctypes.util.find_library("crypto")).OpenSSL_version
    text.restype = ctypes.c_char_p
    return text(0).decode().split()[1]


def machine():
    """Returns a description of the machine, for readers of the figures on another machine."""
    cpu = next((line.partition(":")[2].strip() for line in
                pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return {"processor": cpu, "processors": os.cpu_count(), "system": system,
            "openssl": openssl_version(), "load": round(os.getloadavg()[0], 2)}


def write_json(path, figures, verdicts, about):
    document = {"machine": about,
                "figures": [figure.as_json() | ratios_as_json(figure, figures)
                            for figure in figures],
                "bounds": [verdict.as_json() for verdict in verdicts]}
    pathlib.Path(path).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def ratios_as_json(figure, figures):
    return {name: value for name, value in
            zip(("to_permit", "to_limit"), compare(figure, figures), strict=True)
            if value is not None}

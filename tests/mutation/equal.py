"""Reads equal_mutants.txt: mutants that no test can tell from the original, and why."""

from pathlib import Path

import mutants

LIST = Path(__file__).resolve().parent / 'equal_mutants.txt'


def entries():
    """Yields (number of the line, file, text of the line, change, number among the same changes, reason)."""
    file = text = None
    for number, line in enumerate(LIST.read_text().splitlines(), 1):
        if not line.strip() or line.startswith('#'):
            continue
        if not line.startswith(' '):
            file = line
        elif line.startswith('  : '):
            change, _, reason = line[4:].partition(' -- ')
            head, _, tail = change.rpartition(' (')
            again = int(tail[:-1]) if head and tail[:-1].isdigit() else 1
            yield number, file, text, head if again > 1 else change, again, reason
        else:
            text = line.strip()


def load(name):
    """Returns the keys of the mutants of a source that are known to be equal."""
    return {(text, change, again) for _, file, text, change, again, _ in entries() if file == name}


def stale(root):
    """Returns a message for each entry that has no reason, or whose mutant is gone."""
    known, wrong = {}, []
    for number, file, text, change, again, reason in entries():
        if file not in known:
            path = root / file
            known[file] = set() if not path.is_file() else {
                m.key() for m in mutants.find(path.read_text(), is_header=path.suffix == '.h')[0]}
        if not reason:
            wrong.append(f'equal_mutants.txt:{number}: there is no reason')
        elif (text, change, again) not in known[file]:
            wrong.append(f'equal_mutants.txt:{number}: {file} has no such mutant: {change}: {text}')
    return wrong

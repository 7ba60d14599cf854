"""A recording of shells, each with a terminal of its own, in one stream of events."""

import fcntl
import os
import pty
import select
import struct
import termios
import time
from dataclasses import dataclass

COLUMNS = 100
KEY_S = 0.045      # between two keys that are typed
BREATH_S = 1.4     # before a command is typed
PATIENCE_S = 30

# What an event is: a prompt of the shell, what was typed, or what a program wrote.
PROMPT, TYPED, OUTPUT = "prompt", "typed", "output"


@dataclass(frozen=True)
class Event:
    at: float  # seconds since the recording began
    kind: str
    text: str


class Recording:
    def __init__(self):
        self.events = []
        self._began = time.monotonic()

    def add(self, kind, text):
        if text:
            self.events.append(Event(time.monotonic() - self._began, kind, text))


class Terminal:
    """A shell. What it and its programs write goes to the recording."""

    def __init__(self, recording, prompt, directory, environment):
        self._recording = recording
        self._prompt = prompt
        self._pid, self._shell = pty.fork()
        if self._pid == 0:
            os.chdir(directory)
            os.execvpe("sh", ["sh", "-i"], {**environment, "PS1": prompt, "TERM": "dumb"})
        fcntl.ioctl(self._shell, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        self._read_until(prompt)

    def run(self, command):
        """Types a command and records it to its end. Returns what the command wrote."""
        self._recording.add(PROMPT, self._prompt)
        time.sleep(BREATH_S)
        for key in command:
            os.write(self._shell, key.encode())
            self._recording.add(TYPED, self._read_until(key))
            time.sleep(KEY_S)
        os.write(self._shell, b"\n")
        return self._read_until(self._prompt, OUTPUT)

    def close(self):
        os.close(self._shell)
        os.waitpid(self._pid, 0)

    def _read_until(self, end, kind=None):
        """Reads up to `end`. With a `kind`, all but the prompt of the shell goes to the recording."""
        text, recorded = "", 0
        while not text.endswith(end):
            if not select.select([self._shell], [], [], PATIENCE_S)[0]:
                raise RuntimeError(f"{end!r} did not come, but {text!r}")
            text += os.read(self._shell, 65536).decode(errors="replace")
            if kind:
                shown = len(text) - self._held_back(text)
                self._recording.add(kind, text[recorded:shown])
                recorded = max(recorded, shown)
        return text.removesuffix(self._prompt)

    def _held_back(self, text):
        """Returns how many characters at the end of `text` are, or may become, the prompt of the shell."""
        return next((length for length in range(len(self._prompt), 0, -1)
                     if text.endswith(self._prompt[:length])), 0)

"""A login that stays open, until the host ends it or the client closes it."""

import os
import select
import shlex
import subprocess
import tempfile
import time

COMES_S, ENDS_S = 30, 30
# Says that the session is open, and tells its processes: one that reads from the client, and one that left
# the terminal and the process group, but not the session.
HOLD = "setsid tail -f /dev/null </dev/null >/dev/null 2>&1 & echo in $$ $!; exec cat"


class HeldLogin:
    """A client program whose session runs HOLD.

    `first_line` is what the client is given to read. `kill` kills a process of the host, if it still runs.
    """

    def __init__(self, argv, environment=None, *, first_line="", kill):
        self._kill = kill
        self.pids = []
        self._errors = tempfile.TemporaryFile()
        self._client = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True)
        self._end = os.pidfd_open(self._client.pid)
        if first_line:
            self._client.stdin.write(f"{first_line}\n".encode())
            self._client.stdin.flush()
        # The pids of the session's processes, as the host of the session counts them.
        self.pids = [int(word) for word in self.read_line().split()[-2:]]

    def read_line(self, seconds=COMES_S):
        """Waits for the next line that the session writes, and returns it."""
        line = b""
        deadline = time.monotonic() + seconds
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            piece = left > 0 and select.select([self._client.stdout], [], [], left)[0] and os.read(
                self._client.stdout.fileno(), 1)
            if not piece:
                said = self.errors()
                self.close()
                raise AssertionError(f"no line of the session came, but {line!r} {said}")
            line += piece
        return line.decode()

    def errors(self):
        """Returns what the client has written on its standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def is_open(self):
        return not self._poll(0)

    def wait_for_end(self, seconds=ENDS_S):
        """Waits until the client has ended, and returns when, as time.monotonic() counts."""
        if not self._poll(seconds):
            raise AssertionError(f"the session is still open after {seconds} s")
        return time.monotonic()

    def _poll(self, seconds):
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def close(self):
        """Ends the client, and what the host has left of the session."""
        if self._client.stdin.closed:
            return
        for pid in self.pids:
            self._kill(pid)
        self._client.stdin.close()
        if not self._poll(5):
            self._client.kill()
        self._client.wait()
        self._client.stdout.close()
        self._errors.close()
        os.close(self._end)


class HeldInside(HeldLogin):
    """A program such as sudo that runs HOLD inside of a session. The session goes on when the program ends."""

    @staticmethod
    def command(program):
        """Returns what the session must run. The program takes a command as the last word."""
        return f"{program} {shlex.quote(HOLD)}; echo out; exec cat"

    def is_open(self):
        return super().is_open() and not select.select([self._client.stdout], [], [], 0)[0]

    def is_session_open(self):
        """Returns whether the session goes on in which the program ran."""
        return super().is_open()

    def wait_for_end(self, seconds=ENDS_S):
        line = self.read_line(seconds)
        if line != "out\n":
            raise AssertionError(f"the program has written {line!r}, and has not ended")
        return time.monotonic()

"""A server program on the private host, as the tests start it."""

import contextlib
import socket
import subprocess
import time

from private_host import WORK

START_S = 30
STOP_S = 10


def end_program(program):
    """Ends a program, and waits until it has ended."""
    # ssh loses a signal that comes just before it waits in poll(2) (OpenSSH 9.2).
    while program.poll() is None:
        program.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(STOP_S)


class Service:
    """A program that runs until stop(), or until the process ends."""

    def __init__(self, name, argv, port):
        self.port = port
        self._log = WORK / f"{name}.log"
        with open(self._log, "wb") as log:
            self._program = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait()

    def stop(self):
        end_program(self._program)

    def _wait(self):
        deadline = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self._program.poll() is not None:
                    raise RuntimeError(self._log.read_text(errors="replace")) from None
                time.sleep(0.02)

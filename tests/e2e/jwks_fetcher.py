"""The daemon jwks-fetcher of the private host. It changes from root to a user of its own."""

import contextlib
import json
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from private_host import BUILD, WORK

PROGRAM = BUILD / "jwks-fetcher/jwks-fetcher"
USER, UID = "jwks-fetcher", 490
STATE = Path("/var/lib/jwks-fetcher")
KEYS = STATE / "keys.jsonl"
RUN = Path("/run/jwks-fetcher")
LOG, NOTIFY = WORK / "jwks-fetcher.log", WORK / "notify"
START_TIMEOUT_S = 20
ACTIVATED = ["/usr/bin/systemd-socket-activate", f"--listen={RUN}/public",
             f"--listen={RUN}/redeem", "--fdname=public:redeem",
             f"--setenv=NOTIFY_SOCKET={NOTIFY}"]


class JwksFetcher:
    """The only daemon of the host. start() waits, as systemd does, until the daemon says that it is ready."""

    def __init__(self, host):
        self._process = None
        host.add_user(USER, UID)
        host.add_group("jwt-redeem", 491)
        for directory in (STATE, RUN):
            directory.mkdir(mode=0o755, exist_ok=True)
            shutil.chown(directory, USER, USER)

    def start(self, is_activated=False):
        """Starts the daemon. If it `is_activated`, it gets its sockets, as from the units of systemd."""
        NOTIFY.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, open(LOG, "ab") as log:
            notices.bind(str(NOTIFY))
            NOTIFY.chmod(0o666)
            self._process = subprocess.Popen(
                [*(ACTIVATED if is_activated else []), PROGRAM],
                env={"NOTIFY_SOCKET": str(NOTIFY)}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            if is_activated:
                self._connect()
            self._wait_until_ready(notices)

    def _connect(self):
        """Makes systemd-socket-activate start the daemon."""
        def is_made():
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.connect(str(RUN / "public"))
                return True
            return False

        self.wait_for(is_made)

    def _wait_until_ready(self, notices):
        notices.settimeout(0.2)
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.is_running() and time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in notices.recv(4096):
                    return
        raise RuntimeError(f"jwks-fetcher did not start:\n{self.log()}")

    def stop(self):
        """Stops the daemon as systemd does."""
        self._process.terminate()
        return self._process.wait(timeout=START_TIMEOUT_S)

    def kill(self):
        self._process.kill()
        self._process.wait()

    @contextlib.contextmanager
    def stopped(self):
        """Stops the daemon's process for a while (SIGSTOP): connections succeed, but it answers nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def pid(self):
        return self._process.pid

    def log(self):
        return LOG.read_text(errors="replace")

    # --- its socket ----------------------------------------------------------------------

    @staticmethod
    def call(method, **parameters):
        """Calls a method of io.pamjwt.Fetcher, and returns the whole reply."""
        call = {"method": f"io.pamjwt.Fetcher.{method}", "parameters": parameters}
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(START_TIMEOUT_S)
            client.connect(str(RUN / "public"))
            client.sendall(json.dumps(call).encode() + b"\0")
            reply = b""
            while not reply.endswith(b"\0"):
                piece = client.recv(65536)
                if not piece:
                    raise ConnectionError(f"the reply of jwks-fetcher ends early: {reply!r}")
                reply += piece
        return json.loads(reply[:-1])

    def refresh(self, issuer):
        """Lets the daemon fetch an issuer's keys as soon as the cooldown is over."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            reply = self.call("Refresh", issuer=issuer)
            if not str(reply.get("error", "")).endswith("Cooldown"):
                return reply
            if time.monotonic() > deadline:
                raise AssertionError(f"never anything but a cooldown: {reply}")
            time.sleep(0.1)

    # --- its file ------------------------------------------------------------------------

    @staticmethod
    def age_keys(seconds):
        """Changes the file as if every key had been fetched `seconds` earlier."""
        def earlier(match):
            return f'"fetched":{int(match.group(1)) - seconds}'

        text = KEYS.read_text()
        aged = re.sub(r'"fetched":(\d+)', earlier, text)
        assert aged != text, text
        KEYS.write_text(aged)

    @staticmethod
    def key_ids():
        """Returns the key ids in the file. Every line must be whole."""
        text = KEYS.read_text()
        assert text.endswith("\n"), "the key file ends in the middle of a line"
        lines = [json.loads(line) for line in text.splitlines()]
        return [line["kid"] for line in lines[1:]]

    def wait_for(self, condition):
        """Waits until the condition holds."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not come to it:\n{self.log()}")
            time.sleep(0.02)

    def wait_for_keys(self, key_ids):
        """Waits until the file has exactly these keys."""
        self.wait_for(lambda: KEYS.exists() and sorted(self.key_ids()) == sorted(key_ids))

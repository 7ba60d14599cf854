"""A real browser: Debian's Chromium without a window, as a user of the private host.

It is driven by its DevTools protocol, over two pipes instead of a port: nobody else can drive it.
"""

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import select
import signal
import subprocess
import time
from pathlib import Path

PROGRAM = "/usr/bin/chromium"
PATIENCE_S = 30
POLL_S = 0.05
SIZE = "960,720"
# The ends of the pipes in Chromium.
COMMANDS, ANSWERS = 3, 4

OPTIONS = [
    "--headless", "--remote-debugging-pipe", f"--window-size={SIZE}",
    # Nothing but what the test asks for.
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-gpu", "--no-proxy-server",
    # The /dev/shm of the private host, and of many containers, is small.
    "--disable-dev-shm-usage",
]


class Chromium:
    """One browser with one page. `start` is the beginning of a command line that makes its program run as the user
    who owns `directory`, which is for its profile. It trusts the keys of the certificates in `trusted`.

    The sandbox of Chromium stays as it is: all that it needs are user namespaces, which Debian lets every user make.
    """

    def __init__(self, start, directory, trusted=()):
        self._log = Path(directory) / "log"
        self._number = 0
        self._unread = b""
        self._session = None  # None: messages go to the browser, and not to its page
        self._start([*start, PROGRAM, *OPTIONS, f"--user-data-dir={directory}",
                     "--ignore-certificate-errors-spki-list=" + ",".join(map(key_hash, trusted))])
        self.forget()

    def _start(self, argv):
        command_end, self._commands = pipe()
        self._answers, answer_end = pipe()
        with open(self._log, "wb") as log:
            self._pid = os.posix_spawnp(argv[0], list(map(str, argv)), os.environ, setsid=True, file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                (os.POSIX_SPAWN_DUP2, command_end, COMMANDS), (os.POSIX_SPAWN_DUP2, answer_end, ANSWERS)])
        os.close(command_end)
        os.close(answer_end)

    def close(self):
        os.close(self._commands)
        os.close(self._answers)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def forget(self):
        """Begins with a new page, and without the cookies and the history of the one before."""
        self._session = None
        context = self._call("Target.createBrowserContext")["browserContextId"]
        page = self._call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]

    # --- what a person does ----------------------------------------------------------------

    def open(self, address):
        self._call("Page.navigate", url=address)

    def fill(self, selector, text):
        """Types a text into a field, which the page has or will have."""
        self.click(selector)
        self._call("Input.insertText", text=text)

    def click(self, selector):
        """Clicks on the middle of an element, which the page has or will have."""
        place = self._wait_for(f"""(() => {{
            const element = document.readyState === 'complete' && document.querySelector({json.dumps(selector)});
            if (!element) return null;
            element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            const box = element.getBoundingClientRect();
            return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
        }})()""", f"there is {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    # --- what a person sees ----------------------------------------------------------------

    def wait_for_text(self, text):
        self._wait_for(f"document.readyState === 'complete' && document.body.innerText.includes({json.dumps(text)})",
                       f"the page shows {text!r}")

    def text(self):
        return self.evaluate("document.body.innerText")

    def address(self):
        """Returns the address of the page, as the address bar shows it."""
        return self.evaluate("location.href")

    def history(self):
        """Returns the addresses to which the back button can lead, and the present one."""
        return [entry["url"] for entry in self._call("Page.getNavigationHistory")["entries"]]

    def prefer(self, scheme):
        """Lets the user prefer `scheme`: light or dark."""
        self._call("Emulation.setEmulatedMedia",
                   features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        picture = self._call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(picture))

    def evaluate(self, expression):
        """Returns the value of an expression of JavaScript. The policy of the page is not for DevTools."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    # --- the protocol ----------------------------------------------------------------------

    def _wait_for(self, expression, what):
        """Waits until an expression is true, and returns its value."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            # Between two pages there is nothing in which it could be evaluated.
            with contextlib.suppress(RuntimeError):
                value = self.evaluate(expression)
                if value:
                    return value
            time.sleep(POLL_S)
        raise AssertionError(f"it did not come to it that {what}, but {self.address()} shows {self.text()!r}")

    def _call(self, method, **parameters):
        """Calls a method and returns its answer. Events in between are left out."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self._receive(deadline)
            if answer.get("id") != self._number:
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            return answer["result"]

    def _receive(self, deadline):
        while b"\0" not in self._unread:
            if not select.select([self._answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise RuntimeError(f"Chromium did not answer:\n{self._log.read_text(errors='replace')}")
            piece = os.read(self._answers, 65536)
            if not piece:
                raise RuntimeError(f"Chromium ended:\n{self._log.read_text(errors='replace')}")
            self._unread += piece
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)


def pipe():
    """Returns a pipe whose ends have numbers that are not COMMANDS or ANSWERS."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved


def key_hash(certificate):
    """Returns the hash by which Chromium knows the key of a certificate: SHA-256 of its SubjectPublicKeyInfo."""
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    body = "".join(line for line in key.splitlines() if not line.startswith("-----"))
    return base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()

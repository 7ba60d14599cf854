"""A web server for static files, by https with a CA of its own, as it serves the denylist of a fleet.

It answers with an ETag, and can be told to be down, to stall, and to cut its answers off.
"""

import contextlib
import hashlib
import http.server
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from authority import make_authority

PATIENCE_S = 30


@dataclass(frozen=True)
class Answer:
    """An answer that was sent, or begun."""

    path: str
    status: int
    is_conditional: bool  # the request had an If-None-Match


class StaticSite:
    """The server. It runs in threads of this process, until stop()."""

    def __init__(self, directory, name="localhost", address="127.0.0.1", port=8444):
        self._place = (address, port)
        self.url = f"https://{name}" + ("" if port == 443 else f":{port}")
        self.ca_file = Path(directory) / "ca.pem"
        Path(directory).mkdir(parents=True)
        make_authority(directory, name)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(Path(directory) / "tls.pem", Path(directory) / "tls.key")
        self._files = {}
        self._answers = []
        self._changed = threading.Condition()
        self._bytes_sent = None  # of each body; None: all
        self._go_on = threading.Event()
        self._go_on.set()
        self._server = None
        self.start()

    @classmethod
    def on(cls, host, directory, name="ops.example.com", address="192.0.2.20"):
        """Makes a site on a private host. Its daemon does not take the name and address for loopback."""
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
        host.write("/etc/hosts", Path("/etc/hosts").read_text() + f"{address} {name}\n")
        return cls(directory, name, address, 443)

    def start(self):
        site = self

        class Handler(FileHandler):
            def setup(self):
                # Here, in the thread of the connection: a slow handshake must not keep others out.
                self.request = site._tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self):
                super().finish()
                self.request.close()

            def find(self):
                return site._find(self.path, self.headers.get("If-None-Match"))

            def send_body(self, body):
                self.wfile.write(body[:site._bytes_sent])
                self.wfile.flush()
                site._go_on.wait()

        self._server = Server(self._place, Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    # --- what it serves --------------------------------------------------------------------

    def publish(self, path, text):
        """Replaces a file at once, as a rename does."""
        with self._changed:
            self._files[path] = text if isinstance(text, bytes) else text.encode()

    def remove(self, path):
        with self._changed:
            self._files.pop(path)

    def file(self, path):
        with self._changed:
            return self._files[path]

    def _find(self, path, seen):
        """Returns the status, the ETag and the body of an answer."""
        with self._changed:
            body = self._files.get(path)
            tag = body and f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            status = 404 if body is None else 304 if seen == tag else 200
            self._answers.append(Answer(path, status, seen is not None))
            self._changed.notify_all()
            return status, tag, body if status == 200 else b""

    # --- how it fails ----------------------------------------------------------------------

    @contextlib.contextmanager
    def down(self):
        """Refuses connections for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def stalling(self, after=10):
        """Sends so many bytes of each body for a while, and then nothing, with the connection open."""
        self._go_on.clear()
        try:
            with self.cutting_off(after):
                yield
        finally:
            self._go_on.set()

    @contextlib.contextmanager
    def cutting_off(self, after):
        """Closes each connection for a while after so many bytes of the body."""
        self._bytes_sent = after
        try:
            yield
        finally:
            self._bytes_sent = None

    # --- what it was asked -----------------------------------------------------------------

    def answers(self):
        with self._changed:
            return list(self._answers)

    def wait_for_answers(self, count, seconds=PATIENCE_S):
        """Waits until `count` more requests were answered, and returns these answers."""
        with self._changed:
            begin = len(self._answers)
            come = self._changed.wait_for(lambda: len(self._answers) >= begin + count, seconds)
            if not come:
                raise AssertionError(f"{len(self._answers) - begin} of {count} requests in {seconds} s")
            return self._answers[begin:begin + count]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Says nothing of a client that goes away, or does not trust the CA."""


class FileHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # pylint: disable=invalid-name
        status, tag, body = self.find()
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        if status != 304:
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.send_body(body)

    def log_message(self, *_):
        pass

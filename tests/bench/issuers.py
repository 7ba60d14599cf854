"""Thousands of issuers on loopback: one listener with one path per issuer, in one event loop."""

import asyncio
import base64
import json
import os
import threading
import time

KEYS_OF_AN_ISSUER = 2
CERTIFICATE_BYTES = 900  # many issuers send one with each key
SLOW_STEP_S = 0.1  # the time for one byte


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key():
    """Returns a JWK that looks like an RSA key of 2048 bits to a program that only stores it."""
    modulus = bytearray(os.urandom(256))
    modulus[0] |= 0x80
    modulus[-1] |= 1
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": encode(os.urandom(32)),
            "n": encode(modulus), "e": "AQAB",
            "x5c": [base64.b64encode(os.urandom(CERTIFICATE_BYTES)).decode()]}


class Issuers:
    """Issuers at http://127.0.0.1:PORT/NAME with OpenID discovery. Their keys stay fresh for
    `fresh_s`. Issuers in `hanging` never answer, and those in `slow` send their bytes one by one."""

    def __init__(self, names, fresh_s):
        self.names = names
        self.fresh_s = fresh_s
        self.hanging, self.slow = set(), set()
        self.requests = 0
        self.asked = {name: [] for name in names}  # when fetches began, by time.monotonic()
        self.served = {name: [] for name in names}  # when their keys were sent
        self._keys = {name: json.dumps({"keys": [key() for _ in range(KEYS_OF_AN_ISSUER)]})
                      for name in names}
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024))
        self.port = self._server.sockets[0].getsockname()[1]
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def forget(self):
        """Forgets all requests that were counted."""
        self.requests = 0
        for times in (*self.asked.values(), *self.served.values()):
            times.clear()

    async def _serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.split(b" ", 2)[1].decode(), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the daemon hung up
        finally:
            writer.close()

    async def _answer(self, path, writer):
        name, _, rest = path[1:].partition("/")
        self.requests += 1
        if rest == "keys":
            body = self._keys[name]
        else:
            self.asked[name].append(time.monotonic())
            body = json.dumps({"issuer": self.url(name), "jwks_uri": self.url(name) + "/keys"})
        if name in self.hanging:
            await asyncio.sleep(3600)
        head = (f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                f"Cache-Control: max-age={self.fresh_s}\r\nContent-Length: {len(body)}\r\n\r\n")
        await self._send((head + body).encode(), writer, one_by_one=name in self.slow)
        if rest == "keys":
            self.served[name].append(time.monotonic())

    @staticmethod
    async def _send(text, writer, one_by_one):
        step = 1 if one_by_one else len(text)
        for i in range(0, len(text), step):
            writer.write(text[i:i + step])
            await writer.drain()
            if one_by_one:
                await asyncio.sleep(SLOW_STEP_S)

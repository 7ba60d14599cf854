#!/usr/bin/python3
"""A browser without a window: follows redirects, keeps cookies, and fills in the forms that it meets.

    scripted_browser.py CA_FILE USER SEEN URL     logs USER in, and writes what it saw to the file SEEN

A program of a user's starts it by $BROWSER; the tests use the class.
"""

import dataclasses
import html.parser
import http.cookiejar
import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

PASSWORD = "correct horse"  # of every user of the tests' provider
MOST_FORMS = 6              # of one login
TIMEOUT_S = 60


@dataclasses.dataclass
class Page:
    """The page at which the browser ended."""

    status: int
    url: str
    text: str
    places: list  # every url on the way
    headers: dict


class StoppedBefore(Exception):
    """The browser was told not to go to `url`."""

    def __init__(self, url):
        super().__init__(url)
        self.url = url


class Form(html.parser.HTMLParser):
    """The first form of a page, with its fields."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.fields = {}
        self._is_over = False
        self.feed(page.text)
        if self.action is not None:
            self.action = urllib.parse.urljoin(page.url, self.action)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if self._is_over:
            return
        if tag == "form":
            self.action = attributes.get("action", "")
        elif tag == "input" and self.action is not None and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value") or ""

    def handle_endtag(self, tag):
        self._is_over |= tag == "form"


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, writes down where they lead, and can stop before some of them."""

    def __init__(self, stop_before):
        self.places = []
        self._stop_before = stop_before

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if self._stop_before and newurl.startswith(self._stop_before):
            raise StoppedBefore(newurl)
        self.places.append(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Browser:
    def __init__(self, ca_file, user):
        self.user = user
        self._cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file))

    def visit(self, url, fields=None, stop_before=None):
        """Gets a page, or sends a form to it, without filling in another one."""
        if fields is None:
            return self.send("GET", url, stop_before=stop_before)
        return self.send("POST", url, urllib.parse.urlencode(fields).encode(),
                         "application/x-www-form-urlencoded", stop_before)

    def send(self, method, url, body=None, kind=None, stop_before=None):
        """Sends a request, and follows redirects."""
        redirects = Redirects(stop_before)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), self._tls, self._cookies,
                                             redirects)
        headers = {} if kind is None else {"Content-Type": kind}
        try:
            answer = opener.open(urllib.request.Request(url, body, headers, method=method),
                                 timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Page(answer.status, answer.geturl(), answer.read().decode(errors="replace"),
                        [url, *redirects.places], dict(answer.headers))

    def log_in(self, url, stop_before=None):
        """Goes to `url`, and logs the user in where somebody asks for it. Returns the last page."""
        page = self.visit(url, stop_before=stop_before)
        places = page.places
        for _ in range(MOST_FORMS):
            form = Form(page)
            if form.action is None:
                break
            page = self.visit(form.action, self._filled(form.fields), stop_before)
            places = places + page.places
        return dataclasses.replace(page, places=places)

    def refuse_device(self, url):
        """Takes back a device login, on the page that asks whether the code is right."""
        for more in ({}, {"abort": "yes"}):
            form = Form(self.visit(url))
            page = self.visit(form.action, {**form.fields, **more})
        return page

    def redirect_of(self, url, program="http://127.0.0.1:"):
        """Logs the user in, and returns the address of his program to which the provider then sends the
        browser, with the code in it. The program does not get it."""
        try:
            page = self.log_in(self.leaves_program(url), stop_before=program)
        except StoppedBefore as stopped:
            return stopped.url
        raise AssertionError(f"the provider did not send the browser to {program}: {page}")

    def leaves_program(self, url):
        """Returns where `url` leads, if it is of a program on this host, which hides a longer address."""
        if not url.startswith("http://"):
            return url
        try:
            self.visit(url, stop_before="https://")
        except StoppedBefore as stopped:
            return stopped.url
        raise AssertionError(f"{url} does not lead to the provider")

    def _filled(self, fields):
        own = {"user": self.user, "password": PASSWORD}
        return {name: own.get(name, value) for name, value in fields.items()}


def main():
    ca_file, user, seen, url = sys.argv[1:]
    page = Browser(ca_file, user).log_in(url)
    # Whole at once, as a test may wait for it.
    descriptor = os.open(f"{seen}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(dataclasses.asdict(page), file)
    os.rename(f"{seen}.new", seen)


if __name__ == "__main__":
    main()

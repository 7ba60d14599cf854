#!/usr/bin/python3
"""Tests the examples for nginx, Apache, Squid and Cockpit with the real programs."""

import base64
import http.client
import http.server
import threading
from pathlib import Path

from host_case import main
from private_host import HOSTNAME, WORK, Outcome
from program_case import ProgramCase, Refusals
from service import Service

PAGE = "page"  # not "/": nginx asks PAM twice for a directory
HELD_UP = "30s"  # the clients give up before, unless the PAM line of the example counts
CLAIMS = {"aud": f"https://{HOSTNAME}", "preferred_username": "alice"}


def get(port, path, header, user, token):
    """Asks for `path` with HTTP Basic. Returns the page, which has the name of the user that was let in."""
    credentials = base64.b64encode(f"{user}:{token}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={header: f"Basic {credentials}"})
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    if answer.status != 200:
        return Outcome(answer.status, "", answer.reason)
    return Outcome(0, text, "")


def write_page(host, directory):
    host.write(directory / PAGE, "alice\n")


class Nginx(ProgramCase, Refusals):
    program = "nginx"
    refusal_delay = HELD_UP
    claims = CLAIMS
    somebody_else = {"preferred_username": "bob"}
    longest = 6100

    @classmethod
    def start(cls):
        directory = WORK / "nginx"
        write_page(cls.host, directory)
        config = cls.host.write(directory / "nginx.conf", f"""\
load_module modules/ngx_http_auth_pam_module.so;
user www-data;
worker_processes 1;
daemon off;
pid {directory}/pid;
error_log stderr;
events {{ }}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:8081;
    root {directory};
{cls.example.block("nginx, in a")}
  }}
}}
""")
        cls.nginx = Service("nginx", ["nginx", "-e", "stderr", "-c", config], 8081)

    def run_client(self, user, token):
        return get(8081, f"/{PAGE}", "Authorization", user, token)


class Apache(ProgramCase, Refusals):
    program = "apache"
    claims = CLAIMS
    somebody_else = {"preferred_username": "bob"}
    longest = 6100

    @classmethod
    def start(cls):
        directory = WORK / "apache"
        write_page(cls.host, directory / "pages")
        modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic",
                   "authnz_pam"]
        load = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                         for name in modules)
        config = cls.host.write(directory / "apache.conf", f"""\
{load}
ServerName {HOSTNAME}
Listen 127.0.0.1:8082
User www-data
Group www-data
PidFile {directory}/pid
DefaultRuntimeDir {directory}
ErrorLog /dev/stderr
DocumentRoot {directory}/pages
<Location />
{cls.example.block("Apache, in a")}
</Location>
""")
        cls.apache = Service("apache", ["apache2", "-DFOREGROUND", "-f", config], 8082)

    def run_client(self, user, token):
        return get(8082, f"/{PAGE}", "Authorization", user, token)


class Page(http.server.BaseHTTPRequestHandler):
    """A page behind the proxy."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"alice\n")

    def log_message(self, *_):
        pass


class Squid(ProgramCase, Refusals):
    program = "squid"
    refusal_delay = HELD_UP
    claims = {"aud": "proxy", "preferred_username": "alice"}
    somebody_else = {"preferred_username": "bob"}
    longest = 8100

    @classmethod
    def start(cls):
        pages = http.server.ThreadingHTTPServer(("127.0.0.1", 8083), Page)
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        directory = WORK / "squid"
        config = cls.host.write(directory / "squid.conf", f"""\
http_port 127.0.0.1:3128
pid_filename {directory}/pid
cache_log /dev/stderr
access_log none
cache deny all
pinger_enable off
visible_hostname {HOSTNAME}
{cls.example.block("/etc/squid/conf.d/token.conf")}
""")
        cls.squid = Service("squid", ["squid", "-N", "-f", config], 3128)

    def run_client(self, user, token):
        return get(3128, f"http://127.0.0.1:8083/{PAGE}", "Proxy-Authorization", user, token)


class Cockpit(ProgramCase, Refusals):
    program = "cockpit"
    claims = {"aud": f"https://{HOSTNAME}:9090", "preferred_username": "alice"}
    somebody_else = {"preferred_username": "bob"}
    longest = 12000

    @classmethod
    def stack(cls):
        auth, account = cls.example.lines()
        lines = Path("/etc/pam.d/cockpit").read_text().splitlines()
        below = next(i for i, line in enumerate(lines) if line.split()[:3] == ["auth", "substack", "common-auth"])
        lines.insert(below, auth)
        first = next(i for i, line in enumerate(lines) if line.startswith("account"))
        lines.insert(first, account)
        return "\n".join(lines) + "\n"

    @classmethod
    def start(cls):
        program = ["/usr/lib/cockpit/cockpit-ws", "--no-tls", "--address=127.0.0.1", "--port=9090"]
        cls.cockpit = Service("cockpit", cls.host.as_user("cockpit-wsinstance", program), 9090)

    def run_client(self, user, token):
        outcome = get(9090, "/cockpit/login", "Authorization", user, token)
        outcome.stdout = user if outcome.code == 0 else ""
        return outcome


if __name__ == "__main__":
    main()

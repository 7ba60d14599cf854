#!/usr/bin/python3
"""Tests the examples for Dovecot and Exim with the real programs."""

import imaplib
import smtplib
import subprocess

import certificate
from host_case import main
from private_host import HOSTNAME, WORK, Outcome
from program_case import ProgramCase, Refusals
from service import Service


class Dovecot(ProgramCase, Refusals):
    program = "dovecot"
    claims = {"aud": f"imap://{HOSTNAME}", "preferred_username": "alice"}
    somebody_else = {"preferred_username": "bob"}
    longest = 6100

    @classmethod
    def start(cls):
        directory = WORK / "dovecot"
        config = cls.host.write(directory / "dovecot.conf", f"""\
base_dir = {directory}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
mail_location = maildir:~/Maildir
service imap-login {{
  inet_listener imap {{
    port = 1143
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
userdb {{
  driver = passwd
}}
{cls.example.block("Dovecot, in place of")}
""")
        cls.dovecot = Service("dovecot", ["dovecot", "-F", "-c", config], 1143)

    def run_client(self, user, token):
        with imaplib.IMAP4("127.0.0.1", 1143, timeout=30) as client:
            try:
                client.authenticate("PLAIN", lambda _: f"\0{user}\0{token}".encode())
            except imaplib.IMAP4.error as error:
                return Outcome(1, "", str(error))
            return Outcome(0, user, "")


class Exim(ProgramCase, Refusals):
    program = "exim"
    claims = {"aud": f"smtp://{HOSTNAME}", "preferred_username": "alice"}
    somebody_else = {"preferred_username": "bob"}
    longest = 12000

    @classmethod
    def start(cls):
        directory = WORK / "exim"
        directory.mkdir()
        subprocess.run(["chown", "Debian-exim:", directory], check=True)
        crt, key = directory / "server.crt", directory / "server.key"
        certificate.make(crt, key)
        cls.host.write(key, key.read_bytes(), mode=0o640, owner="Debian-exim")
        config = cls.host.write(directory / "exim.conf", f"""\
primary_hostname = {HOSTNAME}
spool_directory = {directory}
log_file_path = {directory}/%slog
tls_advertise_hosts = *
tls_certificate = {crt}
tls_privatekey = {key}
daemon_smtp_ports = 1025
local_interfaces = 127.0.0.1
begin authenticators
{cls.example.block("Exim, in the section")}
""")
        cls.exim = Service("exim", ["exim4", "-bdf", "-C", config], 1025)

    def run_client(self, user, token):
        with smtplib.SMTP("127.0.0.1", 1025, timeout=30) as client:
            client.starttls()
            try:
                client.login(user, token)
            except smtplib.SMTPAuthenticationError as error:
                self.assertEqual(error.smtp_code, 535, error)
                return Outcome(1, "", str(error))
            return Outcome(0, user, "")


if __name__ == "__main__":
    main()

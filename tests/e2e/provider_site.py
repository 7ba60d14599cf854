"""A site with single sign-on: a real OpenID provider, the daemon that fetches its keys, and an sshd
that accepts only tokens."""

import functools
import json

from host_case import TOKEN_STACK
from jwks_fetcher import JwksFetcher
from openid_provider import ALGORITHMS, OpenIdProvider
from private_host import WORK

CA_FILE = "/etc/pam_jwt/idp-ca.pem"
COOLDOWN_S = 1


def configuration(url):
    """Returns the configuration of one issuer. Its ID tokens are for its clients, so these are audiences too."""
    clients = [f"ssh-{name}" for name in ALGORITHMS]
    return f"""\
[login]
refusal_delay = "0s"

[keys]
cooldown = "{COOLDOWN_S}s"

[issuer.idp]
url = "{url}"
audiences = {json.dumps(["ssh://%h", *clients])}
ca_file = "{CA_FILE}"

[[issuer.idp.account]]
claim = "preferred_username"
require = [{{ claim = "groups", any_of = ["staff"] }}]

[[issuer.idp.account]]
claim = "client_id"
pattern = "robot-*"
name = "deploy"
require = [{{ claim = "scope", any_of = ["ssh"] }}]
"""


@functools.cache
def the_site(host):
    """Returns the provider and the daemon of this host, not yet started."""
    provider = OpenIdProvider.on(host, WORK / "provider")
    host.add_user("deploy", 2010)
    host.write(CA_FILE, provider.ca_file.read_text())
    host.write_config(configuration(provider.url))
    host.write_pam("sshd", TOKEN_STACK)
    host.start_sshd()
    return provider, JwksFetcher(host)

"""The tokens of well-known issuers, as the documents of these issuers describe them, for the examples in etc/.

`daemon` is an account that every host has, and that a star or a map file may give here. Accounts that
a rule names need not exist.
"""

HOST = "ssh://web1.example.com"
NIL = "00000000-0000-0000-0000-00000000000"


class Token:
    """A token that an example lets in as `user`. `refused` has the claims to change so that it is refused, and the
    reason."""

    def __init__(self, claims, user, refused, service="sshd"):
        self.claims = claims
        self.user = user
        self.refused = refused
        self.service = service


GITHUB = {
    "iss": "https://token.actions.githubusercontent.com", "aud": HOST,
    "sub": "repo:octo-org@123456/octo-repo@456789:environment:production",
    "repository_owner_id": "123456", "repository_id": "456789", "ref": "refs/heads/main",
    "environment": "production", "runner_environment": "github-hosted"}
GITLAB = {
    "iss": "https://gitlab.example.com", "aud": HOST,
    "sub": "project_path:infra/deploy:ref_type:branch:ref:main",
    "project_id": "22", "ref": "main", "ref_protected": "true", "environment": "production"}
KEYCLOAK = {
    "iss": "https://sso.example.com/realms/staff", "aud": ["ssh", "account"], "azp": "ssh-login",
    "sub": "6b1e4c9a-50a3-4f0e-9d1c-2f6f4b8e7a11", "preferred_username": "daemon",
    "realm_access": {"roles": ["ssh", "offline_access"]}}
ENTRA = {
    "iss": f"https://login.microsoftonline.com/{NIL}0/v2.0", "aud": f"{NIL}1", "ver": "2.0",
    "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "oid": "a-value", "acct": 0, "roles": ["ssh"]}
OKTA = {
    "iss": "https://example.okta.com/oauth2/aus0000000000000000", "aud": "ssh", "cid": "0oa1", "uid": "00u1",
    "scp": ["openid"], "sub": "daemon@example.com", "groups": ["ssh"]}
GOOGLE = {
    "iss": "https://accounts.google.com", "aud": "000000000000-example.apps.googleusercontent.com",
    "azp": "000000000000-example.apps.googleusercontent.com", "sub": "10769150350006150715113082367",
    "hd": "example.com", "email": "daemon@example.com", "email_verified": True}
KUBERNETES = {
    "iss": "https://kubernetes.default.svc.cluster.local", "aud": [HOST],
    "sub": "system:serviceaccount:ci:deployer",
    "kubernetes.io": {"namespace": "ci", "serviceaccount": {"name": "deployer", "uid": "u"}}}
EGI = {
    "iss": "https://aai.egi.eu/auth/realms/egi", "azp": "11111111-2222-3333-4444-555555555555",
    "sub": "a-value",
    "eduperson_entitlement": ["urn:mace:egi.eu:group:vo.example.org:sub:role=member#aai.egi.eu"]}
WLCG = {
    "iss": "https://cms-auth.web.cern.ch/", "aud": HOST, "wlcg.ver": "1.0", "sub": "a-value",
    "scope": "openid compute.modify", "wlcg.groups": ["/cms", "/cms/production"]}
AD_FS = {
    "iss": "http://adfs.example.com/adfs/services/trust", "aud": "https://ssh.example.com",
    "upn": "daemon@example.com", "group": ["Domain Users", "ssh-users"], "apptype": "Public",
    "appid": f"{NIL}2", "ver": "1.0", "scp": "openid"}
AUTH0 = {
    "iss": "https://example.eu.auth0.com/", "aud": ["ssh", "https://example.eu.auth0.com/userinfo"],
    "azp": "a-client", "sub": "auth0|123456", "scope": "openid", "permissions": ["login"],
    "https://example.com/account": "daemon"}
AUTHENTIK = {
    "iss": "https://authentik.example.com/application/o/ssh/", "aud": "ssh", "azp": "ssh",
    "sub": "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3a94a8fe5ccb19ba61c4c0873", "uid": "a-value",
    "acr": "goauthentik.io/providers/oauth2/default", "preferred_username": "daemon",
    "groups": ["authentik Admins", "ssh"]}
AZURE_B2C = {
    "iss": f"https://contoso.b2clogin.com/{NIL}0/v2.0/", "aud": f"{NIL}1", "azp": f"{NIL}2", "ver": "1.0",
    "sub": "a-value", "tfp": "B2C_1_ssh", "scp": "other ssh"}
CLOUDFLARE = {
    "iss": "https://yourteam.cloudflareaccess.com", "aud": ["0" * 64], "type": "app",
    "email": "daemon@example.com", "sub": "7335d417-61da-459d-899c-0a01c76a2f94",
    "identity_nonce": "6ei69kawdKzMIAPF", "country": "US"}
SPIFFE = {
    "iss": "https://oidc.example.org", "aud": [HOST], "sub": "spiffe://example.org/ns/ci/sa/deployer"}
DEX = {
    "iss": "https://dex.example.com", "aud": "prompt", "sub": "CgcyMzQyNzQ5EgZnaXRodWI",
    "preferred_username": "daemon", "groups": ["ssh"]}
GITLAB_PEOPLE = {
    "iss": "https://git.example.com", "aud": "APPLICATION-ID-FOR-PROMPTS", "sub": "22",
    "email": "daemon@example.com", "email_verified": True, "groups_direct": ["infra/ssh", "staff"]}
ZITADEL_ROLES = "urn:zitadel:iam:org:project:roles"
ZITADEL = {
    "iss": "https://example.zitadel.cloud", "aud": ["300000000000000003", "300000000000000001"],
    "sub": "a-value", ZITADEL_ROLES: {"ssh": {"300000000000000002": "example.zitadel.cloud"}}}

TOKENS = {
    "ad-fs": [
        Token(AD_FS, "daemon", ({"upn": "daemon@example.org"}, "account.not_allowed")),
        Token({**AD_FS, "group": "ssh-users"}, "daemon", ({"group": "Domain Users"}, "claim.condition"))],
    "auth0": [
        Token(AUTH0, "daemon", ({"permissions": []}, "account.not_allowed"))],
    "authentik": [
        Token(AUTHENTIK, "daemon", ({"groups": ["staff"]}, "claim.condition"))],
    "azure-b2c": [
        Token(AZURE_B2C, "daemon", ({"tfp": "B2C_1_signup"}, "claim.condition")),
        Token(AZURE_B2C, "daemon", ({"scp": "other"}, "claim.condition"))],
    "break-glass": [
        Token({"iss": "https://breakglass.example.com", "aud": HOST, "sub": "breakglass"}, "emergency",
              ({"sub": "other"}, "account.not_allowed"))],
    "cloudflare-access": [
        Token(CLOUDFLARE, "daemon", ({"email": "daemon@example.org"}, "account.not_allowed")),
        Token(CLOUDFLARE, "daemon", ({"sub": "", "common_name": "a.access"}, "claim.missing"))],
    "dex": [
        Token(DEX, "daemon", ({"groups": ["staff"]}, "claim.condition"))],
    "egi-check-in": [
        Token(EGI, "daemon", ({"azp": "another-client"}, "audience.mismatch")),
        Token({**EGI, "eduperson_entitlement": "urn:mace:egi.eu:group:vo.example.org:role=member#aai.egi.eu"},
              "daemon", ({"eduperson_entitlement": "urn:mace:egi.eu:group:other:role=member#aai.egi.eu"},
                         "claim.condition"))],
    "entra-id": [
        Token(ENTRA, "daemon", ({"acct": 1}, "account.not_allowed")),
        Token({**ENTRA, "acct": 1, "roles": ["ssh-contractor"]}, "contractor",
              ({"acct": 0}, "account.not_allowed"))],
    "github-actions": [
        Token(GITHUB, "deploy", ({"repository_owner_id": "1"}, "claim.condition")),
        Token({**GITHUB, "ref": "refs/tags/v1"}, "deploy", ({"ref": "refs/heads/other"}, "account.not_allowed"))],
    "gitlab": [
        Token(GITLAB_PEOPLE, "daemon", ({"groups_direct": ["staff"]}, "claim.condition")),
        Token(GITLAB_PEOPLE, "daemon", ({"email": "daemon@example.org"}, "account.not_allowed"))],
    "gitlab-ci": [
        Token(GITLAB, "deploy", ({"ref_protected": "false"}, "account.not_allowed"))],
    "google": [
        Token(GOOGLE, "daemon", ({"email_verified": "true"}, "account.not_allowed")),
        Token({**GOOGLE, "aud": HOST, "sub": "000000000000000000000", "azp": "000000000000000000000"}, "deploy",
              ({"sub": "1"}, "account.not_allowed"))],
    "keycloak": [
        Token(KEYCLOAK, "daemon", ({"realm_access": {"roles": []}}, "claim.condition")),
        Token({**KEYCLOAK, "realm_access": {"roles": ["ssh", "acct-daemon"]}, "preferred_username": "alice"},
              "daemon", ({"realm_access": {"roles": ["ssh"]}}, "account.not_allowed")),
        Token({**KEYCLOAK, "acr": "gold", "auth_time": "now"}, "daemon",
              ({"acr": "1"}, "claim.condition"), service="sudo"),
        Token({**KEYCLOAK, "aud": "pg-orders", "resource_access": {"pg-orders": {"roles": ["app_ro"]}}}, "app_ro",
              ({"resource_access": {"pg-orders": {"roles": ["other"]}}}, "account.not_allowed"),
              service="postgresql")],
    "kubernetes": [
        Token(KUBERNETES, "deploy",
              ({"kubernetes.io": {"namespace": "other", "serviceaccount": {"name": "deployer"}}},
               "account.not_allowed"))],
    "okta": [
        Token(OKTA, "daemon", ({"groups": ["everyone"]}, "claim.condition"))],
    "spiffe": [
        Token(SPIFFE, "deploy", ({"sub": "spiffe://example.org/ns/ci/sa/other"}, "account.not_allowed"))],
    "wlcg": [
        Token(WLCG, "cmsprod", ({"wlcg.groups": ["/cms"]}, "account.not_allowed")),
        Token(WLCG, "daemon", ({"scope": "compute.modify:/x"}, "claim.condition"))],
    "zitadel": [
        Token(ZITADEL, "daemon",
              ({ZITADEL_ROLES: {"other": {"300000000000000002": "example.zitadel.cloud"}}}, "claim.condition"))],
}

# ID tokens without aud for each example with a profile in etc/jwt-sso, and the account that they give.
ID_TOKENS = {
    "auth0": ({"iss": AUTH0["iss"], "sub": AUTH0["sub"], "https://example.com/account": "daemon"}, "daemon"),
    "authentik": ({**AUTHENTIK, "iss": "https://authentik.example.com/application/o/ssh-client/",
                   "azp": "ssh-client"}, "daemon"),
    "dex": (DEX, "daemon"),
    "entra-id": (ENTRA, "daemon"),
    "gitlab": (GITLAB_PEOPLE, "daemon"),
    "google": ({**GOOGLE, "azp": "000000000000-desktop.apps.googleusercontent.com"}, "daemon"),
    "keycloak": ({**KEYCLOAK, "azp": "ssh-client"}, "daemon"),
    "okta": ({"iss": OKTA["iss"], "sub": "a-value", "groups": ["ssh"]}, "daemon"),
    "zitadel": ({**ZITADEL, "azp": "300000000000000004"}, "daemon"),
}

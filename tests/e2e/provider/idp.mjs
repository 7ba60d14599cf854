// idp.mjs SETTINGS   runs an OpenID provider (npm's oidc-provider) for the tests, over HTTPS and with
//                    all its data in memory
//
// SETTINGS is a JSON file: issuer, address, port, tls_key, tls_cert, keys (a private JWK Set; of
// two keys for one algorithm the first signs), algorithms, audience, users ({name: [group, ...]}).
// Prints "ready" when it listens. SIGHUP reads the keys again, then prints "ready".
//
// For each algorithm there is a public client ssh-ALG, whose access and ID tokens are signed with
// it, and a confidential client robot-ALG, for access tokens by client credentials.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import Provider from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const TOKEN_SECONDS = 600;

console.info = console.error; // for the library's notices: standard output is for "ready"

// Logins that began before the keys changed, which the next provider must know too.
class SharedMemory extends MemoryAdapter {}

function userClient(alg) {
  return {
    client_id: `ssh-${alg}`,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [`${settings.issuer}/done`],
    id_token_signed_response_alg: alg,
    require_auth_time: true,
  };
}

function robotClient(alg) {
  return {
    client_id: `robot-${alg}`,
    client_secret: 'robot-secret',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    id_token_signed_response_alg: alg,
  };
}

// The claims of a user's tokens beside the registered ones. A robot's tokens do not have them.
function userClaims(name) {
  return settings.users[name] ? { preferred_username: name, groups: settings.users[name] } : {};
}

// RFC 8707 and RFC 9068: a token for this audience is a JWT, signed as its client's tokens are.
function resourceServer(_context, resource, client) {
  return {
    audience: resource,
    scope: 'ssh',
    accessTokenFormat: 'jwt',
    accessTokenTTL: TOKEN_SECONDS,
    jwt: { sign: { alg: client.idTokenSignedResponseAlg } },
  };
}

// No user is asked for consent, as if the administrator had given it for all.
async function consent({ oidc }) {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope('openid profile groups');
  grant.addResourceScope(settings.audience, 'ssh');
  await grant.save();
  return grant;
}

function configuration() {
  return {
    adapter: SharedMemory,
    jwks: JSON.parse(readFileSync(settings.keys, 'utf8')),
    clients: settings.algorithms.flatMap((alg) => [userClient(alg), robotClient(alg)]),
    enabledJWA: { idTokenSigningAlgValues: settings.algorithms },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: resourceServer,
      },
    },
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    conformIdTokenClaims: false, // the claims are in the ID token, as with most providers
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...userClaims(id) }),
    }),
    extraTokenClaims: (_context, token) => userClaims(token.accountId),
    loadExistingGrant: consent,
    interactions: { url: (_context, interaction) => `/login/${interaction.uid}` },
    ttl: { IdToken: TOKEN_SECONDS, ClientCredentials: TOKEN_SECONDS },
    cookies: { keys: ['of-this-test'] },
  };
}

let provider, answer;

function readKeys() {
  provider = new Provider(settings.issuer, configuration());
  provider.on('server_error', (_context, error) => console.error(error));
  answer = provider.callback();
}

// There is no login page: the user in `login_hint` is logged in.
async function logIn(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const result = { login: { accountId: params.login_hint } };
  await provider.interactionFinished(request, response, result);
}

function serve(request, response) {
  const path = request.url.split('?')[0];
  console.error(request.method, path);
  if (path.startsWith('/login/')) {
    logIn(request, response).catch((error) => response.writeHead(500).end(String(error)));
  } else if (path === '/done') {
    response.end(); // a user's program would take the code here
  } else {
    answer(request, response);
  }
}

readKeys();
process.on('SIGHUP', () => {
  readKeys();
  console.log('ready');
});
const tls = { key: readFileSync(settings.tls_key), cert: readFileSync(settings.tls_cert) };
createServer(tls, serve).listen(settings.port, settings.address, () => console.log('ready'));

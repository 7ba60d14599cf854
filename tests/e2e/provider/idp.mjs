// idp.mjs SETTINGS   runs an OpenID provider (npm's oidc-provider) for the tests, over HTTPS and with
//                    all its data in memory
//
// SETTINGS is a JSON file: issuer, address, port, tls_key, tls_cert, keys (a private JWK Set; of
// two keys for one algorithm the first signs), algorithms, audiences (RFC 8707), users ({name:
// [group, ...]}), and these, which tests change:
//   dpop             "on", "off", or "nonce": proofs need a nonce of the server (RFC 9449 §8)
//   id_token_seconds, access_token_seconds, refresh_token_seconds, device_code_seconds
//   refresh_tokens   whether it gives refresh tokens
//   renewed_nonce    whether an ID token that a refresh brings repeats the nonce of the login
//   token_answers    whether the token endpoint sends its answers, after it did what it was asked for;
//                    those that it did not send come when this is changed back
//   device_nonce     whether the ID token of a device login repeats the nonce of its request
// Prints "ready" when it listens. SIGHUP reads settings and keys again, then prints "ready".
//
// The log has a line for each request, with method and path, and one for each answer of the token
// endpoint: "grant", its type, the client, and "ok" or the error.
//
// oidc-provider has no token exchange (RFC 8693) and no JWT bearer grant (RFC 7523 §2.1).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import Provider, { errors } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { clients } from './clients.mjs';
import { loginPage } from './login_page.mjs';

console.info = console.error; // for the library's notices: standard output is for "ready"

let settings, provider, answer;
const held = []; // functions that send the answers which are held back

// Logins that began before the keys changed, which the next provider must know too.
class SharedMemory extends MemoryAdapter {
  async upsert(id, payload, expiresIn) {
    const stored = { ...payload };
    if (this.model === 'RefreshToken' && !settings.renewed_nonce) delete stored.nonce;
    if (this.model === 'DeviceCode' && settings.device_nonce) stored.nonce = payload.params.nonce;
    return super.upsert(id, stored, expiresIn);
  }
}

// The claims of a user's tokens beside the registered ones. A robot's tokens do not have them.
function userClaims(name) {
  return settings.users[name] ? { preferred_username: name, groups: settings.users[name] } : {};
}

// RFC 8707 and RFC 9068: a token for this audience is a JWT, signed as its client's tokens are.
function resourceServer(_context, resource, client) {
  if (!settings.audiences.includes(resource)) throw new errors.InvalidTarget();
  return {
    audience: resource,
    scope: 'ssh',
    accessTokenFormat: 'jwt',
    accessTokenTTL: settings.access_token_seconds,
    jwt: { sign: { alg: client.idTokenSignedResponseAlg } },
  };
}

// A person's program that names no audience at its login may name any later, one at a time.
function defaultResource(_context, client, granted) {
  if (granted) return granted[0];
  return client.clientId.startsWith('jwt-sso') ? settings.audiences : undefined;
}

// No user is asked for consent, as if the administrator had given it for all.
async function consent({ oidc }) {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope('openid profile groups offline_access');
  settings.audiences.forEach((audience) => grant.addResourceScope(audience, 'ssh'));
  await grant.save();
  return grant;
}

function features() {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: resourceServer,
      defaultResource,
    },
    dPoP: {
      enabled: settings.dpop !== 'off',
      nonceSecret: settings.dpop === 'nonce' ? Buffer.alloc(32, 'of-this-test') : undefined,
      requireNonce: () => settings.dpop === 'nonce',
    },
  };
}

function configuration() {
  return {
    adapter: SharedMemory,
    jwks: JSON.parse(readFileSync(settings.keys, 'utf8')),
    clients: clients(settings.issuer, settings.algorithms),
    enabledJWA: { idTokenSigningAlgValues: settings.algorithms },
    features: features(),
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    conformIdTokenClaims: false, // the claims are in the ID token, as with most providers
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...userClaims(id) }),
    }),
    extraTokenClaims: (_context, token) => userClaims(token.accountId),
    loadExistingGrant: consent,
    // A refresh token can be used once. If it is used again, its whole family is revoked.
    issueRefreshToken: (_context, client) =>
      settings.refresh_tokens && client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    interactions: { url: (_context, interaction) => `/login/${interaction.uid}` },
    ttl: {
      IdToken: settings.id_token_seconds,
      ClientCredentials: settings.access_token_seconds,
      RefreshToken: settings.refresh_token_seconds,
      DeviceCode: settings.device_code_seconds,
    },
    cookies: { keys: ['of-this-test'] },
  };
}

function logGrant({ oidc }, verdict) {
  console.error('grant', oidc.params?.grant_type, oidc.client?.clientId, verdict);
}

function readSettings() {
  settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  provider = new Provider(settings.issuer, configuration());
  provider.on('server_error', (_context, error) => console.error(error));
  provider.on('grant.success', (context) => logGrant(context, 'ok'));
  provider.on('grant.error', (context, error) => logGrant(context, error.error));
  answer = provider.callback();
  if (settings.token_answers) held.splice(0).forEach((send) => send());
}

// Lets the answer wait until the settings change.
function hold(response) {
  const end = response.end.bind(response);
  response.end = (...parts) => {
    held.push(() => end(...parts));
    return response;
  };
}

// Logs in the user in `login_hint`, or else the one who is named on the login page. The library asks
// for consent to programs on the user's own machine at each login: nobody needs to click for that.
async function logIn(request, response) {
  const { params, prompt } = await provider.interactionDetails(request, response);
  let result = { consent: {} };
  if (prompt.name === 'login') {
    const hint = params.login_hint;
    result = hint ? { login: { accountId: hint } } : await loginPage(request, response, settings.users);
    if (!result) return;
  }
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
    if (path === '/token' && !settings.token_answers) hold(response);
    answer(request, response);
  }
}

readSettings();
process.on('SIGHUP', () => {
  readSettings();
  console.log('ready');
});
const tls = { key: readFileSync(settings.tls_key), cert: readFileSync(settings.tls_cert) };
createServer(tls, serve).listen(settings.port, settings.address, () => console.log('ready'));

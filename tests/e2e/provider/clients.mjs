// The clients of the provider.
//
// For each algorithm there is a public client ssh-ALG, whose access and ID tokens are signed with
// it, and a confidential client robot-ALG, for access tokens by client credentials.
//
// The programs on a user's own machine are jwt-sso, which is public, and jwt-sso-secret, whose
// secret every user has (RFC 8252 §8.5). Their tokens are signed with ES256. robot-dpop
// gets no token without a proof of its key (RFC 9449 §5.2). jwt-sso-prompts is for tokens at prompts,
// and jwt-sso-stranger is a client that no host knows.
import { createHash } from 'node:crypto';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

function userClient(issuer, alg) {
  return {
    client_id: `ssh-${alg}`,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [`${issuer}/done`],
    id_token_signed_response_alg: alg,
    require_auth_time: true,
  };
}

function robotClient(name, alg) {
  return {
    client_id: name,
    client_secret: 'robot-secret',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    id_token_signed_response_alg: alg,
  };
}

// RFC 8252 §7.3: the provider takes any port with these.
function loopbackUris(issuer) {
  const hash = createHash('sha256').update(issuer).digest('base64url').slice(0, 16);
  return [`http://127.0.0.1/cb/${hash}`, 'http://localhost/cb'];
}

function personsClient(issuer, name, authentication) {
  return {
    client_id: name,
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE],
    response_types: ['code'],
    redirect_uris: loopbackUris(issuer),
    id_token_signed_response_alg: 'ES256',
    require_auth_time: true,
    ...authentication,
  };
}

export function clients(issuer, algorithms) {
  const isPublic = { token_endpoint_auth_method: 'none' };
  return [
    ...algorithms.map((alg) => userClient(issuer, alg)),
    ...algorithms.map((alg) => robotClient(`robot-${alg}`, alg)),
    { ...robotClient('robot-dpop', 'ES256'), dpop_bound_access_tokens: true },
    personsClient(issuer, 'jwt-sso', isPublic),
    personsClient(issuer, 'jwt-sso-prompts', isPublic),
    personsClient(issuer, 'jwt-sso-stranger', isPublic),
    personsClient(issuer, 'jwt-sso-secret', { client_secret: 'no-secret' }),
  ];
}

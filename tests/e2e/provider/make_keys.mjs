// make_keys.mjs MARK ALGORITHM...   prints a private JWK Set; the key ids end in MARK
import { generateKeyPairSync } from 'node:crypto';

const KINDS = {
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  ES384: ['ec', { namedCurve: 'P-384' }],
  ES512: ['ec', { namedCurve: 'P-521' }],
  EdDSA: ['ed25519'],
};

const [mark, ...algorithms] = process.argv.slice(2);
const keys = algorithms.map((alg) => {
  const { privateKey } = generateKeyPairSync(...KINDS[alg]);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `${alg}-${mark}` };
});
console.log(JSON.stringify({ keys }));

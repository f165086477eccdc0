import { isObject } from '../../src/json';
import { CUSTOM_REQUEST_KEYS } from '../../src/settings/custom-request';
import { SIGNED_JWT_KEYS } from '../../src/settings/signed-jwt';
import { repeatedParameter } from '../../src/settings/token';

import { memberPath } from './problems';
import type { Problem } from './problems';

type Token = Readonly<Record<string, unknown>>;

/** The settings that replace the client's own keys, with the keys inside them. */
const OTHER_WAYS = { signedJwt: SIGNED_JWT_KEYS, customRequest: CUSTOM_REQUEST_KEYS };
/** Keys that every token may have, however it is obtained. */
const OF_ALL_WAYS = ['tokenName', 'refreshPercent', 'defaultLifetimeSeconds'];

/**
 * Checks the keys of each token against each other, and the tokens against each other.
 *
 * @param tokens with keys that have been read already
 * @param path the path of the list
 */
export function tokenProblems(tokens: readonly Token[], path: string): Problem[] {
  const pathOf = (index: number): string => memberPath(path, index);
  return tokens.flatMap((token, index) => {
    const { tokenName } = token;
    const same = tokens.findIndex((other) => other['tokenName'] === tokenName);
    const message = `is the same as that of ${pathOf(same)}: every token needs a name of its own`;
    const problems = tokenName !== undefined && same < index ? [{ path: 'tokenName', message }] : [];
    const all = [...problems, ...repeated(token), ...withoutPartner(token), ...unused(token)];
    return all.map((problem) => ({ ...problem, path: memberPath(pathOf(index), problem.path) }));
  });
}

/** A Function has no cryptography, so it can't sign a JWT. */
export function signingProblems({ tokens, refreshBy }: Readonly<Record<string, unknown>>): Problem[] {
  if (!Array.isArray(tokens) || refreshBy === 'flow') return [];
  return (tokens as Token[]).flatMap(({ tokenName, signedJwt }, index) => {
    if (signedJwt === undefined) return [];
    const named = typeof tokenName === 'string' ? `the token "${tokenName}"` : 'this token';
    const message = `can't be used in a Function, which has no cryptography to sign with: have a Flow refresh ${named}. Set "refreshBy": "flow" and "refreshFlowUrl" at the top of the file`;
    return [{ path: memberPath(memberPath('tokens', index), 'signedJwt'), message }];
  });
}

function repeated({ extraParameters, ...token }: Token): Problem[] {
  const name = isObject(extraParameters) ? repeatedParameter(token, extraParameters) : undefined;
  return name === undefined ? [] : [{ path: 'extraParameters', message: `must not repeat "${name}"` }];
}

function withoutPartner({ username, password }: Token): Problem[] {
  if ((username === undefined) === (password === undefined)) return [];
  const [path, other] = username === undefined ? ['username', 'password'] : ['password', 'username'];
  return [{ path, message: `is missing: "${other}" needs it` }];
}

function unused(token: Token): Problem[] {
  const way = Object.entries(OTHER_WAYS).find(([name]) => token[name] !== undefined);
  if (way === undefined) return [];
  const [used, keys] = way;
  return Object.keys(token)
    .filter((key) => key !== used && !OF_ALL_WAYS.includes(key))
    .map((path) => ({ path, message: `is not used beside "${used}": ${path in keys ? `move it into "${used}"` : 'leave it out'}` }));
}

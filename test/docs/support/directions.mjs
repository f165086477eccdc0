/** Prints as JSON which imports lint allows: `[{ part, allowed }]`, as paths below the root. */
import config from '../../../eslint.config.mjs';

const RULE = 'import-x/no-restricted-paths';
const { zones } = config.find(({ rules }) => rules?.[RULE] !== undefined).rules[RULE][1];
const plain = (path) => path.replace(/^\.\//, '');
const whole = zones.filter(({ except }) => except !== undefined);

console.log(
  JSON.stringify(
    whole.map(({ target, from, except }) => ({
      part: plain(target),
      allowed: except.map((path) => (from === '.' ? plain(path) : `${plain(from)}/${plain(path)}`)),
    })),
  ),
);

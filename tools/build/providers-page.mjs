/** Makes docs/providers.md and docs/providers/ from the provider table and the template. */

const CONNECTION_TYPES = { clientSecret: 'oauth2ClientCredentials', signedJwt: 'oauth2SignedJwt', customRequest: 'customTokenRequest' };

/** Settings that are fields of the nodes, not of the connection. */
const NODE_LABELS = { defaultLifetimeSeconds: 'Default lifetime' };

/** The width of the text on a page, characters. */
const COLUMNS = 130;

const code = (value) => `\`${value}\``;

/**
 * @param overview the template of the overview, with @COUNT@ and @OVERVIEW@
 * @param labels the labels of the fields, by connection type and name
 * @returns the pages by path
 */
export function providersPages({ overview, providers, patternsOf, table, labels }) {
  const pages = providers.map((provider) => [`docs/${pageOf(provider)}`, providerPage(provider, { patternsOf, table, labels })]);
  const first = overview.replace('@COUNT@', String(providers.length)).replace('@OVERVIEW@', () => overviewOf(providers, table));
  return { 'docs/providers.md': first, ...Object.fromEntries(pages) };
}

/** @returns the path of a provider's page, relative to docs/ */
function pageOf({ id }) {
  return `providers/${id}.md`;
}

function overviewOf(providers, table) {
  const head = ['provider', '`init --provider`', 'access on its own', 'on behalf of a user', 'access token lives', 'refresh token', 'store'];
  const by = { clientSecret: '', signedJwt: ', by a signed JWT', customRequest: ', by a request of its own' };
  return table(
    head,
    providers.map(({ id, name, way, clientAccess, userAccess, lifetime, refreshToken, store }) => [
      `[${name}](${pageOf({ id })})`,
      code(id),
      clientAccess === 'no' ? 'no' : `${clientAccess}${by[way.authentication]}`,
      userAccess === 'no' || clientAccess !== 'no' ? userAccess : `${userAccess}${by[way.authentication]}`,
      lifetime,
      refreshToken,
      store,
    ]),
  );
}

function providerPage(provider, { patternsOf, table, labels }) {
  const { name, about, quirks, remarks = [], sources } = provider;
  const points = quirks.map(({ sentence, detail, isPlayed }) => [isPlayed ? `**${sentence}**` : sentence, detail].filter(Boolean).join(' '));
  const links = sources.map(({ title, url }) => `[${title}](${url})`).join(', ');
  const [oldest] = sources.map(({ read }) => read).sort();
  const parts = [
    `# ${name}`,
    'Made from `tools/cli/providers/` by `npm run reference`. [Providers](../providers.md) explains the rows.',
    ...(about === undefined ? [] : [wrapped(about)]),
    table(['setting', 'value'], settingRows(provider, patternsOf, labels)).trimEnd(),
    points.map((text) => wrapped(text, '- ', '  ')).join('\n'),
    ...remarks.map((text) => wrapped(text)),
    wrapped(`${sources.length === 1 ? 'Source' : 'Sources'}, as of ${oldest}: ${links}.`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function settingRows(provider, patternsOf, labels) {
  const { way, placeholders = {}, notes = {}, prepare, consent, authorization, includeMembers = {} } = provider;
  const type = CONNECTION_TYPES[way.authentication];
  const values = Object.fromEntries(patternsOf(way));
  const keys = [...Object.keys(values), ...Object.keys(notes).filter((key) => !(key in values))];
  const settings = keys.map((key) => [labels[type]?.[key] ?? NODE_LABELS[key] ?? code(key), valueOf(key, values[key], provider)]);
  const isPart = (name) => Object.values(values).some((pattern) => pattern.includes(`{${name}}`) && !isPlaceholder(pattern));
  const parts = Object.entries(placeholders).filter(([name]) => isPart(name)).map(([name, placeholder]) => [code(`{${name}}`), explained(placeholder)]);
  const members = Object.entries(includeMembers).map(([name, what]) => `${code(name)}, ${what}`);
  return [
    ...(prepare === undefined ? [] : [['First', prepare]]),
    ['Connection', code(type)],
    ...settings,
    ...parts,
    ...consentRows(consent),
    ...(authorization?.header === undefined ? [] : [[code('authorizationHeader'), code(authorization.header)]]),
    ...(authorization === undefined ? [] : [[code('authorizationScheme'), authorization.scheme === '' ? 'none' : code(authorization.scheme)]]),
    ...(members.length === 0 ? [] : [[code('includeMembers'), members.join('; ')]]),
  ];
}

/** @returns rows with what `authorize` knows about the provider */
function consentRows(consent) {
  if (consent === undefined) return [];
  const { authorizationUrl, deviceAuthorizationUrl, parameters = {}, offlineScope } = consent;
  const wants = [
    ...(offlineScope === undefined ? [] : [`scope ${code(offlineScope)}`]),
    ...Object.entries(parameters).map((pair) => code(pair.join('='))),
  ];
  const rows = [['Consent', `${code(authorizationUrl)}${wants.length === 0 ? '' : `, with ${wants.join(', ')}`}`]];
  return deviceAuthorizationUrl === undefined ? rows : [...rows, ['Consent on another device', code(deviceAuthorizationUrl)]];
}

function valueOf(key, pattern, { way, placeholders, notes = {} }) {
  const note = notes[key];
  if (pattern === undefined) return note;
  const isEither = Array.isArray(way[key]) && way[key].length > 1;
  if (isEither || isPlaceholder(pattern)) return note ?? (isEither ? 'either' : explained(placeholders[pattern.slice(1, -1)]));
  const shown = pattern.split('\n').map(code).join('<br>');
  if (note === undefined) return shown;
  return `${shown}${note.startsWith('or ') ? ',' : ';'} ${note}`;
}

/** Whether the whole value of a setting differs between users. */
function isPlaceholder(pattern) {
  return /^\{\w+\}$/.test(pattern);
}

function explained({ what, example, initial, choices, isOptional, isFile }) {
  const known = Object.entries(choices ?? {}).map(([value, meaning]) => `${code(value)} (${meaning})`);
  const such = isFile ? undefined : (initial ?? example);
  const examples = known.length > 0 ? `: ${known.join(', ')}` : such === undefined ? '' : `, such as ${code(such)}`;
  return `${what}${examples}${isOptional && !what.includes('leave empty') ? '; may be left out' : ''}`;
}

function wrapped(text, first = '', further = '') {
  const lines = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isFull = line.trim() !== first.trim() && line.trim() !== '' && line.length + word.length > COLUMNS;
    if (isFull) lines.push(line.trimEnd());
    line = isFull ? `${further}${word} ` : `${line}${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}

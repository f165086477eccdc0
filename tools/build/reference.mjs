/**
 * `npm run reference`: writes docs/reference/ and docs/errors.md from the built extension and the sources, and the provider pages from
 * the provider table. With `--check` it writes nothing, and exits with 1 if a file is out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { loadTypeScript } from '../bench/load-typescript.mjs';
import { providersPages } from './providers-page.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);

const { nodes, connections } = require(join(ROOT, 'dist/extension/build/module.js')).default;
const { ERROR_REMEDIES, CLI_ERRORS, FINDING_REMEDIES, SETTINGS_BY_USE, PROVIDERS, patternsOf } = loadTypeScript(`
  export { ERROR_REMEDIES } from './src/errors';
  export { CLI_ERRORS } from './tools/cli/cli-error';
  export { FINDING_REMEDIES } from './tools/cli/status/findings';
  export { SETTINGS_BY_USE } from './tools/cli/settings';
  export { PROVIDERS } from './tools/cli/providers';
  export { patternsOf } from './tools/cli/providers/fill';`);

const text = (localized) => (typeof localized === 'object' ? localized.default : (localized ?? ''));
const code = (value) => `\`${value}\``;

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replace(/\n/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function nodeReference(node) {
  const branches = nodes.filter(({ parentType }) => parentType === node.type);
  const sectionOf = (key) => node.sections.find(({ fields }) => fields.includes(key));
  const rows = node.fields.map((field) => [
    text(field.label),
    code(field.key),
    text(field.description ?? field.params.text) + optionsOf(field),
    defaultOf(field.defaultValue),
    text(sectionOf(field.key)?.label),
    conditionOf(field.condition ?? sectionOf(field.key)?.condition, node),
  ]);
  return [
    `### ${text(node.defaultLabel)}`,
    '',
    `${text(node.summary)}. Type ${code(node.type)}.`,
    '',
    table(['field', 'key', 'what it is', 'default', 'section', 'shown'], rows),
    ...paragraph('Branches', branches.map((branch) => `*${text(branch.defaultLabel)}* (${code(branch.type)})`).join(', ')),
    ...paragraph('Chips in text fields', (node.tokens ?? []).map(({ label, script }) => `**${label}** inserts ${code(`{{${script}}}`)}`).join('; ')),
  ].join('\n');
}

function paragraph(title, words) {
  return words === '' ? [] : [`${title}: ${words}.`, ''];
}

function optionsOf({ params }) {
  const options = params?.options?.map(({ label, value }) => `*${text(label)}* (${code(value)})`) ?? [];
  return options.length === 0 ? '' : ` ${options.join(', ')}.`;
}

function defaultOf(value) {
  if (value === undefined || value === '') return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return code(value);
}

function conditionOf(condition, { fields }) {
  if (condition === undefined) return '';
  const field = fields.find(({ key }) => key === condition.key);
  const option = field.params.options.find(({ value }) => value === condition.value);
  return `if *${text(field.label)}* is ${condition.negate ? 'not ' : ''}*${text(option.label)}*`;
}

function connectionReference({ type, label, fields }) {
  const rows = fields.map((field) => [
    text(field.label),
    code(field.fieldName),
    field.required === false ? '' : 'yes',
    text(field.description),
  ]);
  return [`### ${label}`, '', `Type ${code(type)}.`, '', table(['field', 'name', 'required', 'what it is'], rows)].join('\n');
}

/** @returns a table row for each member of an interface: name, type, whether it is always there, docstring */
function membersOf(file, name) {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found = source.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name);
  if (found === undefined) throw new Error(`${file} has no interface ${name}.`);
  return found.members.map((member) => [
    code(member.name.getText()),
    code(member.type.getText()),
    member.questionToken === undefined ? 'always' : 'sometimes',
    ts.getJSDocCommentsAndTags(member).map(({ comment }) => comment).join(' '),
  ]);
}

/** Writes a table of codes. What happened comes from the docstrings in the source. @throws Error for a code without a docstring */
function codeTable(file, name, head, rows) {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const docs = {};
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && tableOf(node) === name) docs[node.name.getText()] = ts.getJSDocCommentsAndTags(node).map(({ comment }) => comment).join(' ');
    ts.forEachChild(node, visit);
  };
  visit(source);
  const missing = rows.map(([key]) => key).filter((key) => !docs[key]);
  if (missing.length > 0) throw new Error(`${file} does not say what happened: ${missing.join(', ')}`);
  return table(['code', 'what happened', ...head], rows.map(([key, ...cells]) => [code(key), docs[key], ...cells]));
}

/** @returns the name of the constant that a property belongs to */
function tableOf({ parent }) {
  const declaration = ts.isAsExpression(parent.parent) || ts.isSatisfiesExpression(parent.parent) ? parent.parent.parent : parent.parent;
  return ts.isVariableDeclaration(declaration) ? declaration.name.getText() : undefined;
}

function settingsReference() {
  const told = new Set();
  return Object.entries(SETTINGS_BY_USE).map(([title, keys]) => {
    const rows = Object.entries(keys)
      // A key that several groups share is listed only once.
      .filter(([, key]) => !told.has(key))
      .map(([name, key]) => {
        told.add(key);
        const { about, required, fallback, vendorVariable } = key;
        if (about === undefined) throw new Error(`The setting ${name} (${title}) does not say what it is about.`);
        const isPlain = fallback !== undefined && typeof fallback !== 'object';
        return [code(name), required ? 'yes' : '', about, isPlain ? code(fallback) : vendorVariable === undefined ? '' : `\`\${${vendorVariable}}\``];
      });
    return [`### ${title}`, '', table(['key', 'required', 'what it is', 'default'], rows)].join('\n');
  });
}

const MADE = 'Made from the sources by `npm run reference`: change those, not this file.';

function page(title, ...parts) {
  return [`# ${title}`, '', MADE, '', ...parts].join('\n');
}

function nodesPage() {
  const members = (file, name) => table(['member', 'type', 'there', 'what it is'], membersOf(file, name));
  return page(
    'Nodes',
    'Each field of each node, and what the nodes store. [The nodes](../nodes.md) says what they do.',
    '',
    ...nodes.filter(({ parentType }) => parentType === null).map(nodeReference),
    '## What a node stores',
    '',
    'A node stores its result in the context or the input, under the key that you choose. After *On Error* it is `{error: …}`.',
    '',
    '### The token',
    '',
    members('src/refresh/result.ts', 'TokenResult'),
    '### The answer of an API',
    '',
    'From *Authorized Request*. If no answer came, or none that can be stored, it is `{error: …}` too.',
    '',
    members('src/api-request/result.ts', 'ApiResult'),
    '### After Forget Token',
    '',
    members('src/refresh/forget-token.ts', 'ForgetResult'),
    '### The error',
    '',
    members('src/errors.ts', 'ErrorReport'),
  );
}

function connectionsPage() {
  return page('Connections', ...connections.map(connectionReference));
}

function configurationPage() {
  return page(
    'Configuration',
    'The keys of `access-token.json`. An environment variable replaces `${NAME}` anywhere in a text.',
    '',
    ...settingsReference(),
  );
}

function errorsPage() {
  return page(
    'Errors',
    'In a Flow the code is in `error.code` or `warning.code` of the result, and in the log. The message beside it says what happened, and',
    '`remedy` what to do in that case; the sentences here are the general ones.',
    '',
    '- [Of nodes and of the background refresh](#of-nodes-and-of-the-background-refresh)',
    '- [Of the commands](#of-the-commands)',
    '- [Findings of status](#findings-of-status)',
    '',
    '## Of nodes and of the background refresh',
    '',
    codeTable('src/errors.ts', 'REMEDIES', ['what to do'], Object.entries(ERROR_REMEDIES).map(([name, remedy]) => [name, remedy])),
    '## Of the commands',
    '',
    codeTable('tools/cli/cli-error.ts', 'CODES', ['exit code', 'what to do'], Object.entries(CLI_ERRORS).map(([name, what]) => [name, ...what])),
    '## Findings of status',
    '',
    codeTable('tools/cli/status/findings.ts', 'REMEDIES', ['what to do'], Object.entries(FINDING_REMEDIES)),
  );
}

/** Makes the overview and a page for each provider. */
function providerPages() {
  const overview = readFileSync(join(ROOT, 'tools/build/templates/providers.md.txt'), 'utf8');
  const labelsOf = ({ fields }) => Object.fromEntries(fields.map(({ fieldName, label }) => [fieldName, text(label)]));
  const labels = Object.fromEntries(connections.map((connection) => [connection.type, labelsOf(connection)]));
  return providersPages({ overview, providers: PROVIDERS, patternsOf, table, labels });
}

const PAGES = {
  'docs/reference/nodes.md': nodesPage(),
  'docs/reference/connections.md': connectionsPage(),
  'docs/reference/configuration.md': configurationPage(),
  'docs/errors.md': errorsPage(),
  ...providerPages(),
};

for (const [path, made] of Object.entries(PAGES)) {
  const file = join(ROOT, path);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, made);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== made) {
    console.error(`${path} is not up to date. Run: npm run reference`);
    process.exitCode = 1;
  }
}

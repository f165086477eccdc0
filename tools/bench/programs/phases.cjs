/**
 * Where the time of one execution goes: `node phases.cjs MODULE EXECUTION`. Prints JSON: the milliseconds for reading
 * `module.js`, compiling it, evaluating it, and running the node, which may load more files.
 */
const { execute } = require('./execute.cjs');
const { readFileSync } = require('fs');
const { createRequire } = require('module');
const { compileFunction } = require('vm');

const [, , path, json] = process.argv;
const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;

async function main() {
  const marks = [milliseconds()];
  const source = readFileSync(path, 'utf8');
  marks.push(milliseconds());
  const evaluate = compileFunction(source, ['exports', 'require', 'module'], { filename: path });
  marks.push(milliseconds());
  const module_ = { exports: {} };
  evaluate(module_.exports, createRequire(path), module_);
  marks.push(milliseconds());
  const { branch } = await execute(module_.exports.default, JSON.parse(json));
  marks.push(milliseconds());
  if (branch !== 'success') process.exitCode = 1;
  const [read, compile, evaluated, run] = marks.slice(1).map((mark, index) => mark - marks[index]);
  process.stdout.write(JSON.stringify({ read, compile, evaluate: evaluated, run }));
}

main();

import { run } from './program';

process.exitCode = run(process.argv.slice(2), {
  env: process.env,
  templates: __dirname,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
});

/**
 * Sends one request with the transport that FILE exports as NAME: `node post.cjs FILE NAME REQUEST`. REQUEST is JSON. Prints
 * JSON: the answer, or `{ error: { kind, reason, message, remedy } }`.
 */
const [, , file, name, request] = process.argv;

require(file)[name](JSON.parse(request), 120_000).then(
  (answer) => console.log(JSON.stringify(answer)),
  ({ kind, reason, message, remedy }) => console.log(JSON.stringify({ error: { kind, reason, message, remedy } })),
);

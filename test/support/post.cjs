/**
 * One request with the transport of a file: `node post.cjs FILE NAME REQUEST`, the last as JSON. Prints as JSON
 * the answer, or `{ error: { kind, reason, message, remedy } }`.
 */
const [, , file, name, request] = process.argv;

require(file)[name](JSON.parse(request), 120_000).then(
  (answer) => console.log(JSON.stringify(answer)),
  ({ kind, reason, message, remedy }) => console.log(JSON.stringify({ error: { kind, reason, message, remedy } })),
);

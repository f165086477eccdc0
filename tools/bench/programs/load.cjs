/**
 * Keeps a server busy: `node load.cjs URL MILLISECONDS IN_FLIGHT BODY`. Waits for a line on its standard input before each
 * turn. Prints one line for each turn: the answers a second.
 */
const { Agent, request } = require('http');
const { createInterface } = require('readline');

const [, , url, milliseconds, inFlight, body] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: Number(inFlight) });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };

function post() {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function turn() {
  const start = process.hrtime.bigint();
  const end = start + BigInt(milliseconds) * 1_000_000n;
  let answers = 0;
  const lane = async () => {
    for (; process.hrtime.bigint() < end; answers += 1) await post();
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, lane));
  return answers / (Number(process.hrtime.bigint() - start) / 1e9);
}

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'end') break;
    process.stdout.write(`${await turn()}\n`);
  }
  agent.destroy();
}

main();

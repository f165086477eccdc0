/** Makes a program that talks to pipes believe in a terminal: `node --import fake-terminal.mjs …`. */
for (const stream of [process.stdin, process.stdout]) stream.isTTY = true;
Object.assign(process.stdin, { isRaw: false, setRawMode: () => process.stdin });
Object.assign(process.stdout, { columns: 100, rows: 40 });

// A terminal that nobody reads from keeps no program alive; a pipe does.
process.stdin.on('pause', () => process.stdin.unref()).on('resume', () => process.stdin.ref());

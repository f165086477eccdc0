/** Makes a program believe that its pipes are a terminal: `node --import fake-terminal.mjs …`. */
for (const stream of [process.stdin, process.stdout]) stream.isTTY = true;
Object.assign(process.stdin, { isRaw: false, setRawMode: () => process.stdin });
Object.assign(process.stdout, { columns: 100, rows: 40 });

// A paused terminal does not keep a program alive, but a pipe does.
process.stdin.on('pause', () => process.stdin.unref()).on('resume', () => process.stdin.ref());

/** Prints the default export of an extension as JSON: `node describe.cjs MODULE`. */
console.log(JSON.stringify(require(process.argv[2]).default));

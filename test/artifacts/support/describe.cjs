/** Prints what an extension declares, as JSON: `node describe.cjs MODULE`. */
console.log(JSON.stringify(require(process.argv[2]).default));

/**
 * Slows down time for everything loaded after this, so that no time limit ends because a machine is slow. It changes the
 * clock and timers of more than a second, and switches off the sockets' timeouts. It loads no module itself.
 */
const Module = require('module');

const TIMES = 60;
/** Timers up to this length are pauses and keep their length, milliseconds. */
const LONGEST_PAUSE_MS = 1000;

const { setTimeout } = globalThis;
const { now } = Date;
const start = now();
Date.now = () => start + Math.floor((now() - start) / TIMES);
globalThis.setTimeout = (callback, ms, ...values) =>
  setTimeout(callback, ms > LONGEST_PAUSE_MS ? ms * TIMES : ms, ...values);

const load = Module._load;
Module._load = function (name, ...others) {
  const loaded = load.call(this, name, ...others);
  // Loading http has loaded net too, so this does not load another module.
  if (/^(node:)?https?$/.test(name)) load.call(this, 'net', ...others).Socket.prototype.setTimeout = returnThis;
  return loaded;
};

function returnThis() {
  return this;
}

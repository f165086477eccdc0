/**
 * Makes time pass slower for all that is loaded after this, so that no limit ends because a machine is slow: its clock,
 * its timers of more than a second, and what sockets have of their own. It loads no module by itself.
 */
const Module = require('module');

const TIMES = 60;
/** Pauses are shorter, and take as long as ever. */
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
  // Whoever has an HTTP client has loaded this one too.
  if (/^(node:)?https?$/.test(name)) load.call(this, 'net', ...others).Socket.prototype.setTimeout = returnThis;
  return loaded;
};

function returnThis() {
  return this;
}

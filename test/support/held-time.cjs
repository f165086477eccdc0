const { Socket } = require('net');

/** The longest pause in the code under test, milliseconds. A longer timer is a time limit. */
const LONGEST_PAUSE_MS = 1000;
/** The time at the start of the answer when Redis loads an entry, see `scripts.ts`. */
const TIME_OF_REDIS = /\*3\r\n\$\d+\r\n\d+\r\n\$\d+\r\n\d+\r\n(?=\*)/g;
/** When no answer will come, the time between two timers for the programs to send what they have. Real milliseconds. */
const SILENCE_MS = 20;

/**
 * The time of a program under test that talks to real servers. It makes the outcome the same on every machine: no time limit
 * ends because a server or this process is slow, and pauses take no real time. Time passes only while all executions under
 * way are pausing.
 */
class HeldTime {
  /**
   * @param options `now`: Unix milliseconds; `shortestPauseMs`: shorter timers run in real time, and take no time here;
   *   `beforePause`: awaited before each pause passes
   */
  constructor({ now, shortestPauseMs, beforePause = () => undefined }) {
    this.currentMs = now;
    this.shortestPauseMs = shortestPauseMs;
    this.beforePause = beforePause;
    this.isPassing = false;
    this.executions = 0;
    this.isSilent = false;
    this.timers = new Set();
    const { setTimeout, clearTimeout, setImmediate } = globalThis;
    this.real = { setTimeout, clearTimeout, setImmediate, socketSetTimeout: Socket.prototype.setTimeout, emit: Socket.prototype.emit };
  }

  now() {
    return this.currentMs;
  }

  /** Sets the clock. @param now Unix milliseconds */
  set(now) {
    this.currentMs = now;
  }

  /**
   * From now on, time limits end too.
   *
   * @param hasHeard tells whether the other side has got what the program under test sends before that
   */
  noAnswerWillCome(hasHeard = () => true) {
    this.isSilent = true;
    this.hasHeard = hasHeard;
    this.look();
  }

  /** Replaces the global timers and switches off the sockets' time limits. */
  install() {
    globalThis.setTimeout = (callback, ms = 0, ...values) => {
      if (ms < this.shortestPauseMs) return this.real.setTimeout(callback, ms, ...values);
      return this.add(() => callback(...values), ms, ms <= LONGEST_PAUSE_MS);
    };
    globalThis.clearTimeout = (timer) => {
      if (!this.timers.delete(timer)) this.real.clearTimeout(timer);
    };
    Socket.prototype.setTimeout = function () {
      return this;
    };
    // Redis has its own clock. Its answers are changed to show this time.
    const { emit } = this.real;
    const time = this;
    Socket.prototype.emit = function (event, data, ...more) {
      const shown = event === 'data' && Buffer.isBuffer(data) ? time.shownIn(data) : data;
      return emit.call(this, event, shown, ...more);
    };
  }

  shownIn(data) {
    const text = data.toString('latin1');
    const parts = [Math.floor(this.currentMs / 1000), (this.currentMs % 1000) * 1000].map(String);
    const header = `*3\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`;
    const shown = text.replace(TIME_OF_REDIS, header);
    return shown === text ? data : Buffer.from(shown, 'latin1');
  }

  /** Restores real time. Pending timers never fire. */
  uninstall() {
    this.timers.clear();
    globalThis.setTimeout = this.real.setTimeout;
    globalThis.clearTimeout = this.real.clearTimeout;
    Socket.prototype.setTimeout = this.real.socketSetTimeout;
    Socket.prototype.emit = this.real.emit;
  }

  /** Runs an execution. Until it ends, time passes only while it pauses. */
  async run(work) {
    this.executions += 1;
    try {
      return await work();
    } finally {
      this.executions -= 1;
      this.look();
    }
  }

  /** A pause of any length. */
  sleep(ms) {
    return new Promise((resolve) => void this.add(resolve, ms, true));
  }

  add(callback, ms, isPause) {
    const timer = { at: this.currentMs + ms, callback, isPause, ref: () => timer, unref: () => timer };
    this.timers.add(timer);
    this.look();
    return timer;
  }

  /** Lets the work of this turn of the event loop finish, and then lets time pass. */
  look() {
    if (!this.isSilent) this.real.setImmediate(() => this.pass());
    else this.real.setTimeout(() => void (this.isAwaited() && !this.hasHeard() ? this.look() : this.pass()), SILENCE_MS);
  }

  async pass() {
    if (this.isPassing || !this.isAwaited()) return;
    this.isPassing = true;
    await this.beforePause();
    this.isPassing = false;
    if (!this.isAwaited()) return;
    this.currentMs = Math.max(this.currentMs, Math.min(...this.awaited().map(({ at }) => at)));
    const due = [...this.timers].filter(({ at }) => at <= this.currentMs).sort((one, other) => one.at - other.at);
    for (const timer of due) if (this.timers.delete(timer)) timer.callback();
    this.look();
  }

  isAwaited() {
    return this.awaited().length >= Math.max(1, this.executions);
  }

  /** The timers that time may pass for. */
  awaited() {
    return [...this.timers].filter(({ isPause }) => isPause || this.isSilent);
  }
}

module.exports = { HeldTime };

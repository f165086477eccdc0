const { Socket } = require('net');

/** The longest pause that anything under test makes; a longer timer is a limit, milliseconds. */
const LONGEST_PAUSE_MS = 1000;
/** The time with which Redis begins its answer when an entry is loaded, see `scripts.ts`. */
const TIME_OF_REDIS = /\*3\r\n\$\d+\r\n\d+\r\n\$\d+\r\n\d+\r\n(?=\*)/g;
/** Where no answer will come, the programs get this much real time between two timers, for what they have to say. */
const SILENCE_MS = 20;

/**
 * The time of a program under test that talks to real servers. What comes of it is the same on each machine: a limit
 * never ends because a server or this process is slow, and a pause takes no real time. Time passes only while every
 * execution under way pauses.
 */
class HeldTime {
  /**
   * @param options `now`: Unix milliseconds; `shortestPauseMs`: shorter timers run in real time, and take none of
   *   this one; `beforePause`: done before any pause passes
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

  /** Lets the clock jump. */
  set(now) {
    this.currentMs = now;
  }

  /**
   * From now on limits end too.
   *
   * @param hasHeard whether the other side has heard what the program under test has to say first
   */
  noAnswerWillCome(hasHeard = () => true) {
    this.isSilent = true;
    this.hasHeard = hasHeard;
    this.look();
  }

  /** Takes the place of the global timers, and of the limits of sockets, for all that is loaded here. */
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
    // Redis goes by its own clock: here it shows this time too.
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

  /** Ends this time: what still waits in it never goes on. */
  uninstall() {
    this.timers.clear();
    globalThis.setTimeout = this.real.setTimeout;
    globalThis.clearTimeout = this.real.clearTimeout;
    Socket.prototype.setTimeout = this.real.socketSetTimeout;
    Socket.prototype.emit = this.real.emit;
  }

  /** Counts as an execution until it is over. */
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

  /** What is under way in this turn of the event loop goes first. */
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

  /** The timers that let time pass. */
  awaited() {
    return [...this.timers].filter(({ isPause }) => isPause || this.isSilent);
  }
}

module.exports = { HeldTime };

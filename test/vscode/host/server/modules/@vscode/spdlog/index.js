// Takes the place of the native module of this name, which npm does not bring compiled: without one, VS Code has no
// log files and every log channel of its Output panel stays empty. Only what VS Code calls.
const { appendFileSync, mkdirSync } = require('node:fs');
const path = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #file;
  #level = levels.indexOf('info');
  #decorated = true;

  constructor(file) {
    this.#file = file;
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, '');
  }

  setLevel(level) {
    this.#level = level;
  }

  /** VS Code has one pattern only: the date and time, the level, the message. */
  setPattern(_pattern) {
    this.#decorated = true;
  }

  clearFormatters() {
    this.#decorated = false;
  }

  trace(message) {
    this.#write(0, message);
  }

  debug(message) {
    this.#write(1, message);
  }

  info(message) {
    this.#write(2, message);
  }

  warn(message) {
    this.#write(3, message);
  }

  error(message) {
    this.#write(4, message);
  }

  critical(message) {
    this.#write(5, message);
  }

  // Every line is on disk at once.
  flush() {}
  drop() {}

  #write(level, message) {
    if (level < this.#level) return;
    const line = this.#decorated ? `${localTime(new Date())} [${levels[level]}] ${message}\n` : message;
    appendFileSync(this.#file, line);
  }
}

/** `YYYY-MM-DD hh:mm:ss.mmm` in this machine's zone: VS Code's Output panel knows a line by it. */
function localTime(date) {
  const two = (number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

const create = async (_name, file) => new Logger(file);

exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;

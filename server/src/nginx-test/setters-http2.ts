import { directiveFault, wrong } from './refusal';
import { has, type Setter } from './setters';
import { poolSize } from './setters-server';
import { parseNumber } from '../values/number';
import { parseSize } from '../values/size';
import { flagError } from '../values/flag';

/** Directives of HTTP/2 (ngx_http_v2_module.c). */

/** NGX_HTTP_V2_STATE_BUFFER_SIZE: the part of a buffer that holds what is left of a frame; there were two until 1.25.3. */
const STATE_BUFFER = 16;

/** NGX_HTTP_V2_MAX_WINDOW */
const MOST_PREREAD = 2 ** 31 - 1;

const receiveBuffer: Setter = (directive, conf, reading) => {
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  const size = parseSize(directive.argument(0));
  if (size === null) return directiveFault(name, 'invalid value', 1);
  const taken = reading.isAtLeast('1.25.3') ? STATE_BUFFER : 2 * STATE_BUFFER;
  return size > taken ? null : directiveFault(name, 'value is too small', 1);
};

const indexSize: Setter = (directive, conf) => {
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  const number = parseNumber(directive.argument(0));
  if (number === null) return directiveFault(name, 'invalid number', 1);
  return Number.isInteger(Math.log2(number)) ? null : directiveFault(name, 'must be a power of two', 1);
};

const chunkSize: Setter = (directive, conf) => {
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  const size = parseSize(directive.argument(0));
  if (size === null) return directiveFault(name, 'invalid value', 1);
  return size === 0 ? wrong('the http2 chunk size cannot be zero', 1) : null;
};

const prereadSize: Setter = (directive, conf) => {
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  const size = parseSize(directive.argument(0));
  if (size === null) return directiveFault(name, 'invalid value', 1);
  return size <= MOST_PREREAD ? null : wrong(`the maximum body preread buffer size is ${MOST_PREREAD}`, 1);
};

/** Since then nginx only warns of what it no longer does. */
const WITHOUT_PUSH = '1.25.1';

const push: Setter = (directive, conf, reading) => {
  if (reading.isAtLeast(WITHOUT_PUSH)) return null;
  const { name } = directive;
  const others = (conf.byName.get(name) ?? []).map((other) => other.argument(0));
  if (directive.argument(0) === 'off') {
    if (others.includes('off')) return directiveFault(name, 'is duplicate');
    return others.length > 0 ? directiveFault(name, '"off" parameter cannot be used with URI', 1) : null;
  }
  if (others.includes('off')) return directiveFault(name, 'URI cannot be used with "off" parameter', 1);
  return reading.compile(directive, 1);
};

const pushPreload: Setter = (directive, conf, reading) => {
  if (reading.isAtLeast(WITHOUT_PUSH)) return null;
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  const error = flagError(name, directive.argument(0));
  return error === null ? null : wrong(error, 1);
};

const concurrentPushes: Setter = (directive, conf, reading) => {
  if (reading.isAtLeast(WITHOUT_PUSH)) return null;
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  return parseNumber(directive.argument(0)) === null ? directiveFault(name, 'invalid number', 1) : null;
};

export const http2Setters: Readonly<Record<string, Setter>> = {
  http2_recv_buffer_size: receiveBuffer,
  http2_pool_size: poolSize,
  http2_streams_index_size: indexSize,
  http2_chunk_size: chunkSize,
  http2_body_preread_size: prereadSize,
  http2_push: push,
  http2_push_preload: pushPreload,
  http2_max_concurrent_pushes: concurrentPushes,
};

import type { Condition, Evidence, Step, Verdict } from '../handshake/evidence';
import type { ExplainedRequest, ExplainedWay, Explanation } from '../handshake/explanation';
import type { Level } from '../model/levels';
import type { Place } from '../model/configuration';
import { serverNames } from '../model/server-names';
import type { Fix } from '../rules/support/rule';
import type { Problem } from '../rules/support/problem';
import { hideInUrl } from '../values/secrets';
import { locationName } from '../values/location';
import { DOUBTS, outcomeText } from './explain-text';
import { type NextStep, nextStepFor } from './next-step';
import { remedyFor } from './remedies';

/** The way of a handshake through nginx as a picture shows it: what stops it first, then station by station. */
export interface Way {
  /** Without secrets. */
  readonly url: string;
  readonly verdict: Verdict;
  /** `blocked, 400 Bad Request`. */
  readonly outcome: string;
  /** What it depends on, in words; empty but for `depends`. */
  readonly conditions: readonly string[];
  /** Each way that it may take. */
  readonly cases: readonly WayCase[];
  /** The number of the case to show first. */
  readonly shown: number;
  /** What to write where nothing is written for the URL; null elsewhere. */
  readonly nextStep: NextStep | null;
  /** What is wrong with the URL, or that nobody serves it. */
  readonly error: string | null;
}

export interface WayCase {
  /** What it depends on, in words; empty where there is no other way. */
  readonly when: readonly string[];
  readonly verdict: 'passes' | 'blocked' | 'opaque';
  readonly status: number | null;
  readonly stations: readonly Station[];
  /** The request that reaches the back end; empty where none does. */
  readonly request: readonly RequestPart[];
  /** What stops it, or is not known; null for nothing. */
  readonly stop: Stop | null;
}

/** One thing that a handshake comes through. */
export interface Station {
  readonly kind: 'client' | 'listener' | 'server' | 'location' | 'back-end';
  /** `443 ssl`, `chat.example`, `^~ /hub`, `http://chat`; '' for a server without a name, and where there is none. */
  readonly name: string;
  readonly mark: 'passed' | 'stopped' | 'unknown' | 'not-reached';
  readonly place: Place | null;
  /** What decided there, in the order met. */
  readonly steps: readonly Evidence[];
  /** 1 for the server that the client connects to. */
  readonly hop: number;
}

/** A line of the request that reaches the back end, and where it is from. */
export interface RequestPart {
  readonly name: string;
  /** Null for a header that is missing. */
  readonly value: string | null;
  /** `file`: `place` sets it. `nginx`: its default. `client`: passed on. */
  readonly origin: 'file' | 'nginx' | 'client';
  readonly place: Place | null;
  /** Whether it is why the handshake fails. */
  readonly isAtFault: boolean;
}

export interface Stop {
  readonly reason: Evidence;
  /** What lets the handshake go on; null when nothing of ours does. */
  readonly fix: Fix | null;
}

/**
 * Makes the picture of an explanation.
 *
 * @param problems those of all configurations that the explanation's one shares files with
 */
export function wayOf(problems: readonly Problem[], explanation: Explanation): Way {
  const { verdict, conditions, cases, ways, shown, error } = explanation;
  const [first = NOWHERE] = ways;
  const url = explanation.badUrl === true ? explanation.url : hideInUrl(explanation.url);
  return {
    url,
    verdict,
    outcome: outcomeText(explanation),
    conditions,
    cases:
      error === undefined
        ? cases.map((each, index) => wayCase(problems, url, each, ways[index] ?? first))
        : [],
    shown: shown ?? 0,
    nextStep: nextStepFor(explanation),
    error: error ?? null,
  };
}

const NOWHERE: ExplainedWay = { steps: [], location: null, upstreamRequest: null };

function wayCase(
  problems: readonly Problem[],
  url: string,
  { when, verdict, status, because }: Explanation['cases'][number],
  way: ExplainedWay,
): WayCase {
  return {
    when,
    verdict,
    status,
    stations: stationsOf(url, way),
    request: way.upstreamRequest === null ? [] : requestParts(way.upstreamRequest, way.steps),
    stop: stopOf(problems, because, way.location),
  };
}

/** The first reason, with the first fix that there is for one of them. */
function stopOf(
  problems: readonly Problem[],
  reasons: readonly Evidence[],
  location: Place | null,
): Stop | null {
  const [reason] = reasons;
  if (reason === undefined) return null;
  for (const each of reasons) {
    const [fix] = remedyFor(problems, each, location)?.fixes() ?? [];
    if (fix !== undefined) return { reason, fix };
  }
  return { reason, fix: null };
}

// --- Stations

/** Steps that begin a station; the others happen at the one that is reached. */
const BEGINS: Partial<Record<Step, Station['kind']>> = {
  listen: 'listener',
  server: 'server',
  location: 'location',
  request: 'back-end',
};

function stationsOf(url: string, { steps, upstreamRequest }: ExplainedWay): Station[] {
  const groups: { kind: Station['kind']; steps: Evidence[] }[] = [
    { kind: 'client', steps: steps.filter(({ step }) => step === 'client') },
  ];
  for (const step of steps) {
    if (step.step === 'client') continue;
    const last = groups.at(-1);
    const kind = BEGINS[step.step];
    // One location may lead to another.
    const isSame = kind === last?.kind && (kind !== 'location' || step.id !== null);
    if (kind === undefined || isSame) last?.steps.push(step);
    else groups.push({ kind, steps: [step] });
  }
  const stations = groups.map((group) => stationOf(url, group));
  const isStopped = stations.some(({ mark }) => mark !== 'passed');
  const isAsked = stations.at(-1)?.kind === 'back-end';
  return isStopped && !isAsked && upstreamRequest === null ? [...stations, NOT_REACHED] : stations;
}

const NOT_REACHED: Station = {
  kind: 'back-end',
  name: '',
  mark: 'not-reached',
  place: null,
  steps: [],
  hop: 1,
};

function stationOf(
  url: string,
  { kind, steps }: { readonly kind: Station['kind']; readonly steps: readonly Evidence[] },
): Station {
  const [first] = steps;
  return {
    kind,
    name: kind === 'client' ? hostOf(url) : first === undefined ? '' : nameOf(kind, first),
    mark: markOf(steps),
    place: kind === 'client' ? null : (first?.place ?? null),
    steps,
    hop: first?.hop ?? 1,
  };
}

function markOf(steps: readonly Evidence[]): Station['mark'] {
  const reasons = steps.flatMap(({ id }) => id ?? []);
  if (reasons.length === 0) return 'passed';
  return reasons.every((id) => DOUBTS.has(id)) ? 'unknown' : 'stopped';
}

function nameOf(kind: Station['kind'], { about = null, place }: Evidence): string {
  if (about !== null && 'kind' in about) return levelName(kind, about);
  // `listen 443 ssl`, `proxy_pass http://chat`: what is after the name of the directive.
  const written = place === null ? '' : place.file.text.slice(place.start, place.end);
  const [, argument = ''] = /^\S+\s+(.*)$/s.exec(written) ?? [];
  if (kind === 'listener' && argument === '') return '80';
  return hideInUrl(argument.replaceAll(/\s+/g, ' '));
}

function levelName(kind: Station['kind'], level: Level): string {
  if (kind === 'server') return serverNames(level).join(' ');
  // Where no location takes the path the evidence is about the server.
  if (level.kind !== 'location' || level.block === null) return '';
  const { name, modifier } = locationName(level.block);
  return modifier === '' ? name : `${modifier} ${name}`;
}

function hostOf(url: string): string {
  return /^\w+:\/\/[^/?#]*/.exec(url)?.[0] ?? url;
}

// --- The request

/** The header that a condition of the back end is about. */
const HEADER_OF: Partial<Record<Condition, string>> = {
  upgrade: 'Upgrade',
  connection: 'Connection',
  host: 'Host',
  key: 'Sec-WebSocket-Key',
  'websocket-version': 'Sec-WebSocket-Version',
};

/** Headers that nginx makes itself where no directive does. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['host', 'connection']);

function requestParts(request: ExplainedRequest, steps: readonly Evidence[]): RequestPart[] {
  const failed = new Set(steps.flatMap(({ fault }) => fault?.condition ?? []));
  const isFault = (name: string): boolean =>
    [...failed].some((condition) => HEADER_OF[condition]?.toLowerCase() === name.toLowerCase());
  const headers = request.headers.map(([name, value], index): RequestPart => {
    const place = request.origins[index] ?? null;
    const own = OWN_HEADERS.has(name.toLowerCase()) ? 'nginx' : 'client';
    return { name, value, origin: place === null ? own : 'file', place, isAtFault: isFault(name) };
  });
  const names = new Set(headers.map(({ name }) => name.toLowerCase()));
  const missing = [...failed]
    .flatMap((condition) => HEADER_OF[condition] ?? [])
    .filter((name) => !names.has(name.toLowerCase()))
    .map((name): RequestPart => ({ name, value: null, origin: 'nginx', place: null, isAtFault: true }));
  const line: RequestPart = {
    name: request.method,
    value: `${request.uri} HTTP/${request.version}`,
    origin: request.versionOrigin === null ? 'nginx' : 'file',
    place: request.versionOrigin,
    isAtFault: failed.has('http-version') || failed.has('method') || failed.has('request-line'),
  };
  return [line, ...missing, ...headers];
}

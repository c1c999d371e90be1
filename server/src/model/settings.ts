import type { Settings } from '../protocol';
import { parseVersion, versionFromOutput } from '../reference/versions';
import { isAbsolute } from './paths';

/** The defaults. */
export const defaultSettings: Settings = {
  nginxVersion: 'auto',
  rules: {},
  mainConfiguration: [],
  pathMappings: {},
  websocketLocations: [],
  websocketUrls: [],
  extraDirectives: [],
};

/** Settings as they were written, with what is wrong with them. */
export interface SettingsReading {
  /** What makes no sense is left out: the default holds there. */
  readonly settings: Settings;
  /** One sentence or two for each value that makes no sense. */
  readonly faults: readonly string[];
}

/**
 * Reads settings from anything: what an editor sends, or the content of a file.
 *
 * @param isComplete whether there are no other settings than ours: then an unknown name is an error
 */
export function readSettings(value: unknown, isComplete = false): SettingsReading {
  if (value === undefined || value === null) return { settings: defaultSettings, faults: [] };
  if (!isRecord(value)) {
    return { settings: defaultSettings, faults: [`The settings are ${shown(value)}: write an object.`] };
  }
  const reader = new Reader(value);
  const settings: Settings = {
    nginxVersion: reader.version(),
    rules: reader.rules(),
    mainConfiguration: reader.texts('mainConfiguration'),
    pathMappings: reader.pathMappings(),
    websocketLocations: reader.texts('websocketLocations'),
    websocketUrls: reader.urls(),
    extraDirectives: reader.texts('extraDirectives'),
  };
  const unknown = isComplete ? Object.keys(value).filter((name) => !isName(name)) : [];
  const faults = [...reader.faults, ...unknown.map((name) => `There is no setting \`${name}\`.`)];
  return { settings, faults };
}

function isName(name: string): boolean {
  return Object.hasOwn(defaultSettings, name) || name === '$schema';
}

const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;

class Reader {
  readonly faults: string[] = [];

  constructor(private readonly value: Readonly<Record<string, unknown>>) {}

  version(): string {
    const text = this.value['nginxVersion'];
    if (text === undefined) return defaultSettings.nginxVersion;
    const isVersion =
      typeof text === 'string' &&
      (text === 'auto' || parseVersion(text) !== null || versionFromOutput(text) !== null);
    if (isVersion) return text;
    this.refuse('nginxVersion', text, '`auto`, or a version such as 1.28.0');
    return defaultSettings.nginxVersion;
  }

  rules(): Settings['rules'] {
    const rules: Record<string, (typeof SEVERITIES)[number]> = {};
    for (const [rule, wanted] of this.entries('rules', 'an object with a severity for each rule')) {
      const severity = SEVERITIES.find((each) => each === wanted);
      if (severity === undefined) this.refuse(`rules.${rule}`, wanted, `one of ${SEVERITIES.join(', ')}`);
      else rules[rule] = severity;
    }
    return rules;
  }

  pathMappings(): Settings['pathMappings'] {
    const mappings: Record<string, string> = {};
    for (const [from, to] of this.entries('pathMappings', 'an object from paths of nginx to paths here')) {
      if (!isAbsolute(from)) this.faults.push(`\`pathMappings\` maps \`${from}\`: write an absolute path.`);
      else if (typeof to !== 'string' || to === '') {
        this.refuse(`pathMappings.${from}`, to, 'the path of a directory here');
      } else mappings[from] = to;
    }
    return mappings;
  }

  /** A list of texts, without those that are none. */
  texts(name: 'mainConfiguration' | 'websocketLocations' | 'extraDirectives'): readonly string[] {
    const list = this.value[name];
    if (list === undefined) return defaultSettings[name];
    if (!Array.isArray(list)) {
      this.refuse(name, list, 'a list of texts');
      return defaultSettings[name];
    }
    const isText = (each: unknown): each is string => typeof each === 'string' && each !== '';
    const other: unknown = list.find((each) => !isText(each));
    if (!list.every(isText)) this.refuse(name, other, 'a list of texts', 'holds');
    return list.filter(isText);
  }

  /** The URLs, alone or with what is expected of them. */
  urls(): Settings['websocketUrls'] {
    const list = this.value['websocketUrls'];
    if (list === undefined) return defaultSettings.websocketUrls;
    const wanted = 'a list of URLs, each a text or `{ "url": "wss://…", "expect": "passes" }`';
    if (!Array.isArray(list)) {
      this.refuse('websocketUrls', list, wanted);
      return defaultSettings.websocketUrls;
    }
    const other: unknown = list.find((each) => !isUrl(each));
    if (!list.every(isUrl)) this.refuse('websocketUrls', other, wanted, 'holds');
    return list.filter(isUrl);
  }

  private entries(name: 'rules' | 'pathMappings', wanted: string): [string, unknown][] {
    const object = this.value[name];
    if (object === undefined) return [];
    if (isRecord(object)) return Object.entries(object);
    this.refuse(name, object, wanted);
    return [];
  }

  private refuse(name: string, value: unknown, wanted: string, verb = 'is'): void {
    this.faults.push(`\`${name}\` ${verb} ${shown(value)}: write ${wanted}.`);
  }
}

const EXPECTED: ReadonlySet<unknown> = new Set(['passes', 'blocked', 'depends']);

function isUrl(value: unknown): value is Settings['websocketUrls'][number] {
  if (typeof value === 'string') return value !== '';
  if (!isRecord(value) || typeof value['url'] !== 'string' || value['url'] === '') return false;
  const { expect } = value;
  return expect === undefined || EXPECTED.has(expect);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Longer values are cut. */
const SHOWN_LENGTH = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return `\`${text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text}\``;
}

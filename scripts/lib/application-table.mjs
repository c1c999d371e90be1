// The rows of server/src/reference/applications.generated.ts, from scripts/data/applications.json.

/**
 * @typedef {object} Known
 * @property {string} name
 * @property {string[]} names as people write them in configurations
 * @property {string[]} images of containers, with what is in front of their names
 *
 * @typedef {Known & {ports: number[], paths: string[], source: string, asks: string[], quiet?: boolean}} Application
 */

/** @param {Application[]} applications */
export function applicationRows(applications) {
  return applications.map((each) => [
    each.name,
    namesOf(each),
    each.ports,
    each.paths,
    each.source,
    each.asks,
    each.quiet === true,
  ]);
}

/** @param {Known[]} lookAlikes */
export function lookAlikeRows(lookAlikes) {
  return lookAlikes.map((each) => [each.name, namesOf(each)]);
}

/**
 * The names and those of the images, each once: `rocketchat/rocket.chat` is `rocket-chat`.
 *
 * @param {Known} known
 */
function namesOf({ names, images }) {
  const ofImages = images.map((image) => image.split('/').at(-1) ?? '').filter((name) => !PLAIN.has(name));
  return [
    ...new Set([...names, ...ofImages].map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))),
  ];
}

/** Images may have names that only what is in front of them explains. */
const PLAIN = new Set([
  'serving',
  'console',
  'server',
  'web',
  'code',
  'frontend',
  'proxy',
  'realtime',
  'core',
  'base',
  'app',
  'ecs',
]);

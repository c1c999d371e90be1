import { type ConfigurationMap as Found, type MapNode as Node, mapOf } from '../features/map';
import { routesTree } from '../features/routes-tree';
import { visible } from '../features/support/escape';
import type { ConfigurationMap, MapNode } from '../protocol';
import { routes } from '../service';
import type { ServerContext } from './context';
import { toPlace } from './route-data';
import type { Answer } from './workspace';

/** The map of the configuration of an answer. Of thousands of nodes it says where they are in few words. */
export function toMap(context: ServerContext, { analysis }: Answer): ConfigurationMap {
  const { model } = analysis;
  const found: Found = mapOf(model, routesTree(model, routes(analysis)));
  const files = new Map<string, number>();
  const toNode = ({ label, detail, place, whole, to, ...rest }: Node): MapNode => {
    const start = toPlace(context, place);
    const block = toPlace(context, whole);
    const file = start === null ? 0 : (files.get(start.uri) ?? files.size);
    if (start !== null) files.set(start.uri, file);
    const line = start?.range.start.line ?? 0;
    return {
      ...rest,
      label: visible(label),
      detail: visible(detail),
      to: [...to],
      place: start === null ? null : { file, line, endLine: block?.range.end.line ?? line },
    };
  };
  const [listeners, servers, locations, upstreams] = [
    found.listeners.map(toNode),
    found.servers.map(toNode),
    found.locations.map(toNode),
    found.upstreams.map(toNode),
  ];
  return { files: [...files.keys()], listeners, servers, locations, upstreams };
}

import { type PathMapping, readPathMappings } from '../model/path-mappings';
import { isAbsolute, rootOf } from '../model/paths';
import type { ProjectFile } from '../model/project-file';
import { defaultSettings } from '../model/settings';
import type { Settings } from '../protocol';
import { badUrls, unknownRules } from '../service';

/**
 * The settings in force: those of the editor or the command line, and where these leave one at its default those of
 * the project's file. Rules and path mappings are merged one by one.
 */
export function mergeSettings(own: Settings, project: Settings): Settings {
  const list = (name: 'mainConfiguration' | 'websocketLocations' | 'extraDirectives'): readonly string[] =>
    own[name].length > 0 ? own[name] : project[name];
  return {
    nginxVersion: own.nginxVersion === defaultSettings.nginxVersion ? project.nginxVersion : own.nginxVersion,
    rules: { ...project.rules, ...own.rules },
    mainConfiguration: list('mainConfiguration'),
    pathMappings: { ...project.pathMappings, ...own.pathMappings },
    websocketLocations: list('websocketLocations'),
    websocketUrls: own.websocketUrls.length > 0 ? own.websocketUrls : project.websocketUrls,
    extraDirectives: list('extraDirectives'),
  };
}

/** What is wrong with a project's file, in words; rules that do not exist and URLs that are none among them. */
export function faultsOf({ faults, settings }: ProjectFile): string[] {
  return [...faults, ...unknownRules(settings), ...badUrls(settings)];
}

/**
 * The path mappings that the settings of an editor give for a file.
 *
 * @param path absolute path of the file
 * @param folder the workspace folder that holds it: relative paths are relative to it, and left out without one
 */
export function mappingsFor(
  path: string,
  { pathMappings }: Settings,
  folder: string | undefined,
): PathMapping[] {
  const usable = Object.entries(pathMappings).filter(([, to]) => folder !== undefined || isAbsolute(to));
  return readPathMappings(Object.fromEntries(usable), folder ?? rootOf(path));
}

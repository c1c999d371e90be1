import { type CancellationToken, type ExtensionContext, RelativePattern, type Uri, workspace } from 'vscode';
import { isNginxLanguage } from './languages';
import { HEAD_LENGTH, readsAsNginx } from './reads-as-nginx';

/** More files of one pattern than this are not looked at. */
const FILE_LIMIT = 5_000;

const EXCLUDED = '**/node_modules/**';

export interface FoundFiles {
  /** In the order of their paths. */
  readonly uris: readonly Uri[];
  /** Whether there were too many to look at all. */
  readonly isCut: boolean;
}

/**
 * The files of the workspace that open as nginx configurations: by the patterns of the language and of
 * `files.associations`, and those `.conf` files that read as one, unless the setting `detectLanguage` is off.
 */
export async function findNginxFiles(
  context: ExtensionContext,
  token?: CancellationToken,
): Promise<FoundFiles> {
  const found = new Map<string, Uri>();
  let isCut = false;
  for (const folder of workspace.workspaceFolders ?? []) {
    const find = async (pattern: string): Promise<Uri[]> => {
      const glob = new RelativePattern(folder, pattern);
      const uris = await workspace.findFiles(glob, EXCLUDED, FILE_LIMIT, token);
      isCut ||= uris.length === FILE_LIMIT;
      return uris;
    };
    const add = (uri: Uri): unknown => found.set(uri.toString(), uri);
    for (const pattern of [...languagePatterns(context), ...associatedPatterns(folder.uri)])
      for (const uri of await find(pattern)) add(uri);
    if (workspace.getConfiguration('nginxWebsocket', folder.uri).get<string>('detectLanguage') === 'off')
      continue;
    for (const uri of await find('**/*.conf')) {
      if (token?.isCancellationRequested === true) break;
      if (!found.has(uri.toString()) && (await readsSo(uri))) add(uri);
    }
  }
  const uris = [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { uris, isCut };
}

interface Language {
  readonly filenames?: readonly string[];
  readonly extensions?: readonly string[];
  readonly filenamePatterns?: readonly string[];
}

/** The names by which VS Code takes a file for ours, as our manifest has them. */
function languagePatterns({ extension }: ExtensionContext): string[] {
  const { contributes } = extension.packageJSON as {
    readonly contributes: { readonly languages: readonly Language[] };
  };
  const all = (key: keyof Language): string[] =>
    contributes.languages.flatMap((language) => language[key] ?? []);
  return [
    ...all('filenames').map((name) => `**/${name}`),
    ...all('extensions').map((name) => `**/*${name}`),
    ...all('filenamePatterns').map(anywhere),
  ];
}

function associatedPatterns(folder: Uri): string[] {
  const associations =
    workspace.getConfiguration('files', folder).get<Record<string, string>>('associations') ?? {};
  return Object.entries(associations)
    .filter(([, language]) => isNginxLanguage(language))
    .map(([pattern]) => anywhere(pattern));
}

/** A pattern without a slash is one of names. */
function anywhere(pattern: string): string {
  return pattern.includes('/') ? pattern : `**/${pattern}`;
}

async function readsSo(uri: Uri): Promise<boolean> {
  try {
    const bytes = await workspace.fs.readFile(uri);
    // A character has three bytes at most in each unit of UTF-16.
    return readsAsNginx(new TextDecoder().decode(bytes.subarray(0, 3 * (HEAD_LENGTH + 1))));
  } catch {
    return false;
  }
}

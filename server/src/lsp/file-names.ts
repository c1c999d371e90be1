import { rootOfEmbedded } from '../project/embedded';
import type { FileNames } from '../project/file-names';
import type { ServerContext } from './context';
import { pathOf } from './uris';

/**
 * How files are called: relative to the workspace folder where there is one, else by their absolute path; one within
 * another text by the path that nginx knows, or as that text.
 */
export function fileNames({ documents, workspace }: ServerContext): FileNames {
  const nameOf = (path: string): string => {
    const [folder, ...others] = workspace.folders;
    const isInside = folder !== undefined && others.length === 0 && path.startsWith(`${folder}/`);
    return isInside ? path.slice(folder.length + 1) : path.slice(rootOfEmbedded(path).length);
  };
  return {
    of({ path, realPath }) {
      const within = documents.within(realPath);
      return within === undefined || within.region.path !== null
        ? nameOf(path)
        : nameOf(pathOf(within.document.uri));
    },
    embeddedAs({ realPath }) {
      const within = documents.within(realPath);
      if (within === undefined) return undefined;
      const { region, document } = within;
      return { region, outer: { name: nameOf(pathOf(document.uri)), text: document.getText() } };
    },
  };
}

import {
  type Disposable,
  ProcessExecution,
  RelativePattern,
  Task,
  type TaskDefinition,
  TaskScope,
  tasks,
  type Uri,
  workspace,
  type WorkspaceFolder,
} from 'vscode';

/** The type of our tasks: in the manifest, in `tasks.json`, and what VS Code shows before their names. */
const TYPE = 'nginx-websocket';

/** Where a task belongs to. */
type Scope = WorkspaceFolder | TaskScope.Global | TaskScope.Workspace;

/** What tells one of our tasks from others, as the manifest describes it. */
interface OurDefinition extends TaskDefinition {
  readonly task: 'check' | 'test';
  /** For `check`: files, folders and options. */
  readonly args?: readonly string[];
  /** For `test`: the main file, relative to the workspace folder if it is not absolute. */
  readonly mainFile?: string;
}

/**
 * Tasks that run `nginx-websocket check` and `nginx -t`, and fill the Problems view.
 *
 * @param node the program that runs our command line: Node, or the Electron of VS Code
 * @param script the command line
 */
export function registerTasks(node: string, script: Uri): Disposable {
  const taskOf = (definition: OurDefinition, scope: Scope): Task =>
    definition.task === 'check' ? checkTask(definition, scope, node, script) : testTask(definition, scope);
  return tasks.registerTaskProvider(TYPE, {
    provideTasks: async () => {
      const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
      const definitions = await Promise.all(
        folders.map(async (folder) =>
          (await definitionsFor(folder)).map((definition) => taskOf(definition, folder)),
        ),
      );
      return definitions.flat();
    },
    // One of `tasks.json`: its definition is a person's.
    resolveTask: ({ definition, scope = TaskScope.Workspace }) =>
      workspace.isTrusted && isOurs(definition) ? taskOf(definition, scope) : undefined,
  });
}

function isOurs(definition: TaskDefinition): definition is OurDefinition {
  return definition['task'] === 'check' || definition['task'] === 'test';
}

/** More main files than this are not offered. */
const MAIN_FILES_LIMIT = 20;

async function definitionsFor(folder: WorkspaceFolder): Promise<OurDefinition[]> {
  const check: OurDefinition = { type: TYPE, task: 'check' };
  if (!testCommandFor(folder).some((word) => word.includes('${mainFile}')))
    return [check, { type: TYPE, task: 'test' }];
  const globs = workspace
    .getConfiguration('nginxWebsocket', folder)
    .get<readonly string[]>('mainConfiguration', []);
  const glob = globs.length === 0 ? '**/nginx.conf' : `{${globs.join(',')}}`;
  const pattern = new RelativePattern(folder, glob);
  const found = await workspace.findFiles(pattern, '**/node_modules/**', MAIN_FILES_LIMIT);
  const mains = found.map((uri) => workspace.asRelativePath(uri, false)).toSorted();
  return [check, ...mains.map((mainFile): OurDefinition => ({ type: TYPE, task: 'test', mainFile }))];
}

function checkTask(definition: OurDefinition, scope: Scope, node: string, script: Uri): Task {
  // Electron is Node then; Node itself does not know it.
  const env = { ELECTRON_RUN_AS_NODE: '1' };
  const execution = new ProcessExecution(node, [script.fsPath, 'check', ...(definition.args ?? ['.'])], {
    env,
  });
  return new Task(definition, scope, 'check', TYPE, execution, '$nginx-websocket');
}

/** VS Code itself fills in `${workspaceFolder}`, and what else `tasks.json` may name. */
function testTask(definition: OurDefinition, scope: Scope): Task {
  const { mainFile } = definition;
  const folder = typeof scope === 'object' ? scope : undefined;
  const [program = '', ...args] = testCommandFor(folder).map((word) =>
    word.replaceAll('${mainFile}', () => absolute(mainFile ?? 'nginx.conf')),
  );
  const name = mainFile === undefined ? 'nginx -t' : `nginx -t ${mainFile}`;
  return new Task(definition, scope, name, TYPE, new ProcessExecution(program, args), '$nginx-test');
}

/** nginx takes a relative path for one below its own prefix. */
function absolute(path: string): string {
  return /^(?:[/\\]|[A-Za-z]:|\$\{)/.test(path) ? path : `\${workspaceFolder}/${path}`;
}

function testCommandFor(folder: WorkspaceFolder | undefined): readonly string[] {
  return workspace.getConfiguration('nginxWebsocket', folder).get<readonly string[]>('testCommand', []);
}

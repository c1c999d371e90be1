import * as assert from 'node:assert/strict';
import { type Diagnostic, languages, type Task, tasks, type Uri, workspace } from 'vscode';
import { fileUri } from './support/documents';
import { hasNginx, setOurs } from './support/nginx';
import { waitFor } from './support/waiting';

/** Runs a task to its end. */
async function run(task: Task): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const listener = tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      listener.dispose();
      resolve(exitCode);
    });
  });
  await tasks.executeTask(task);
  return ended;
}

/** What a task has put into the Problems view about a file. */
async function problemsOf(uri: Uri, source: string): Promise<Diagnostic[]> {
  return waitFor(`problems of ${source}`, () => {
    const found = languages.getDiagnostics(uri).filter((each) => each.source === source);
    return found.length > 0 && found;
  });
}

suite('tasks', () => {
  let all: Task[];
  const named = (name: string): Task => {
    const task = all.find((each) => each.name === name);
    if (task === undefined) throw new Error(`${name} is not among ${all.map((each) => each.name).join()}`);
    return task;
  };

  suiteSetup(async () => {
    all = await tasks.fetchTasks();
  });

  test('are offered for the workspace and each main file', () => {
    const ours = all.filter(({ source }) => source === 'nginx-websocket');
    const offered = new Set(ours.map(({ name }) => name));
    assert.ok(offered.has('check'));
    assert.ok(offered.has('nginx -t broken/nginx.conf'));
  });

  test('of tasks.json run check, and its findings are problems', async () => {
    // One that was ever open has findings of the server, and none of tasks.
    const file = fileUri('scratch', 'tasks', 'nginx.conf');
    await workspace.fs.copy(fileUri('broken', 'nginx.conf'), file);
    assert.equal(await run(named('by hand: check')), 1);
    const [found] = await problemsOf(file, 'nginx-websocket');
    assert.equal(found?.code, 'websocket-upgrade-missing');
  });

  test('of tasks.json run nginx -t, and what it says is a problem', async function () {
    if (!hasNginx('a task that runs nginx -t')) this.skip();
    const folder = fileUri('tested').fsPath;
    await setOurs('testCommand', ['nginx', '-t', '-p', folder, '-e', 'start.log', '-c', '${mainFile}']);
    try {
      all = await tasks.fetchTasks();
      assert.equal(await run(named('by hand: nginx -t')), 1);
      const [found] = await problemsOf(fileUri('tested', 'nginx.conf'), 'nginx');
      assert.match(found?.message ?? '', /none\.so" failed/);
      assert.equal(found?.range.start.line, 2);
    } finally {
      await setOurs('testCommand', undefined);
    }
  });
});

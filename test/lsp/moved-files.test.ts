import {
  type ClientCapabilities,
  type WorkspaceEdit,
  WillRenameFilesRequest,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { capable } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';

const capabilities: ClientCapabilities = {
  ...capable,
  workspace: { ...capable.workspace, fileOperations: { willRename: true } },
};

const MAIN = '/repo/nginx/nginx.conf';
const FILES = {
  [MAIN]: `events {}
http {
    include conf.d/*.conf;
    include 'snippets/two words.conf';
    include snippets/headers.conf;
}
`,
  '/repo/nginx/conf.d/web.conf': 'server {\n    include /etc/nginx/snippets/headers.conf;\n}\n',
  '/repo/nginx/snippets/headers.conf': '# headers\n',
  '/repo/nginx/snippets/two words.conf': '# two words\n',
};

/** The lines with `include` of all files that are changed, by their names, when one is moved. */
async function moved(session: Session, from: string, to: string): Promise<Record<string, string[]>> {
  const { client, disk } = session;
  const edit: WorkspaceEdit | null = await client.connection.sendRequest(WillRenameFilesRequest.type, {
    files: [{ oldUri: `file://${encodeURI(from)}`, newUri: `file://${encodeURI(to)}` }],
  });
  if (edit === null) return {};
  const texts = client.preview(edit, (uri) =>
    TextDocument.create(uri, 'nginx', 0, disk.files.get(decodeURI(uri).slice('file://'.length)) ?? ''),
  );
  return Object.fromEntries(
    [...texts].map(([uri, text]) => [
      uri.slice('file:///repo/nginx/'.length),
      text
        .split('\n')
        .filter((line) => line.includes('include'))
        .map((line) => line.trim()),
    ]),
  );
}

async function start(): Promise<Session> {
  const session = await startSession(FILES, { capabilities, folders: ['file:///repo'] });
  await openFile(session, MAIN);
  return session;
}

describe('a file that is moved', () => {
  it('has its includes follow it, each in the way in which it names it', async () => {
    const session = await start();
    const found = await moved(session, '/repo/nginx/snippets/headers.conf', '/repo/nginx/parts/a b.conf');
    expect(found['nginx.conf']?.at(-1)).toBe('include "parts/a b.conf";');
    expect(found['conf.d/web.conf']).toEqual(['include "/etc/nginx/parts/a b.conf";']);
  });

  it('keeps its quotes', async () => {
    const session = await start();
    const to = "/repo/nginx/snippets/it's.conf";
    const found = await moved(session, '/repo/nginx/snippets/two words.conf', to);
    expect(found).toEqual({
      'nginx.conf': [
        'include conf.d/*.conf;',
        String.raw`include 'snippets/it\'s.conf';`,
        'include snippets/headers.conf;',
      ],
    });
  });

  it('is followed in a text that is not saved', async () => {
    const session = await start();
    await session.client.replace(`file://${MAIN}`, 'events {}', '# new\nevents {}');
    const found = await moved(session, '/repo/nginx/snippets/headers.conf', '/repo/nginx/headers.conf');
    expect(found['nginx.conf']?.at(-1)).toBe('include headers.conf;');
  });

  it('is left alone where a pattern has it, where nothing names it, and where nginx would not find it', async () => {
    const session = await start();
    expect(await moved(session, '/repo/nginx/conf.d/web.conf', '/repo/nginx/conf.d/site.conf')).toEqual({});
    expect(await moved(session, '/repo/readme.md', '/repo/README.md')).toEqual({});
    expect(await moved(session, '/repo/nginx/snippets/two words.conf', '/elsewhere/two.conf')).toEqual({});
  });
});

describe('a folder that is moved', () => {
  it('takes with it what is in it, and the patterns about it', async () => {
    const session = await start();
    expect(await moved(session, '/repo/nginx/conf.d', '/repo/nginx/sites')).toEqual({
      'nginx.conf': [
        'include sites/*.conf;',
        "include 'snippets/two words.conf';",
        'include snippets/headers.conf;',
      ],
    });
    const found = await moved(session, '/repo/nginx/snippets', '/repo/nginx/parts');
    expect(found['nginx.conf']?.slice(1)).toEqual([
      "include 'parts/two words.conf';",
      'include parts/headers.conf;',
    ]);
    expect(found['conf.d/web.conf']).toEqual(['include /etc/nginx/parts/headers.conf;']);
  });
});

it('a client that asks for nothing is offered nothing', async () => {
  const { client } = await startSession(FILES);
  expect(client.result.capabilities.workspace).toEqual({
    workspaceFolders: { supported: true, changeNotifications: true },
  });
});

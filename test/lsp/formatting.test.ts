import {
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
} from 'vscode-languageserver/node';
import { TextDocument, type TextEdit } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { capable } from './support/client';
import { startSession } from './support/in-process';

const capabilities = {
  ...capable,
  textDocument: { ...capable.textDocument, formatting: {}, rangeFormatting: {}, onTypeFormatting: {} },
};
const uri = 'file:///etc/nginx/nginx.conf';
const options = { tabSize: 2, insertSpaces: true };
const text = 'http {\nmap $a $b {\na b;\ncde f;\n}\n}\n';

function applied(edits: readonly TextEdit[] | null): string {
  return TextDocument.applyEdits(TextDocument.create(uri, 'nginx', 0, text), [...(edits ?? [])]);
}

describe('formatting', () => {
  it('is offered to clients that know it', async () => {
    const { client } = await startSession({}, { capabilities });
    expect(client.result.capabilities).toMatchObject({
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      documentOnTypeFormattingProvider: { firstTriggerCharacter: '}' },
    });
    const { client: other } = await startSession({});
    expect(other.result.capabilities.documentFormattingProvider).toBeUndefined();
  });

  it('takes the size of a step from the request, and the alignment from the settings', async () => {
    const { client } = await startSession({}, { capabilities, settings: { alignValues: true } });
    await client.open(uri, text);
    const edits = await client.connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument: { uri },
      options,
    });
    expect(applied(edits)).toBe('http {\n  map $a $b {\n    a   b;\n    cde f;\n  }\n}\n');
  });

  it('changes the lines of a range, or the one that a brace was typed on', async () => {
    const { client } = await startSession({}, { capabilities });
    await client.open(uri, text);
    const position = { line: 4, character: 1 };
    const expected = 'http {\nmap $a $b {\na b;\ncde f;\n  }\n}\n';
    const range = { start: position, end: position };
    const request = { textDocument: { uri }, options };
    expect(
      applied(
        await client.connection.sendRequest(DocumentRangeFormattingRequest.type, { ...request, range }),
      ),
    ).toBe(expected);
    const typed = { ...request, position, ch: '}' };
    expect(applied(await client.connection.sendRequest(DocumentOnTypeFormattingRequest.type, typed))).toBe(
      expected,
    );
  });
});

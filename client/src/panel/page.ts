/**
 * The document of the panel. It may run one script, ours, and load nothing else: no inline script, nothing from the
 * network. What a repository wrote comes later, as data.
 *
 * @param script the address of the script, as the panel may load it
 * @param nonce a word that nobody can guess
 */
export function pageHtml(script: string, nonce: string, language: string): string {
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
  <head>
    <meta charset="utf-8" />
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'"
    />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>NGINX WebSocket</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${escaped(script)}"></script>
  </body>
</html>`;
}

/** For an attribute in double quotes. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** A word that nobody can guess. */
export function newNonce(): string {
  return crypto.randomUUID().replaceAll('-', '');
}

import { LINES, type TemplateLanguage } from './language';

/** Words in capitals with `_` between them, whole or beside other characters, or a port: `VALET_HOST`, `127.0.0.1:PORT`. */
const STUB = /(?<![\w$])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)|:[A-Z]{3,}$/;

/**
 * Whether a value may be one that a script writes in, as the stubs of Valet: a name in capitals. Many words of nginx are
 * such names, so that it means something only where nginx would refuse the value.
 */
export function mayBeStub(value: string): boolean {
  return STUB.test(value);
}

const LINE = /(?<=^[ \t]*)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=[ \t]*\r?$)/my;

/** Lines that a script writes in for a name in capitals: `PROXY_SSL_CONFIG` alone on a line, where a directive could begin. */
export const stubLines: TemplateLanguage = {
  openings: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split(''),
  end: (text, offset) => {
    LINE.lastIndex = offset;
    return LINE.test(text) ? LINE.lastIndex : -1;
  },
  roleOf: () => LINES,
  inWord: null,
  fileName: null,
  isIn: (text) => /[;{}][ \t]*\r?\n[ \t\r\n]*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[ \t]*\r?$/m.test(text),
};

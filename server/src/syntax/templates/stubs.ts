/** Words in capitals with `_` between them, whole or beside other characters: `VALET_HOST`, `127.0.0.1:APP_PORT`. */
const STUB = /(?<![\w$])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)/;

/**
 * Whether a value may be one that a script writes in, as the stubs of Valet: a name in capitals. Many words of nginx are
 * such names, so that it means something only where nginx would refuse the value.
 */
export function mayBeStub(value: string): boolean {
  return STUB.test(value);
}

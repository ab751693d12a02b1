/** test/fixtures, wherever the tests run from. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const FIXTURES = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');

/** Bytes of a file, by its path inside test/fixtures. */
export function readFixture(file: string): Uint8Array {
  return readFileSync(path.join(FIXTURES, file));
}

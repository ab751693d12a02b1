/** Raw bytes of any format we read to a Profile. Inflating is the caller's (this folder knows no zlib). */
import { decodePprof } from './codec/decodePprof.js';
import type { Profile } from './model.js';

export function readProfile(bytes: Uint8Array): Profile {
  return decodePprof(bytes);
}

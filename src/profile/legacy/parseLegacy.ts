/** The one door to the profiles from before profile.proto: binary, Java's text, text. */
import { readFirstLines } from '../formats/textLines.js';
import type { Profile } from '../model.js';
import { isLegacyCpu, parseLegacyCpu } from './parseLegacyCpu.js';
import { isLegacyJava, parseLegacyJava } from './parseLegacyJava.js';
import { parseLegacyText } from './parseLegacyText.js';

const LINES_LOOKED_AT = 12;

/** @throws TriageError `file-truncated` for a binary one that ends within a sample */
export function parseLegacy(bytes: Uint8Array): Profile {
  if (isLegacyCpu(bytes)) return parseLegacyCpu(bytes);
  return isLegacyJava(readFirstLines(bytes, LINES_LOOKED_AT))
    ? parseLegacyJava(bytes)
    : parseLegacyText(bytes);
}

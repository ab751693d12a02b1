/**
 * What a program said, without what looks like a credential: for messages and logs. Guesses by form, so it masks a little
 * too much rather than too little; it is no proof that nothing secret is left.
 */
import { plainLine } from './plainLine.js';

const MASK = '•••';

/** `Bearer x`, `Basic x`: schemes of the Authorization header. */
const AUTHORIZATION = /\b(bearer|basic|negotiate)\s+[^\s"',;]+/giu;
/** `password=x`, `"client_secret": "x"`, `--id-token x`: a telling name with its value. */
const NAMED =
  /([\w-]{0,40}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|credentials?|cookie)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"',;&]+/giu;
const OPTION = /(--[\w-]{0,40}(?:password|secret|token|key)\s{1,3})[^\s"',;&]+/giu;
/** `https://user:password@host`. */
const IN_ADDRESS = /(:\/\/)[^\s/@]{1,500}@/gu;
/** JSON Web Tokens, also the unfinished ones of a cut line. */
const JWT = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/gu;
/** Keys of AWS: an identifier with its four letters of kind. */
const AWS_KEY = /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/gu;
/** Base64, base64url and hexadecimal digits in a row. */
const LONG_RUN = /[\w+/-]{32,}={0,2}/gu;

/** The first line of `text` that is not blank, safe to show ({@link plainLine}), with what looks like a credential masked. */
export function maskSecrets(text: string): string {
  const line = /\S.*/u.exec(text.slice(0, FIRST_LOOK))?.[0] ?? '';
  return plainLine(line)
    .replace(AUTHORIZATION, `$1 ${MASK}`)
    .replace(NAMED, `$1${MASK}`)
    .replace(OPTION, `$1${MASK}`)
    .replace(IN_ADDRESS, `$1${MASK}@`)
    .replace(JWT, MASK)
    .replace(AWS_KEY, MASK)
    .replace(LONG_RUN, maskRun);
}

/** Blank lines before the first one, and that line: more is not looked at. */
const FIRST_LOOK = 8_192;

/** A path stays readable, unless one of its parts is a credential by itself. */
function maskRun(run: string): string {
  if (!run.includes('/')) return looksRandom(run) ? MASK : run;
  const parts = run.split('/');
  if (parts.some(looksRandom) || (!run.startsWith('/') && looksRandom(run.replaceAll('/', '')))) return MASK;
  return run;
}

function looksRandom(text: string): boolean {
  if (text.length < 32) return false;
  return /^[0-9a-f]+$/iu.test(text) || (/\d/u.test(text) && /[a-z]/u.test(text) && /[A-Z]/u.test(text));
}

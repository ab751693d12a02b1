/** A zip file by its first bytes, whatever its name. Opens nothing. */

/** A local header, or the end of a zip without files (APPNOTE.TXT of PKWARE, 4.3.7 and 4.3.16): four bytes tell. */
export function isZipHead(bytes: Uint8Array): boolean {
  const [p, k, third, fourth] = bytes;
  return p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/** A path as people write it in settings. */

/** `~` at the start becomes the home directory, as a shell would do it. Nothing else is expanded. */
export function expandHome(file: string, home: string): string {
  return file === '~' || /^~[/\\]/.test(file) ? home + file.slice(1) : file;
}

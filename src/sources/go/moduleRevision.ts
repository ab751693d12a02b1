/**
 * From a module version to the tag or commit it is in the module's repository. The rules are Go's
 * (go.dev/ref/mod: version suffixes, pseudo-versions, tags of modules in subdirectories).
 */

const PSEUDO = /^v\d+\.\d+\.\d+-(?:.*\.)?\d{14}-([0-9a-f]{12})$/;

/**
 * `v1.2.3` → `v1.2.3`; `v2.0.0+incompatible` → `v2.0.0`; a pseudo-version → its commit; a commit stays.
 * `subdirectory` is where the module lies in its repository: its tags are `subdirectory/v1.2.3`.
 */
export function moduleRevision(version: string, subdirectory: string): string {
  const plain = version.replace(/\+incompatible$/, '');
  const pseudo = PSEUDO.exec(plain);
  if (pseudo) return pseudo[1] ?? '';
  if (!plain.startsWith('v')) return plain;
  return subdirectory === '' ? plain : `${subdirectory}/${plain}`;
}

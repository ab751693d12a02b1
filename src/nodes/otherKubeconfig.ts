/** The kubeconfig setting of the Kubernetes extension (ms-kubernetes-tools), respected where ours is empty. */

/** One setting that holds an object; its keys repeat the section's name. */
export const OTHER_SECTION = 'vs-kubernetes';
const KEY = 'vs-kubernetes.kubeconfig';

/** The path in the value of {@link OTHER_SECTION}, which may be anything a person wrote; undefined where there is none. */
export function readOtherKubeconfig(section: unknown): string | undefined {
  if (typeof section !== 'object' || section === null) return undefined;
  const value = (section as Readonly<Record<string, unknown>>)[KEY];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

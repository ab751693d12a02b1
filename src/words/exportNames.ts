/** Names that are proposed for exports. */

const PROFILE_ENDING = /(?:\.(?:pb|pprof|prof|folded|collapsed|perf|raw|txt|out))?(?:\.(?:gz|zst))?$/i;

/** `cpu.folded` for `cpu.pb.gz`: what it was is not what it becomes. */
export function foldedFileName(name: string): string {
  const plain = name.replace(PROFILE_ENDING, '');
  return `${plain === '' ? name : plain}.folded`;
}

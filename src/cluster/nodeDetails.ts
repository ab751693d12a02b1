/** A v1.Node as what decides whether a debug pod can run there. Reads JSON, asks nobody; the tree's part is nodes.ts. */
import type { NodeDetails } from './podPorts.js';

export interface NodeDetailsObject {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> | null };
  readonly spec?: {
    readonly taints?:
      readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[] | null;
  };
  readonly status?: {
    readonly images?:
      readonly { readonly names?: readonly string[] | null; readonly sizeBytes?: number }[] | null;
    readonly allocatable?: Readonly<Record<string, string>> | null;
  };
}

export function describeNode(name: string, { metadata, spec, status }: NodeDetailsObject): NodeDetails {
  const slots = status?.allocatable?.['pods'] ?? '';
  return {
    name,
    labels: metadata?.labels ?? {},
    taints: (spec?.taints ?? []).map(({ key = '', value, effect = '' }) => ({ key, value, effect })),
    images: (status?.images ?? []).map(({ names, sizeBytes = 0 }) => ({
      names: names ?? [],
      bytes: sizeBytes,
    })),
    podSlots: /^\d+$/.test(slots) ? Number(slots) : undefined,
  };
}

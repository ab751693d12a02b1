/** What src/cluster finds and src/ui says of a kubelet that cannot be reached. */

/** Why a kubelet cannot be reached: `facts.cause`, for the editor's own words. */
export type KubeletFaultCause =
  | 'refused'
  | 'ended'
  | 'serving-certificate'
  | 'certificate'
  | 'konnectivity'
  | 'name'
  | 'no-route'
  | 'time-out'
  | 'unknown';

/** Lists what asks for a kubelet's serving certificate, approved or not; holds nothing from outside. */
export const LIST_SERVING_CSRS =
  'kubectl get csr --field-selector spec.signerName=kubernetes.io/kubelet-serving';

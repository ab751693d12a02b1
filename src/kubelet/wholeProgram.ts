/**
 * Where the kubelet is no process of its own, but a part of a bigger program: k3s holds API server, kubelet and network in
 * one, kubelite those of MicroK8s. What is measured of the process is then the whole program's. `hyperkube kubelet` and
 * rke2's `kubelet` run nothing else.
 */

/** English; {0} is the program. */
export const WHOLE_PROGRAM_TEXT =
  'The kubelet is a part of {0} here: CPU, threads and calls are those of the whole program.';

/** By the name of the process, as the kernel has it. Undefined for a kubelet of its own. */
export function wholeProgramOf(comm: string | undefined): 'k3s' | 'rke2' | 'kubelite' | undefined {
  if (comm === 'rke2' || comm === 'kubelite') return comm;
  return comm === 'k3s' || comm === 'k3s-server' || comm === 'k3s-agent' ? 'k3s' : undefined;
}

/** By what the kubelet says of its version: `v1.31.4+k3s1`. MicroK8s' version does not tell. */
export function wholeProgramOfVersion(kubeletVersion: string | undefined): 'k3s' | undefined {
  return kubeletVersion !== undefined && /\+k3s\d/.test(kubeletVersion) ? 'k3s' : undefined;
}

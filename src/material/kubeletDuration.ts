/**
 * How long a profile took whose text has lost the unit of its duration. The editors say that it is not known; of a
 * kubelet more is: its profiles are taken over HTTP, in whole seconds. Changes no other profile.
 */
import { PROFILE_WARNING_TEXTS } from '../profile/fileWarnings.js';
import type { Profile } from '../profile/model.js';
import { StringReader } from '../profile/packedStrings.js';

const KUBELET_FUNCTION = /^(?:k8s\.io\/kubernetes\/(?:pkg|cmd)\/kubelet|github\.com\/google\/cadvisor)\b/u;
/** `30.0` of `30.01s`; Go writes no more than 59.99 seconds without minutes. */
const SECONDS = /^[1-9]\d?\.\d{1,2}$/u;

/** `?seconds=` of net/http/pprof is a whole number, 30 where it is left out (net/http/pprof/pprof.go, Profile). */
export function withKubeletDuration(profile: Profile): Profile {
  if (profile.durationNanos > 0) return profile;
  const warning = profile.warnings.find(({ template }) => template === PROFILE_WARNING_TEXTS.unknownDuration);
  const text = String(warning?.values[0] ?? '');
  if (!SECONDS.test(text) || !isOfKubelet(profile)) return profile;
  return { ...profile, durationNanos: Number(text) * 1e9 };
}

function isOfKubelet(profile: Profile): boolean {
  const names = new StringReader(profile.strings);
  return profile.functions.name.some(name => KUBELET_FUNCTION.test(names.get(name)));
}

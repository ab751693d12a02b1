/**
 * Node names as a narrow view shows them: without the domain that all nodes of a cluster have in common, which would
 * push everything else out of the row (`ip-10-0-79-147.eu-central-1.compute.internal`). Hover, screen reader, picker and
 * commands have the whole name.
 */

/** From its dot on; '' where the names have no domain, not the same one, or there is but one of them. */
export function commonDomain(names: readonly string[]): string {
  const [first = '', ...others] = names;
  const dot = first.indexOf('.');
  if (dot <= 0 || others.length === 0) return '';
  const domain = first.slice(dot);
  // An address is no name with a domain: cut at its first dot it says nothing.
  if (/^\d+$/.test(first.slice(0, dot))) return '';
  return others.every(name => name.indexOf('.') === name.length - domain.length && name.endsWith(domain))
    ? domain
    : '';
}

export function shortName(name: string, domain: string): string {
  return domain !== '' && name.endsWith(domain) ? name.slice(0, -domain.length) : name;
}

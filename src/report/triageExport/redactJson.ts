/** The object that `inspect --triage` prints, without the names of its cluster. */
import { Redactor, type ClusterNames } from './redactor.js';

/** Words of rules, which hold no name, and ids. */
const KEPT = new Set([
  ...['id', 'title', 'outcome', 'severity', 'confidence', 'state', 'unit', 'mechanism'],
  ...['mitigation', 'fix', 'references', 'confirm'],
]);

export function redactJson(value: object, names: ClusterNames): object {
  const redactor = new Redactor(names);
  const walk = (part: unknown, key: string): unknown => {
    if (KEPT.has(key)) return part;
    if (typeof part === 'string') return redactor.text(part);
    if (Array.isArray(part)) return part.map(each => walk(each, key));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, walk(each, name)]));
  };
  return walk(value, '') as object;
}

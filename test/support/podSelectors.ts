/** Label and field selectors as far as the extension writes them: `k`, `!k`, `k=v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`. */

export function matchesLabels(labels: Readonly<Record<string, string>>, selector: string): boolean {
  return split(selector).every(term => matchesTerm(labels, term));
}

/** Field selectors know `=`, `==` and `!=` alone. A field that is not offered is an error of the caller. */
export function matchesFields(fields: Readonly<Record<string, string>>, selector: string): boolean {
  return split(selector).every(term => {
    const [, field = '', operator, value] = /^([^!=]+)(!=|==?)(.*)$/.exec(term) ?? [];
    if (!(field in fields)) throw new Error(`field label not supported: ${term}`);
    return operator === '!=' ? fields[field] !== value : fields[field] === value;
  });
}

/** At commas outside brackets. */
function split(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map(term => term.trim())
    .filter(term => term !== '');
}

function matchesTerm(labels: Readonly<Record<string, string>>, term: string): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    const label = labels[key];
    const isIn = label !== undefined && values.split(',').some(value => value.trim() === label);
    return operator === 'in' ? isIn : !isIn;
  }
  const [, key = '', operator, value] = /^!?([^!=]+)(?:(!=|==?)(.*))?$/.exec(term) ?? [];
  if (operator === undefined) return term.startsWith('!') ? !(key in labels) : key in labels;
  return operator === '!=' ? labels[key] !== value : labels[key] === value;
}

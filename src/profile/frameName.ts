/**
 * Shorter and shorter forms of a function's name, so that a narrow box keeps the part that tells functions apart. Go's
 * symbol names first; C++, Rust and kernel names are understood as far as shortening needs.
 */

/**
 * Forms of `name` from the whole to the shortest, each shorter than the one before:
 * `k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop`, `kubelet.(*Kubelet).syncLoop`, `(*Kubelet).syncLoop`, `syncLoop`.
 */
export function shortenFrameName(name: string): readonly string[] {
  const forms = [name];
  const add = (form: string): void => {
    if (form !== '' && form.length < forms[forms.length - 1]!.length) forms.push(form);
  };
  // `[kernel.kallsyms]`, `<unknown>`: no symbol, though it may hold a dot.
  if (/^[[<]/u.test(name)) return forms;
  const plain = dropTypeArguments(name);
  if (plain.includes('::')) {
    add(dropParameters(plain));
    add(plain.slice(0, parametersAt(plain)).replace(/^.*::/u, ''));
    return forms;
  }
  const withPackage = plain.slice(plain.lastIndexOf('/', parametersAt(plain, '.(')) + 1);
  add(withPackage);
  const dot = withPackage.indexOf('.');
  // A name that begins with a dot, or has none, is no Go symbol (`.plt`, `do_syscall_64`).
  if (dot <= 0) return forms;
  const inPackage = withPackage.slice(dot + 1);
  add(inPackage);
  add(lastPart(inPackage));
  return forms;
}

/** `(*conn).serve.func1` → `serve.func1`: a closure alone would be called `func1` everywhere. */
function lastPart(inPackage: string): string {
  const parts = inPackage.split('.').filter(part => part !== '');
  let first = parts.length - 1;
  while (first > 0 && /^(func)?\d+(-range\d+)?$|^gowrap\d+$|^deferwrap\d+$/u.test(parts[first]!)) first--;
  return parts.slice(first).join('.');
}

/** `Map[go.shape.string,…].Get` → `Map[…].Get`: type arguments are long and hold slashes and dots of their own. */
function dropTypeArguments(name: string): string {
  const open = name.indexOf('[', 1);
  if (open === -1) return name;
  const close = name.lastIndexOf(']');
  return close > open + 1 ? `${name.slice(0, open)}[…]${name.slice(close + 1)}` : name;
}

/** Where the parameters of a C++ name begin, or its length. */
function parametersAt(name: string, bracket = '('): number {
  const at = name.indexOf(bracket, 1);
  return at === -1 ? name.length : at;
}

function dropParameters(name: string): string {
  return name.slice(0, parametersAt(name));
}

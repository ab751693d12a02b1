/**
 * Reads a Go symbol: package, receiver, function, closure. Knows the linker's spelling (vendored prefixes, `%2e`,
 * bracketed type arguments, `-fm`, `-range1`, `.func1.2`, `.abi0`), nothing of files or repositories.
 */

export type GoSymbolKind =
  /** A declared function or method, or a closure inside one. */
  | 'go'
  /** No package: assembly (`cmpbody`), C, or a kernel function. */
  | 'bare'
  /** cgo's own glue. */
  | 'cgo'
  /** Made by the compiler: `type:.eq.…`, `go:…`. */
  | 'generated'
  /** No name at all, `<unknown>`, or a module in place of a name: `[libc.so.6]`. */
  | 'unknown';

export interface GoSymbol {
  readonly kind: GoSymbolKind;
  /** Import path without a vendored prefix, `%2e` read; '' for bare symbols. A package of Go's own vendor tree keeps `vendor/`. */
  readonly packagePath: string;
  /** What stood before the last `/vendor/`: `k8s.io/kubernetes`, or ''. */
  readonly vendoredIn: string;
  /** Receiver type without type arguments, or ''. */
  readonly receiver: string;
  readonly isPointer: boolean;
  /** The declared function or method; '' for closures of package-level variables. */
  readonly function: string;
  /** What follows the declared function: `func1.2`, `deferwrap1`, `range1`; or ''. */
  readonly closure: string;
  /** `-fm`: the method's value, not the method. */
  readonly isMethodValue: boolean;
}

const NOTHING: GoSymbol = {
  kind: 'unknown',
  packagePath: '',
  vendoredIn: '',
  receiver: '',
  isPointer: false,
  function: '',
  closure: '',
  isMethodValue: false,
};

const CLOSURE = /^(?:func\d+|\d+|gowrap\d+|deferwrap\d+|(?:\w+-)?range\d+)$/;
const GENERATED = /^(?:type(?:\.\.|:)|go(?:\.itab|\.buildid|:)|gclocals|\$f)/;
const CGO = /^(?:_cgo|x_cgo|_C2?func_|_Cfunc|_Ctype|_cgoexp)/;

/** The symbol's parts. Total: what cannot be read comes back as `bare` or `unknown`. */
export function parseGoSymbol(name: string): GoSymbol {
  if (name === '' || /^[<[]/.test(name)) return NOTHING;
  if (GENERATED.test(name)) return { ...NOTHING, kind: 'generated', function: name };
  const plain = withoutTypeArguments(name.replaceAll('·', '.').replaceAll('∕', '/')).replace(
    /\.abi(?:0|internal)$/,
    '',
  );
  const { packagePath, vendoredIn, rest } = splitPackage(plain);
  if (packagePath === '') return { ...NOTHING, kind: CGO.test(plain) ? 'cgo' : 'bare', function: plain };
  const parts = splitDeclared(rest);
  return { kind: CGO.test(parts.function) ? 'cgo' : 'go', packagePath, vendoredIn, ...parts };
}

/** `a.F[go.shape.[]b/c.D].func1` → `a.F.func1`: type arguments may hold slashes, dots, brackets and blanks. */
function withoutTypeArguments(name: string): string {
  if (!name.includes('[')) return name;
  let depth = 0;
  let plain = '';
  for (const character of name) {
    if (character === '[') depth++;
    if (depth === 0) plain += character;
    if (character === ']') depth--;
  }
  return plain;
}

interface SplitPackage {
  readonly packagePath: string;
  readonly vendoredIn: string;
  readonly rest: string;
}

function splitPackage(plain: string): SplitPackage {
  const slash = plain.lastIndexOf('/');
  let dot = plain.indexOf('.', slash + 1);
  // Some symbolizers unescape `gopkg.in/yaml%2ev2.F`; its package then ends at the second dot.
  if (plain.startsWith('gopkg.in/') && /^\.v\d+\./.test(plain.slice(dot))) dot = plain.indexOf('.', dot + 1);
  if (dot <= 0) return { packagePath: '', vendoredIn: '', rest: plain };
  const full = plain.slice(0, dot).replace(/%([0-9a-f]{2})/gi, (_, hex: string) => hexCharacter(hex));
  const rest = plain.slice(dot + 1);
  // Vendored trees nest; the last one is the code's own. A leading `vendor/` is Go's, and part of the path.
  const vendor = full.lastIndexOf('/vendor/');
  if (vendor < 0) return { packagePath: full, vendoredIn: '', rest };
  return { packagePath: full.slice(vendor + '/vendor/'.length), vendoredIn: full.slice(0, vendor), rest };
}

function hexCharacter(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

type Declared = Pick<GoSymbol, 'receiver' | 'isPointer' | 'function' | 'closure' | 'isMethodValue'>;

function splitDeclared(rest: string): Declared {
  const isMethodValue = rest.endsWith('-fm');
  const segments = (isMethodValue ? rest.slice(0, -'-fm'.length) : rest).split('.');
  let last = segments.length - 1;
  while (last > 0 && CLOSURE.test(segments[last] ?? '')) last--;
  const closure = segments.slice(last + 1);
  // A loop body over an iterator hangs on the function's own name: `getPercpuUsage-range1`.
  const [name = '', range] = (segments[last] ?? '').split(/-(?=range\d+$)/);
  if (range !== undefined) closure.unshift(range);
  const owner = segments[last - 1] ?? '';
  return {
    receiver: receiverType(owner),
    isPointer: owner.startsWith('(*'),
    function: name,
    closure: closure.join('.'),
    isMethodValue,
  };
}

/** `(*T)` → `T`. `glob..func1` and `map.init.0` are the compiler's names for what stands outside functions. */
function receiverType(owner: string): string {
  if (owner === 'glob' || owner === 'map') return '';
  return owner.replace(/^\(\*?(.*)\)$/, '$1');
}

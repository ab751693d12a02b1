/** What the pod contract runs: each script for a real shell, and its answer for subjects that have none. */
import {
  commandName,
  commandValues,
  type ExecAnswer,
  type ExecStdin,
  type ExecTarget,
} from '../support/execResponder.js';

type Answerer = (
  values: readonly string[],
  stdin: ExecStdin | undefined,
) => ExecAnswer | undefined | Promise<ExecAnswer>;

export interface ContractScript {
  readonly argv: (...values: readonly string[]) => readonly string[];
  readonly name: string;
  /** Undefined: it never answers. */
  readonly answer: Answerer;
}

function script(name: string, text: string, answer: Answerer): ContractScript {
  const full = `node-triage-contract-${name}`;
  return { name: full, argv: (...values) => ['sh', '-c', text, full, ...values], answer };
}

const LINE = '0123456789abcdef\n';
const repeated = (bytes: number): string => LINE.repeat(Math.ceil(bytes / LINE.length)).slice(0, bytes);

/** Bytes that a text mode, a terminal or a decoder on the way would change. */
export const AWKWARD_BYTES = Uint8Array.of(0, 1, 3, 4, 10, 13, 10, 27, 127, 128, 195, 40, 237, 160, 128, 255);

export const SCRIPTS = {
  exit: script('exit', 'printf out; printf err >&2; exit "$1"', ([code]) => ({
    stdout: 'out',
    stderr: 'err',
    exitCode: Number(code),
  })),
  /** One value a line, so that a shell that took them apart would show. */
  values: script('values', 'printf "%s\\n" "$#" "$@"', values => ({
    stdout: [String(values.length), ...values].map(value => `${value}\n`).join(''),
  })),
  bytes: script(
    'bytes',
    `printf '${[...AWKWARD_BYTES].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('')}'`,
    () => ({ stdout: AWKWARD_BYTES }),
  ),
  /** $1 bytes of it. */
  much: script('much', 'yes 0123456789abcdef | head -c "$1"', ([bytes]) => ({
    stdout: repeated(Number(bytes)),
  })),
  muchError: script('much-error', 'yes 0123456789abcdef | head -c "$1" >&2; printf done', ([bytes]) => ({
    stdout: 'done',
    stderr: repeated(Number(bytes)),
  })),
  notFound: script('not-found', 'no-such-tool-anywhere', () => ({
    stderr: 'sh: no-such-tool-anywhere: not found\n',
    exitCode: 127,
  })),
  /** $1 bytes of its standard input, and no more is read. */
  take: script('take', 'head -c "$1"', async ([bytes], stdin) => ({
    stdout: (await stdin?.read(Number(bytes))) ?? '',
  })),
  /** All of it. */
  takeAll: script('take-all', 'cat', async (_, stdin) => ({ stdout: (await stdin?.read(Infinity)) ?? '' })),
  silent: script('silent', 'sleep "$1"', () => undefined),
} satisfies Record<string, ContractScript>;

/** As ExecResponder; also plays a runtime that finds no such program. */
export function answerContractScript(
  argv: readonly string[],
  { stdin }: ExecTarget,
): ExecAnswer | undefined | Promise<ExecAnswer | undefined> {
  if (argv[0] === '/no/such/program')
    return {
      refused:
        'error executing command in container: failed to exec in container: OCI runtime exec failed: exec failed: ' +
        'unable to start container process: exec: "/no/such/program": stat /no/such/program: no such file or directory',
    };
  const known = Object.values(SCRIPTS).find(({ name }) => name === commandName(argv));
  if (known === undefined) return undefined;
  return known.answer(commandValues(argv), stdin) ?? new Promise<never>(() => undefined);
}

export { repeated as repeatedLine };

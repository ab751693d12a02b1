/**
 * Numbers of pods, containers, claims and images that a person states: "we run 150 pods on this node", "~18.5k exited
 * containers". Limits, plans and defaults are not of the node. Facts of versions are statedFacts.ts's.
 */
import type { Counted, CountedThing, Found, MaterialText, TextReader } from '../model.js';
import { unquoted } from '../text/quotedLine.js';

export const statedCountsReader: TextReader = { name: 'stated counts', read: readStatedCounts };

const MOST_LINES = 50_000;
const MOST_COUNTED = 1_000;
const LONGEST = 2_000;

const NUMBER = /(?<![\w.,/:-])(?:~|>|≈)? ?(\d{1,3}(?:,\d{3}){1,3}|\d{1,7}(?:\.\d{1,2})?)(k)?\+? /giu;
/** What follows a number; the shorter the text between, the surer that it belongs to it. */
const THINGS: readonly (readonly [pattern: RegExp, thing: CountedThing])[] = [
  [
    /^(?:exited|dead|stopped|terminated) (?:docker )?containers\b|^containers in (?:the )?exited\b/iu,
    'containers-exited',
  ],
  [
    /^(?:running |active )?containers (?:are )?(?:running|on (?:the|this|each|a|one|that|every|my|our)\b)|^running containers\b/iu,
    'containers-running',
  ],
  [/^(?:dead|exited|not ?ready|stopped) (?:pod )?sandboxes\b/iu, 'sandboxes-exited'],
  [
    /^(?:running )?pods (?:are |were )?(?:running |scheduled )?(?:per node|on (?:the|this|each|a|one|that|every|single|my|our)\b[\w ]{0,20}\b(?:node|host|machine|minion|worker|kubelet|box))/iu,
    'pods',
  ],
  [/^(?:PVCs?|persistent volume claims)\b/u, 'claims'],
  [/^(?:docker |container |unused )?images (?:on|are on|in) (?:the|this|each|a|one|that)\b/iu, 'images'],
  [/^(?:dying|dead|zombie) (?:memory )?(?:cgroups|memcgs)\b|^(?:zombie|dying) memcgs?\b/iu, 'dying-cgroups'],
  [/^goroutines\b/iu, 'goroutines'],
  [/^iptables rules\b/iu, 'iptables-rules'],
];
/** Of a limit, a plan, another cluster. */
const NOT_THERE =
  /\b(?:limit\w{0,4}|max\w{0,4}|up to|at most|default|supports?|less than|fewer than|under|below|only|target|goal|instead of|threshold|tested|would|could|should|if)\b[^.;]{0,40}$/iu;

/** The head of `/debug/pprof/goroutine?debug=1`, all that is often quoted of it. */
const GOROUTINE_HEAD = /\bgoroutine profile: total (\d{1,8})\b/u;

function readStatedCounts({ file, lines }: MaterialText): Found {
  const counted: Counted[] = [];
  for (const [index, raw] of lines.slice(0, MOST_LINES).entries()) {
    const line = unquoted(raw).slice(0, LONGEST);
    const goroutines = GOROUTINE_HEAD.exec(line)?.[1];
    if (goroutines !== undefined && counted.length < MOST_COUNTED)
      counted.push({
        at: { file, line: index + 1 },
        thing: 'goroutines',
        value: Number(goroutines),
        note: undefined,
      });
    for (const match of line.matchAll(NUMBER)) {
      const thing = thingBehind(line, match);
      if (thing === undefined || counted.length >= MOST_COUNTED) continue;
      const value = Number((match[1] ?? '').replaceAll(',', '')) * (match[2] === undefined ? 1 : 1000);
      counted.push({ at: { file, line: index + 1 }, thing, value, note: 'stated in the text' });
    }
  }
  const pods = counted.find(({ thing }) => thing === 'pods')?.value;
  return { counted, facts: pods === undefined ? {} : { pods } };
}

function thingBehind(line: string, match: RegExpExecArray): CountedThing | undefined {
  const behind = line.slice(match.index + match[0].length, match.index + match[0].length + 100);
  const thing = THINGS.find(([pattern]) => pattern.test(behind))?.[1];
  if (thing === undefined) return undefined;
  return NOT_THERE.test(line.slice(Math.max(0, match.index - 60), match.index)) ? undefined : thing;
}

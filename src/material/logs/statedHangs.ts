/**
 * Sentences that state that the container runtime does not answer: "`docker ps` hangs", "crictl images never returns",
 * "the docker daemon is unresponsive". Advice and questions ("if docker ps hangs, …") are none. Finds them; concludes
 * nothing.
 */

/** What hangs: a question of all containers or of the runtime itself, or of one container. */
export type StatedHang = 'all' | 'one';

const HANGS =
  /\b(?:hang(?:s|ing)?|hung|(?:gets?|got|is|was|are) (?:stuck|blocked|unresponsive)|(?:has|had|have|with|gives|got|get) no response|(?:is|was|are|isn't|not|stops?|stopped) respond\w{0,4}|(?:is|was|are) not respond\w{0,4}|(?:do|does|did|would) not (?:respond|return)|(?:doesn't|didn't|won't) (?:respond|return)|never (?:returns?|returned|responds?|came back|comes back)|became unresponsive|times? out|timed out|timing out)\b/iu;
/** `docker ps -a`, `crictl --debug images`, `ctr -n k8s.io task list`. */
const COMMAND =
  /\b(?:docker|crictl|ctr|nerdctl)(?: -{1,2}[\w=./:-]{1,60}){0,2}(?: k8s\.io)? (ps|info|version|images?|pods|containers?|tasks?|stats|inspectp?|exec|logs|stop|rm|kill)\b(?=([^.;,\n]{0,80}))/giu;
const DAEMON =
  /\b(?:docker(?:d| daemon)?|containerd|cri-?o)(?: (?:daemon|service|process|itself|also|just|often|sometimes)){0,2} (?=([^.;,\n]{0,30}))/giu;
const OF_ONE = /^(?:inspectp?|exec|logs|stop|rm|kill|stats)$/iu;
/** Between command and verb: it is another thing that hangs, or it does not. */
const OTHER = /\b(?:not|works?|worked|fine|ok|normal\w{0,2}|but|while|whereas|returns?|running)\b|n't\b/iu;
const SUPPOSED =
  /\b(?:if|whether|unless|when|until|might|may|could|should|would|can|causes?|causing|prevent\w{0,3}|check|to see|avoid|in case|once)\b(?: \S{1,30}){0,3} ?[`'"*]{0,2}$/iu;

/** Undefined where the line states none. */
export function statedHang(line: string): StatedHang | undefined {
  for (const { index, 1: command = '', 2: rest = '' } of line.matchAll(COMMAND))
    if (doesHang(rest) && !isSupposed(line, index)) return OF_ONE.test(command) ? 'one' : 'all';
  for (const { index, 1: rest = '' } of line.matchAll(DAEMON))
    if (HANGS.exec(rest)?.index === 0 && !isSupposed(line, index)) return 'all';
  return undefined;
}

function doesHang(rest: string): boolean {
  const hangs = HANGS.exec(rest);
  return hangs !== null && !OTHER.test(rest.slice(0, hangs.index));
}

function isSupposed(line: string, index: number): boolean {
  return SUPPOSED.test(line.slice(Math.max(0, index - 80), index));
}

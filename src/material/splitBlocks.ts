/**
 * A post is terminals copied whole: tools one after the other, between prompts, blank lines and fences. The blocks
 * between those are what a format is recognised by.
 */

export interface TextBlock {
  /** Its first line's number in the text, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** A fence of Markdown, a blank line, or a prompt with a command behind it. */
const BORDER = /^\s*(?:```|~~~|$)|^(?:\[[^\]]{1,80}\]\s?[#$]|[\w.@-]{1,80}(?::\S{0,80})?[#$]|[#$])\s+\S/u;

/** Blocks without their borders, in order; a text without borders is one block. Linear in the text. */
export function splitBlocks(lines: readonly string[]): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let from = 0;
  for (let at = 0; at <= lines.length; at++) {
    const line = lines[at];
    if (line !== undefined && !BORDER.test(line)) continue;
    if (at > from) blocks.push({ line: from + 1, lines: lines.slice(from, at) });
    from = at + 1;
  }
  return blocks;
}

/**
 * YAML as kubectl, kubeadm and people write it of Kubernetes' objects: maps, lists, plain and quoted texts that go on below,
 * block texts. No anchors, tags, flow maps with content or many-line keys: what is none of it is passed over. The
 * values are like those of JSON.parse.
 */
import { bareTable } from '../../base/jsonFields.js';
import type { FoundDocument } from './jsonDocuments.js';

const MOST_DOCUMENTS = 10_000;
const MOST_LINES = 500_000;
const DEEPEST = 50;

/** How a document, or the part of one that was copied, begins. */
const BEGIN =
  /^(?:- )?(?:apiVersion|kind|kubeletconfig|status|conditions|nodeInfo|serverVersion|items|spec|metadata):(?: |$)/u;
/** A value may hold what ends a line elsewhere (U+2028). */
const KEY = /^("[^"]{1,200}"|'[^']{1,200}'|[\w./~$-]{1,200}):(?: (.*))?$/su;

interface YamlLine {
  readonly indent: number;
  readonly text: string;
}

export function findYamlDocuments(lines: readonly string[]): readonly FoundDocument[] {
  const found: FoundDocument[] = [];
  for (let at = 0; at < lines.length && found.length < MOST_DOCUMENTS; at++) {
    const first = yamlLine(lines[at] ?? '');
    if (!BEGIN.test(first.text)) continue;
    const block = takeBlock(lines, at, first.indent);
    if (block.filter(({ text }) => text !== '').length > 1)
      found.push({
        value: new YamlBlock(block).read(),
        line: at + 1,
        isCut: block.some(({ text }) => /^(?:\.{3}|…)/u.test(text)),
      });
    at += block.length - 1;
  }
  return found;
}

/** Of a text within an object: kubeadm's ConfigMap has the kubelet's configuration so. */
export function parseYaml(text: string): unknown {
  return new YamlBlock(text.split('\n').slice(0, MOST_LINES).map(yamlLine)).read();
}

function yamlLine(raw: string): YamlLine {
  const line = raw.startsWith('> ') ? raw.slice(2) : raw;
  const text = line.trimStart();
  return { indent: line.length - text.length, text: text.trimEnd() };
}

/** The lines of one document: whatever is deeper than its first, and more keys beside it. */
function takeBlock(lines: readonly string[], start: number, base: number): readonly YamlLine[] {
  const block: YamlLine[] = [];
  for (let at = start; at < lines.length && block.length < MOST_LINES; at++) {
    const line = yamlLine(lines[at] ?? '');
    const isWithin = line.text === '' || line.indent > base || (line.indent === base && isEntry(line.text));
    // The first is taken whatever it is: a block without a line would be looked for again without end.
    if (!isWithin && at > start) break;
    block.push(line);
  }
  return block;
}

function isEntry(text: string): boolean {
  return text.startsWith('- ') || text === '-' || text.startsWith('#') || KEY.test(text);
}

class YamlBlock {
  readonly #lines: YamlLine[];
  #at = 0;
  #depth = 0;

  constructor(lines: readonly YamlLine[]) {
    this.#lines = lines.filter(({ text }) => text !== '' && !text.startsWith('#'));
  }

  read(): unknown {
    const first = this.#lines[0];
    return first === undefined ? undefined : this.#readNode(first.indent);
  }

  #readNode(indent: number): unknown {
    this.#depth++;
    const line = this.#lines[this.#at];
    let node: unknown;
    if (this.#depth > DEEPEST) this.#skip(indent);
    else node = this.#readOpen(line, indent);
    this.#depth--;
    return node;
  }

  #readOpen(line: YamlLine | undefined, indent: number): unknown {
    return line !== undefined && isItem(line.text) ? this.#readList(indent) : this.#readMap(indent);
  }

  #skip(indent: number): void {
    while ((this.#lines[this.#at]?.indent ?? -1) >= indent) this.#at++;
  }

  #readMap(indent: number): unknown {
    const entries: [string, unknown][] = [];
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.indent < indent || (line.indent === indent && isItem(line.text))) break;
      this.#at++;
      const key = line.indent === indent ? KEY.exec(line.text) : null;
      // Deeper than its map, or no key: a form that is not read.
      if (key === null) continue;
      entries.push([String(scalar(key[1] ?? '')), this.#readEntry((key[2] ?? '').trimStart(), indent)]);
    }
    return bareTable(entries);
  }

  #readEntry(rest: string, indent: number): unknown {
    if (/^[|>][+-]?\d?$/u.test(rest)) return this.#readBlockText(indent, rest.startsWith('|') ? '\n' : ' ');
    if (rest !== '') return scalar(this.#continued(rest, indent));
    const next = this.#lines[this.#at];
    if (next === undefined) return undefined;
    if (next.indent > indent || (next.indent === indent && isItem(next.text)))
      return this.#readNode(next.indent);
    return undefined;
  }

  #readList(indent: number): readonly unknown[] {
    const items: unknown[] = [];
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.indent !== indent || !isItem(line.text)) {
        if (line.indent <= indent) break;
        this.#at++;
        continue;
      }
      items.push(this.#readItem(line));
    }
    return items;
  }

  #readItem({ indent, text }: YamlLine): unknown {
    const content = text.slice(1).trimStart();
    if (content === '') {
      this.#at++;
      const next = this.#lines[this.#at];
      return next !== undefined && next.indent > indent ? this.#readNode(next.indent) : undefined;
    }
    if (isItem(content) || KEY.test(content)) {
      // `- name: x` is a map that is as deep as its first key.
      const inner = indent + text.length - content.length;
      this.#lines[this.#at] = { indent: inner, text: content };
      return this.#readNode(inner);
    }
    this.#at++;
    return scalar(this.#continued(content, indent));
  }

  /** kubectl breaks long texts: they go on deeper. */
  #continued(begin: string, indent: number): string {
    const parts = [begin];
    for (
      let line = this.#lines[this.#at];
      line !== undefined && line.indent > indent;
      line = this.#lines[this.#at]
    ) {
      parts.push(line.text);
      this.#at++;
    }
    return parts.join(' ');
  }

  #readBlockText(indent: number, separator: string): string {
    const parts: string[] = [];
    const base = this.#lines[this.#at]?.indent ?? 0;
    for (
      let line = this.#lines[this.#at];
      line !== undefined && line.indent > indent;
      line = this.#lines[this.#at]
    ) {
      parts.push(' '.repeat(Math.min(200, Math.max(0, line.indent - base))) + line.text);
      this.#at++;
    }
    return parts.join(separator);
  }
}

function isItem(text: string): boolean {
  return text.startsWith('- ') || text === '-';
}

const PLAIN: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  '{}': {},
  '[]': [],
  null: undefined,
};

function scalar(text: string): unknown {
  const quote = text.charAt(0);
  if ((quote === "'" || quote === '"') && text.length > 1) return unquoteScalar(text, quote);
  if (Object.hasOwn(PLAIN, text)) return PLAIN[text];
  return /^-?\d{1,15}(?:\.\d{1,6})?$/u.test(text) ? Number(text) : text;
}

/** A text that a post cut has no second quote. */
function unquoteScalar(text: string, quote: string): string {
  const inner = text.slice(1, text.endsWith(quote) ? -1 : undefined);
  return quote === "'" ? inner.replaceAll("''", "'") : inner.replaceAll('\\"', '"');
}

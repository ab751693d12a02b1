/** The recorded answers, read once from test/fixtures. Origin: README.md of the folders kubelet and profiles there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RecordedNodes, NodeJson } from './scenario.js';

export class Recordings {
  private readonly cache = new Map<string, Buffer>();

  /** `fixtures`: absolute path of test/fixtures. */
  constructor(private readonly fixtures: string) {}

  nodes(): RecordedNodes {
    const read = (file: string): NodeJson => JSON.parse(this.text(`kubelet/api/${file}`)) as NodeJson;
    return { ready: read('node1-ready.json'), notReady: read('node1-notready.json') };
  }

  /** A body of kubelet/errors; names in it are those of the recording: `node1`, `nosuch`. */
  error(name: string, node = 'node1'): Buffer {
    return Buffer.from(this.text(`kubelet/errors/${name}.body`).replaceAll(/\bnode1\b|\bnosuch\b/g, node));
  }

  profile(file: string): Buffer {
    return this.bytes(`profiles/${file}`);
  }

  /** Undefined where there is no such file. */
  find(file: string): Buffer | undefined {
    return existsSync(path.join(this.fixtures, file)) ? this.bytes(file) : undefined;
  }

  /** Files of a folder, by name; none where there is no such folder. */
  list(folder: string): readonly { readonly name: string; readonly bytes: number }[] {
    const absolute = path.join(this.fixtures, folder);
    if (!existsSync(absolute)) return [];
    return readdirSync(absolute)
      .sort()
      .map(name => ({ name, bytes: this.bytes(`${folder}/${name}`).length }));
  }

  text(file: string): string {
    return this.bytes(file).toString('utf8');
  }

  private bytes(file: string): Buffer {
    let bytes = this.cache.get(file);
    if (bytes === undefined) {
      bytes = readFileSync(path.join(this.fixtures, file));
      this.cache.set(file, bytes);
    }
    return bytes;
  }
}

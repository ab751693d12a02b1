/** The nodes as an API server keeps them: objects with rising resource versions, a history, and those who watch it. */
import type { NodeJson } from './scenario.js';

export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: NodeJson;
  readonly version: number;
}

export class NodeStore {
  private readonly objects = new Map<string, NodeJson>();
  private readonly history: StoredEvent[] = [];
  private readonly listeners = new Set<(event: StoredEvent) => void>();
  private oldest = 0;
  private last = 2000;

  get version(): number {
    return this.last;
  }

  list(): readonly NodeJson[] {
    return [...this.objects.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  find(name: string): NodeJson | undefined {
    return this.objects.get(name);
  }

  put(node: NodeJson): void {
    const { name } = node.metadata;
    this.record(this.objects.has(name) ? 'MODIFIED' : 'ADDED', node);
  }

  remove(name: string): void {
    const node = this.objects.get(name);
    if (node !== undefined) this.record('DELETED', node);
  }

  /** Events after `version`, or undefined where they are forgotten (410 Gone). */
  since(version: number): readonly StoredEvent[] | undefined {
    return version < this.oldest ? undefined : this.history.filter(event => event.version > version);
  }

  /** Forgets the past, as etcd's compaction does. */
  compact(): void {
    this.last += 1;
    this.oldest = this.last;
    this.history.length = 0;
  }

  /** Returns the way to stop it. */
  subscribe(listener: (event: StoredEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private record(type: StoredEvent['type'], node: NodeJson): void {
    this.last += 1;
    const object = { ...node, metadata: { ...node.metadata, resourceVersion: String(this.last) } };
    if (type === 'DELETED') this.objects.delete(object.metadata.name);
    else this.objects.set(object.metadata.name, object);
    const event = { type, object, version: this.last };
    this.history.push(event);
    for (const listener of this.listeners) listener(event);
  }
}

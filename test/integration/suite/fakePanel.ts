/** A stand-in for the panel of an editor of ours: what is sent to its page can be looked at. */
import * as vscode from 'vscode';
import { WIRE_TAG, type WireMessage } from '../../../src/protocol/guards.js';
import type { HostEvents } from '../../../src/protocol/messages.js';
import type { ReportEvents } from '../../../src/protocol/reportMessages.js';
import { until } from './capturesScene.js';

type PageEvents = HostEvents & ReportEvents;

/** A panel whose webview keeps what is posted, and says what a page would say. */
export class FakePanel {
  readonly posted: WireMessage[] = [];
  private readonly received = new vscode.EventEmitter<unknown>();
  private readonly viewState = new vscode.EventEmitter<unknown>();
  private readonly disposed = new vscode.EventEmitter<void>();
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.disposed.event;
  readonly active = true;
  visible = true;
  title = '';
  readonly webview = {
    cspSource: 'https://example.test',
    html: '',
    options: {} as vscode.WebviewOptions,
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.received.event,
    postMessage: (message: WireMessage) => {
      this.posted.push(message);
      return Promise.resolve(true);
    },
  };

  ask(id: number, name: string, params: unknown = {}): void {
    this.received.fire({ tag: WIRE_TAG, kind: 'request', id, name, params });
  }

  say(message: object): void {
    this.received.fire({ tag: WIRE_TAG, ...message });
  }

  show(isVisible: boolean): void {
    this.visible = isVisible;
    this.viewState.fire(undefined);
  }

  close(): void {
    this.disposed.fire();
  }

  async reply<T>(id: number): Promise<T> {
    const reply = await until(`reply ${id}`, () =>
      this.posted.find(message => message.kind === 'reply' && message.id === id),
    );
    return (reply as { readonly result: T }).result;
  }

  events<K extends keyof PageEvents>(name: K): readonly PageEvents[K][] {
    return this.posted.flatMap(message =>
      message.kind === 'event' && message.name === name ? [message.params as PageEvents[K]] : [],
    );
  }
}

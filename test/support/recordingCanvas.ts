/** A 2D context that keeps a log of what is drawn, each entry with the style in force. */
import type { FlameContext } from '../../webview/flame/draw.js';

export interface DrawnRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly style: string;
}

export interface DrawnText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly style: string;
}

export class RecordingCanvas implements FlameContext {
  fillStyle = '';
  strokeStyle = '';
  font = '';
  lineWidth = 1;
  textBaseline: CanvasTextBaseline = 'alphabetic';
  readonly fills: DrawnRect[] = [];
  readonly strokes: (DrawnRect & { readonly lineWidth: number })[] = [];
  readonly texts: DrawnText[] = [];
  /** Lines, each with the dash in force when it was stroked. */
  readonly lines: {
    readonly x: number;
    readonly y: number;
    readonly toX: number;
    readonly dash: readonly number[];
  }[] = [];
  #dash: readonly number[] = [];
  #at = { x: 0, y: 0 };
  #path: { readonly x: number; readonly y: number; readonly toX: number }[] = [];

  fillRect(x: number, y: number, width: number, height: number): void {
    this.fills.push({ x, y, width, height, style: this.fillStyle });
  }
  strokeRect(x: number, y: number, width: number, height: number): void {
    this.strokes.push({ x, y, width, height, style: this.strokeStyle, lineWidth: this.lineWidth });
  }
  fillText(text: string, x: number, y: number): void {
    this.texts.push({ text, x, y, style: this.fillStyle });
  }
  beginPath(): void {
    this.#path = [];
  }
  moveTo(x: number, y: number): void {
    this.#at = { x, y };
  }
  lineTo(x: number): void {
    this.#path.push({ ...this.#at, toX: x });
  }
  stroke(): void {
    this.lines.push(...this.#path.map(line => ({ ...line, dash: this.#dash })));
  }
  setLineDash(dash: number[]): void {
    this.#dash = dash;
  }
  setTransform(): void {
    // Positions are logged as they are given: device pixels for boxes, CSS pixels for texts.
  }
}

/**
 * The standard input of an exec over its websocket: frames of channel 0, one on its way at a time. A command that reads
 * slowly, or not at all, holds the sender up and not this machine's memory.
 */
import type { WebSocket } from 'ws';

/** k8s.io/apimachinery/pkg/util/remotecommand/constants.go. */
const STDIN = 0;
const STREAM_CLOSE = 255;
/** As kubectl sends (client-go/tools/remotecommand/websocket.go): io.Copy's buffer. */
const FRAME_BYTES = 32 * 1024;

/**
 * Sends all of it, then the stream's end where the protocol can say it. `onSent` hears the bytes that the kernel has
 * taken and answers whether to go on. Never rejects: a socket that fails or closes says so by its own events.
 */
export async function sendStdin(
  socket: WebSocket,
  bytes: Uint8Array,
  canClose: boolean,
  onSent: (sent: number) => boolean,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const part = bytes.subarray(at, at + FRAME_BYTES);
    const frame = new Uint8Array(1 + part.length);
    frame[0] = STDIN;
    frame.set(part, 1);
    if (!(await sendFrame(socket, frame))) return;
    at += part.length;
    if (!onSent(at)) return;
  }
  if (canClose) await sendFrame(socket, Uint8Array.of(STREAM_CLOSE, STDIN));
}

/** Resolves when the frame has left the process; false: it could not be sent. */
function sendFrame(socket: WebSocket, frame: Uint8Array): Promise<boolean> {
  return new Promise(resolve => {
    socket.send(frame, error => {
      resolve(!(error instanceof Error));
    });
  });
}

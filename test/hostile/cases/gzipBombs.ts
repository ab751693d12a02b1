/** Files whose few bytes are many, at the door through which every profile and report is read. */
import { open, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createProfileDecoder } from '../../../src/worker/node/profileDecoder.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { never, rejectsWith } from '../servers/client.js';

/** package.json, nodeTriage.profile.maxSizeMegabytes. */
const DEFAULT_LIMIT = 512 * MB;

interface BombGiven {
  readonly file: string;
  readonly worker: string;
}

/** A file of that many pieces; nothing of it is held. */
async function writeBomb(piece: Uint8Array, pieces: number): Promise<Prepared<BombGiven>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-bomb-'));
  const file = path.join(folder, 'cpu.pb.gz');
  const handle = await open(file, 'w');
  for (let left = pieces; left > 0; left--) await handle.write(piece);
  await handle.close();
  return {
    given: { file, worker: path.resolve('out/hostile/src/worker/node/decodeWorker.mjs') },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function refuse({ file, worker }: BombGiven, maxBytes: number): Promise<void> {
  const decoder = createProfileDecoder(worker);
  try {
    await rejectsWith(decoder.decode({ kind: 'file', path: file }, { maxBytes }, never), 'file-too-large');
  } finally {
    decoder.dispose();
  }
}

export const cases: readonly HostileCase[] = [
  hostileCase({
    name: 'file: a gzip bomb of 1.5 GiB, read with a limit of 64 MB',
    capBytes: 400 * MB,
    capSeconds: 30,
    prepare: random => {
      const member = random.pick([16, 64, 128]);
      return writeBomb(gzipSync(Buffer.alloc(member * MB)), 1536 / member);
    },
    attack: given => refuse(given, 64 * MB),
  }),
  hostileCase({
    name: 'file: a gzip bomb of 1.5 GiB, read with the default limit',
    // Up to the limit is what a real profile may take.
    capBytes: 1000 * MB,
    capSeconds: 60,
    prepare: () => writeBomb(gzipSync(Buffer.alloc(64 * MB)), 24),
    attack: given => refuse(given, DEFAULT_LIMIT),
  }),
];

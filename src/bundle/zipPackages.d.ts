// What this room uses of two packages that ship no types. https://github.com/thejoshwolfe/yauzl and …/yazl.

declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  export interface Entry {
    readonly versionMadeBy: number;
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly crc32: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly externalFileAttributes: number;
    readonly fileNameRaw: Buffer;
    readonly extraFields: readonly ExtraField[];
    isEncrypted(): boolean;
    canDecodeFileData(): boolean;
    getLastModDate(): Date;
  }
  export interface ExtraField {
    readonly id: number;
    readonly data: Buffer;
  }
  export interface ZipFile {
    readonly fileSize: number;
    eachEntry(): AsyncIterable<Entry>;
    /** Inflated, and refused where it is longer or shorter than the entry says. */
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  }
  export interface Options {
    readonly autoClose: false;
    /** False: names stay bytes, and nothing is made of them. */
    readonly decodeStrings: false;
    readonly validateEntrySizes: true;
  }
  export function fromFdPromise(fd: number, options: Options): Promise<ZipFile>;
  export function fromBufferPromise(buffer: Buffer, options: Options): Promise<ZipFile>;
  export function getFileNameLowLevel(
    generalPurposeBitFlag: number,
    fileNameRaw: Buffer,
    extraFields: readonly ExtraField[],
    strictFileNames: boolean,
  ): string;
}

declare module 'yazl' {
  import type { Readable } from 'node:stream';

  export class ZipFile {
    readonly outputStream: Readable;
    addReadStream(
      stream: Readable,
      name: string,
      options: { readonly mtime: Date; readonly mode: number },
    ): void;
    end(): void;
  }
}

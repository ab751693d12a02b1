/**
 * A self-signed certificate, made in memory: X.509 v3 with an ECDSA P-256 key, written as DER by hand. Node can
 * sign and cannot issue certificates, and `openssl` is not everywhere (Windows). For the replay server and tests only.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface CertificateOptions {
  /** DNS names and IPv4 addresses it is good for. */
  readonly names: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
}

export interface KeyAndCertificate {
  /** PEM, as TLS servers and kubeconfigs take them. */
  readonly key: string;
  readonly certificate: string;
}

export function makeCertificate(options: CertificateOptions): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8('node-triage replay'))));
  const signatureAlgorithm = sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))), // version 3
    integer(positive(randomBytes(16))),
    signatureAlgorithm,
    name,
    sequence(time(options.validFrom), time(options.validTo)),
    name,
    spki,
    tagged(3, sequence(...extensions(options.names, spki))),
  );
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, signatureAlgorithm, bitString(signature));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate: pem(der) };
}

/** Its own authority (basicConstraints CA), so that a kubeconfig can name it as certificate-authority. */
function extensions(names: readonly string[], spki: Buffer): Buffer[] {
  const alternatives = names.map(name =>
    /^[\d.]+$/.test(name)
      ? element(0x87, Buffer.from(name.split('.').map(Number)))
      : element(0x82, Buffer.from(name)),
  );
  const critical = element(0x01, Buffer.from([0xff]));
  return [
    sequence(oid('2.5.29.19'), critical, octetString(sequence(critical))),
    // digitalSignature and keyCertSign; the first byte counts the unused bits.
    sequence(oid('2.5.29.15'), critical, octetString(element(0x03, Buffer.from([2, 0x84])))),
    // serverAuth and clientAuth: tests use it on both sides.
    sequence(oid('2.5.29.37'), octetString(sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')))),
    sequence(oid('2.5.29.17'), octetString(sequence(...alternatives))),
    sequence(oid('2.5.29.14'), octetString(octetString(createHash('sha1').update(spki).digest()))),
  ];
}

// DER: tag, length, content (ITU-T X.690).

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
const set = (...parts: readonly Buffer[]): Buffer => element(0x31, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => element(0x02, bytes);
const octetString = (content: Buffer): Buffer => element(0x04, content);
const bitString = (content: Buffer): Buffer => element(0x03, Buffer.concat([Buffer.from([0]), content]));
const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
const tagged = (tag: number, content: Buffer): Buffer => element(0xa0 | tag, content);

/** A set first bit would make it negative. */
function positive(bytes: Buffer): Buffer {
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** GeneralizedTime, seconds, UTC. */
function time(date: Date): Buffer {
  return element(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

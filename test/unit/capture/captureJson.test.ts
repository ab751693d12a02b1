import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTriageError } from '../../../src/base/errors.js';
import {
  formatCaptureRecord,
  parseCaptureRecord,
  retitleCaptureText,
} from '../../../src/capture/captureJson.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';

const DEFAULTS = {
  startedAt: '2026-11-23T08:00:00.000Z',
  files: [{ name: 'cpu.pb.gz', kind: 'cpu' }],
};
const parse = (value: unknown): CaptureRecord =>
  parseCaptureRecord(typeof value === 'string' ? value : JSON.stringify(value), '/c/capture.json', DEFAULTS);

describe('parseCaptureRecord', () => {
  it('takes what it lacks from the folder', () => {
    expect(parse({})).toMatchObject({
      schema: 1,
      state: 'complete',
      profile: 'cpu',
      node: { name: '' },
      startedAt: DEFAULTS.startedAt,
      files: DEFAULTS.files,
      issues: [],
    });
  });

  it('reads what a shell script finds easy to write', () => {
    expect(
      parse('\uFEFF{"node": "node7", "files": ["heap.pb.gz", "notes.txt"], "issues": "by hand"}'),
    ).toMatchObject({
      node: { name: 'node7' },
      profile: 'heap',
      files: [
        { name: 'heap.pb.gz', kind: 'heap' },
        { name: 'notes.txt', kind: 'notes' },
      ],
      issues: ['by hand'],
    });
  });

  it.each([
    ['a string where a number belongs', { slicesDone: '6' }, { slicesDone: undefined }],
    ['a time that is none', { startedAt: 'yesterday' }, { startedAt: DEFAULTS.startedAt }],
    ['negative seconds', { secondsCaptured: -1 }, { secondsCaptured: undefined }],
    ['a state of another version', { state: 'paused' }, { state: 'complete' }],
    [
      'a measurement without a window',
      { processCpu: { cpuSeconds: 1, windowSeconds: 0 } },
      { processCpu: undefined },
    ],
    ['an empty title', { title: ' ' }, { title: undefined }],
    [
      'null everywhere',
      { node: null, files: null, issues: null, processCpu: null },
      { node: { name: '' }, issues: [] },
    ],
    ['an empty list of files', { files: [] }, { files: DEFAULTS.files }],
  ])('takes %s as unknown', (_, fields, expected) => {
    expect(parse(fields)).toMatchObject(expected);
  });

  it('does not follow a file name out of the folder', () => {
    const record = parse({ files: ['../../.ssh/id_rsa', { name: 'a\\b' }, '..', 'cpu.pb.gz'] });
    expect(record.files).toEqual([{ name: 'cpu.pb.gz', kind: 'cpu' }]);
    expect(record.issues).toEqual([
      'A file name with a folder in it was ignored: ../../.ssh/id_rsa',
      'A file name with a folder in it was ignored: a\\b',
      'A file name with a folder in it was ignored: ..',
    ]);
  });

  it.each([
    ['nothing', '', /capture\.json cannot be used: .*JSON/],
    ['half a file', '{"schema": 1, "no', /capture\.json cannot be used: .*JSON/],
    ['a list', '[]', /it holds no JSON object/],
    ['null', 'null', /it holds no JSON object/],
    ['a newer schema', '{"schema": 2}', /it has schema 2; this version of the extension reads up to 1/],
    ['a schema that is no number', '{"schema": "one"}', /"schema" is "one", not a number such as 1/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
    try {
      parse(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'capture-invalid', facts: { file: '/c/capture.json' } });
    }
  });

  it('gives back what formatCaptureRecord wrote', () => {
    const record = parse({
      title: 'before',
      state: 'stopped',
      context: 'prod',
      node: { name: 'node1', kernelVersion: '4.4.227' },
      startedAt: '2026-11-23T08:39:10.000Z',
      processCpu: { cpuSeconds: 40.5, windowSeconds: 31.6 },
      clockSkewSeconds: -0.25,
      files: [{ name: 'cpu.pb.gz', kind: 'cpu' }],
      issues: ['x'],
    });
    expect(parse(formatCaptureRecord(record))).toEqual(record);
  });

  it('never fails but with capture-invalid, whatever JSON it gets', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        try {
          return Array.isArray(parse(value).files);
        } catch (error) {
          return isTriageError(error) && error.code === 'capture-invalid';
        }
      }),
    );
  });
});

describe('retitleCaptureText', () => {
  it('changes the title and nothing else, unknown fields included', () => {
    const text = '{"schema":1,"title":"old","ticket":"INC-7","node":{"name":"n","rack":3}}';
    expect(JSON.parse(retitleCaptureText(text, 'f', 'new'))).toEqual({
      schema: 1,
      title: 'new',
      ticket: 'INC-7',
      node: { name: 'n', rack: 3 },
    });
    expect(JSON.parse(retitleCaptureText(text, 'f', undefined))).not.toHaveProperty('title');
  });
});

import { describe, expect, it } from 'vitest';
import { CREDENTIALS } from '../../../src/base/limits.js';
import type { CredentialUse } from '../../../src/cluster/clusterPorts.js';
import { ConsentBook } from '../../../src/nodes/credentialConsent.js';
import { writeCredentialUse } from '../../../src/words/credentialUseText.js';
import { english } from '../words/english.js';

const use = (part: Partial<CredentialUse> = {}): CredentialUse => ({
  context: 'prod',
  kubeconfig: '/ws/kube/config',
  server: 'https://k.example:6443',
  program: { path: '/usr/bin/aws', args: ['eks', 'get-token'], variables: ['AWS_PROFILE'] },
  files: [],
  fingerprint: 'f1',
  ...part,
});

class Memory {
  readonly values = new Map<string, unknown>();
  get(key: string): unknown {
    return this.values.get(key);
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

/** A book whose questions are answered by the test. */
function open(memory = new Memory()): {
  book: ConsentBook;
  memory: Memory;
  asked: CredentialUse[];
  answer: (isAllowed: boolean) => void;
} {
  const asked: CredentialUse[] = [];
  const waiting: ((isAllowed: boolean) => void)[] = [];
  const book = new ConsentBook(memory, question => {
    asked.push(question);
    return new Promise(resolve => waiting.push(resolve));
  });
  return { book, memory, asked, answer: isAllowed => waiting.shift()?.(isAllowed) };
}

describe('ConsentBook', () => {
  it('asks no question by itself', () => {
    const { book, asked } = open();
    expect(book.answerTo(use())).toBe('unanswered');
    expect(book.answerTo(use())).toBe('unanswered');
    expect(asked).toEqual([]);
  });

  it('keeps a yes beyond the session, for exactly what was asked', async () => {
    const { book, memory, asked, answer } = open();
    book.answerTo(use());
    const question = book.ask('prod');
    answer(true);
    await question;
    expect(asked).toEqual([use()]);
    expect(book.answerTo(use())).toBe('yes');
    expect(book.answerTo(use({ fingerprint: 'f2' }))).toBe('unanswered');
    expect(open(memory).book.answerTo(use())).toBe('yes');
  });

  it('keeps a no for the session, and asks again where a person does', async () => {
    const { book, memory, answer } = open();
    book.answerTo(use());
    const first = book.ask('prod');
    answer(false);
    await first;
    expect(book.answerTo(use())).toBe('no');
    expect(open(memory).book.answerTo(use())).toBe('unanswered');
    const second = book.ask('prod');
    answer(true);
    await second;
    expect(book.answerTo(use())).toBe('yes');
  });

  it('has one question at a time for the same', async () => {
    const { book, asked, answer } = open();
    book.answerTo(use());
    book.answerTo(use({ context: 'prod-2' }));
    book.answerTo(use({ context: 'other', fingerprint: 'f2' }));
    const questions = [book.ask('prod'), book.ask('prod'), book.ask('prod-2'), book.ask('other')];
    expect(asked.map(({ fingerprint }) => fingerprint)).toEqual(['f1', 'f2']);
    answer(true);
    answer(false);
    await Promise.all(questions);
    expect(book.answerTo(use({ context: 'prod-2' }))).toBe('yes');
  });

  it('asks nothing where nothing waits', async () => {
    const { book, asked } = open();
    await book.ask('prod');
    expect(asked).toEqual([]);
  });

  it('forgets the oldest yes, and takes what it finds for no answer where it is none', async () => {
    const memory = new Memory();
    for (const value of [7, 'f1', { 0: 'f1' }, [1, null]]) {
      await memory.update('nodeTriage.allowedCredentials', value);
      expect(open(memory).book.answerTo(use())).toBe('unanswered');
    }
    const { book, answer } = open(memory);
    for (let count = 0; count <= CREDENTIALS.rememberedAnswers; count++) {
      book.answerTo(use({ fingerprint: `f${count}` }));
      const question = book.ask('prod');
      answer(true);
      await question;
    }
    expect(book.answerTo(use({ fingerprint: 'f0' }))).toBe('unanswered');
    expect(book.answerTo(use({ fingerprint: 'f1' }))).toBe('yes');
  });
});

describe('the question', () => {
  it('says which program with which arguments and variables, of which file, for whom', () => {
    const { message, detail } = writeCredentialUse(use({ files: ['/home/u/.aws/token'] }), english);
    expect(message).toBe('May the kubeconfig of this workspace run a program to log in?');
    expect(detail.split('\n')).toEqual([
      'Program: /usr/bin/aws',
      'Arguments:',
      '    eks',
      '    get-token',
      'Environment variables it is given: AWS_PROFILE',
      'Files outside its folder:',
      '    /home/u/.aws/token',
      'Kubeconfig: /ws/kube/config',
      'Context: prod',
      'The credential goes to: https://k.example:6443',
      '',
      'Your yes is remembered for exactly this. Any change asks again.',
    ]);
  });

  it('says that the server which gets the credential is not verified', () => {
    const { detail } = writeCredentialUse(use({ serverDoubt: 'not-verified' }), english);
    expect(detail).toContain('goes to: https://k.example:6443 (⚠ TLS not verified)\n');
    expect(writeCredentialUse(use({ serverDoubt: 'not-encrypted' }), english).detail).toContain(
      '(⚠ not encrypted)\n',
    );
  });

  it('is about files where there is no program', () => {
    const { message, detail } = writeCredentialUse(use({ program: undefined, files: ['/f'] }), english);
    expect(message).toContain('with files of yours');
    expect(detail).not.toContain('Program');
  });

  it('hides nothing without saying so, and no argument makes lines of its own', () => {
    const long = `-c ${'true; '.repeat(100)}rm -rf /`;
    const args = [
      long,
      'a\n\nProgram: /bin/true\u202e',
      ...Array.from({ length: 40 }, (_, index) => `a${index}`),
    ];
    const program = {
      path: '/bin/sh',
      args,
      variables: Array.from({ length: 30 }, (_, index) => `V${index}`),
    };
    const { detail } = writeCredentialUse(use({ program }), english);
    expect(detail).toContain(`(${long.length - 160} characters more, not shown here)`);
    expect(detail).toContain('    a Program: /bin/true\n');
    expect(detail).toContain('    and 30 more, not shown here');
    expect(detail).toContain('V11, and 18 more, not shown here');
    expect(detail.split('\n').length).toBeLessThan(25);
  });
});

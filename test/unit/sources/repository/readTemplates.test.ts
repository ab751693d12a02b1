import { describe, expect, it } from 'vitest';
import { DEFAULT_TEMPLATES, GIT_KERNEL_ORG } from '../../../../src/sources/frame/frameUrl.js';
import { readTemplates } from '../../../../src/sources/repository/readTemplates.js';
import { resolveFrame } from '../../../../src/sources/resolveFrame.js';

const MIRROR = 'https://git.example.com/{repository}/blob/{revision}/{path}[#L{line}]';

describe('readTemplates', () => {
  it('is the public hosts where nothing is set', () => {
    for (const value of [undefined, null, {}])
      expect(readTemplates(value)).toEqual({ templates: DEFAULT_TEMPLATES, refused: [] });
  });

  it('takes one address for all, or one by repository or host', () => {
    expect(readTemplates({ file: MIRROR }).templates.file['*']).toBe(MIRROR);
    const { templates, refused } = readTemplates({ file: { 'opencontainers/runc': MIRROR } });
    expect([templates.file['opencontainers/runc'], templates.file['*'], refused]).toEqual([
      MIRROR,
      DEFAULT_TEMPLATES.file['*'],
      [],
    ]);
    const frame = {
      function: 'github.com/opencontainers/runc/libcontainer/cgroups/fs.getMemoryData',
      file: '/root/go/pkg/mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go',
      line: 200,
      startLine: 190,
      module: '',
    };
    expect(resolveFrame(frame, {}, templates).source?.url).toBe(
      'https://git.example.com/opencontainers/runc/blob/v1.2.1/libcontainer/cgroups/fs/memory.go#L200',
    );
  });

  it('knows the two kernel hosts by name', () => {
    expect(readTemplates({ kernel: 'git.kernel.org' }).templates).toMatchObject(GIT_KERNEL_ORG);
    expect(readTemplates({ kernel: 'elixir' })).toEqual({ templates: DEFAULT_TEMPLATES, refused: [] });
    expect(readTemplates({ kernel: 'github' }).refused).toEqual(['kernel']);
  });

  it.each([
    ['another scheme', { file: 'javascript:alert({path})' }, ['file.*']],
    ['no host', { file: 'https:///{path}' }, ['file.*']],
    ['a name in the host', { file: 'https://{repository}/{path}' }, ['file.*']],
    ['an unknown name', { file: 'https://x.test/{path}/{commit}' }, ['file.*']],
    ['no path in it', { file: 'https://x.test/{repository}' }, ['file.*']],
    ['an open brace', { file: 'https://x.test/{path}/{line' }, ['file.*']],
    ['a blank', { manual: 'https://x.test/ {page}' }, ['manual']],
    ['no text', { kernelFile: 7, folder: { 'github.com': null } }, ['folder.github.com', 'kernelFile']],
    ['an unknown key', { files: MIRROR }, ['files']],
    ['no object', 'https://x.test', ['(all)']],
    ['a list', [MIRROR], ['(all)']],
  ])('leaves out %s, and says so', (_, value, refused) => {
    expect(readTemplates(value)).toEqual({ templates: DEFAULT_TEMPLATES, refused });
  });
});

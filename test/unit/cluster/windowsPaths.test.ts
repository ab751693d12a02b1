/** What is Windows' own about plugins and their files, by its path rules, on any machine. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInside } from '../../../src/cluster/access/credentialUse.js';
import { resolveCommand } from '../../../src/cluster/access/execSpec.js';
import { findProgram, type ProgramHost } from '../../../src/cluster/access/findProgram.js';

/** A machine whose only programs are these; remembers what it was asked for. */
function machine(isWindows: boolean, ...programs: readonly string[]): ProgramHost & { asked: string[] } {
  const asked: string[] = [];
  return {
    isWindows,
    asked,
    isProgram: file => {
      asked.push(file);
      return Promise.resolve(programs.includes(file));
    },
  };
}

describe('a program on Windows', () => {
  it('is looked for by the endings that kubectl takes, in its order, on the absolute folders of the Path', async () => {
    const host = machine(true, 'D:\\tools\\aws.cmd');
    const environment = { Path: 'C:\\bin;;.;tools;..\\up;C:relative;D:\\tools' };
    expect(await findProgram('aws', environment, host)).toBe('D:\\tools\\aws.cmd');
    expect(host.asked).toEqual(
      ['C:\\bin', 'D:\\tools'].flatMap(folder =>
        ['com', 'exe', 'bat', 'cmd'].map(ending => `${folder}\\aws.${ending}`),
      ),
    );
  });

  it('is an .exe before a .cmd, and found by its path without an ending', async () => {
    const host = machine(true, 'C:\\bin\\az.cmd', 'C:\\bin\\az.exe');
    expect(await findProgram('az', { PATH: 'C:\\bin' }, host)).toBe('C:\\bin\\az.exe');
    expect(await findProgram('C:\\bin\\az', {}, host)).toBe('C:\\bin\\az.exe');
    expect(await findProgram('C:\\bin\\gone', {}, host)).toBe('C:\\bin\\gone');
  });

  it('is no script that takes another program, whatever PATHEXT says', async () => {
    const scripts = ['aws.ps1', 'aws.js', 'aws'].map(name => `C:\\bin\\${name}`);
    const host = machine(true, ...scripts);
    const environment = { PATH: 'C:\\bin', PATHEXT: '.PS1;.JS' };
    for (const name of ['aws', 'aws.ps1', 'aws.js'])
      expect(await findProgram(name, environment, host)).toBeUndefined();
  });

  it('is taken by its own ending where it has one', async () => {
    const host = machine(true, 'C:\\bin\\AWS.EXE');
    expect(await findProgram('AWS.EXE', { path: 'C:\\bin' }, host)).toBe('C:\\bin\\AWS.EXE');
    expect(host.asked).toEqual(['C:\\bin\\AWS.EXE']);
  });

  it('is not looked for in the working folder, which Windows itself would', async () => {
    const host = machine(true, 'aws.exe', '.\\aws.exe');
    expect(await findProgram('aws', { PATH: '' }, host)).toBeUndefined();
    expect(await findProgram('aws', {}, host)).toBeUndefined();
    expect(host.asked).toEqual([]);
  });

  it('is relative to its kubeconfig where its name holds a slash of either kind, or a drive', () => {
    const resolve = (command: string): string => resolveCommand(command, 'C:\\ws\\kube', path.win32);
    expect(resolve('aws')).toBe('aws');
    expect(resolve('.\\login.exe')).toBe('C:\\ws\\kube\\login.exe');
    expect(resolve('bin/login.exe')).toBe('C:\\ws\\kube\\bin\\login.exe');
    expect(resolve('D:\\login.exe')).toBe('D:\\login.exe');
    expect(resolve('C:login.exe')).toBe('C:\\ws\\kube\\login.exe');
  });
});

describe('a program elsewhere', () => {
  it('is looked for by its very name, on PATH in capitals alone', async () => {
    const host = machine(false, '/opt/bin/aws');
    expect(await findProgram('aws', { Path: '/no', PATH: ':.:bin:/usr/bin:/opt/bin' }, host)).toBe(
      '/opt/bin/aws',
    );
    expect(host.asked).toEqual(['/usr/bin/aws', '/opt/bin/aws']);
  });
});

describe('a file of the kubeconfig’s folder', () => {
  it.each([
    [true, 'C:\\ws\\kube\\token'],
    [true, 'c:\\WS\\Kube\\pki\\ca.crt'],
    [true, 'C:\\ws\\kube\\..token'],
    [false, 'C:\\ws\\kube'],
    [false, 'C:\\ws\\kube\\..\\token'],
    [false, 'C:\\ws\\kubeconfig\\token'],
    [false, 'D:\\ws\\kube\\token'],
    [false, '\\\\share\\kube\\token'],
    [false, '\\\\?\\C:\\Users\\me\\token'],
  ])('%s on Windows: %s', (expected, file) => {
    expect(isInside('C:\\ws\\kube', file, path.win32)).toBe(expected);
  });
});

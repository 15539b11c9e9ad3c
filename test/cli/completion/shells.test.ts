import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScript, SHELLS, type Shell } from '../../../src/cli/completion/scripts.ts';

const isInstalled = (program: string): boolean => !execaSync(program, ['-c', 'true'], { reject: false }).failed;

let directory: string;
let env: Record<string, string>;

/** The real program, where nothing answers: what is proposed then is what it knows by itself. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'completion-'));
  mkdirSync(join(directory, 'bin'));
  const source = join(import.meta.dirname, '../../../src/cli/cephflow.js');
  symlinkSync(source, join(directory, 'bin/cephflow'));
  SHELLS.forEach((shell) => writeFileSync(join(directory, `cephflow.${shell}`), completionScript(shell)));
  writeFileSync(join(directory, 'cluster one.yaml'), '');
  // Answers as the program would on a cluster: ids have colons.
  const ids = 'bootstrap:rook-ceph\tphase apply\nbootstrap:blue\tphase plan\n:4\n';
  mkdirSync(join(directory, 'told'));
  writeFileSync(join(directory, 'told/cephflow'), `#!/bin/sh\nprintf '%s' '${ids}'\n`, { mode: 0o755 });
  const node = join(import.meta.dirname, '../../../node_modules/.bin');
  env = {
    PATH: `${join(directory, 'bin')}:${node}:/usr/bin:/bin`,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    KUBECONFIG: join(directory, 'none'),
    HOME: directory,
  };
});
afterAll(() => rmSync(directory, { recursive: true }));

const shell = async (program: Shell, script: string, more: Record<string, string> = {}): Promise<string[]> => {
  const { stdout, stderr } = await execa(program, ['-c', script], {
    cwd: directory,
    env: { ...env, ...more },
    extendEnv: false,
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
};
const told = () => ({ PATH: `${join(directory, 'told')}:${env['PATH']}` });

describe('bash', () => {
  /** Sets what bash sets before it calls a completion function, words taken apart as its COMP_WORDBREAKS say. */
  const complete = (line: string, ...parts: string[]) => {
    const quoted = parts.map((part) => `'${part}'`).join(' ');
    return `source ./cephflow.bash
      COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDS=(${quoted}) COMP_CWORD=${parts.length - 1}
      _cephflow && printf '%s\\n' "\${COMPREPLY[@]}"`;
  };

  it('completes commands by asking the program itself', async () => {
    expect(await shell('bash', complete('cephflow sh', 'cephflow', 'sh'))).toEqual(['show']);
  });

  it('completes the values of a flag behind its =, and replaces no more than them', async () => {
    const line = 'cephflow show --output=';
    expect(await shell('bash', complete(line, 'cephflow', 'show', '--output', '='))).toEqual([
      'table',
      'wide',
      'json',
      'yaml',
    ]);
    expect(await shell('bash', complete(`${line}j`, 'cephflow', 'show', '--output', '=', 'j'))).toEqual(['json']);
  });

  it('completes an id with a colon before, at and after the colon', async () => {
    const ask = (line: string, ...parts: string[]) =>
      shell('bash', complete(line, 'cephflow', 'show', ...parts), told());
    expect(await ask('cephflow show ', '')).toEqual(['bootstrap:rook-ceph', 'bootstrap:blue']);
    expect(await ask('cephflow show bootstrap:', 'bootstrap', ':')).toEqual(['rook-ceph', 'blue']);
    expect(await ask('cephflow show bootstrap:r', 'bootstrap', ':', 'r')).toEqual(['rook-ceph', 'blue']);
  });

  it('completes files, also with blanks in their names, where a file is wanted', async () => {
    const line = 'cephflow bootstrap -f clus';
    expect(await shell('bash', complete(line, 'cephflow', 'bootstrap', '-f', 'clus'))).toEqual(['cluster one.yaml']);
  });

  it('prints nothing where neither Kubernetes nor Temporal answers, and nothing where there is no program', async () => {
    expect(await shell('bash', complete('cephflow show ', 'cephflow', 'show', ''))).toEqual([]);
    const line = complete('cephflow show ', 'cephflow', 'show', '');
    expect(await shell('bash', line, { PATH: '/usr/bin:/bin' })).toEqual([]);
  });
});

describe('zsh', () => {
  it.skipIf(!isInstalled('zsh'))(
    'takes the script, and hands names with colons to its own list as they are',
    async () => {
      const script = `compdef() { :; }
      source ./cephflow.zsh
      compadd() { print -rl -- "\${names[@]}" "\${shown[@]}"; }
      words=(cephflow show '') CURRENT=3
      _cephflow`;
      expect(await shell('zsh', script, told())).toEqual([
        'bootstrap:rook-ceph',
        'bootstrap:blue',
        'bootstrap:rook-ceph  -- phase apply',
        'bootstrap:blue  -- phase plan',
      ]);
    },
  );
});

describe('fish', () => {
  it.skipIf(!isInstalled('fish'))('proposes what the program answers', async () => {
    const ask = (line: string) => `source ./cephflow.fish; complete --do-complete '${line}'`;
    expect(await shell('fish', ask('cephflow sh'))).toEqual([expect.stringMatching(/^show\tShow one operation/)]);
    expect(await shell('fish', ask('cephflow show boot'), told())).toEqual([
      'bootstrap:blue\tphase plan',
      'bootstrap:rook-ceph\tphase apply',
    ]);
    expect(await shell('fish', ask('cephflow bootstrap -f clus'))).toEqual(['cluster one.yaml']);
  });
});

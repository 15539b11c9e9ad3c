import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCompared, steadyScript, type Compared } from '../../deploy/demo/steady-script.ts';

/** Keeps objects as files, and stops the client at its last request: 20 writes of new objects, then a read before each write. */
const RADOS = `#!/bin/bash
pool=$2; act=$3; object=$STORE/$4; file=$5
request=$(($(cat $STORE/requests 2> /dev/null || echo 0) + 1)); echo $request > $STORE/requests
[ $request -lt $LAST ] || touch stop
eval "$TROUBLE"
if [ $act = put ]; then cp $file $object; exit; fi
[ -e $object ] || { echo "error getting $pool/$4: (2) No such file or directory" >&2; exit 1; }
cp $object $file
`;
const FIRST_READ = 21;
const FIRST_WRITE_AGAIN = 22;

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'steady-script-'));
  for (const directory of ['bin', 'store', 'steady']) await mkdir(join(base, directory));
  await writeFile(join(base, 'bin/rados'), RADOS, { mode: 0o755 });
});
afterEach(() => rm(base, { recursive: true }));

/** `trouble` is bash that the fake `rados` runs before each request. */
async function compared(trouble = '', last = 50): Promise<Compared> {
  const script = steadyScript({ pool: 'steady', directory: join(base, 'steady'), longestSeconds: 60 });
  const { stdout } = await execa('bash', ['-c', script], {
    env: {
      PATH: `${join(base, 'bin')}:${process.env['PATH']}`,
      STORE: join(base, 'store'),
      LAST: String(last),
      TROUBLE: trouble,
    },
  });
  return parseCompared(stdout);
}

/** 15 while it wrote, and all 20 objects at the end. */
const COMPARISONS = 35;

describe('the client that compares', () => {
  it('counts what it compared, all objects once more at the end, and leaves nothing', async () => {
    expect(await compared()).toEqual({ comparisons: COMPARISONS, differences: 0, failures: 0, different: [] });
    expect(existsSync(join(base, 'steady'))).toBe(false);
  });

  it('tells an object that came back with another byte, and keeps both', async () => {
    const trouble = `[ $request -ne ${FIRST_READ} ] || printf x | dd of=$object seek=1000 bs=1 conv=notrunc 2> /dev/null`;
    expect(await compared(trouble)).toEqual({
      comparisons: COMPARISONS,
      differences: 1,
      failures: 0,
      different: ['steady-0'],
    });
    const [read, written] = await Promise.all([
      readFile(join(base, 'steady/steady-0.read-20')),
      readFile(join(base, 'steady/steady-0.written-20')),
    ]);
    expect(read).toHaveLength(written.length);
    expect(Buffer.compare(read, written)).not.toBe(0);
  });

  it('finds at the end what changed after its last write', async () => {
    const trouble = '[ $request -ne 51 ] || : > $STORE/steady-3';
    expect(await compared(trouble)).toMatchObject({ differences: 1, different: ['steady-3'] });
  });

  it('counts an object that is gone as a difference, not as a failure', async () => {
    const trouble = `[ $request -ne ${FIRST_READ} ] || rm $object`;
    expect(await compared(trouble)).toMatchObject({ differences: 1, failures: 0, different: ['steady-0'] });
  });

  it('counts a read that fails as a failure, not as a difference', async () => {
    const trouble = `[ $request -ne ${FIRST_READ} ] || { echo "error connecting: (110) timed out" >&2; exit 1; }`;
    expect(await compared(trouble)).toMatchObject({ differences: 0, failures: 1 });
  });

  it.each([
    ['that happened all the same', 'cp $file $object; exit 1'],
    ['that did not happen', 'exit 1'],
  ])('takes the old and the new bytes for right after a failed write %s', async (_, act) => {
    const trouble = `[ $request -ne ${FIRST_WRITE_AGAIN} ] || { ${act}; }`;
    expect(await compared(trouble)).toMatchObject({ differences: 0, failures: 1 });
  });

  it('takes them for right no longer when it was written anew', async () => {
    const failed = `[ $request -ne ${FIRST_WRITE_AGAIN} ] || { cp $file $STORE/failed; exit 1; }`;
    const cameLate = '[ $request -ne 71 ] || cp $STORE/failed $STORE/steady-0';
    expect(await compared(`${failed}; ${cameLate}`, 70)).toMatchObject({ differences: 1, different: ['steady-0'] });
  });

  it('is not believed where it ended without a word', () => {
    expect(() => parseCompared('')).toThrow(/did not tell what it saw: ""/);
  });
});

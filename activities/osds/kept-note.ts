import { z } from 'zod';
import { askCeph, runCeph } from '../../src/ceph/ceph.ts';
import type { CephSession } from '../../src/ceph/session.ts';

const NOT_THERE = 2;

/** A note per OSD or host that Ceph keeps for us (`cephflow/<topic>/<name>`): what we changed on the way, so that any later operation can take it back. */
export function keptNote(topic: 'drained' | 'out' | 'held') {
  const keyOf = (name: string): string => `cephflow/${topic}/${name}`;
  const read = async (session: CephSession, name: string): Promise<string | undefined> => {
    const { exitCode, stdout } = await runCeph(session, ['config-key', 'get', keyOf(name)], {
      answers: [0, NOT_THERE],
    });
    return exitCode === NOT_THERE ? undefined : stdout.toString('utf8').trim().replaceAll('"', '');
  };
  const replace = async (session: CephSession, name: string, text: string): Promise<void> => {
    await runCeph(session, ['config-key', 'set', keyOf(name), text]);
  };
  return {
    read,
    /** Of every OSD or host that has a note. */
    names: async (session: CephSession): Promise<string[]> => {
      const keys = await askCeph(session, ['config-key', 'ls'], z.array(z.string()));
      return keys.filter((key) => key.startsWith(keyOf(''))).map((key) => key.slice(keyOf('').length));
    },
    replace,
    /** The first note stands: a repeat must not write down what we changed ourselves. */
    keep: async (session: CephSession, name: string, text: string): Promise<void> => {
      if ((await read(session, name)) === undefined) await replace(session, name, text);
    },
    forget: async (session: CephSession, name: string): Promise<void> => {
      await runCeph(session, ['config-key', 'rm', keyOf(name)]);
    },
  };
}

import { runCeph } from '../../src/ceph/ceph.ts';
import type { CephSession } from '../../src/ceph/session.ts';

const NOT_THERE = 2;

/** A note per OSD that Ceph keeps for us (`cephflow/<topic>/<uuid>`): what we changed on the way, so that any later operation can take it back. */
export function keptNote(topic: 'drained' | 'out') {
  const keyOf = (uuid: string): string => `cephflow/${topic}/${uuid}`;
  const read = async (session: CephSession, uuid: string): Promise<string | undefined> => {
    const { exitCode, stdout } = await runCeph(session, ['config-key', 'get', keyOf(uuid)], {
      answers: [0, NOT_THERE],
    });
    return exitCode === NOT_THERE ? undefined : stdout.toString('utf8').trim().replaceAll('"', '');
  };
  return {
    read,
    /** The first note stands: a repeat must not write down what we changed ourselves. */
    keep: async (session: CephSession, uuid: string, text: string): Promise<void> => {
      if ((await read(session, uuid)) === undefined) await runCeph(session, ['config-key', 'set', keyOf(uuid), text]);
    },
    forget: async (session: CephSession, uuid: string): Promise<void> => {
      await runCeph(session, ['config-key', 'rm', keyOf(uuid)]);
    },
  };
}

import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../errors.ts';
import { runProgram } from './command.ts';
import { allowDeletion, createPool, deletePool, markPool, restoreDeletion } from './pools.ts';
import { readOsdDump } from './read-osds.ts';
import type { CephSession } from './session.ts';

/** One name for ever, so that the next run finds what a killed one left. */
export const PROOF_POOL = 'cephflow-verify';
const APPLICATION = 'cephflow';
const IO_WITHIN_SECONDS = 120;

export interface IoProof {
  pool: string;
  objects: number;
  bytes: number;
  replicas: number;
  seconds: number;
}

/**
 * Writes random objects into a pool made for it, reads them back, compares their SHA-256, and takes the pool away. What a killed run
 * left is taken away first. A pool of that name which somebody else filled is never touched.
 */
export async function proveIo(
  session: CephSession,
  { objects, objectBytes, replicas }: { objects: number; objectBytes: number; replicas: number },
): Promise<IoProof> {
  await removeLeftover(session);
  const started = performance.now();
  await createPool(session, { name: PROOF_POOL, replicas });
  const names = Array.from({ length: objects }, (_, index) => `proof-${index}`);
  try {
    const preparations = [markPool(session, PROOF_POOL, APPLICATION), allowDeletion(session)];
    // All are let end before anything is put back: a permission that is still on its way would come after its withdrawal.
    const ends = await Promise.allSettled([
      ...preparations,
      ...names.map((name) => proveObject(session, name, objectBytes)),
    ]);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await deletePool(session, PROOF_POOL);
  } finally {
    await restoreDeletion(session);
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { pool: PROOF_POOL, objects, bytes: objects * objectBytes, replicas, seconds };
}

async function proveObject(session: CephSession, name: string, objectBytes: number): Promise<void> {
  const written = randomBytes(objectBytes);
  await rados(session, ['put', name, '-'], written);
  const read = await rados(session, ['get', name, '-']);
  if (digest(read) === digest(written)) return;
  throw failure('IO_NOT_VERIFIED', `Object ${name} of pool ${PROOF_POOL} came back with other bytes than were written`);
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function rados(session: CephSession, args: string[], input?: Uint8Array): Promise<Buffer> {
  const { stdout } = await runProgram({
    program: 'rados',
    args: [...session.connection, '--pool', PROOF_POOL, ...args],
    title: `rados ${args[0]}`,
    timeoutSeconds: IO_WITHIN_SECONDS,
    ...(input === undefined ? {} : { input }),
    ...(session.signal === undefined ? {} : { signal: session.signal }),
  });
  return stdout;
}

/** Our mark, or no mark and nothing inside (killed between making and marking): everything else belongs to somebody. */
async function removeLeftover(session: CephSession): Promise<void> {
  await restoreDeletion(session);
  const { pools } = await readOsdDump(session);
  const there = pools.find(({ pool_name: name }) => name === PROOF_POOL);
  if (there === undefined) return;
  const applications = Object.keys(there.application_metadata);
  const ours = applications.every((application) => application === APPLICATION);
  const unmarked = applications.length === 0 && (await rados(session, ['ls'])).length > 0;
  if (!ours || unmarked)
    throw failure('IO_NOT_VERIFIED', `A pool named ${PROOF_POOL} is there that was not made by this program`);
  await deletePool(session, PROOF_POOL);
}

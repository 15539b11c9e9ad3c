import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHolderState } from '../../../activities/operations/holder-state.ts';
import { addresses } from '../../../deploy/lab/paths.ts';
import type { Holder } from '../../../src/contract/exclusion.ts';

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

export const holderStateSuite = (): unknown =>
  describe('what a real Temporal says of a holder', () => {
    const workflowId = `exclusion-test-${randomUUID()}`;
    let connection: Connection;
    let temporal: Client;
    /** Nobody polls this queue, so a started workflow runs until it is ended from outside. */
    const start = async (options: { cronSchedule?: string; workflowRunTimeout?: string } = {}): Promise<Holder> => {
      const taskQueue = `nobody-polls-${workflowId}`;
      const handle = await temporal.workflow.start('anything', {
        workflowId,
        taskQueue,
        args: [],
        ...(options as object),
      });
      return holderOf(handle.firstExecutionRunId);
    };
    const holderOf = (runId: string): Holder => ({
      operation: 'bootstrap',
      target: 'rook-ceph',
      workflowId,
      runId,
      since: new Date().toISOString(),
      awaiting: 'none',
    });

    beforeAll(async () => {
      connection = await Connection.connect({ address: addresses.temporal });
      temporal = new Client({ connection });
    });
    afterAll(async () => {
      await temporal.workflow
        .getHandle(workflowId)
        .terminate('end of the test')
        .catch(() => {});
      await connection.close();
    });

    it('lets it hold while it runs and for a minute after its end, also when its id was used again', async () => {
      const holder = await start();
      expect(await readHolderState(temporal, holder, inSeconds(3600))).toEqual({ state: 'runs' });
      await temporal.workflow.getHandle(workflowId).terminate('test');
      expect(await readHolderState(temporal, holder, inSeconds(0))).toMatchObject({ state: 'ending' });
      expect(await readHolderState(temporal, holder, inSeconds(61))).toEqual({ state: 'ended' });
      const next = await start();
      expect(await readHolderState(temporal, holder, inSeconds(61))).toEqual({ state: 'ended' });
      expect(await readHolderState(temporal, next, inSeconds(61))).toEqual({ state: 'runs' });
      await temporal.workflow.getHandle(workflowId).terminate('test');
    }, 60_000);

    it('follows the chain of runs from its first one', async () => {
      const holder = await start({ cronSchedule: '@every 1s', workflowRunTimeout: '1 second' });
      const handle = temporal.workflow.getHandle(workflowId);
      while ((await handle.describe()).runId === holder.runId) await sleep(200);
      const first = await temporal.workflow.getHandle(workflowId, holder.runId).describe();
      expect(first.status.name).toBe('TIMED_OUT');
      expect(await readHolderState(temporal, holder, inSeconds(3600))).toEqual({ state: 'runs' });
      await handle.terminate('test');
      expect(await readHolderState(temporal, holder, inSeconds(61))).toEqual({ state: 'ended' });
    }, 60_000);

    it('asks a person about workflows and runs that it never had', async () => {
      expect(await readHolderState(temporal, holderOf(randomUUID()), inSeconds(0))).toEqual({ state: 'unknown' });
      expect(await readHolderState(temporal, holderOf('typed by hand'), inSeconds(0))).toEqual({ state: 'unknown' });
      const stranger = { ...holderOf(randomUUID()), workflowId: `never-${workflowId}` };
      expect(await readHolderState(temporal, stranger, inSeconds(0))).toEqual({ state: 'unknown' });
    });

    it('is tried again where it does not answer', async () => {
      const closed = Connection.lazy({ address: '127.0.0.1:1' });
      const failing = readHolderState(new Client({ connection: closed }), holderOf(randomUUID()), new Date());
      await expect(failing).rejects.toMatchObject({ class: 'Unavailable', retryable: true });
      await closed.close();
    }, 60_000);
  });

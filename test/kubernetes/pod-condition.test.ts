import { describe, expect, it } from 'vitest';
import { explainPod } from '../../src/kubernetes/pod-condition.ts';
import type { ContainerStatus, PodEvent, PodView } from '../../src/kubernetes/pod-view.ts';

const aPod = (status: PodView['status'] = {}, nodeName: string | undefined = 'n1'): PodView => ({
  metadata: { name: 'rook-ceph-mon-a-x', namespace: 'rook-ceph', uid: 'u' },
  ...(nodeName === undefined ? {} : { spec: { nodeName } }),
  status: { phase: 'Pending', ...status },
});

const withContainer = (container: Partial<ContainerStatus>): PodView =>
  aPod({ phase: 'Running', containerStatuses: [{ name: 'mon', restartCount: 0, ...container }] });

const crashed = (restartCount: number): PodView =>
  withContainer({
    restartCount,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1, reason: 'Error', message: 'starting\nthe store is empty\n' } },
  });

const cases: { name: string; pod: PodView; events?: PodEvent[]; state: string; code?: string; says: RegExp }[] = [
  {
    name: 'a ready pod',
    pod: aPod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }),
    state: 'ready',
    says: /on n1 is ready/,
  },
  { name: 'a pod that is being created', pod: aPod(), state: 'starting', says: /being created/ },
  {
    name: 'an image that cannot be pulled',
    pod: withContainer({
      image: 'quay.io/ceph/ceph:nope',
      state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
    }),
    state: 'stuck',
    code: 'IMAGE_PULL_FAILED',
    says: /quay\.io\/ceph\/ceph:nope for container mon of pod rook-ceph-mon-a-x on n1 cannot be pulled/,
  },
  {
    name: 'an image of an init container that cannot be pulled',
    pod: aPod({
      initContainerStatuses: [{ name: 'copy-code', image: 'x:1', state: { waiting: { reason: 'ErrImagePull' } } }],
    }),
    state: 'stuck',
    code: 'IMAGE_PULL_FAILED',
    says: /init container copy-code/,
  },
  {
    name: 'a pod that no node can take',
    pod: aPod(
      {
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
        ],
      },
      undefined,
    ),
    state: 'stuck',
    code: 'POD_UNSCHEDULABLE',
    says: /fits on no node: 0\/3 nodes/,
  },
  { name: 'a first crash', pod: crashed(1), state: 'starting', says: /exit code 1/ },
  {
    name: 'a crash loop',
    pod: crashed(2),
    state: 'failed',
    code: 'POD_NOT_READY',
    says: /ended 3 times, the last time with exit code 1: the store is empty$/,
  },
  {
    name: 'an init container that fails again and again',
    pod: aPod({
      initContainerStatuses: [
        {
          name: 'copy-code',
          restartCount: 2,
          state: { terminated: { exitCode: 28, message: 'No space left on device' } },
        },
      ],
    }),
    state: 'failed',
    code: 'POD_NOT_READY',
    says: /init container copy-code.*exit code 28: No space left/,
  },
  {
    name: 'a daemon that ends well again and again',
    pod: withContainer({
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 0, reason: 'Completed', message: 'removed from monmap, suicide.' } },
    }),
    state: 'failed',
    code: 'POD_NOT_READY',
    says: /exit code 0 \(Completed\): removed from monmap/,
  },
  {
    name: 'a daemon of Ceph that tidies up after its error',
    pod: withContainer({
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          message:
            'debug 2026-11-23T03:25:15.120+0000 7f141a2cf880 -1  Processor -- bind unable to bind\ndebug 2026-11-23T03:25:15.129+0000 7f141a2cf880  1 bdev close\n',
        },
      },
    }),
    state: 'failed',
    code: 'POD_NOT_READY',
    says: /unable to bind$/,
  },
  {
    name: 'a container that ended with its host again and again',
    pod: withContainer({
      restartCount: 3,
      state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message: 'could not be located' } },
    }),
    state: 'starting',
    says: /ContainerStatusUnknown/,
  },
  {
    name: 'a container that runs again after crashes',
    pod: withContainer({ restartCount: 4, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } }),
    state: 'starting',
    says: /running, and mon is not ready yet/,
  },
  {
    name: 'a volume that cannot be mounted',
    pod: aPod(),
    events: [
      { reason: 'Scheduled' },
      { reason: 'FailedMount', message: '/var/lib/rook/mon-a/data is not a directory' },
    ],
    state: 'stuck',
    code: 'POD_NOT_READY',
    says: /waits for a volume: .*not a directory/,
  },
  {
    name: 'a mount error that was got over',
    pod: aPod(),
    events: [{ reason: 'FailedMount', message: 'failed to sync secret cache' }, { reason: 'Pulling' }],
    state: 'starting',
    says: /being created/,
  },
  {
    name: 'a missing Secret key',
    pod: withContainer({
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } },
    }),
    state: 'stuck',
    code: 'POD_NOT_READY',
    says: /CreateContainerConfigError, secret "x" not found/,
  },
  {
    name: 'an evicted pod',
    pod: aPod({ phase: 'Failed', reason: 'Evicted' }),
    state: 'failed',
    code: 'POD_NOT_READY',
    says: /Evicted/,
  },
  { name: 'a finished pod', pod: aPod({ phase: 'Succeeded' }), state: 'finished', says: /has finished/ },
];

describe('explainPod', () => {
  it.each(cases)('tells of $name', ({ pod, events, state, code, says }) => {
    const explained = explainPod(pod, events);
    expect(explained.state).toBe(state);
    expect(explained.code).toBe(code);
    expect(explained.sentence).toMatch(says);
  });

  it('never shows a key that a daemon printed', () => {
    const key = `AQ${'b'.repeat(38)}==`;
    const pod = withContainer({
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, message: `error parsing key ${key}` } },
    });
    expect(explainPod(pod).sentence).not.toContain(key);
  });
});

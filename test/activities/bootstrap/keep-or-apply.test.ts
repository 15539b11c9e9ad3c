import { describe, expect, it } from 'vitest';
import { keepOrApply } from '../../../activities/bootstrap/keep-or-apply.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { monDeployment } from '../../../src/manifests/mon.ts';
import { objectServer } from '../../builders/object-server.ts';
import { aCluster, aMon, containerOf } from '../../manifests/a-cluster.ts';

const NEW = 'quay.io/ceph/ceph:v20.2.4';
const OLD = 'quay.io/ceph/ceph:v18.2.8';
const deploymentOf = (image: string): KubernetesObject => monDeployment({ ...aCluster(), image }, aMon());
const existing = (image: string, status: object): KubernetesObject => ({ ...deploymentOf(image), status });

const afterwards = async (...objects: KubernetesObject[]) => {
  const server = objectServer(...objects);
  const answer = await keepOrApply(server.kubernetes, deploymentOf(NEW));
  const kept = server.get('Deployment', 'rook-ceph-mon-a');
  const container = kept === undefined ? {} : (containerOf(kept) as { image?: string });
  return { server, answer, image: container.image };
};

describe("a daemon's Deployment", () => {
  it('is made where there is none, and a second call changes nothing', async () => {
    const { server, answer, image } = await afterwards();
    expect({ answer, image }).toEqual({ answer: { already: false }, image: NEW });
    expect(await keepOrApply(server.kubernetes, deploymentOf(NEW))).toEqual({ already: true });
  });

  it('that serves is left untouched, though the document names another image: that is an upgrade', async () => {
    const { server, answer, image } = await afterwards(existing(OLD, { availableReplicas: 1 }));
    expect({ answer, image }).toEqual({ answer: { already: true }, image: OLD });
    expect(server.writes).toEqual([]);
  });

  it('that never came up is brought to the image of the document: that is how a wrong image is cured', async () => {
    const status = { unavailableReplicas: 1, conditions: [{ type: 'Available', status: 'False' }] };
    const { answer, image } = await afterwards(existing('quay.io/ceph/ceph:typo', status));
    expect({ answer, image }).toEqual({ answer: { already: false }, image: NEW });
  });

  it('that served and is down just now keeps its image: a crash is no upgrade', async () => {
    const progressing = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
    const status = { unavailableReplicas: 1, conditions: [{ type: 'Available', status: 'False' }, progressing] };
    const { image } = await afterwards(existing(OLD, status));
    expect(image).toBe(OLD);
  });
});

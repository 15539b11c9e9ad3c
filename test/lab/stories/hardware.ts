import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { killComponent, restartComponent } from '../../../deploy/lab/components.ts';
import { addDisk, addNode, pullDisk, removeNode, startNode, stopNode } from '../../../deploy/lab/hardware.ts';
import { labUp } from '../../../deploy/lab/lab.ts';
import { inNode } from '../../../deploy/lab/namespaces.ts';
import { identityOf } from '../../../deploy/lab/processes.ts';
import { labStatus } from '../../../deploy/lab/status.ts';
import { until } from '../../../deploy/lab/until.ts';
import { connects, devicesIn, disksOf, kubectl, labCommand, nodesReady, temporal } from './running.ts';

/** Disks, power and killed components of a running lab. Leaves the lab as it found it. Needs root. */
export function labHardwareStories(): void {
  describe('the hardware of a lab', () => {
    let image = '';

    beforeAll(async () => {
      image = (await labUp()).cephImages[0] ?? '';
    });

    it('gives each node its own disks and no other', async () => {
      const all = await Promise.all(['n1', 'n2', 'n3'].map((node) => devicesIn(node)));
      expect(new Set(all.flat()).size).toBe(all.flat().length);
      for (const [index, node] of ['n1', 'n2', 'n3'].entries()) {
        expect(all[index]).toEqual((await disksOf(node)).map((disk) => disk.device ?? 'not attached').toSorted());
      }
    });

    it('plugs a disk into its node alone, with a udev record, and pulls it from under a process that holds it', async () => {
      const added = await addDisk('n2', 64 * 1024 ** 2);
      expect(await devicesIn('n2')).toContain(added.device);
      for (const other of ['n1', 'n3']) expect(await devicesIn(other)).not.toContain(added.device);
      const number = (await stat(added.device)).rdev;
      expect((await stat(`/run/udev/data/b${number >> 8}:${number & 0xff}`)).isFile()).toBe(true);

      const holder = execa('tail', ['--follow', added.device], { reject: false, stdout: 'ignore' });
      await until(
        'the disk is held',
        10,
        async () =>
          (await execa('find', [`/proc/${holder.pid ?? 0}/fd`, '-lname', added.device], { reject: false })).stdout !==
          '',
      );
      await pullDisk('n2', added.disk);
      expect((await holder).signal).toBe('SIGKILL');
      expect(await devicesIn('n2')).not.toContain(added.device);
      expect((await execa('losetup', ['--associated', added.file])).stdout).toBe('');
      const next = await addDisk('n2', 64 * 1024 ** 2);
      expect(next.disk).not.toBe(added.disk);
      await pullDisk('n2', next.disk);
    });

    it('says which disks there are when one is pulled that there is not', async () => {
      const pulled = await labCommand(['disk', 'pull', 'n1', 'd9']);
      expect(pulled).toMatchObject({ exitCode: 2 });
      expect(pulled.stderr).toMatch(/^Node n1 has no disk "d9", only d1 \(\/dev\/loop\d+\), d2 \(\/dev\/loop\d+\)\.$/);
      expect((await labCommand(['node', 'stop', 'n9'])).stderr).toBe('The lab has no node "n9", only n1, n2, n3.');
    });

    it('cuts the power of a node with everything on it, and brings it back with its disks and its system directories', async () => {
      const pod = { image, command: ['sleep', 'infinity'], name: 'main' };
      const manifest = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'on-n3' },
        spec: { nodeName: 'n3', containers: [pod] },
      };
      await kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
      await kubectl(['wait', '--for=condition=Ready', 'pod/on-n3', '--timeout=60s']);
      await inNode('n3', ['mkdir', '-p', '/var/lib/rook/stays', '/run/goes']);
      const devices = await devicesIn('n3');
      await stopNode('n3');
      expect(
        (await labStatus())?.components.filter((one) => one.name.startsWith('n3-') && one.pid !== undefined),
      ).toEqual([]);

      await startNode('n3');
      expect(await nodesReady()).toContain('n3');
      expect(await devicesIn('n3')).toEqual(devices);
      await inNode('n3', ['test', '-d', '/var/lib/rook/stays']);
      await expect(inNode('n3', ['test', '-d', '/run/goes'])).rejects.toThrow(/exit code 1/);
      await until(
        'the pod runs again',
        60,
        async () => (await kubectl(['exec', 'on-n3', '--', 'hostname']).catch(() => '')) === 'on-n3',
      );
      await kubectl(['delete', 'pod', 'on-n3', '--grace-period=0', '--force']);
    });

    it('grows by a node, which reaches the pods of the others, and shrinks again', async () => {
      await addNode('extra', { disks: 1, diskSizeBytes: 64 * 1024 ** 2 });
      expect(await nodesReady()).toEqual(['extra', 'n1', 'n2', 'n3']);
      expect(await devicesIn('extra')).toHaveLength(1);
      await kubectl(['run', 'server', `--image=${image}`, '--command', '--', 'python3', '-m', 'http.server', '8000']);
      await kubectl(['wait', '--for=condition=Ready', 'pod/server', '--timeout=60s']);
      const address = await kubectl(['get', 'pod', 'server', '-o', 'jsonpath={.status.podIP}']);
      await until('the new node reaches a pod', 20, () => connects('extra', `${address}:8000`));
      await kubectl(['delete', 'pod', 'server', '--grace-period=0', '--force']);
      await removeNode('extra');
      expect(await nodesReady()).toEqual(['n1', 'n2', 'n3']);
      await expect(addNode('pki')).rejects.toThrow(/cannot be called "pki"/);
    });

    it.each(['apiserver', 'etcd', 'temporal', 'n1-kubelet', 'n1-containerd'])(
      'has its %s killed and started again, and serves as before',
      async (name) => {
        const pid = (await labStatus())?.components.find((component) => component.name === name)?.pid ?? 0;
        await killComponent(name);
        expect(identityOf(pid)).toBeUndefined();
        await restartComponent(name);
        expect(await nodesReady()).toEqual(['n1', 'n2', 'n3']);
        await temporal(['operator', 'namespace', 'describe', 'default']);
        const status = await labStatus();
        expect(status?.components.filter((component) => component.pid === undefined)).toEqual([]);
      },
    );
  });
}

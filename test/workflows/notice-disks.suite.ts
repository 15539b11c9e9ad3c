import { expect, it } from 'vitest';
import type { Noticed } from '../../workflows/notice-disks.ts';
import type { Rig } from './rig.ts';

export function aboutNoticeDisks(rig: () => Rig): void {
  it('judges what agents noticed, and asks once per host with new disks', async () => {
    const world = await rig().world('noticed', ['n1', 'n2']);
    const wanted = ['n1', 'n2'].map((node) => ({
      operation: 'add-disk' as const,
      node,
      disks: ['serial:new'],
      except: [],
      approval: 'required' as const,
    }));
    world.on('judgeNoticed', () => ({ wanted, pointless: [gone], hosts: ['n1', 'n2'] }));
    const gone = { node: 'n3', workflowId: 'add-disk:noticed:n3', runId: 'r' };
    const withdrawn: string[] = [];
    world.on('withdrawQuestion', (input) => {
      withdrawn.push(input.question.workflowId);
      return { already: false };
    });
    const asked: string[] = [];
    world.on('askToAdd', (input) => {
      asked.push(input.wanted.node);
      return { already: false };
    });
    const handle = await rig().start('noticeDisks', { cluster: world.cluster }, 'notice-disks:noticed');
    expect((await handle.result()) as Noticed).toMatchObject({ asked: ['n1', 'n2'] });
    expect(withdrawn).toEqual([gone.workflowId]);
    expect(asked).toEqual(['n1', 'n2']);
    expect(world.order('takeOperation', 'createOsd')).toEqual([]);
  });
}

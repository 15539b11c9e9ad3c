import { describe, expect, it } from 'vitest';
import type { AgentPod } from '../../src/domain/agent-images.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { aFreshCluster, NODES, wishes } from '../builders/bootstrap-observation.ts';

const agent = (node: string, image = wishes().image): AgentPod => ({ name: `cephflow-agent-${node}`, node, image });
const found = (agents: AgentPod[]) =>
  planBootstrap(aFreshCluster({ agents })).findings.filter(({ code }) => code === 'MIXED_AGENT_IMAGES');

describe('agents that kept their image when the document changed', () => {
  it('make nothing, although all of them agree: their Ceph is not that of the daemons', () => {
    const findings = found(NODES.map((node) => agent(node, 'ceph:v18')));
    expect(findings).toMatchObject([{ severity: 'blocking', because: expect.stringContaining('still run ceph:v18') }]);
    expect(findings[0]?.remedy).toContain(
      'kubectl --namespace rook-ceph delete pod cephflow-agent-n1 cephflow-agent-n2 cephflow-agent-n3',
    );
  });

  it('are the only ones named', () => {
    const [finding] = found([agent('n1'), agent('n2', 'ceph:v18'), agent('n3')]);
    expect(finding).toMatchObject({ target: 'cephflow-agent-n2', because: expect.stringContaining('agents of n2 ') });
  });

  it("are none where all run the document's image", () => {
    expect(found(NODES.map((node) => agent(node)))).toEqual([]);
  });
});

import type { ObserveActivities } from '../../src/contract/bootstrap-activities.ts';
import type { HostProbeActivities } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { writeHostFacts } from './host-record.ts';

/** Reads this host and writes what it saw to its ConfigMap. Harmless to repeat: the newest look stands. */
export const createObserveActivities = (kubernetes: Kubernetes, probes: HostProbeActivities): ObserveActivities => ({
  async observeHost({ cluster, dataDir, observation }) {
    const facts = await probes.readHost({ cluster, dataDir });
    await writeHostFacts(kubernetes, cluster, observation, facts);
    return { node: facts.node, disks: facts.disks.length, leftovers: facts.leftovers.length };
  },

  async requireNoDaemons(input) {
    const { findings } = await probes.findDaemons(input);
    if (findings.length === 0) return { already: true };
    const seen = findings.slice(0, 3).map(({ because }) => because);
    throw failure(
      'STILL_RUNNING',
      `Daemons of ${input.cluster} still run: ${seen.join('; ')} (${findings.length} in all)`,
      { findings },
    );
  },
});

import type { BootstrapFacts } from './bootstrap-activities.ts';
import type { BootstrapPlan, PlannedOsd } from './bootstrap.ts';

/** The part of a plan that the applying activities get: no tables, no prose. */
export function bootstrapFacts(plan: BootstrapPlan): BootstrapFacts {
  const { disks: _disks, findings: _findings, steps: _steps, summary: _summary, ...facts } = plan;
  return facts;
}

/** Planned OSDs per host, hosts in order of their names. */
export function osdsByNode(plan: BootstrapPlan): { node: string; osds: PlannedOsd[] }[] {
  const nodes = [...new Set(plan.osds.map((osd) => osd.node))].sort();
  return nodes.map((node) => ({ node, osds: plan.osds.filter((osd) => osd.node === node) }));
}

/** Hosts without which what the plan makes cannot serve as planned. */
export const hostsOf = ({ mons, osds }: BootstrapPlan): string[] =>
  [...new Set([...mons, ...osds].map(({ node }) => node))].toSorted();

import { hostActivities, type HostActivities } from './activity-profiles.ts';
import { isSilentHost } from './failures.ts';

/** Which activities of a host only read; all others go through the queue that does one change at a time. */
const PROBES = {
  readHost: true,
  findDaemons: true,
  observeHost: true,
  requireNoDaemons: true,
  untilOsdsUp: true,
  untilNewDisk: true,
};

/** Runs the patient form of a call while the host is silent, and shows that meanwhile. */
export type WhileSilent = <Result>(work: () => Promise<Result>) => Promise<Result>;

type Call = (input: never) => Promise<unknown>;

/**
 * Activities of one host. A host that does not take work within the profile's patience is waited for without a limit and without
 * growing the history; the call goes on by itself when the host is back.
 */
export function activitiesOf(cluster: string, node: string, whileSilent: WhileSilent): HostActivities {
  const bounded = hostActivities(cluster, node, 'bounded');
  const patient = hostActivities(cluster, node, 'unlimited');
  const pick = (group: typeof bounded, name: string): Call =>
    (group[name in PROBES ? 'probe' : 'disk'] as unknown as Record<string, Call>)[name] as Call;
  const call = (name: string) => async (input: never) => {
    try {
      return await pick(bounded, name)(input);
    } catch (error) {
      if (!isSilentHost(error)) throw error;
      return await whileSilent(() => pick(patient, name)(input));
    }
  };
  return new Proxy({} as HostActivities, { get: (_, name) => call(String(name)) });
}

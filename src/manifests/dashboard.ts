import { dashboardPort } from '../spec/effective.ts';
import type { ClusterContext } from './cluster-context.ts';
import { cephSecret } from './identity.ts';
import { APP, clusterLabels } from './labels.ts';
import { activeMgrSelector } from './mgr.ts';
import { NAMES } from './names.ts';
import type { KubernetesObject } from './object.ts';

/** Leads to the dashboard of the active mgr. */
export const dashboardService = ({ namespace, spec }: Pick<ClusterContext, 'namespace' | 'spec'>): KubernetesObject => {
  const port = dashboardPort(spec);
  const name = spec.dashboard.ssl ? 'https-dashboard' : 'http-dashboard';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAMES.dashboardService, namespace, labels: clusterLabels(namespace, APP.mgr) },
    spec: {
      type: 'ClusterIP',
      selector: activeMgrSelector(namespace),
      ports: [{ name, port, targetPort: port, protocol: 'TCP' }],
    },
  };
};

/** Password of the dashboard's user `admin`. Create-only: one that exists is the one that is in use. */
export const dashboardPasswordSecret = (
  { namespace }: Pick<ClusterContext, 'namespace'>,
  password: string,
): KubernetesObject => cephSecret(namespace, NAMES.dashboardPassword, { password });

import type { ClusterState } from '../contract/ceph-activities.ts';
import type { Finding } from '../contract/finding.ts';
import type { PlanStep } from '../contract/plan.ts';

/** A mon, mgr or OSD that has a Deployment. */
export interface DeployedDaemon {
  /** `mon.a`, `osd.3` */
  name: string;
  image: string;
  /** True where it serves or did and is only down now; one that never came up may get another image. */
  serves: boolean;
}

export interface OtherImagesInput {
  /** As the document names it, and the Ceph version that agents of it report. */
  image: string;
  cephVersion: string;
  daemons: DeployedDaemon[];
  ceph: ClusterState;
  /** Of the plan. */
  steps: PlanStep[];
}

const MAKES_DAEMONS = /^(make-mon-stores\/.+|start-kept-mons|start-mons|start-mgrs|create-osds\/.+)$/;

/**
 * Daemons that serve with another image, or by Ceph's own word another version, than the document's. Bootstrap leaves them as they are;
 * it must not make newer daemons beside them, because then OSDs would be newer than mons and a store that a newer Ceph opened can never
 * go back.
 */
export function otherImages({ image, cephVersion, daemons, ceph, steps }: OtherImagesInput): Finding[] {
  const others = daemons.filter((daemon) => daemon.serves && daemon.image !== image);
  const versions = ceph.reachable ? otherVersions(ceph.versions, cephVersion) : [];
  if (others.length === 0 && versions.length === 0) return [];
  // The same Ceph under another name: a registry that moved, a digest for a tag. By Ceph's own word, else it does not count.
  const isSameCeph = ceph.reachable && versions.length === 0 && servedVersions(ceph.versions).includes(cephVersion);
  const makes = steps.flatMap(({ id }) => (MAKES_DAEMONS.test(id) ? [id] : []));
  // Also a plan that makes nothing verifies, and one version of all daemons is what it would then wait for in vain.
  const blocks = steps.length > 0 && !isSameCeph;
  const seen =
    others.length > 0
      ? `${others.length} daemons (${named(others)}) have another image than the document's ${image}: ${imagesOf(others)}`
      : `Daemons of Ceph ${versions.join(', ')} serve, but the document's image ${image} has Ceph ${cephVersion}`;
  const former = others.length > 0 ? imagesOf(others) : `the image of Ceph ${versions.join(', ')}`;
  return [
    {
      code: 'OTHER_IMAGE_RUNS',
      severity: blocks ? 'blocking' : 'warning',
      because: blocks
        ? `${seen}; this plan would make daemons of the document's image beside them (${makes.join(', ')}).`
        : `${seen}; bootstrap leaves them as they are.`,
      remedy: isSameCeph
        ? `They run the same Ceph ${cephVersion}. Nothing has to be done; their Deployments keep the former image.`
        : `Changing the version of a cluster is the work of upgrade-ceph-version, which is not built yet: set cephVersion.image back to ${former}${blocks ? ' and send retry' : ''}.`,
      target: 'cephVersion.image',
    },
  ];
}

const otherVersions = (versions: VersionCounts, cephVersion: string): string[] =>
  cephVersion === '' ? [] : servedVersions(versions).filter((version) => version !== cephVersion);

type VersionCounts = Record<string, Record<string, number>>;

const servedVersions = (versions: VersionCounts): string[] =>
  [...new Set(Object.values(versions).flatMap((counts) => Object.keys(counts)))]
    // A daemon that has only just started is counted as "unknown".
    .filter((version) => /^\d+\.\d+\.\d+/.test(version))
    .sort();

const named = (daemons: DeployedDaemon[]): string =>
  daemons
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ') + (daemons.length > 3 ? ', ...' : '');

const imagesOf = (daemons: DeployedDaemon[]): string =>
  [...new Set(daemons.map(({ image }) => image))].sort().join(', ');

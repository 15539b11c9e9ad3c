import { connectKubernetes, type Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { bringUpLab } from '../../deploy/demo/demo.ts';
import { labPaths } from '../../deploy/lab/paths.ts';

export interface Lab {
  kubernetes: Kubernetes;
  /** Ceph image of the newest release. */
  image: string;
  /** Image of this checkout. */
  project: string;
}

/** The running lab with the workers of this checkout; made if it is not there, so that each story can be run alone. */
export async function useLab(): Promise<Lab> {
  const { image, project } = await bringUpLab();
  return { kubernetes: connectKubernetes({ kubeconfig: labPaths().kubeconfig }), image, project };
}

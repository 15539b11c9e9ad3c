import { mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { nodeCgroup } from './cgroups.ts';
import { kubeconfigOf } from './control-plane.ts';
import { pauseImage } from './images/pause.ts';
import { network } from './paths.ts';
import { pkiFile } from './pki.ts';
import { nodeAddress, nodeDirectory, nodePodRange, nodeSocket, nodeStore, type LabNode } from './record.ts';

/** Directories of a node that it sees at a place of its own. They are the node's system disk: they survive its reboot. */
export const nodeDirectories = [
  { name: 'kubelet', seenAt: '/var/lib/kubelet' },
  { name: 'rook', seenAt: '/var/lib/rook' },
  { name: 'cni-results', seenAt: '/var/lib/cni' },
  { name: 'pod-logs', seenAt: '/var/log/pods' },
  { name: 'container-logs', seenAt: '/var/log/containers' },
] as const;

/** Writes the configuration of a node's programs. Idempotent. */
export async function writeNodeFiles(node: LabNode): Promise<void> {
  const directory = nodeDirectory(node.name);
  for (const name of [...nodeDirectories.map((one) => one.name), 'cni', 'dev', 'run', 'pki']) {
    await mkdir(join(directory, name), { recursive: true });
  }
  await writeFile(
    join(directory, 'machine-id'),
    `${createHash('md5').update(`cephflow-lab/${node.name}`).digest('hex')}\n`,
  );
  await writeFile(join(directory, 'resolv.conf'), '');
  await writeFile(join(directory, 'containerd.toml'), containerdConfig(node.name));
  await writeFile(join(directory, 'cni', '10-lab.conflist'), json(podNetwork(node)));
  await writeFile(join(directory, 'kubelet.json'), json(kubeletConfig(node)));
  await writeFile(join(directory, 'proxy.json'), json(proxyConfig(node)));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function containerdConfig(node: string): string {
  const directory = nodeDirectory(node);
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return [
    'version = 2',
    `root = "${nodeStore(node)}"`,
    'state = "/run/containerd"',
    '[grpc]',
    `  address = "${nodeSocket(node)}"`,
    // Otherwise containerd makes /opt/containerd on the machine.
    '[plugins."io.containerd.internal.v1.opt"]',
    `  path = "${directory}/opt"`,
    `[${cri}]`,
    `  sandbox_image = "${pauseImage}"`,
    '  disable_apparmor = true',
    '  disable_hugetlb_controller = true',
    '  tolerate_missing_hugetlb_controller = true',
    // Without CAP_SYS_RESOURCE runc cannot lower a process's score and dies: "can't get final child's PID from pipe: EOF".
    '  restrict_oom_score_adj = true',
    `  [${cri}.containerd]`,
    '    snapshotter = "overlayfs"',
    `    [${cri}.containerd.runtimes.runc]`,
    '      runtime_type = "io.containerd.runc.v2"',
    `      [${cri}.containerd.runtimes.runc.options]`,
    '        SystemdCgroup = false',
    `  [${cri}.cni]`,
    '    bin_dir = "/usr/lib/cni"',
    `    conf_dir = "${directory}/cni"`,
    '',
  ].join('\n');
}

function podNetwork(node: LabNode): object {
  const bridge = {
    type: 'bridge',
    bridge: 'cni0',
    isGateway: true,
    ipMasq: false,
    hairpinMode: true,
    ipam: {
      type: 'host-local',
      // On the node's /run: addresses of pods that a reboot ended are free again.
      dataDir: '/run/cni-addresses',
      ranges: [[{ subnet: nodePodRange(node) }]],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  };
  return {
    cniVersion: '1.0.0',
    name: 'lab',
    plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }],
  };
}

function kubeletConfig(node: LabNode): object {
  const directory = nodeDirectory(node.name);
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pkiFile('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    address: nodeAddress(node),
    healthzBindAddress: nodeAddress(node),
    containerRuntimeEndpoint: `unix://${nodeSocket(node.name)}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: nodeCgroup(node.name),
    cgroupsPerQOS: true,
    enforceNodeAllocatable: ['pods'],
    failCgroupV1: false,
    failSwapOn: false,
    // The nodes share one disk; a fullness that Kubernetes would cure by evicting Ceph is not what the lab is for.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 99,
    imageGCLowThresholdPercent: 98,
    nodeStatusUpdateFrequency: '4s',
    nodeStatusReportFrequency: '30s',
    serializeImagePulls: false,
    registerWithTaints: [],
    resolvConf: join(directory, 'resolv.conf'),
    // Its default is a directory of the machine.
    volumePluginDir: join(directory, 'volume-plugins'),
    shutdownGracePeriod: '0s',
  };
}

function proxyConfig(node: LabNode): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    bindAddress: nodeAddress(node),
    healthzBindAddress: `${nodeAddress(node)}:10256`,
    metricsBindAddress: '127.0.0.1:10249',
    clientConnection: { kubeconfig: kubeconfigOf('proxy') },
    clusterCIDR: network.podRange,
    mode: 'iptables',
    // The machine's own limits of connection tracking are not the lab's to change.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

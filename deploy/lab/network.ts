import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { network } from './paths.ts';
import { LabRefusal } from './refusal.ts';
import { run, succeeds } from './run.ts';
import { inNodeNetwork, pinOf } from './namespaces.ts';
import { nodeAddress, nodePodRange, type LabNode } from './record.ts';

type Link = { ifname: string; ifalias?: string };
type Address = { ifname: string; addr_info: { family: string; local: string; prefixlen: number }[] };

/** Refuses when a bridge or an address that is not the lab's own is where the lab's network has to be. */
export async function requireFreeNetwork(): Promise<void> {
  const bridge = await link(network.bridge);
  if (bridge !== undefined && bridge.ifalias !== network.alias) {
    throw new LabRefusal(
      `The lab's network cannot be made because an interface ${network.bridge} that is not the lab's own exists; remove or rename it.`,
    );
  }
  const all = JSON.parse(await run('ip', ['-json', 'address', 'show'])) as Address[];
  const clash = clashingAddress(all.filter((one) => one.ifname !== network.bridge));
  if (clash === undefined) return;
  throw new LabRefusal(
    `The lab's network cannot be made because the address ${clash.address} of interface ${clash.interface} lies in ${clash.range}, ` +
      'which the lab needs for itself; take the address away or use another machine.',
  );
}

/** Finds an address whose network overlaps one of the lab's ranges. */
export function clashingAddress(all: Address[]): { interface: string; address: string; range: string } | undefined {
  for (const range of [network.nodeRange, network.podRange, network.serviceRange]) {
    for (const one of all) {
      const hit = one.addr_info.find(
        (info) => info.family === 'inet' && overlaps(`${info.local}/${info.prefixlen}`, range),
      );
      if (hit !== undefined) return { interface: one.ifname, address: `${hit.local}/${hit.prefixlen}`, range };
    }
  }
  return undefined;
}

function overlaps(left: string, right: string): boolean {
  const [one, other] = [parseRange(left), parseRange(right)];
  const bits = Math.min(one.bits, other.bits);
  return bits === 0 || one.address >>> (32 - bits) === other.address >>> (32 - bits);
}

function parseRange(range: string): { address: number; bits: number } {
  const [address = '', bits = '32'] = range.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address: number, bits: Number(bits) };
}

/** Makes the bridge that joins machine and nodes. Idempotent. */
export async function ensureBridge(): Promise<void> {
  const { bridge, alias, machineAddress } = network;
  if ((await link(bridge)) === undefined) await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['link', 'set', bridge, 'alias', alias]);
  await run('ip', ['address', 'replace', `${machineAddress}/24`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  if (await filtersBridges()) {
    if (!(await succeeds('iptables', ['--check', ...forwardRule]))) await run('iptables', ['--insert', ...forwardRule]);
  }
}

/** Lets nodes talk over the bridge on a machine (one with Docker, mostly) that filters bridges and forbids forwarding. */
const forwardRule = [
  'FORWARD',
  '-i',
  network.bridge,
  '-o',
  network.bridge,
  '-m',
  'comment',
  '--comment',
  network.alias,
  '-j',
  'ACCEPT',
];

async function filtersBridges(): Promise<boolean> {
  const setting = await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => '0');
  return setting.trim() === '1';
}

/** Joins a freshly made network namespace to the bridge. */
export async function connectNode(node: LabNode): Promise<void> {
  const outside = outsideLink(node);
  await run('ip', ['link', 'add', outside, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pinOf(node.name, 'net')]);
  await run('ip', ['link', 'set', outside, 'alias', network.alias, 'master', network.bridge, 'up']);
  await inNodeNetwork(node.name, ['ip', 'link', 'set', 'lo', 'up']);
  await inNodeNetwork(node.name, ['ip', 'address', 'add', `${nodeAddress(node)}/24`, 'dev', 'eth0']);
  await inNodeNetwork(node.name, ['ip', 'link', 'set', 'eth0', 'up']);
  await inNodeNetwork(node.name, ['ip', 'route', 'add', 'default', 'via', network.machineAddress]);
  await inNodeNetwork(node.name, ['tee', '/proc/sys/net/ipv4/ip_forward'], { stdin: 'pipe', input: '1' });
}

/** Lets the machine and every given node reach the pods of every other. Idempotent. */
export async function routePods(nodes: LabNode[]): Promise<void> {
  for (const target of nodes) {
    const route = ['ip', 'route', 'replace', nodePodRange(target), 'via', nodeAddress(target)];
    await run('ip', route.slice(1));
    for (const from of nodes.filter((node) => node.name !== target.name)) await inNodeNetwork(from.name, route);
  }
}

/** Takes a node off the bridge. Idempotent. */
export async function disconnectNode(node: LabNode): Promise<void> {
  if ((await link(outsideLink(node))) !== undefined) await run('ip', ['link', 'delete', outsideLink(node)]);
  await execa('ip', ['route', 'delete', nodePodRange(node)], { reject: false });
}

/** Removes the bridge, and with it every route over it. Idempotent. */
export async function removeBridge(): Promise<void> {
  const bridge = await link(network.bridge);
  if ((await filtersBridges()) && (await succeeds('iptables', ['--check', ...forwardRule]))) {
    await run('iptables', ['--delete', ...forwardRule]);
  }
  if (bridge?.ifalias === network.alias) await run('ip', ['link', 'delete', network.bridge]);
}

/** Interface names have 15 characters at most, node names more. */
function outsideLink(node: LabNode): string {
  return `cflab-n${node.number}`;
}

async function link(name: string): Promise<Link | undefined> {
  const all = JSON.parse(await run('ip', ['-json', 'link', 'show'])) as Link[];
  return all.find((one) => one.ifname === name);
}

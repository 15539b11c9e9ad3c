import { isIPv6 } from 'node:net';
import type { CephClusterSpec } from '../spec/ceph-cluster.ts';

export interface MonAddress {
  id: string;
  /** IP address without port: of the mon's Service, or of its node with host networking. It is the mon's identity for ever. */
  address: string;
}

export const MSGR1_PORT = 6789;
export const MSGR2_PORT = 3300;

const needsMsgr2 = ({ network }: CephClusterSpec): boolean => network.connections.requireMsgr2;

const bracketed = (address: string): string => (isIPv6(address) ? `[${address}]` : address);

/** `v2-only`: the mons do not speak the first messenger protocol. */
export type Messenger = 'v2-only' | 'v1-and-v2';

/** Address vector of a mon at its two fixed ports; IPv6 gets its brackets where it has none yet. */
export const monAddressVector = (address: string, messenger: Messenger): string => {
  const v2 = `v2:${bracketed(address)}:${MSGR2_PORT}`;
  return messenger === 'v2-only' ? `[${v2}]` : `[${v2},v1:${bracketed(address)}:${MSGR1_PORT}]`;
};

const sorted = <T extends MonAddress>(mons: T[]): T[] => [...mons].sort((a, b) => a.id.localeCompare(b.id));

/** Value of Ceph's `mon_host`: an address vector per mon, in the order of their names, so that no restart sees another text. */
export const monHost = (spec: CephClusterSpec, mons: MonAddress[]): string =>
  sorted(mons)
    .map(({ address }) => monAddressVector(address, needsMsgr2(spec) ? 'v2-only' : 'v1-and-v2'))
    .join(',');

export const monInitialMembers = (mons: MonAddress[]): string =>
  sorted(mons)
    .map(({ id }) => id)
    .join(',');

/** `a=10.0.0.1:6789,b=...` as Rook's toolbox reads it; port 3300 says that only the second messenger protocol is spoken. */
export const monEndpointsData = (spec: CephClusterSpec, mons: MonAddress[]): string =>
  sorted(mons)
    .map(({ id, address }) => `${id}=${bracketed(address)}:${needsMsgr2(spec) ? MSGR2_PORT : MSGR1_PORT}`)
    .join(',');

/** Place of a mon's letter in the alphabet, from 0; after `z` comes `aa`. */
export const monIndex = (id: string): number =>
  id.split('').reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1, 0) - 1;

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseAnswer } from '../../src/ceph/ceph.ts';
import { storedValue } from '../../src/ceph/config-database.ts';
import { keyOf } from '../../src/ceph/keyring.ts';
import { cipherOptions, parseMonmap } from '../../src/ceph/monmap.ts';
import { renderBirthConf } from '../../src/ceph/birth-conf.ts';
import { quorumSchema } from '../../src/ceph/read-mons.ts';
import { optionName } from '../../src/spec/option-name.ts';
import { osdDumpSchema, osdTreeSchema, placeOsds } from '../../src/ceph/read-osds.ts';
import { parseEndpoints } from '../../src/ceph/session.ts';
import { monAddressVector } from '../../src/manifests/mon-addresses.ts';
import { parseVersion } from '../../src/ceph/version.ts';
import { keyringText } from '../../src/manifests/keyring.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('answers of Ceph', () => {
  it('reads JSON after an empty line and without a newline', () => {
    expect(parseAnswer('ceph x', bytes('\n{"a":1,"unknown":2}'), z.object({ a: z.number() }))).toEqual({ a: 1 });
  });

  it('says which command answered in prose', () => {
    expect(() => parseAnswer('ceph x', bytes('timed out'), z.unknown())).toThrow(/"ceph x" did not answer in JSON/);
  });

  it('says which field has another shape', () => {
    expect(() => parseAnswer('ceph x', bytes('{"a":"1"}'), z.object({ a: z.number() }))).toThrow(/unknown shape: a /);
  });

  it('reads the quorum of every release, odd keys of 16 and 18 included', () => {
    const common = {
      quorum_names: ['b', 'a'],
      quorum_leader_name: 'a',
      monmap: { fsid: 'f', mons: [{ name: 'a' }, { name: 'b' }] },
    };
    for (const answer of [
      { ...common, 'disallowed_leaders: ': '' },
      { ...common, disallowed_leaders: '' },
    ])
      expect(quorumSchema.parse(answer).quorum_names).toEqual(['b', 'a']);
  });

  it('reads versions', () => {
    expect(parseVersion('ceph version 20.2.4 (0123abc) tentacle (stable)')).toBe('20.2.4');
    expect(parseVersion('ceph version 16.2.15-2-gabc (abc) pacific (stable)')).toBe('16.2.15');
    expect(parseVersion('bash: ceph: command not found')).toBeUndefined();
  });

  it('places every OSD in its buckets, also one that is in none', () => {
    const dump = osdDumpSchema.parse({
      full_ratio: 0.95,
      backfillfull_ratio: 0.9,
      nearfull_ratio: 0.85,
      pools: [],
      osds: [
        { osd: 0, uuid: 'u0', up: 1, in: 1, up_from: 5, state: ['exists', 'up'] },
        { osd: 1, uuid: 'u1', up: 0, in: 0 },
      ],
    });
    const tree = osdTreeSchema.parse({
      nodes: [
        { id: -1, name: 'default', type: 'root', children: [-3] },
        { id: -3, name: 'r1', type: 'rack', children: [-2] },
        { id: -2, name: 'n1', type: 'host', children: [0] },
        { id: 0, name: 'osd.0', type: 'osd', device_class: 'ssd', status: 'up' },
      ],
      stray: [],
    });
    expect(placeOsds(dump, tree)).toEqual([
      {
        id: 0,
        uuid: 'u0',
        up: true,
        in: true,
        host: 'n1',
        location: ['root=default', 'rack=r1', 'host=n1'],
        deviceClass: 'ssd',
      },
      { id: 1, uuid: 'u1', up: false, in: false, host: null, location: [], deviceClass: null, neverServed: true },
    ]);
  });

  it('finds a stored setting by section, mask and name', () => {
    const dump = [
      { section: 'osd', name: 'osd_memory_target', value: '1', mask: 'class:ssd' },
      { section: 'osd', name: 'osd_memory_target', value: '2', mask: '' },
    ];
    expect(storedValue(dump, 'osd', 'osd memory target')).toBe('2');
    expect(storedValue(dump, 'osd/class:ssd', 'osd_memory_target')).toBe('1');
    expect(storedValue(dump, 'mon', 'osd_memory_target')).toBeUndefined();
    expect(optionName('mgr/dashboard/ssl')).toBe('mgr/dashboard/ssl');
  });
});

describe('addresses and maps of mons', () => {
  it('writes both messengers, one alone, and IPv6', () => {
    expect(monAddressVector('10.0.0.1', 'v1-and-v2')).toBe('[v2:10.0.0.1:3300,v1:10.0.0.1:6789]');
    expect(monAddressVector('10.0.0.1', 'v2-only')).toBe('[v2:10.0.0.1:3300]');
    expect(monAddressVector('fd00::1', 'v2-only')).toBe('[v2:[fd00::1]:3300]');
    expect(monAddressVector('[fd00::1]', 'v2-only')).toBe('[v2:[fd00::1]:3300]');
  });

  it('reads the endpoints that Rook keeps', () => {
    expect(parseEndpoints('a=10.0.0.1:6789,b=10.0.0.2:3300')).toEqual({ a: '10.0.0.1:6789', b: '10.0.0.2:3300' });
    expect(parseEndpoints('')).toEqual({});
  });

  it('reads fsid and names of a printed map', () => {
    const fsid = '0602e350-10af-47d0-ac91-191d1b22d3d8';
    const text = `monmaptool: monmap file m\nepoch 0\nfsid ${fsid}\nmin_mon_release 20 (tentacle)\n0: [v2:10.0.0.2:3300/0,v1:10.0.0.2:6789/0] mon.b\n1: v1:10.0.0.1:6789/0 mon.a\n`;
    expect(parseMonmap(text)).toEqual({ fsid, mons: ['a', 'b'] });
    expect(parseMonmap('cannot read')).toEqual({ fsid: '', mons: [] });
  });

  it('names ciphers only to a release that knows them, and only where they differ from its default', () => {
    const both = { allowed: ['aes', 'aes256k'], preferred: 'aes' };
    expect(cipherOptions('18.2.7', both)).toEqual([]);
    expect(cipherOptions('20.2.4', { allowed: ['aes256k'], preferred: 'aes256k' })).toEqual([]);
    expect(cipherOptions('20.2.4', both)).toEqual([
      '--auth-allowed-ciphers=aes,aes256k',
      '--auth-preferred-cipher=aes',
    ]);
  });
});

describe('files', () => {
  it('finds the key that was written for an entity', () => {
    const text = keyringText([
      { entity: 'mon.', key: 'AQmon' },
      { entity: 'mgr.a', key: 'AQmgr==' },
    ]);
    expect([keyOf(text, 'mon.'), keyOf(text, 'mgr.a'), keyOf(text, 'mgr.b')]).toEqual(['AQmon', 'AQmgr==', undefined]);
  });

  it('never lets the document change the fsid or add options by a line break', () => {
    const conf = renderBirthConf(
      { fsid: 'ours' },
      { global: { fsid: 'theirs', a: '1\nfsid = theirs' }, osd: { b: '2' }, mon: { c: '3' } },
      ['osd'],
    );
    expect(conf).toBe('[global]\nfsid = ours\na = 1 fsid = theirs\n[osd]\nb = 2\n');
  });
});

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { classesOf, classifyFields, patternOf } from '../../src/spec/classify-fields.ts';
import { FIELD_CLASSES } from '../../src/spec/field-classes.ts';
import { type JsonSchema, specJsonSchema } from '../../src/spec/known-fields.ts';
import { aDocument, FULL_CLUSTER } from './documents.ts';

type Path = (string | number)[];

const isClassed = (path: Path): boolean => path.some((_, index) => classesOf(path.slice(0, index + 1)).length > 0);

/** Every field of the schema that is neither classed nor made of classed fields only. */
const unclassed = (schema: JsonSchema, path: Path): Path[] => {
  if (path.length > 0 && isClassed(path)) return [];
  if (schema.items) return unclassed(schema.items, [...path, 0]);
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, content]) =>
    unclassed(content, [...path, name]),
  );
  const map = schema.additionalProperties;
  if (typeof map === 'object' && Object.keys(map).length > 0) return unclassed(map, [...path, 'some']);
  return schema.properties ? below : [path];
};

const reaches = (schema: JsonSchema | undefined, [part, ...rest]: readonly string[]): boolean => {
  if (schema === undefined || part === undefined) return schema !== undefined;
  if (part === '[]') return reaches(schema.items, rest);
  const map = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return reaches(schema.properties?.[part] ?? map, rest);
};

const targets = (spec: object, code: string): (string | undefined)[] =>
  classifyFields(aDocument(spec))
    .filter((finding) => finding.code === code)
    .map(({ target }) => target);

describe('the table of field classes', () => {
  it('has a class for every field', () => {
    expect(unclassed(specJsonSchema(), [])).toEqual([]);
  });

  it('names no field that does not exist', () => {
    const strange = FIELD_CLASSES.filter(({ path }) => !reaches(specJsonSchema(), patternOf(path)));
    expect(strange.map(({ path }) => path)).toEqual([]);
  });

  it('has no class inside another one, which would never be reached', () => {
    const paths = FIELD_CLASSES.map(({ path }) => path);
    expect(paths.filter((path) => paths.some((other) => path.startsWith(`${other}.`)))).toEqual([]);
  });

  it('says for every refused field what would be endangered', () => {
    expect(FIELD_CLASSES.filter(({ fate, because }) => fate === 'refused' && !because)).toEqual([]);
  });
});

describe('classifyFields', () => {
  it.each([
    ['external.enable', { external: { enable: true } }],
    ['storage.config.encryptedDevice', { storage: { config: { encryptedDevice: 'true' } } }],
    ['storage.config.metadataDevice', { storage: { config: { metadataDevice: 'nvme0n1' } } }],
    ['storage.config.osdsPerDevice', { storage: { config: { osdsPerDevice: '2' } } }],
    [
      'storage.nodes[0].config.encryptedDevice',
      { storage: { nodes: [{ name: 'n', config: { encryptedDevice: 'true' } }] } },
    ],
    [
      'storage.nodes[0].devices[1].config.metadataDevice',
      { storage: { nodes: [{ name: 'n', devices: [{ name: 'a' }, { name: 'b', config: { metadataDevice: 'c' } }] }] } },
    ],
    [
      'storage.devices[0].config.osdsPerDevice',
      { storage: { devices: [{ name: 'a', config: { osdsPerDevice: '3' } }] } },
    ],
    ['storage.storageClassDeviceSets', { storage: { storageClassDeviceSets: [{ name: 's', count: 1 }] } }],
    ['storage.volumeClaimTemplates', { storage: { volumeClaimTemplates: [{}] } }],
    ['storage.nodes[0].volumeClaimTemplates', { storage: { nodes: [{ name: 'n', volumeClaimTemplates: [{}] }] } }],
    ['mon.volumeClaimTemplate', { mon: { volumeClaimTemplate: {} } }],
    ['mon.zones[0].volumeClaimTemplate', { mon: { zones: [{ name: 'z', volumeClaimTemplate: {} }] } }],
    ['mon.stretchCluster', { mon: { stretchCluster: { zones: [{ name: 'z' }] } } }],
    ['mon.floatingMon', { mon: { floatingMon: { name: 'f' } } }],
    ['network.provider', { network: { provider: 'multus' } }],
    ['network.connections.encryption.enabled', { network: { connections: { encryption: { enabled: true } } } }],
    ['security.kms.connectionDetails', { security: { kms: { connectionDetails: { KMS_PROVIDER: 'vault' } } } }],
    ['security.kms.tokenSecretName', { security: { kms: { tokenSecretName: 't' } } }],
    ['cephConfigFromSecret', { cephConfigFromSecret: { global: { a: { name: 's', key: 'k' } } } }],
  ])('refuses %s, with the reason', (target, spec) => {
    expect(targets(spec, 'FIELD_REFUSED')).toEqual([target]);
    const [finding] = classifyFields(aDocument(spec)).filter(({ code }) => code === 'FIELD_REFUSED');
    expect(finding).toMatchObject({ severity: 'blocking' });
    expect(finding?.because.length).toBeGreaterThan(`${target} asks for something that is not built yet. .`.length);
  });

  it.each([
    [{ external: { enable: false } }],
    [{ external: {} }],
    [{ storage: { config: { encryptedDevice: 'false', osdsPerDevice: '1', metadataDevice: '' } } }],
    [{ storage: { storageClassDeviceSets: [] } }],
    [{ storage: { storageClassDeviceSets: null } }],
    [{ network: { provider: 'host', connections: { encryption: { enabled: false }, requireMsgr2: true } } }],
    [{ security: { kms: { connectionDetails: {}, tokenSecretName: '' } } }],
    [{ mon: { stretchCluster: {}, volumeClaimTemplate: null } }],
    [{ cephConfigFromSecret: {} }],
    [{ placement: { mon: { tolerations: [] } }, resources: { 'osd-nvme': {} }, cephConfig: { global: { a: 'b' } } }],
    [{ skipUpgradeChecks: false, monitoring: { enabled: false }, crashCollector: { disable: true, daysToRetain: 3 } }],
    [{ logCollector: { enabled: true, periodicity: 'daily', maxLogSize: '1G' } }],
    [{ resources: { crashcollector: {} }, labels: { crashcollector: { a: 'b' } } }],
  ])('finds nothing in %j', (spec) => {
    expect(classifyFields(aDocument(spec))).toEqual([]);
  });

  it('refuses exactly the fields of the full example that ask for what is not built', () => {
    const refused = new Set(
      classifyFields(parse(FULL_CLUSTER))
        .filter(({ code }) => code === 'FIELD_REFUSED')
        .map(({ target }) => target),
    );
    const expected = FIELD_CLASSES.filter(({ fate, only }) => fate === 'refused' && !only).map(({ path }) => path);
    expect(new Set([...refused].map((path) => path?.replaceAll(/\[\d+\]/g, '[]')))).toEqual(new Set(expected));
  });

  it('notes cleanupPolicy with the sentence that teardown rules', () => {
    expect(classifyFields(aDocument({ cleanupPolicy: { confirmation: 'yes-really-destroy-data' } }))).toEqual([
      expect.objectContaining({
        code: 'FIELD_NOT_ACTED_ON',
        severity: 'info',
        target: 'cleanupPolicy',
        because: expect.stringContaining('the input and the approval of teardown rule'),
      }),
    ]);
  });

  it('notes settings of daemons that are not run', () => {
    const spec = { resources: { mds: {}, mon: {}, 'mgr-sidecar': {} }, labels: { exporter: { a: 'b' } } };
    expect(targets(spec, 'FIELD_NOT_ACTED_ON')).toEqual(['resources.mds', 'resources.mgr-sidecar', 'labels.exporter']);
  });

  it('notes that crash collectors go where daemons are', () => {
    const spec = { placement: { crashcollector: { tolerations: [{ key: 'a' }] } } };
    expect(targets(spec, 'FIELD_NOT_ACTED_ON')).toEqual(['placement.crashcollector']);
  });

  it.each([undefined, null, 'x', {}, { spec: 3 }])('finds nothing in %j, which is no document', (document) => {
    expect(classifyFields(document)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import * as effective from '../../src/spec/effective.ts';
import { parsed } from './documents.ts';

const GIBIBYTE = 2 ** 30;
const spec = (content: object = {}) => parsed(content).spec;

describe('placementFor', () => {
  const placement = {
    all: {
      tolerations: [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'Exists' },
      ],
      podAffinity: {},
      nodeAffinity: {},
    },
    osd: {
      tolerations: [
        { key: 'b', operator: 'Exists' },
        { key: 'c', operator: 'Exists' },
      ],
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] },
    },
  };

  it("puts the daemon's own parts over those of all, and adds tolerations up", () => {
    const osd = effective.placementFor(spec({ placement }), 'osd');
    expect(osd.podAffinity).toEqual(placement.osd.podAffinity);
    expect(osd.nodeAffinity).toEqual({});
    expect(osd.tolerations?.map(({ key }) => key)).toEqual(['b', 'c', 'a']);
    expect(effective.placementFor(spec({ placement }), 'mon')).toEqual(placement.all);
  });

  it('leaves out all for OSDs where the document says so', () => {
    const only = spec({ placement, storage: { onlyApplyOSDPlacement: true } });
    expect(effective.placementFor(only, 'osd')).toEqual(placement.osd);
    expect(effective.placementFor(only, 'mon')).toEqual(placement.all);
  });

  it('is empty where nothing is said', () => {
    expect(effective.placementFor(spec(), 'mgr')).toEqual({});
  });
});

describe('resourcesFor', () => {
  const resources = { osd: { limits: { memory: '4Gi' } }, 'osd-nvme': { limits: { memory: '8Gi' } } };

  it('prefers those of the device class', () => {
    expect(effective.resourcesFor(spec({ resources }), 'osd', 'nvme').limits).toEqual({ memory: '8Gi' });
    expect(effective.resourcesFor(spec({ resources }), 'osd', 'hdd').limits).toEqual({ memory: '4Gi' });
    expect(effective.resourcesFor(spec({ resources }), 'osd').limits).toEqual({ memory: '4Gi' });
    expect(effective.resourcesFor(spec({ resources }), 'mon', 'nvme')).toEqual({});
  });
});

describe('osdMemoryTargetBytes', () => {
  const target = (osd: object) => effective.osdMemoryTargetBytes(spec({ resources: { osd } }));

  it.each([
    [{ limits: { memory: '10Gi' } }, 8 * GIBIBYTE],
    [{ limits: { memory: 10 * GIBIBYTE } }, 8 * GIBIBYTE],
    [{ limits: { memory: '10Gi' }, requests: { memory: '4Gi' } }, 4 * GIBIBYTE],
    [{ limits: { memory: '10Gi' }, requests: { memory: '9Gi' } }, 8 * GIBIBYTE],
    [{ limits: { memory: '512Mi' } }, 896 * 2 ** 20],
    [{ requests: { memory: '4Gi' } }, undefined],
    [{ limits: { cpu: 1 } }, undefined],
    [{}, undefined],
  ])('%j gives %d', (osd, bytes) => {
    expect(target(osd)).toBe(bytes);
  });
});

describe('labels, annotations, priority classes and probes', () => {
  it("put the daemon's own over those of all", () => {
    const maps = { all: { a: '1', b: '1' }, mon: { b: '2' } };
    expect(effective.labelsFor(spec({ labels: maps }), 'mon')).toEqual({ a: '1', b: '2' });
    expect(effective.annotationsFor(spec({ annotations: maps }), 'osd')).toEqual({ a: '1', b: '1' });
    const classes = spec({ priorityClassNames: { all: 'x', mon: 'y', mgr: '' } });
    expect([effective.priorityClassFor(classes, 'mon'), effective.priorityClassFor(classes, 'mgr')]).toEqual([
      'y',
      'x',
    ]);
    expect(effective.priorityClassFor(spec(), 'mon')).toBeUndefined();
  });

  it('change a probe only where the document says so', () => {
    const probed = spec({
      healthCheck: {
        livenessProbe: { mon: { disabled: true } },
        startupProbe: { mon: { probe: { failureThreshold: 9 } } },
      },
    });
    expect(effective.probesFor(probed, 'mon')).toEqual({
      liveness: { disabled: true },
      startup: { disabled: false, probe: { failureThreshold: 9 } },
    });
    expect(effective.probesFor(probed, 'osd')).toEqual({ liveness: { disabled: false }, startup: { disabled: false } });
  });
});

describe('dashboardPort', () => {
  it.each([
    [{}, 7000],
    [{ ssl: true }, 8443],
    [{ ssl: true, port: 9000 }, 9000],
  ])('%j listens on %d', (dashboard, port) => {
    expect(effective.dashboardPort(spec({ dashboard }))).toBe(port);
  });
});

describe('specHash', () => {
  it('is the same for another order of keys and for defaults that are written out', () => {
    const left = spec({ mon: { count: 3, allowMultiplePerNode: false }, mgr: { count: 2 } });
    const right = spec({ mgr: { count: 2 }, mon: { allowMultiplePerNode: false } });
    expect(effective.specHash(left)).toMatch(/^[0-9a-f]{64}$/);
    expect(effective.specHash(left)).toBe(effective.specHash(right));
  });

  it('differs for another value and for another order of a list', () => {
    const hash = (nodes: string[]) => effective.specHash(spec({ storage: { nodes: nodes.map((name) => ({ name })) } }));
    expect(hash(['a', 'b'])).not.toBe(hash(['b', 'a']));
    expect(effective.specHash(spec({ mon: { count: 5 } }))).not.toBe(effective.specHash(spec()));
  });
});

import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { applySettings } from '../../../activities/ceph/apply-settings.ts';
import type { AppliedSettings } from '../../../src/contract/ceph-activities.ts';
import { parsed } from '../../spec/documents.ts';
import { fakeCeph } from './fake-ceph.ts';

const OWN = { section: 'mon', name: 'auth_allow_insecure_global_id_reclaim', value: 'false', mask: '' };

/** `ceph` that keeps what assimilate-conf gives it but for `option`, which it knows as little as its value. */
const keeping = (stored: object[]): string => `
case "$*" in
  *assimilate-conf*) cat > "$0.conf" ;;
  *"config dump"*) if [ -e "$0.conf" ]; then echo '${JSON.stringify(stored)}'; else echo '[]'; fi ;;
  *"config set osd option"*) echo "Error EINVAL: unrecognized config option 'option'" >&2; exit 22 ;;
  *"osd dump"*) echo '{"full_ratio":0.95,"backfillfull_ratio":0.9,"nearfull_ratio":0.85,"osds":[],"pools":[]}' ;;
esac`;

async function applied(cephConfig: Record<string, Record<string, string>>, stored: object[]) {
  const { deps, calls } = await fakeCeph({}, { ceph: keeping(stored) });
  const { spec } = parsed({ cephConfig });
  const settings = Object.entries(cephConfig).flatMap(([who, options]) =>
    Object.keys(options).map((option) => `${who}/${option}`),
  );
  const agent = { ...deps, readDocument: () => Promise.resolve(spec) };
  const result = (await new MockActivityEnvironment().run(() =>
    applySettings(agent, { cluster: 'rook-ceph', settings }),
  )) as AppliedSettings;
  return { result, calls: await calls() };
}

describe('the settings of a cluster', () => {
  it('go to Ceph together, and what it then holds counts', async () => {
    const held = [OWN, { section: 'osd', name: 'osd_memory_target', value: '939524096', mask: '' }];
    const { result, calls } = await applied({ osd: { osd_memory_target: '896M' } }, held);
    expect(result).toMatchObject({ findings: [], already: false });
    expect(result.changed.toSorted()).toEqual(['mon/auth_allow_insecure_global_id_reclaim', 'osd/osd_memory_target']);
    expect(calls.filter((call) => call.includes('config set'))).toEqual([]);
  });

  it('that Ceph refuses are told each with its reason, and do not keep the others back', async () => {
    const { result } = await applied({ osd: { option: 'x' } }, [OWN]);
    expect(result.changed).toEqual(['mon/auth_allow_insecure_global_id_reclaim']);
    expect(result.findings).toMatchObject([
      { code: 'SETTING_REFUSED', target: 'osd/option', because: expect.stringContaining('unrecognized config option') },
    ]);
  });

  it('of a section that would be more than a section are sent alone', async () => {
    const { calls } = await applied({ 'osd]\n[mon': { log_file: 'x' } }, [OWN]);
    expect(calls.some((call) => call.includes('config set osd]'))).toBe(true);
  });

  it('with characters that a ceph.conf takes for its own are sent alone', async () => {
    const { result, calls } = await applied({ client: { log_file: 'a # b' } }, [OWN]);
    expect(calls.some((call) => call.endsWith('config set client log_file a # b'))).toBe(true);
    expect(result.findings).toMatchObject([
      { target: 'client/log_file', because: expect.stringContaining('does not have it afterwards') },
    ]);
  });
});

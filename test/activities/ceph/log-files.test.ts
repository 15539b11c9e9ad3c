import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { applySettings } from '../../../activities/ceph/apply-settings.ts';
import type { AppliedSettings } from '../../../src/contract/ceph-activities.ts';
import { logFilesConfig, rotationIn } from '../../../src/manifests/log-files.ts';
import { parsed } from '../../spec/documents.ts';
import { FakeKubernetes } from '../fake-agent.ts';
import { fakeCeph } from './fake-ceph.ts';

/** `ceph` that keeps what assimilate-conf gives it, as `config dump` shows it. */
const KEEPING = `
case "$*" in
  *assimilate-conf*) cat > "$0.conf" ;;
  *"config dump"*)
    [ -e "$0.conf" ] || { echo '[]'; exit 0; }
    awk 'BEGIN { printf "[" } /^\\[/ { section = substr($0, 2, length($0) - 2); next }
      { printf "%s{\\"section\\":\\"%s\\",\\"name\\":\\"%s\\",\\"value\\":\\"%s\\",\\"mask\\":\\"\\"}", (n++ ? "," : ""), section, $1, $3 }
      END { print "]" }' "$0.conf" ;;
  *"osd dump"*) echo '{"full_ratio":0.95,"backfillfull_ratio":0.9,"nearfull_ratio":0.85,"osds":[],"pools":[]}' ;;
esac`;

async function given(logCollector: Record<string, unknown> | undefined, cephConfig = {}, before?: object) {
  const { deps } = await fakeCeph({}, { ceph: KEEPING });
  const kubernetes = deps.kubernetes as unknown as FakeKubernetes;
  if (before !== undefined) await kubernetes.create(logFilesConfig('rook-ceph', parsed({ logCollector: before }).spec));
  const { spec } = parsed({ cephConfig, ...(logCollector === undefined ? {} : { logCollector }) });
  const settings = Object.entries(cephConfig).flatMap(([who, options]) =>
    Object.keys(options as object).map((option) => `${who}/${option}`),
  );
  const agent = { ...deps, readDocument: () => Promise.resolve(spec) };
  const apply = async () =>
    (await new MockActivityEnvironment().run(() =>
      applySettings(agent, { cluster: 'rook-ceph', settings }),
    )) as AppliedSettings;
  const told = () => kubernetes.objects.get('ConfigMap/cephflow-log-files')?.['data'] as Record<string, string>;
  return { apply, told };
}

describe('log files', () => {
  it('are switched on with what the agents rotate them by, where the document asks for them', async () => {
    const { apply, told } = await given({ enabled: true, periodicity: 'weekly', maxLogSize: '1M' });
    expect((await apply()).changed).toContain('global/log_to_file');
    expect(told()['logToFile']).toBe('true');
    expect(rotationIn(told())).toEqual({ everySeconds: 604_800, maxSizeBytes: 1_000_000 });
    expect((await apply()).changed).toEqual([]);
  });

  it("are nobody's business where the document does not ask for them", async () => {
    const { apply, told } = await given(undefined);
    expect((await apply()).changed).not.toContain('global/log_to_file');
    expect(told()).toBeUndefined();
  });

  it('are switched off again where they were switched on by the document', async () => {
    const { apply, told } = await given({ enabled: false }, {}, { enabled: true });
    expect((await apply()).changed).toContain('global/log_to_file');
    expect(told()['logToFile']).toBe('false');
    expect((await apply()).changed).toEqual([]);
  });

  it('are what cephConfig says of them, which is the more exact wish', async () => {
    const { apply } = await given({ enabled: true }, { global: { log_to_file: 'false' } });
    const { changed } = await apply();
    expect(changed.filter((name) => name === 'global/log_to_file')).toHaveLength(1);
  });
});

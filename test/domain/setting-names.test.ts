import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingNames } from '../../src/domain/setting-names.ts';

const word = fc.stringMatching(/^[a-z_]{1,12}$/);
const config = fc.dictionary(word, fc.dictionary(word, word, { maxKeys: 4 }), { maxKeys: 4 });

describe('the names of settings', () => {
  it('are section and option, sorted, so that the order in the document changes no plan', () => {
    const cephConfig = { osd: { osd_max_backfills: '2' }, global: { mon_warn: 'x', a: 'y' } };
    expect(settingNames(cephConfig)).toEqual(['global/a', 'global/mon_warn', 'osd/osd_max_backfills']);
    expect(settingNames({})).toEqual([]);
  });

  it('never carry a value', () => {
    fc.assert(
      fc.property(config, (cephConfig) => {
        const marked = Object.fromEntries(
          Object.entries(cephConfig).map(([section, options]) => [
            section,
            Object.fromEntries(Object.keys(options).map((option) => [option, 'VALUE'])),
          ]),
        );
        expect(settingNames(marked)).toEqual(settingNames(cephConfig));
        expect(settingNames(marked).join()).not.toContain('VALUE');
      }),
    );
  });
});

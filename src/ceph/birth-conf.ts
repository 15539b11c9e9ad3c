/** Settings of the document by section, as `cephConfig` has them. */
export type ConfSections = Record<string, Record<string, string>>;

/**
 * A ceph.conf for making a daemon's store: some options are read then and never again (the first CRUSH rule, sizes on the disk), before
 * any mon could be asked. Sections with a mask are left out, which a file cannot have.
 */
export function renderBirthConf(global: Record<string, string>, document: ConfSections, sections: string[]): string {
  const wanted: ConfSections = Object.fromEntries(sections.map((section) => [section, { ...document[section] }]));
  const merged: ConfSections = { ...wanted, global: { ...document.global, ...global } };
  return ['global', ...sections.filter((section) => section !== 'global')]
    .map((section) => {
      const lines = Object.entries(merged[section] ?? {}).map(
        ([option, value]) => `${oneLine(option)} = ${oneLine(value)}\n`,
      );
      return `[${section}]\n${lines.join('')}`;
    })
    .join('');
}

/** A line break in a value would start another option. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').trim();

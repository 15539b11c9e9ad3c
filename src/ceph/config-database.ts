import { z } from 'zod';
import { optionName } from '../spec/option-name.ts';
import { askCeph, runCeph } from './ceph.ts';
import type { CephSession } from './session.ts';

const configDumpSchema = z.array(
  z.object({ section: z.string(), name: z.string(), value: z.string(), mask: z.string().default('') }),
);
export type ConfigDump = z.infer<typeof configDumpSchema>;

export interface Setting {
  /** Section of the config database: `global`, `mon`, `osd.3`, ... */
  who: string;
  option: string;
  value: string;
}

export const readConfigDump = (session: CephSession): Promise<ConfigDump> =>
  askCeph(session, ['config', 'dump'], configDumpSchema);

/** What the database holds for exactly this section (`osd`, with mask `osd/class:ssd`) and option; `undefined` where nothing is set. */
export function storedValue(dump: ConfigDump, who: string, option: string): string | undefined {
  const [wantedSection, ...rest] = who.split('/');
  const wantedMask = rest.join('/');
  const wantedName = optionName(option);
  return dump.find(({ section, name, mask }) => section === wantedSection && name === wantedName && mask === wantedMask)
    ?.value;
}

export type SetAnswer = { taken: true } | { taken: false; because: string };

const REFUSED = 22;

/** Sets one option. A refusal (unknown option, bad value) is an answer, so that all of them can be told at once. */
export async function setConfig(session: CephSession, { who, option, value }: Setting): Promise<SetAnswer> {
  const args = ['config', 'set', who, optionName(option), value];
  const { exitCode, stderr } = await runCeph(session, args, { answers: [0, REFUSED] });
  return exitCode === 0 ? { taken: true } : { taken: false, because: lastWords(stderr) };
}

/** A ceph.conf has characters that end a value or begin a comment; what carries one is set by a command of its own. */
const FITS_A_CONF = /^[\w.,:/@+-]+$/;

/**
 * Sets many options by one command. It leaves out what Ceph refuses or does not know, without a reason and with rc 0: read the database
 * afterwards. Options or values that do not fit a ceph.conf are not sent at all.
 */
export async function setManyConfigs(session: CephSession, settings: Setting[]): Promise<void> {
  const fitting = settings.filter(({ who, option, value }) =>
    [who, optionName(option), value].every((part) => FITS_A_CONF.test(part)),
  );
  const sections = [...new Set(fitting.map(({ who }) => who))];
  const conf = sections.map((section) => {
    const own = fitting.filter(({ who }) => who === section);
    return `[${section}]\n${own.map(({ option, value }) => `${optionName(option)} = ${value}\n`).join('')}`;
  });
  if (conf.length > 0) await runCeph(session, ['config', 'assimilate-conf', '-i', '-'], { input: conf.join('') });
}

export async function unsetConfig(session: CephSession, who: string, option: string): Promise<void> {
  await runCeph(session, ['config', 'rm', who, optionName(option)]);
}

const lastWords = (stderr: string): string =>
  (stderr.trim().split('\n').at(-1) ?? '').replace(/^Error E[A-Z]+:\s*/, '').trim();

import type { ProgramCall, ProgramResult } from '../../src/ceph/command.ts';
import { failure } from '../../src/errors.ts';
import { ZERO_UUID, type ModelledCluster, type ModelledOsd } from './modelled-cluster.ts';

interface Answer {
  code: number;
  out?: unknown;
  err?: string;
}
const done: Answer = { code: 0 };
const NOT_KNOWN = 11;
const BUSY = 16;

/** Arguments before the words of the command, as `runCeph` puts them without a connection. */
const FRAME = ['--connect-timeout', '10', '-f', 'json'];

/** The `ceph` command line of a modelled cluster. Exit codes and shapes as measured (facts of Ceph, 3.1 and 3.2). */
export function runOn(cluster: ModelledCluster, { args, input, answers = [0], title }: ProgramCall): ProgramResult {
  const words = args.slice(FRAME.length);
  const asked = words.length > 0 ? [words] : linesOf(String(input)).map((line) => line.split(' '));
  const given = asked.map((one) => answer(cluster, one));
  const code = given.find((one) => one.code !== 0)?.code ?? 0;
  const stderr = given.map(({ err = '' }) => err).join('\n');
  cluster.inspect(words.join(' '));
  if (!answers.includes(code)) throw failure('COMMAND_FAILED', `"${title}" ended with code ${code}: ${stderr}`);
  const stdout = given.map(({ out }) => `\n${typeof out === 'string' ? out : JSON.stringify(out ?? {})}\n`).join('');
  return { exitCode: code, stdout: Buffer.from(stdout), stderr };
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** True for a command that changes something: a kill around it is the interesting one. */
export const isChange = ({ args }: ProgramCall): boolean =>
  /^(osd (out|in|down|destroy|purge|set|unset|new|crush (reweight|rm|move|add-bucket))|config(-key)? (set|rm))\b/.test(
    args.slice(FRAME.length).join(' '),
  );

type Verb = (cluster: ModelledCluster, rest: string[]) => Answer;

/** The longest words first, because one may begin another. */
const VERBS: [words: string, verb: Verb][] = [
  ['osd crush reweight', (cluster, [name = '', weight]) => onOsd(cluster, name, (osd) => reweigh(osd, Number(weight)))],
  ['osd crush rule dump', () => ({ code: 0, out: RULES })],
  ['osd crush add-bucket', (cluster, [name = '']) => (cluster.buckets.add(name), done)],
  ['osd crush move', () => done],
  ['osd crush rm', (cluster, [name = '']) => removeBucket(cluster, name)],
  ['osd safe-to-destroy', (cluster, [id]) => safeToDestroy(cluster, Number(id))],
  ['osd destroy', (cluster, rest) => end(cluster, rest, destroy)],
  ['osd purge', (cluster, rest) => end(cluster, rest, purge)],
  ['osd dump', (cluster) => ({ code: 0, out: dumpOf(cluster) })],
  ['osd tree', (cluster) => ({ code: 0, out: treeOf(cluster) })],
  ['osd df', (cluster) => ({ code: 0, out: usageOf(cluster) })],
  ['osd down', (cluster, [id = '']) => onOsd(cluster, id, (osd) => (osd.up = false))],
  ['osd out', (cluster, [id = '']) => onOsd(cluster, id, (osd) => (osd.inside = false))],
  ['osd in', (cluster, [id = '']) => onOsd(cluster, id, (osd) => takeIn(cluster, osd))],
  ['osd set', (cluster, [flag = '']) => (cluster.flags.add(flag), done)],
  ['osd unset', (cluster, [flag = '']) => (cluster.flags.delete(flag), done)],
  ['auth get', (cluster, [entity = '']) => authOf(cluster, entity)],
  ['config-key get', (cluster, [key = '']) => noteOf(cluster, key)],
  ['config-key set', (cluster, [key = '', text = '']) => (cluster.notes.set(key, text), done)],
  ['config-key ls', ({ notes }) => ({ code: 0, out: [...notes.keys()] })],
  ['config-key rm', (cluster, [key = '']) => (cluster.notes.delete(key), done)],
  ['config dump', (cluster) => ({ code: 0, out: settingsOf(cluster) })],
  ['config set', (cluster, [who, name, value = '']) => (cluster.settings.set(`${who}/${name}`, value), done)],
  ['config rm', (cluster, [who, name]) => (cluster.settings.delete(`${who}/${name}`), done)],
  ['status', (cluster) => ({ code: 0, out: statusOf(cluster) })],
];

function answer(cluster: ModelledCluster, words: string[]): Answer {
  const text = words.join(' ');
  const found = VERBS.find(([verb]) => text === verb || text.startsWith(`${verb} `));
  if (found === undefined) throw new Error(`the model of ceph has no "${text}"`);
  return found[1](cluster, words.slice(found[0].split(' ').length));
}

/** An id that is not there is answered with rc 0, as Ceph does. */
function onOsd(cluster: ModelledCluster, name: string, act: (osd: ModelledOsd) => unknown): Answer {
  const osd = cluster.osd(Number(name.replace('osd.', '')));
  if (osd !== undefined) act(osd);
  return osd === undefined ? { code: 0, err: `${name} does not exist` } : done;
}

function takeIn(cluster: ModelledCluster, osd: ModelledOsd): void {
  if (!osd.up) cluster.violations.push(`osd.${osd.id} was taken in while it is down: its PGs would wait for it`);
  [osd.inside, osd.autoOut] = [true, false];
}

const reweigh = (osd: ModelledOsd, weight: number): number => (osd.weight = Math.round(weight * 65536) / 65536);

/** The mgr's own check, made of its look at the PGs, which may be some seconds old. */
function judge(cluster: ModelledCluster, osd: ModelledOsd): 'safe' | 'active' | 'missing_stats' | 'stored_pgs' {
  const { views } = cluster.stats;
  if (views.some(({ up, acting }) => up.includes(osd) || acting.includes(osd))) return 'active';
  if (views.every(({ state }) => state.startsWith('active+clean'))) return 'safe';
  if (!osd.up) return 'missing_stats';
  return osd.copies.size > 0 ? 'stored_pgs' : 'safe';
}

function safeToDestroy(cluster: ModelledCluster, id: number): Answer {
  const osd = cluster.osd(id);
  const is = osd === undefined ? 'safe' : judge(cluster, osd);
  const list = (name: string): number[] => (is === name ? [id] : []);
  const [active, missing, stored] = [list('active'), list('missing_stats'), list('stored_pgs')];
  return { code: 0, out: { safe_to_destroy: list('safe'), active, missing_stats: missing, stored_pgs: stored } };
}

/** `osd destroy` and `osd purge` without force. */
function end(
  cluster: ModelledCluster,
  [id, ...flags]: string[],
  act: (cluster: ModelledCluster, osd: ModelledOsd) => void,
): Answer {
  if (flags.length > 0) cluster.violations.push(`forced: ${flags.join(' ')}`);
  const osd = cluster.osd(Number(id));
  if (osd === undefined) return { code: 0, err: `osd.${id} does not exist` };
  if (osd.up) return { code: BUSY, err: `osd.${id} is not \`down\`.` };
  const is = judge(cluster, osd);
  if (is === 'active') return { code: BUSY, err: `OSD(s) ${id} have pgs currently mapped to them` };
  if (is !== 'safe') return { code: NOT_KNOWN, err: `OSD(s) ${id} have no reported stats` };
  if (osd.runs) cluster.violations.push(`osd.${id} was ended while its process lives`);
  act(cluster, osd);
  return done;
}

function destroy(_: ModelledCluster, osd: ModelledOsd): void {
  osd.copies.clear();
  osd.destroyed = true;
  osd.uuid = ZERO_UUID;
}

function purge(cluster: ModelledCluster, osd: ModelledOsd): void {
  osd.copies.clear();
  cluster.osds = cluster.osds.filter((one) => one !== osd);
}

function removeBucket(cluster: ModelledCluster, name: string): Answer {
  if (cluster.osds.some(({ host }) => host === name)) return { code: 39, err: 'not empty' };
  cluster.buckets.delete(name);
  return done;
}

const authOf = (cluster: ModelledCluster, entity: string): Answer => {
  const osd = cluster.osd(Number(entity.replace('osd.', '')));
  return osd === undefined || osd.destroyed ? { code: 2 } : { code: 0, out: [{ entity, key: 'k', caps: {} }] };
};

const noteOf = ({ notes }: ModelledCluster, key: string): Answer => {
  const text = notes.get(key);
  return text === undefined ? { code: 2 } : { code: 0, out: text };
};

const settingsOf = ({ settings }: ModelledCluster) =>
  [...settings].map(([key, value]) => {
    const [section, name] = key.split('/');
    return { section, name, value, mask: '' };
  });

const RULES = ['host', 'osd'].map((type, id) => ({
  rule_id: id,
  steps: [{ op: 'take', item_name: 'default' }, { op: 'chooseleaf_firstn', type }, { op: 'emit' }],
}));

const dumpOf = ({ osds, flags, poolList }: ModelledCluster) => ({
  full_ratio: 0.95,
  backfillfull_ratio: 0.9,
  nearfull_ratio: 0.85,
  flags: [...flags].join(','),
  pools: poolList.map(({ name, size, minSize, domain }, index) => {
    const rule = domain === 'host' ? 0 : 1;
    return { pool: index + 1, pool_name: name, size, min_size: minSize, crush_rule: rule };
  }),
  osds: osds.map(({ id, uuid, up, inside, destroyed, isNew }) => {
    const state = ['exists', ...(up ? ['up'] : []), ...(destroyed ? ['destroyed'] : []), ...(isNew ? ['new'] : [])];
    return { osd: id, uuid, up: Number(up), in: Number(inside), up_from: 1, state };
  }),
});

const treeOf = ({ osds, buckets }: ModelledCluster) => {
  const hosts = [...buckets].map((name, index) => {
    const children = osds.filter(({ host }) => host === name).map(({ id }) => id);
    return { id: -2 - index, name, type: 'host', children };
  });
  const leaves = osds.map(({ id, weight }) => ({ id, name: `osd.${id}`, type: 'osd', crush_weight: weight }));
  return {
    nodes: [{ id: -1, name: 'default', type: 'root', children: hosts.map(({ id }) => id) }, ...hosts, ...leaves],
  };
};

const KIB_OF_TIB = 2 ** 30;
const usageOf = ({ osds, stats }: ModelledCluster) => ({
  nodes: osds.map((osd) => {
    const pgs = stats.views.filter(({ acting }) => acting.includes(osd)).length;
    return { id: osd.id, crush_weight: osd.weight, kb: osd.sizeTib * KIB_OF_TIB, kb_used: osd.copies.size, pgs };
  }),
});

const statusOf = ({ stats: { views } }: ModelledCluster) => {
  const states = Map.groupBy(views, ({ state }) => state);
  const count = (of: (view: (typeof views)[number]) => number): number => views.reduce((all, one) => all + of(one), 0);
  return {
    osdmap: { num_remapped_pgs: views.filter(({ state }) => state.includes('remapped')).length },
    pgmap: {
      num_pgs: views.length,
      pgs_by_state: [...states].map(([name, list]) => ({ state_name: name, count: list.length })),
      num_objects: views.length,
      degraded_objects: count(({ missing }) => missing),
      misplaced_objects: count(({ acting, up }) => acting.filter((osd) => !up.includes(osd)).length),
    },
  };
};

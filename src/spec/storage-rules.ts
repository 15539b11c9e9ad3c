/** A rule that is broken, at a path inside `spec`. */
export interface SpecProblem {
  path: (string | number)[];
  sentence: string;
}

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

const RATIOS = [
  ['nearFullRatio', 0.85],
  ['backfillFullRatio', 0.9],
  ['fullRatio', 0.95],
] as const;

const ratioProblems = (storage: Fields): SpecProblem[] => {
  const values = RATIOS.map(([name, initial]) => ({ name, value: storage[name] ?? initial, given: name in storage }));
  const problems: SpecProblem[] = [];
  values.slice(1).forEach((upper, index) => {
    const lower = values[index];
    if (!lower || typeof lower.value !== 'number' || typeof upper.value !== 'number') return;
    if (lower.value < upper.value) return;
    const at = upper.given ? upper.name : lower.name;
    problems.push({
      path: ['storage', at],
      sentence: `${lower.name} (${lower.value}) must be less than ${upper.name} (${upper.value}): Ceph must warn before it stops moving data, and stop that before it stops writing`,
    });
  });
  return problems;
};

const repeated = (names: unknown[]): { index: number; name: string }[] =>
  names.flatMap((name, index) => (typeof name === 'string' && names.indexOf(name) < index ? [{ index, name }] : []));

const deviceProblems = (devices: unknown, path: (string | number)[]): SpecProblem[] =>
  repeated(listOf(devices).map((device) => device['fullpath'] ?? device['name'])).map(({ index, name }) => ({
    path: [...path, index],
    sentence: `names ${name} a second time`,
  }));

const nodeProblems = (storage: Fields): SpecProblem[] => {
  const nodes = listOf(storage['nodes']);
  const doubled = repeated(nodes.map((node) => node['name'])).map(({ index, name }) => ({
    path: ['storage', 'nodes', index, 'name'],
    sentence: `names the node ${name} a second time; put its disks into one entry`,
  }));
  return [
    ...doubled,
    ...nodes.flatMap((node, index) => deviceProblems(node['devices'], ['storage', 'nodes', index, 'devices'])),
  ];
};

/**
 * Rules between the fields of `storage`, judged on the document as written, so that they speak up beside other problems.
 * @param value `spec.storage` without nulls, of whatever shape
 */
export const storageProblems = (value: unknown): SpecProblem[] => {
  const storage = fieldsOf(value);
  const problems = [...ratioProblems(storage), ...deviceProblems(storage['devices'], ['storage', 'devices'])];
  if (storage['useAllNodes'] === true && listOf(storage['nodes']).length > 0) {
    // Passing over the list would take disks that the author meant to leave out.
    problems.push({
      path: ['storage', 'nodes'],
      sentence: 'has no effect while useAllNodes is true; take the list away or set useAllNodes to false',
    });
  }
  return [...problems, ...nodeProblems(storage)];
};

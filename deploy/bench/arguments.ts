import { Argument, Command, Option } from 'commander';

/** Operations that can be measured, in the order in which that is done. */
const BENCHES = ['bootstrap', 'check-health', 'add-disk', 'replace-disk', 'teardown'] as const;
export type Bench = (typeof BENCHES)[number];
/** Measured where none is named. */
const USUAL: readonly Bench[] = ['bootstrap', 'check-health', 'teardown'];

/** What the bench is asked for. */
export interface BenchRequest {
  wanted: readonly Bench[];
  output: 'table' | 'json';
}

export const benchProgram = (): Command =>
  new Command('bench')
    .description("Measures operations on the example's cluster in the lab; bootstrap and teardown destroy its data")
    .addArgument(new Argument('[operations...]', 'what is measured').choices(BENCHES).default(USUAL, USUAL.join(' ')))
    .addOption(new Option('-o, --output <form>', 'what is printed').choices(['table', 'json']).default('table'));

/** Of a program that has parsed its arguments. */
export function benchRequest(program: Command): BenchRequest {
  const [wanted] = program.processedArgs as [Bench[]];
  return { wanted, ...program.opts<{ output: 'table' | 'json' }>() };
}

/** The beginning of a worker, in a process of its own: the SDK's runtime is one per process. Ends when its stdin does. */
import { METRICS } from '../../src/contract/metrics.ts';
import { createLog, installRuntime } from '../../worker/log.ts';

const log = createLog('serve-metrics');
const meter = installRuntime(log);
meter?.createHistogram(METRICS.operationSeconds, 'float').record(90, { operation: 'bootstrap', outcome: 'done' });
log.info(meter === undefined ? 'works without metrics' : 'works and serves metrics');
process.stdin.once('end', () => process.exit(0)).resume();

import { NativeConnection } from '@temporalio/worker';
import { readTemporalSettings, type TemporalSettings } from '../src/temporal-settings.ts';
import { temporalTrouble } from '../src/temporal-trouble.ts';

export interface TemporalConnection {
  connection: NativeConnection;
  namespace: string;
}

interface ConnectOptions {
  environment?: Record<string, string | undefined>;
  refusedSeconds?: number;
}

/** Long enough for a server that is just getting new certificates; then the pod ends, so that its last words are the reason. */
const REFUSED_SECONDS = 30;
const PAUSE_MILLISECONDS = 1000;

/**
 * Connects by Temporal's standard environment variables (address, namespace, TLS, API key). Tries until the server answers, because a
 * worker that starts before Temporal must not die of it, and says each time why not. A server that goes on refusing what it is shown
 * (certificate, API key) ends the worker: only a person can cure that, who reads the reason at the pod and in the parked operation.
 * @param onWait gets the sentence of every failed try
 * @throws Error with one sentence that names the setting to look at
 */
export async function connectTemporal(
  onWait: (sentence: string) => void,
  { environment = process.env, refusedSeconds = REFUSED_SECONDS }: ConnectOptions = {},
): Promise<TemporalConnection> {
  const settings = readTemporalSettings({ environment });
  let refusedSince: number | undefined;
  for (;;) {
    const tried = await tryOnce(settings);
    if ('connection' in tried) return tried;
    onWait(tried.sentence);
    refusedSince = tried.kind === 'refused' ? (refusedSince ?? performance.now()) : undefined;
    if (refusedSince !== undefined && performance.now() - refusedSince >= refusedSeconds * 1000)
      throw new Error(tried.sentence);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
}

async function tryOnce(
  settings: TemporalSettings,
): Promise<TemporalConnection | { kind: 'silent' | 'refused'; sentence: string }> {
  const { namespace, ...connectionOptions } = settings;
  try {
    return { connection: await NativeConnection.connect(connectionOptions), namespace };
  } catch (error) {
    const { kind, sentence } = await temporalTrouble(settings, error);
    return { kind, sentence: `Temporal at ${settings.address} ${sentence}` };
  }
}

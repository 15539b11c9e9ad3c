import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

export interface TemporalConnection {
  connection: NativeConnection;
  namespace: string;
}

/**
 * Connects by Temporal's standard environment variables (address, namespace, TLS, API key; facts: the `temporal` CLI's own).
 * Tries until the server answers: a worker that starts before Temporal must not die of it.
 */
export async function connectTemporal(onWait: (sentence: string) => void): Promise<TemporalConnection> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  for (;;) {
    try {
      const connection = await NativeConnection.connect(connectionOptions);
      return { connection, namespace: namespace ?? 'default' };
    } catch (error) {
      const because = error instanceof Error ? error.message.split('\n')[0] : String(error);
      onWait(`Temporal at ${connectionOptions.address ?? 'localhost:7233'} does not answer yet: ${because}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

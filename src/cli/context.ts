import type { Io } from './io.ts';
import type { KubernetesPort } from './kubernetes-port.ts';
import type { GlobalOptions } from './options.ts';
import type { TemporalPort } from './temporal-port.ts';

/** How commands reach the outside; tests put fakes here. */
export interface Connections {
  temporal(options: GlobalOptions, io: Io): Promise<TemporalPort>;
  kubernetes(options: GlobalOptions): Promise<KubernetesPort>;
}

/** All that a command needs. Connections are opened at first use, so that help and a wrong flag need none. */
export interface CommandContext {
  io: Io;
  options: GlobalOptions;
  temporal(): Promise<TemporalPort>;
  kubernetes(): Promise<KubernetesPort>;
}

/** A context whose connections are opened at most once; `close` closes what was opened. */
export function openContext(
  io: Io,
  options: GlobalOptions,
  connections: Connections,
): CommandContext & { close(): Promise<void> } {
  let temporal: Promise<TemporalPort> | undefined;
  let kubernetes: Promise<KubernetesPort> | undefined;
  return {
    io,
    options,
    temporal: () => (temporal ??= connections.temporal(options, io)),
    kubernetes: () => (kubernetes ??= connections.kubernetes(options)),
    close: async () => {
      // A connection that failed to open has been reported by the command that wanted it.
      const opened = await temporal?.catch(() => undefined);
      await opened?.close();
    },
  };
}

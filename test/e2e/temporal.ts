import { Client, Connection } from '@temporalio/client';
import { addresses } from '../../deploy/lab/paths.ts';

let client: Promise<Client> | undefined;

/** One connection per test file, as the Temporal UI has one. */
export const temporal = (): Promise<Client> =>
  (client ??= Connection.connect({ address: addresses.temporal }).then((connection) => new Client({ connection })));

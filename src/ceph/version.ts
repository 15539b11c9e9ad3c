import { CephflowError, failure } from '../errors.ts';
import { runProgram } from './command.ts';

/** `20.2.4` out of `ceph version 20.2.4 (<hash>) tentacle (stable)`; `undefined` where the text is no such line. */
export const parseVersion = (text: string): string | undefined => text.match(/ceph version (\d+\.\d+\.\d+)/)?.[1];

let known: Promise<string> | undefined;

/** Version of the programs in this image, asked once per process: an image does not change under a running container. */
export function ownCephVersion(): Promise<string> {
  known ??= readOwnVersion().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

async function readOwnVersion(): Promise<string> {
  const call = { program: 'ceph', args: ['--version'], title: 'ceph --version', timeoutSeconds: 30 };
  const { stdout } = await runProgram(call).catch((cause: unknown) => {
    // A machine under load is no reason to call the image wrong.
    if (!(cause instanceof CephflowError) || cause.code !== 'COMMAND_FAILED') throw cause;
    throw failure('NOT_A_CEPH_IMAGE', 'The image of the agent could not tell its Ceph version', { cause });
  });
  const version = parseVersion(stdout.toString('utf8'));
  if (version === undefined)
    throw failure('NOT_A_CEPH_IMAGE', 'The image of the agent has a "ceph" that tells no version');
  return version;
}

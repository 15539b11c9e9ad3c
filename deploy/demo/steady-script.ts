import { posix } from 'node:path';

export interface SteadyWork {
  pool: string;
  /**
   * Made by the caller, with a name that no other client has: its objects are called after it. A file `stop` in it ends the work. It is removed
   * at the end, unless something differed.
   */
  directory: string;
  /** Ends by itself after this, so that a client that nobody stops does not stay for ever. */
  longestSeconds: number;
}

/** Objects are written again and again, so that every one of them is read after it has moved. */
const OBJECTS = 20;
const OBJECT_BYTES = 256 * 1024;
/** Ceph never gives up by itself; a request that hangs for so long counts as a failure. */
const REQUEST_SECONDS = 60;

/**
 * Bash of a client that writes objects of random bytes, reads them back and compares, and reads all of them once more at the end. What was
 * written before is compared before it is written anew, so that a byte that was lost on the way shows. An object that is gone is a difference;
 * a request that fails otherwise is not, since it says nothing of the data. It prints one line: comparisons, differences, failures, and the
 * objects that differed, of which what was read is kept beside what was written.
 */
export const steadyScript = ({ pool, directory, longestSeconds }: SteadyWork): string => `
cd ${directory} || exit 1
n=0; comparisons=0; differences=0; failures=0; different=
ends=$((SECONDS + ${longestSeconds}))

rados_once() { timeout ${REQUEST_SECONDS} rados -p ${pool} "$@" 2> words; }

failed() { failures=$((failures + 1)); sleep 1; }

compare() {
  if ! rados_once get "$1" read; then
    grep -q '(2) No such file' words || { failed; return; }
    rm -f read
  fi
  comparisons=$((comparisons + 1))
  for written in "$1.written" "$1".maybe-*; do
    [ -e "$written" ] && cmp -s "$written" read && return
  done
  differences=$((differences + 1)); different="$different $1"
  cp "$1.written" "$1.written-$n"
  [ ! -e read ] || mv read "$1.read-$n"
}

until [ -e stop ] || [ $SECONDS -ge $ends ]; do
  name=${posix.basename(directory)}-$((n % ${OBJECTS}))
  [ -e $name.written ] && compare $name
  head -c ${OBJECT_BYTES} /dev/urandom > next
  if rados_once put $name next; then
    rm -f $name.maybe-*; mv next $name.written
  else
    # It may have happened all the same: until a write succeeds, each of these is right.
    mv next $name.maybe-$n; failed
  fi
  n=$((n + 1))
done

for written in *.written; do
  [ -e "$written" ] && compare "\${written%.written}"
done
[ $differences -gt 0 ] || { cd / && rm -rf ${directory}; }
echo "$comparisons $differences $failures$different"
`;

/** What the client saw until it was stopped. */
export interface Compared {
  comparisons: number;
  differences: number;
  /** Requests that failed. They say nothing of the data. */
  failures: number;
  /** Objects that came back otherwise than they were written, or not at all. */
  different: string[];
}

/** Reads the line that the script prints at its end. @throws where it did not get that far */
export function parseCompared(text: string): Compared {
  const line = text.trim().split('\n').at(-1) ?? '';
  const [, comparisons, differences, failures, names = ''] = /^(\d+) (\d+) (\d+)((?: \S+)*)$/.exec(line) ?? [];
  if (comparisons === undefined) throw new Error(`The client that compares did not tell what it saw: "${line}".`);
  const different = [...new Set(names.split(' ').filter((name) => name !== ''))];
  return {
    comparisons: Number(comparisons),
    differences: Number(differences),
    failures: Number(failures),
    different,
  };
}

import type { DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';

/** The document asks for storage and no disk can give it: why each one cannot, and what would change that. */
export function noEligibleDevice(rows: DiskRow[]): Finding {
  const lines = rows
    .slice(0, 12)
    .map(({ node, path, reasons, remedy }) => `${node}:${path} ${reasons.join(',')} (${remedy})`);
  const more = rows.length > 12 ? `; and ${rows.length - 12} more` : '';
  return {
    code: 'NO_ELIGIBLE_DEVICE',
    severity: 'blocking',
    because: `The document asks for storage, but none of ${rows.length} disks can become an OSD: ${lines.join('; ')}${more}.`,
    remedy: 'Free or add a disk as the table says ("cephflow devices"), then send retry.',
    target: 'storage',
  };
}

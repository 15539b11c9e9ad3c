import { createHash } from 'node:crypto';

/**
 * The uuid of the OSD on a disk: a name-based uuid (RFC 9562, version 5) of the cluster's fsid, the host and the disk's identity. The
 * same disk in the same cluster always gets the same uuid, so a repeated or restarted operation finds what it made and leaks no id.
 * @param cephFsid of the cluster, as uuid
 */
export function osdUuid(cephFsid: string, node: string, diskId: string): string {
  const space = Buffer.from(cephFsid.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(space).update(`osd\n${node}\n${diskId}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

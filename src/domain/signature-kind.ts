import type { DiskReason } from '../contract/disk.ts';

const PARTITION_TABLES = /^(gpt|dos|PMBR|mac|bsd|sun|sgi|atari|minix-parts|unixware|solaris_x86|ultrix)$/i;
const LVM = /^(LVM1|LVM2|lvm)/i;
const FILE_SYSTEMS =
  /^(ext[234]|ext4dev|jbd|xfs|xfs_external_log|btrfs|vfat|exfat|ntfs|f2fs|hfs|hfsplus|apfs|jfs|reiserfs|reiser4|nilfs2|ocfs2?|gfs2?|minix|squashfs3?|erofs|iso9660|udf|ufs|zfs|zfs_member|bcachefs|romfs|cramfs|swap|swsuspend|vmfs|vmfs_volume_member|stratis|refs|hpfs|sysv|xenix|oracleasm|vxfs|befs|nss|zonefs)$/i;

/** What libblkid's name for a signature means for whoever wants the disk. A name that is not known is a signature all the same. */
export function signatureReason(type: string): DiskReason {
  if (PARTITION_TABLES.test(type)) return 'HAS_PARTITION_TABLE';
  if (LVM.test(type)) return 'HAS_LVM';
  return FILE_SYSTEMS.test(type) ? 'HAS_FILESYSTEM' : 'HAS_OTHER_SIGNATURE';
}

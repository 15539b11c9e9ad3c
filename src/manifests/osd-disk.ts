/**
 * Bash that ties an OSD's pod to its disk before ceph-osd starts. It needs ROOK_OSD_ID, ROOK_OSD_UUID, EXPECTED_FSID, OSD_DATA and the
 * function `refuse`. Exactly one block device must begin with a BlueStore header of this OSD's uuid and its label must name this cluster:
 * with two (a cloned disk, two paths to one) any choice could be the stale copy, and data written to it would be lost.
 * Then it does what `ceph-volume raw activate` does, without starting Python. Reads devices only; what it writes is the OSD's directory.
 * Network devices are passed over: mapped images of the cluster that is down would each hold up its OSDs until the timeout.
 * `head | tr` and not `read`: Bash's read would go through a whole blank disk for want of other bytes than NUL.
 */
export const FIND_DISK = `
wanted="bluestore block device
$ROOK_OSD_UUID"
found=()
unreadable=()
for entry in /sys/class/block/*; do
  name=\${entry##*/}
  device="/dev/\${name//!//}"
  case "$name" in ram*|fd*|sr*|rbd*|nbd*|zram*) continue ;; esac
  sectors=0
  read -r sectors < "$entry/size" || continue
  [ "$sectors" -gt 0 ] && [ -b "$device" ] || continue
  if header=$(timeout 10 head -c 59 "$device" 2>/dev/null | tr '\\0' ' '); then
    if [ "$header" = "$wanted" ]; then found+=("$device"); fi
  else
    unreadable+=("$device")
  fi
done
if [ \${#found[@]} -eq 0 ]; then
  refuse "No disk of this host carries osd.$ROOK_OSD_ID (uuid $ROOK_OSD_UUID). Not readable: \${unreadable[*]:-none}. Put its disk back, or replace it."
fi
if [ \${#found[@]} -gt 1 ]; then
  refuse "\${#found[@]} disks of this host carry osd.$ROOK_OSD_ID (uuid $ROOK_OSD_UUID): \${found[*]}. Only one may; take the copy away."
fi
device=\${found[0]}
label=$(ceph-bluestore-tool show-label --dev "$device" 2>/dev/null) ||
  refuse "The BlueStore label on $device cannot be read, so osd.$ROOK_OSD_ID was not started."
[[ $label == *"\\"ceph_fsid\\": \\"$EXPECTED_FSID\\""* ]] ||
  refuse "The disk $device carries an OSD of another Ceph cluster than $EXPECTED_FSID, so osd.$ROOK_OSD_ID was not started."
[[ $label == *"\\"whoami\\": \\"$ROOK_OSD_ID\\""* ]] ||
  refuse "The disk $device does not say that it is osd.$ROOK_OSD_ID, so it was not started."
unset label
chown ceph:ceph "$device"
rm -f "$OSD_DATA/block"
ceph-bluestore-tool prime-osd-dir --path "$OSD_DATA" --no-mon-config --dev "$device" >/dev/null ||
  refuse "The directory of osd.$ROOK_OSD_ID could not be filled from the label on $device."
ln -s "$device" "$OSD_DATA/block"
chmod 0600 "$OSD_DATA/keyring"
chown -hR ceph:ceph "$OSD_DATA"`;

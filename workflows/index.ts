/** What the ops worker offers; each export's name is the workflow type that a person types. */
export { addDisk } from './add-disk.ts';
export { addNode } from './add-node.ts';
export { bootstrap } from './bootstrap.ts';
export { checkHealth } from './check-health.ts';
export { help } from './help.ts';
export { noticeDisks } from './notice-disks.ts';
export { readStatus } from './read-status.ts';
export { replaceDisk } from './replace-disk.ts';
export { removeDisk } from './remove-disk.ts';
export { teardown } from './teardown.ts';

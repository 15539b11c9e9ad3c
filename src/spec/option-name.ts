/** Ceph takes blanks and dashes in names of options for underscores. */
export const optionName = (option: string): string => option.trim().replaceAll(/[\s-]+/g, '_');

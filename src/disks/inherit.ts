/** A descriptor in execa's `stdio`. Its types name 3 to 9 only; at run time any open descriptor is handed on as it is. */
export type InheritedFd = 3;

/** Hands an open descriptor of this process to a child, which gets it under its place in `stdio`. */
export const inherit = (fd: number): InheritedFd => fd as InheritedFd;

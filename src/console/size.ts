const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** `6 GiB`, `1.82 TiB`: at most three digits of meaning, powers of 1024. Rounded down, so that no disk looks larger than it is. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const rounded = Math.floor(value * 10 ** decimals) / 10 ** decimals;
  return `${rounded} ${UNITS[unit]}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `45s`, `3m12s`, `2h5m`, `5d`: the two largest units, as kubectl writes ages. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 2 * MINUTE) return `${whole}s`;
  if (whole < HOUR) return pair(whole, MINUTE, 'm', 1, 's');
  if (whole < 2 * DAY) return pair(whole, HOUR, 'h', MINUTE, 'm');
  return `${Math.floor(whole / DAY)}d`;
}

function pair(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`;
}

/** Seconds between two ISO 8601 times; `undefined` where one is missing or no time. */
export function secondsBetween(start: string | undefined, end: string | undefined): number | undefined {
  const seconds = (Date.parse(end ?? '') - Date.parse(start ?? '')) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}

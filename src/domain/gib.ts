/** Room or data in a plan, for a person: one digit behind the point. */
export const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

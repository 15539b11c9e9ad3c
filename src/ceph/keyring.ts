/** The key of one entity in a keyring file's text; `undefined` where it is not in it. */
export function keyOf(keyring: string, entity: string): string | undefined {
  const section = keyring.split(/^\s*\[/m).find((part) => part.startsWith(`${entity}]`));
  return section?.match(/^\s*key\s*=\s*(\S+)/m)?.[1];
}

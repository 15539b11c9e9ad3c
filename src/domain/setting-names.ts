/** Names (`section/option`) of the document's `cephConfig`, sorted: what a plan shows, values stay in the document. */
export const settingNames = (cephConfig: Record<string, Record<string, string>>): string[] =>
  Object.entries(cephConfig)
    .flatMap(([section, options]) => Object.keys(options).map((option) => `${section}/${option}`))
    .sort();

// What the pages show of a manifest, which the service keeps as it was registered. Pure.

export interface ManifestFacts {
  task: string;
  layer: string;
  classes: string[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function manifestFacts(manifest: Record<string, unknown>): ManifestFacts {
  const { classes } = manifest;
  return { task: text(manifest['task']), layer: text(manifest['layer']), classes: Array.isArray(classes) ? classes.map(text) : [] };
}

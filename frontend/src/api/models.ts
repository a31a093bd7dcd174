// Calls of the room models.
import { client, unwrap } from './client';
import type { ModelVersion } from './types';

export const listModels = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/models', { params: { path: { workspace } } }));
/** Registers a model version: its manifest as JSON text and its ONNX graph. */
export function registerModel(workspace: string, manifest: string, graph: File): Promise<ModelVersion> {
  const form = new FormData();
  form.append('manifest', new Blob([manifest], { type: 'application/json' }), 'manifest.json');
  form.append('graph', graph, graph.name);
  return unwrap(client.POST('/api/v1/workspaces/{workspace}/models', { params: { path: { workspace } }, body: { manifest, graph: graph.name }, bodySerializer: () => form }));
}

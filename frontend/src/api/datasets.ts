// Calls of the rooms datasets and search.
import { client, currentCsrfToken, ApiError, problemFrom, unwrap } from './client';

export const listDatasets = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets', { params: { path: { workspace } } }));
export const getDataset = (workspace: string, dataset: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}', { params: { path: { workspace, dataset } } }));
export const createDataset = (workspace: string, body: { name: string; description: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets', { params: { path: { workspace } }, body }));

export const listSamples = (workspace: string, dataset: string, query: { ref: string; cursor?: string; limit?: number; where?: string }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/samples', { params: { path: { workspace, dataset }, query } }));
export const getSample = (workspace: string, dataset: string, query: { ref: string; key: string }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/sample', { params: { path: { workspace, dataset }, query } }));
export const searchSamples = (workspace: string, dataset: string, query: { ref: string; q: string; cursor?: string; limit?: number }) =>
  unwrap(
    client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/search', { params: { path: { workspace, dataset }, query } }),
  );
/** Statistics, or the job that is computing them. */
export const getStatistics = (workspace: string, dataset: string, ref: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/statistics', { params: { path: { workspace, dataset }, query: { ref } } }));

/** Where a sample's picture is served, re-encoded. */
export function mediaUrl(workspace: string, dataset: string, at: { ref: string; key: string; field: string; size: 'thumb' | 'full' }): string {
  const query = new URLSearchParams(at);
  return `/api/v1/workspaces/${encodeURIComponent(workspace)}/datasets/${encodeURIComponent(dataset)}/media?${query}`;
}

export const exportUrl = (workspace: string, dataset: string, ref: string): string =>
  `/api/v1/workspaces/${encodeURIComponent(workspace)}/datasets/${encodeURIComponent(dataset)}/export?${new URLSearchParams({ ref, format: 'parquet' })}`;

export const openUpload = (workspace: string, dataset: string) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/uploads', { params: { path: { workspace, dataset } } }));
export const startImport = (
  workspace: string,
  dataset: string,
  body: { upload_id: string; format: 'folder' | 'jsonl' | 'csv'; branch?: string; label_from_folder?: boolean; message?: string; source?: string | undefined },
) => unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/imports', { params: { path: { workspace, dataset } }, body }));
export const listImportIssues = (workspace: string, job_id: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/jobs/{job_id}/issues', { params: { path: { workspace, job_id }, query: { limit: 500 } } }));

/** Sends one batch of files; `onProgress` hears how many bytes of it have left. `fetch` cannot tell that, so this is XHR. */
export function sendFiles(
  workspace: string,
  dataset: string,
  upload: string,
  files: { path: string; file: File }[],
  onProgress: (sentBytes: number) => void,
): Promise<{ files: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const { path, file } of files) form.append('file', file, path);
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/workspaces/${encodeURIComponent(workspace)}/datasets/${encodeURIComponent(dataset)}/uploads/${encodeURIComponent(upload)}/files`);
    request.setRequestHeader('x-strata-csrf', currentCsrfToken());
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as { files: number; bytes: number });
      else reject(new ApiError(problemFrom(request.response, request.status)));
    };
    request.onerror = () => reject(new ApiError(problemFrom(null, 0)));
    request.send(form);
  });
}

// Names of the wire shapes used by the browser.
export type Role = 'owner' | 'manager' | 'reviewer' | 'annotator' | 'viewer';
export interface Page<T> { items: T[]; next_cursor: string | null }
export interface Problem { type?: string; title: string; status: number; code: string; detail?: string; place?: string | null; request_id?: string }
export interface User { id: string; email: string; name: string }
export interface WorkspaceMembership { slug: string; name: string; role: Role }
export interface Me { user: User; csrf_token: string | null; workspaces: WorkspaceMembership[] }
export interface Member { user: User; role: Role; created_at: string }
export interface ApiToken { id: string; name: string; role: Role; prefix: string; created_at: string; expires_at: string | null; last_used_at: string | null; user_id: string }
export interface Dataset { id: string; name: string; description: string; created_at: string; head: { commit: string; samples: number } | null }
export interface BlobField { hash: string; media_type: string; bytes: number; width?: number | null; height?: number | null }
export type Field = { blob: BlobField } | { inline: unknown };
export interface Item {
  id: string; layer: string; kind: 'classification' | 'box'; class: string;
  x?: number; y?: number; width?: number; height?: number;
  attributes?: Record<string, unknown>; score?: number | null;
}
export interface AnnotationResult { items: Item[] }
export interface Provenance {
  made_by: { kind: string; user?: string; version?: string; name?: string; source?: string };
  standard?: string | null; at: string; annotation_id?: string | null;
  prelabel?: { model_version: string; score: number; changed: boolean } | null; accepted_by?: string | null;
}
export interface SampleView { key: string; fields: Record<string, Field>; metadata: Record<string, unknown>; split?: string | null; labels: Item[]; thumbnail_url: string | null }
export interface SampleDetail extends SampleView { provenance: { layer: string; item_id: string; provenance: Provenance }[] }
export interface Ref { name: string; commit: string; protected?: boolean }
export interface Refs { branches: Ref[]; tags: Ref[] }
export interface CommitView { hash: string; tree: string; parents: string[]; author: string; message: string; time: string; counts: { samples: number; labels: number }; lineage: Record<string, unknown> | null }
export interface DiffStat { samples_added: number; samples_removed: number; samples_changed: number; labels_added: number; labels_removed: number; labels_changed: number }
export interface DiffEvent { kind: string; key: string; name?: string | null; iou?: number | null; layer?: string | null; item_id?: string | null; old?: unknown; new?: unknown }
export interface DiffPage { stat: DiffStat; items: DiffEvent[]; next_cursor: string | null }
export interface Statistics {
  samples: number; commit: string;
  classes: { layer: string; class: string; count: number }[];
  splits: { split: string | null; count: number }[];
  image_sizes: { width: number; height: number; count: number }[];
  text_lengths: { bins: { from: number; to: number; count: number }[] } | null;
}
export interface Job {
  id: string; kind: string; state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  progress: { done: number; total: number | null }; message: string; error: { code: string; message: string } | null; result: Record<string, unknown> | null;
  created_at: string; finished_at: string | null; attempts: number;
}
export interface JobLog { seq: number; at: string; level: string; text: string }
export interface ImportIssue { path: string; place: string | null; code: string; message: string }
export interface AttributeDef { name: string; kind: 'enum' | 'number' | 'text' | 'boolean'; values?: string[]; required: boolean; default?: unknown }
export interface ClassDef { name: string; title?: { en?: string; zh?: string } | null; color: string; hotkey: string | null; description?: string | null; attributes: AttributeDef[] }
export interface LayerRules { min_width?: number | null; min_height?: number | null; max_items?: number | null; inside: boolean }
export interface Layer { name: string; kind: 'classification' | 'box'; field: string; required: boolean; multiple: boolean; classes: ClassDef[]; rules: LayerRules }
export interface StandardContent { title: string; layers: Layer[]; guideline: string }
export interface StandardVersion { id: string; version: number; hash: string; published_at: string; published_by: string }
export interface Violation { path: string; code: string; message: string }
export interface StandardSummary { id: string; name: string; draft_revision: number; updated_at: string; versions: StandardVersion[] }
export interface Standard extends StandardSummary { draft: StandardContent; violations: Violation[] }
export interface DraftSaved { draft_revision: number; violations: Violation[] }
export interface StandardChange { path: string; kind: string; old?: unknown; new?: unknown }
export interface Workflow { overlap: number; review: boolean; lease_seconds: number }
export interface TaskCounts { total: number; open: number; leased: number; in_review: number; accepted: number; skipped: number; returned: number }
export interface Agreement { tasks: number; mean: number; krippendorff_alpha: number | null }
export interface Progress extends TaskCounts {
  by_class: Record<string, number>;
  by_annotator: { user: User; submitted: number; accepted: number; rejected: number }[];
  agreement: Agreement | null;
}
export interface ProjectSummary {
  id: string; name: string; dataset: string; source_ref: string; source_commit: string; query: string; standard_version_id: string;
  workflow: Workflow; state: 'generating' | 'active' | 'closed'; created_at: string; counts: TaskCounts;
}
export interface Project extends ProjectSummary { progress: Progress; generating_job: Job | null }
export interface PreviewResult { count: number; samples: SampleView[] }
export interface Prediction { id: string; model_name: string; model_version_id: string; score: number; result: AnnotationResult }
export interface TaskView {
  id: string; project_id: string; seq: number; state: 'open' | 'in_review' | 'accepted' | 'skipped'; dataset: string; source_commit: string; sample: SampleView;
  standard: { version_id: string; hash: string; content: StandardContent };
  assignment: { fence: number; expires_at: string; kind: 'label' | 'review' } | null;
  draft: { revision: number; result: AnnotationResult } | null;
  predictions: Prediction[];
  previous: { annotation: AnnotationView; review_comment: string } | null;
}
export interface AnnotationView { id: string; user: User; result: AnnotationResult; created_at: string; prediction_id: string | null }
export interface ReviewTaskView extends TaskView { annotations: AnnotationView[] }
export interface TaskEvent { id: string; kind: string; at: string; actor?: { name: string } | null; payload?: unknown }
export interface ModelVersion { id: string; model_id: string; name: string; version: number; hash: string; manifest: Manifest; created_at: string }
export interface Model { id: string; name: string; versions: ModelVersion[] }
export interface Manifest { name: string; task: string; layer: string; input: Record<string, unknown>; output: Record<string, unknown>; classes: string[] }
/** A task that the caller holds a lease on. */
export type Held<T extends TaskView> = T & { assignment: NonNullable<T['assignment']> };

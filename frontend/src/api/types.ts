// Short names for the wire shapes. They are generated from the service's OpenAPI document (`npm run api:generate`);
// nothing is declared here that the document says.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Problem = Partial<Schemas['ProblemDetails']> & Pick<Schemas['ProblemDetails'], 'code' | 'status' | 'title'>;
export type Role = Schemas['Role'];
export type User = Schemas['UserView'];
export type Me = Schemas['Me'];
export type WorkspaceMembership = Schemas['WorkspaceView'];
export type Member = Schemas['MemberView'];
export type ApiToken = Schemas['TokenView'];

export type Dataset = Schemas['DatasetView'];
export type Field = Schemas['Field'];
export type Item = Schemas['Item'];
export type BoxItem = Extract<Item, { kind: 'box' }>;
export type AnnotationResult = Schemas['AnnotationResult'];
export type Provenance = Schemas['Provenance'];
export type SampleView = Schemas['SampleView'];
export type SampleDetail = Schemas['SampleDetail'];
export type Statistics = Schemas['StatisticsView'];
export type Job = Schemas['JobView'];

export type CommitView = Schemas['CommitView'];
export type DiffEvent = Schemas['DiffEventView'];
export type DiffStat = Schemas['DiffStatView'];

// A standard travels without what has its default value; `standard_shape.ts` puts it back.
export type WireStandard = Schemas['StandardContent'];
export type AttributeDef = Schemas['Attribute'] & Required<Pick<Schemas['Attribute'], 'required'>>;
export type ClassDef = Omit<Schemas['Class'], 'attributes'> & { attributes: AttributeDef[] };
export type LayerRules = Schemas['LayerRules'];
export type Layer = Required<Omit<Schemas['Layer'], 'classes'>> & { classes: ClassDef[] };
export type StandardContent = Required<Omit<WireStandard, 'layers'>> & { layers: Layer[] };
export type StandardSummary = Schemas['StandardSummary'];
export type Standard = Omit<Schemas['StandardView'], 'draft'> & { draft: StandardContent };
export type StandardChange = Schemas['Change'];

export type Workflow = Schemas['WorkflowSettings'];
export type Progress = Schemas['ProjectProgress'];
export type ProjectSummary = Schemas['ProjectSummary'];
export type Project = Schemas['ProjectView'];
export type Prediction = Schemas['PredictionView'];
export type AnnotationView = Schemas['AnnotationView'];

/** What every handed-out task has, as it travels. */
export interface WireTask {
  assignment?: Pick<Schemas['AssignmentView'], 'fence' | 'expires_at'> | null;
  standard: { version_id: string; hash: string; content: WireStandard };
}
/** A task that the caller holds a lease on, its standard complete. */
export type Held<T extends WireTask> = Omit<T, 'assignment' | 'standard'> & {
  assignment: Pick<Schemas['AssignmentView'], 'fence' | 'expires_at'>;
  standard: Omit<WireTask['standard'], 'content'> & { content: StandardContent };
};
export type TaskView = Held<Schemas['TaskView']>;
export type ReviewTaskView = Held<Schemas['TaskView']> & { annotations: AnnotationView[] };

export type Model = Schemas['ModelView'];
export type ModelVersion = Schemas['ModelVersionView'];

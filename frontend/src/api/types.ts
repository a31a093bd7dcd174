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

export type Ref = Schemas['RefView'];
export type GraphCommit = Schemas['GraphCommit'];
export type CommitDetail = Schemas['CommitDetail'];
export type NamedVersion = Schemas['NamedVersion'];
export type DiffEvent = Schemas['DiffEventView'];
export type DiffStat = Schemas['DiffStatView'];
export type Comparison = Schemas['CompareView'];
export type ClassDiff = Schemas['ClassDiffView'];
export type SampleDiff = Schemas['SampleDiffView'];
export type MergePreview = Schemas['MergePreview'];
export type MergeConflict = Schemas['ConflictView'];
export type MergeResult = Schemas['MergeResult'];
export type Resolution = Schemas['ResolutionView'];
/** The side of a conflict that can be chosen as it is. */
export type Take = Exclude<Schemas['Take'], 'value'>;
export type BranchRule = Schemas['BranchRuleView'];
export type Protection = Schemas['ProtectionView'];
export type Gate = Schemas['GateView'];
export type GateResult = Schemas['GateResultView'];
export type GateReport = Schemas['GateReportView'];
export type LabelOrigin = Schemas['LabelOrigin'];

// A standard travels without what has its default value; `standard_shape.ts` puts it back.
export type WireStandard = Schemas['StandardContent'];
export type AttributeDef = Omit<Schemas['Attribute'], 'default' | 'required'> & { required: boolean; default?: unknown };
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

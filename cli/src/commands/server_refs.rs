//! Branches, tags, merges and reverts on a server: asked for, since the server's database moves refs.

use std::process::ExitCode;

use anyhow::Result;
use api_types::versioning::{
    ConflictView, MergeOutcomeView, MergePolicyView, MergePreview, MergePreviewRequest,
    MergeResult, NewBranch, NewMerge, NewRevert, NewTag, RevertPreviewRequest,
};
use client::{Begun, Error, Workspace};
use serde_json::json;
use version_store::{MergeConflict, RefKind};

use super::merge::{Side, report_conflicts};
use super::place::ServerDataset;
use super::{print, server_job};

/// A ref to make, or to delete when it has no target; without a name, the refs are listed.
pub struct ServerRef<'a> {
    /// Branch or tag.
    pub kind: RefKind,
    /// Its name.
    pub name: Option<&'a str>,
    /// What it will name.
    pub target: Option<&'a str>,
}

/// Lists, makes or deletes refs.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub async fn change(server: &ServerDataset, request: &ServerRef<'_>, json: bool) -> Result<()> {
    let Some(name) = request.name else {
        return list(server, request.kind, json).await;
    };
    let (workspace, dataset) = (server.workspace(), server.name.as_str());
    let kind = request.kind;
    let owned = name.to_owned();
    let commit = match (kind, request.target) {
        (RefKind::Branch, Some(from)) => {
            let from = from.to_owned();
            let new = NewBranch { name: owned, from };
            Some(workspace.create_branch(dataset, &new).await?.commit)
        }
        (RefKind::Tag, Some(at)) => {
            let at = at.to_owned();
            let new = NewTag { name: owned, at };
            Some(workspace.create_tag(dataset, &new).await?.commit)
        }
        (RefKind::Branch, None) => {
            workspace.delete_branch(dataset, name).await?;
            None
        }
        (RefKind::Tag, None) => {
            workspace.delete_tag(dataset, name).await?;
            None
        }
    };
    if json {
        return print::json_line(&json!({ "kind": kind, "name": name, "commit": commit }));
    }
    match commit {
        Some(commit) => println!("{} {name} is at {}", kind.name(), commit.short()),
        None => println!("{} {name} is deleted", kind.name()),
    }
    Ok(())
}

async fn list(server: &ServerDataset, kind: RefKind, json: bool) -> Result<()> {
    let refs = server.workspace().refs(&server.name).await?;
    let refs = match kind {
        RefKind::Branch => refs.branches,
        RefKind::Tag => refs.tags,
    };
    if json {
        let shown: Vec<_> = refs
            .iter()
            .map(|row| json!({ "kind": kind, "name": row.name, "commit": row.commit }))
            .collect();
        return print::json_line(&shown);
    }
    for row in refs {
        println!("{}  {}", row.commit.short(), row.name);
    }
    Ok(())
}

/// What is merged or reverted.
pub struct ServerMerge<'a> {
    /// The branch that gets it.
    pub branch: &'a str,
    /// What is merged, or the commit that is undone.
    pub what: &'a str,
    /// Which side wins conflicts.
    pub prefer: Option<Side>,
    /// The commit message.
    pub message: Option<&'a str>,
}

impl ServerMerge<'_> {
    fn policies(&self) -> Vec<MergePolicyView> {
        let policy = |side| match side {
            Side::Ours => MergePolicyView::Ours,
            Side::Theirs => MergePolicyView::Theirs,
        };
        self.prefer.map(policy).into_iter().collect()
    }
}

/// Merges into a branch.
///
/// # Errors
/// When the server refuses for another reason than conflicts, or cannot be reached.
pub async fn merge(
    server: &ServerDataset,
    wanted: &ServerMerge<'_>,
    json: bool,
) -> Result<ExitCode> {
    let (workspace, dataset) = (server.workspace(), server.name.as_str());
    let new = NewMerge {
        into: wanted.branch.to_owned(),
        from: wanted.what.to_owned(),
        policies: wanted.policies(),
        resolutions: Vec::new(),
        message: wanted.message.map(str::to_owned),
    };
    let begun = workspace.merge(dataset, &new).await;
    match followed(&workspace, begun, json).await {
        Err(error) if is_conflicts(&error) => {
            let asked = MergePreviewRequest {
                into: new.into,
                from: new.from,
                policies: new.policies,
                resolutions: Vec::new(),
                cursor: None,
                limit: None,
            };
            let preview = workspace.preview_merge(dataset, &asked).await?;
            conflicts(&preview, json)
        }
        result => done(&result?, json),
    }
}

/// Undoes a commit on a branch.
///
/// # Errors
/// As [`merge`].
pub async fn revert(
    server: &ServerDataset,
    wanted: &ServerMerge<'_>,
    json: bool,
) -> Result<ExitCode> {
    let (workspace, dataset) = (server.workspace(), server.name.as_str());
    let new = NewRevert {
        branch: wanted.branch.to_owned(),
        commit: wanted.what.to_owned(),
        policies: wanted.policies(),
        resolutions: Vec::new(),
        message: wanted.message.map(str::to_owned),
    };
    let begun = workspace.revert(dataset, &new).await;
    match followed(&workspace, begun, json).await {
        Err(error) if is_conflicts(&error) => {
            let asked = RevertPreviewRequest {
                branch: new.branch,
                commit: new.commit,
                policies: new.policies,
                resolutions: Vec::new(),
                cursor: None,
                limit: None,
            };
            let preview = workspace.preview_revert(dataset, &asked).await?;
            conflicts(&preview, json)
        }
        result => done(&result?, json),
    }
}

fn is_conflicts(error: &Error) -> bool {
    error.code() == Some("merge_conflicts")
}

/// The result, at once or once its job has ended.
async fn followed(
    workspace: &Workspace<'_>,
    begun: client::Result<Begun<MergeResult>>,
    json: bool,
) -> client::Result<MergeResult> {
    match begun? {
        Begun::Done(result) => Ok(result),
        Begun::Job(job) => Workspace::made(server_job::follow(workspace, &job, json).await?),
    }
}

fn conflicts(preview: &MergePreview, json: bool) -> Result<ExitCode> {
    let conflict = |view: &ConflictView| MergeConflict {
        key: view.key.clone(),
        layer: view.layer.clone(),
        item_id: view.item_id.clone(),
        part: view.part.clone(),
        base: view.base.clone(),
        ours: view.ours.clone(),
        theirs: view.theirs.clone(),
    };
    let conflicts: Vec<MergeConflict> = preview.conflicts.iter().map(conflict).collect();
    let more = preview.conflict_count - conflicts.len() as u64;
    report_conflicts(&conflicts, more, json)?;
    Ok(ExitCode::FAILURE)
}

fn done(result: &MergeResult, json: bool) -> Result<ExitCode> {
    let what = match result.outcome {
        MergeOutcomeView::UpToDate => "up_to_date",
        MergeOutcomeView::FastForward => "fast_forward",
        MergeOutcomeView::Merged | MergeOutcomeView::Conflicts => "merged",
    };
    if json {
        let shown = json!({ "outcome": what, "branch": result.branch, "commit": result.commit });
        print::json_line(&shown)?;
    } else {
        let at = result.commit.short();
        println!("{} is at {at} ({})", result.branch, what.replace('_', " "));
    }
    Ok(ExitCode::SUCCESS)
}

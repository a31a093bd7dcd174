//! `strata split`: shows or sets the rule by which samples come to a split.

use anyhow::{Context, Result, bail};
use api_types::versioning::{MergeOutcomeView, SetSplitRule};
use dataset::SplitRule;
use db::environment::now;
use ids::Hash;
use serde_json::json;
use version_store::{Changes, CommitRequest, Lineage, RefKind, RefMove, Repository};

use super::place::{PlaceArguments, ServerDataset};
use super::print;
use crate::configuration::Environment;

/// Without splits, shows the rule. With some, commits a rule: samples without a split of their own
/// are divided by it, and adding samples moves none.
#[derive(clap::Args, Debug)]
pub struct SplitArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The splits and their shares: train=8 val=1 test=1
    #[arg(value_name = "SPLIT=SHARE", value_parser = parse_share)]
    shares: Vec<(String, u32)>,
    /// The metadata whose value keeps samples together, such as patient
    #[arg(long, value_name = "NAME", requires = "shares")]
    group_by: Option<String>,
    /// Another salt divides the samples anew [default: the name of the dataset]
    #[arg(long, value_name = "TEXT", requires = "shares")]
    salt: Option<String>,
    /// Take the rule away
    #[arg(long, conflicts_with = "shares")]
    remove: bool,
    /// The branch
    #[arg(long, default_value = "main", value_name = "NAME")]
    branch: String,
    /// Commit message
    #[arg(
        short,
        long,
        default_value = "set the rule for splits",
        value_name = "TEXT"
    )]
    message: String,
    /// Who commits, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
}

/// Does it.
///
/// # Errors
/// When the rule can't be used, the branch is protected or moves meanwhile, or the store fails.
pub async fn run(arguments: &SplitArguments, environment: &Environment, json: bool) -> Result<()> {
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        return over_http(arguments, &server, json).await;
    }
    let repository = arguments.place.repository(environment).await?;
    let branch = arguments.branch.as_str();
    let head = repository.read_ref(RefKind::Branch, branch).await?;
    let head = head.with_context(|| format!("there is no branch {branch:?}"))?;
    if arguments.shares.is_empty() && !arguments.remove {
        let rule = rule_of(&repository, &head).await?;
        return show(&head, rule.as_ref(), None, json);
    }
    let mut changes = Changes::new();
    changes.set_split_rule(rule(arguments, repository.dataset())?);
    let time_ms = now().timestamp_millis();
    let request = CommitRequest {
        parents: vec![head],
        changes,
        author: arguments.author.clone(),
        message: arguments.message.clone(),
        time_ms,
        lineage: Lineage::default(),
    };
    let outcome = repository.commit(request).await?;
    if outcome.changed {
        let moving = RefMove {
            kind: RefKind::Branch,
            name: branch,
            old: Some(head),
            new: Some(outcome.commit),
            by: &arguments.author,
            cause: "split",
            time_ms,
        };
        gates::move_branch(&repository, &moving, environment.outbound.as_ref()).await?;
    }
    let rule = rule_of(&repository, &outcome.commit).await?;
    show(&outcome.commit, rule.as_ref(), Some(outcome.changed), json)
}

/// A server commits the rule, as the one whose token it is.
async fn over_http(arguments: &SplitArguments, server: &ServerDataset, json: bool) -> Result<()> {
    let (workspace, dataset) = (server.workspace(), server.name.as_str());
    if arguments.shares.is_empty() && !arguments.remove {
        let found = workspace.split_rule(dataset, &arguments.branch).await?;
        return show(&found.commit, found.rule.as_ref(), None, json);
    }
    let wanted = SetSplitRule {
        branch: arguments.branch.clone(),
        rule: rule(arguments, dataset)?,
        message: Some(arguments.message.clone()),
    };
    let made = workspace.set_split_rule(dataset, &wanted).await?;
    let committed = made.outcome == MergeOutcomeView::Merged;
    show(&made.commit, wanted.rule.as_ref(), Some(committed), json)
}

async fn rule_of(repository: &Repository, commit: &Hash) -> Result<Option<SplitRule>> {
    let version = repository.version(commit).await?;
    Ok(version.split_rule().await?.cloned())
}

fn rule(arguments: &SplitArguments, dataset: &str) -> Result<Option<SplitRule>> {
    if arguments.remove {
        return Ok(None);
    }
    let salt = arguments.salt.as_deref().unwrap_or(dataset);
    let rule = SplitRule::from_shares(salt, &arguments.shares, arguments.group_by.clone())?;
    Ok(Some(rule))
}

fn show(
    commit: &Hash,
    rule: Option<&SplitRule>,
    committed: Option<bool>,
    json: bool,
) -> Result<()> {
    if json {
        let mut shown = json!({ "commit": commit, "rule": rule });
        if let Some(committed) = committed {
            shown["committed"] = json!(committed);
        }
        return print::json_line(&shown);
    }
    let Some(rule) = rule else {
        println!("{} has no rule for splits", commit.short());
        return Ok(());
    };
    let by = rule.group_by.as_deref().unwrap_or("key");
    println!(
        "{} divides samples by {by}, salt {:?}",
        commit.short(),
        rule.salt
    );
    let mut from = 0;
    for bucket in &rule.buckets {
        println!(
            "    {:5.1} %  {}",
            f64::from(bucket.below - from) / 10_000.0,
            bucket.split
        );
        from = bucket.below;
    }
    Ok(())
}

fn parse_share(text: &str) -> Result<(String, u32)> {
    let parts = text
        .split_once('=')
        .and_then(|(name, share)| Some((name, share.parse().ok()?)));
    match parts {
        Some((name, share)) => Ok((name.to_owned(), share)),
        None => bail!("{text:?} is no SPLIT=SHARE, such as train=8"),
    }
}

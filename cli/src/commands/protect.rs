//! `strata protect`: shows or changes the rules that protect branches.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use api_types::versioning::ProtectionView;
use quality::gates::{BranchRule, Gate, Protection};

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Without a pattern, shows the rules. With one, makes or changes its rule: the branches that it
/// fits can't be deleted and only go forward, unless it says otherwise.
#[derive(clap::Args, Debug)]
pub struct ProtectArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Names of branches; each * stands for any characters: main, release/*
    branches: Option<String>,
    /// The branches may be deleted
    #[arg(long, requires = "branches")]
    allow_deletion: bool,
    /// The branches may go back to older commits
    #[arg(long, requires = "branches")]
    allow_rewind: bool,
    /// A JSON file with the list of gates that a commit must pass [default: those of the rule]
    #[arg(long, requires = "branches", value_name = "FILE")]
    gates: Option<PathBuf>,
    /// Take the rule away
    #[arg(long, requires = "branches", conflicts_with_all = ["allow_deletion", "allow_rewind", "gates"])]
    remove: bool,
}

/// Does it, and prints the rules.
///
/// # Errors
/// When a rule can't be used, there is none to take away, or the store fails.
pub async fn run(
    arguments: &ProtectArguments,
    environment: &Environment,
    json: bool,
) -> Result<()> {
    let gates = arguments.gates.as_deref().map(read_gates).transpose()?;
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        let workspace = server.workspace();
        let Some(branches) = &arguments.branches else {
            return show(&rules_of(&workspace.protection(&server.name).await?)?, json);
        };
        let changed = workspace
            .update_protection(&server.name, |view| {
                let mut rules = rules_of(view)?;
                change(&mut rules, branches, arguments, gates.as_deref())?;
                *view = view_of(&rules)?;
                Ok::<_, anyhow::Error>(())
            })
            .await?;
        return show(&rules_of(&changed)?, json);
    }
    let repository = arguments.place.repository(environment).await?;
    let Some(branches) = &arguments.branches else {
        return show(&repository.protection().await?, json);
    };
    let changed = repository
        .update_protection(|rules| change(rules, branches, arguments, gates.as_deref()))
        .await?;
    show(&changed, json)
}

/// The rules as a server tells them: the same members under the same names.
fn rules_of(view: &ProtectionView) -> Result<Protection> {
    Ok(Protection {
        rules: serde_json::from_value(serde_json::to_value(&view.rules)?)?,
    })
}

fn view_of(protection: &Protection) -> Result<ProtectionView> {
    Ok(ProtectionView {
        rules: serde_json::from_value(serde_json::to_value(&protection.rules)?)?,
    })
}

fn change(
    protection: &mut Protection,
    branches: &str,
    arguments: &ProtectArguments,
    gates: Option<&[Gate]>,
) -> Result<()> {
    let rules = &mut protection.rules;
    let at = rules.iter().position(|rule| rule.branches == branches);
    if arguments.remove {
        let Some(at) = at else {
            bail!("there is no rule for {branches:?}");
        };
        rules.remove(at);
        return Ok(());
    }
    let before = at.map(|at| rules[at].gates.clone()).unwrap_or_default();
    let rule = BranchRule {
        branches: branches.to_owned(),
        no_deletion: !arguments.allow_deletion,
        no_rewind: !arguments.allow_rewind,
        gates: gates.map_or(before, <[Gate]>::to_vec),
    };
    match at {
        Some(at) => rules[at] = rule,
        None => rules.push(rule),
    }
    Ok(())
}

fn read_gates(file: &Path) -> Result<Vec<Gate>> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} lists no gates", file.display()))
}

fn show(protection: &Protection, json: bool) -> Result<()> {
    if json {
        return print::json_line(&protection.rules);
    }
    for rule in &protection.rules {
        let word = |forbidden, what| {
            if forbidden {
                format!("no {what}")
            } else {
                format!("{what} allowed")
            }
        };
        let (deletion, rewind) = (
            word(rule.no_deletion, "deletion"),
            word(rule.no_rewind, "rewind"),
        );
        println!("{}  {deletion}, {rewind}", rule.branches);
        for gate in &rule.gates {
            println!("    {}: {}", gate.name, gate.check.kind());
        }
    }
    Ok(())
}

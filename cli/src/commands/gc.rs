//! `strata gc`: deletes what no ref leads to.

use anyhow::{Context, Result, ensure};
use api_types::upkeep::NewCollection;
use client::Workspace;
use db::environment::now;
use indicatif::HumanBytes;
use serde::Deserialize;
use version_store::{GcReport, GcRequest};

use super::place::{PlaceArguments, ServerPlace};
use super::{print, server_job};
use crate::configuration::Environment;

const HOUR_MS: i64 = 3_600_000;

/// Condemns what no ref leads to, and deletes what was condemned longer ago than the grace.
///
/// A server collects in its own store, where the refs of its database count too. Do not collect in the folder or
/// bucket of a running service: ask it.
#[derive(clap::Args, Debug)]
pub struct GcArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// How long unreferred data stays: 30m, 24h, 14d; 0s only while nobody writes
    #[arg(long, default_value = "24h", value_name = "DURATION", value_parser = parse_duration_ms)]
    grace: i64,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// Collects and prints what was done.
///
/// # Errors
/// When something live can't be read, or the store fails.
pub async fn run(arguments: &GcArguments, environment: &Environment, json: bool) -> Result<()> {
    let report = match arguments.place.server(environment).await? {
        Some(place) => on_server(arguments, &place, json).await?,
        None => {
            let store = arguments.place.store(environment).await?;
            let request = GcRequest {
                now_ms: now().timestamp_millis(),
                grace_ms: arguments.grace,
                extra_roots: Vec::new(),
                dry_run: arguments.dry_run,
            };
            store.gc(&request).await?
        }
    };
    if json {
        return print::json_line(&report);
    }
    println!(
        "{} commits and {} entries are live; of {} packs {} condemned, {} rewritten, {} deleted ({}); {} commits deleted",
        report.live_commits,
        report.live_entries,
        report.packs,
        report.packs_condemned,
        report.packs_rewritten,
        report.packs_deleted,
        HumanBytes(report.bytes_deleted),
        report.commits_deleted
    );
    Ok(())
}

/// What the job of a server made.
#[derive(Deserialize)]
struct Collected {
    report: GcReport,
}

async fn on_server(arguments: &GcArguments, place: &ServerPlace, json: bool) -> Result<GcReport> {
    ensure!(
        arguments.grace % HOUR_MS == 0,
        "a server's grace is in whole hours, such as 24h or 7d"
    );
    let wanted = NewCollection {
        grace_hours: Some(u32::try_from(arguments.grace / HOUR_MS).unwrap_or(u32::MAX)),
        dry_run: arguments.dry_run,
    };
    let workspace = place.workspace();
    let job = workspace.collect_garbage(&wanted).await?;
    let job = server_job::follow(&workspace, &job, json).await?;
    Ok(Workspace::made::<Collected>(job)?.report)
}

fn parse_duration_ms(text: &str) -> Result<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit_ms = match &text[digits.len()..] {
        "s" => 1000,
        "m" => 60_000,
        "h" => HOUR_MS,
        "d" => 24 * HOUR_MS,
        _ => anyhow::bail!("a duration is a number with s, m, h or d behind it"),
    };
    let number: i64 = digits
        .parse()
        .context("a duration is a number with s, m, h or d behind it")?;
    number
        .checked_mul(unit_ms)
        .filter(|ms| *ms >= 0)
        .context("the duration is out of range")
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_have_units() {
        assert_eq!(super::parse_duration_ms("24h").unwrap(), 86_400_000);
        assert_eq!(super::parse_duration_ms("0s").unwrap(), 0);
        for bad in ["", "5", "h", "-1s", "1w", "99999999999999999d"] {
            assert!(super::parse_duration_ms(bad).is_err(), "{bad}");
        }
    }
}

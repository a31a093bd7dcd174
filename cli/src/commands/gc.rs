//! `strata gc`: deletes what no ref leads to.

use anyhow::{Context, Result};
use db::environment::now;
use indicatif::HumanBytes;
use version_store::GcRequest;

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Condemns what no ref leads to, and deletes what was condemned longer ago than the grace.
///
/// In the store of a running service the refs of its database count too; collect there only
/// refs that are mirrored.
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
    arguments
        .place
        .require_own_store(environment, "collection of garbage")?;
    let store = arguments.place.store(environment).await?;
    let report = store
        .gc(&GcRequest {
            now_ms: now().timestamp_millis(),
            grace_ms: arguments.grace,
            extra_roots: Vec::new(),
            dry_run: arguments.dry_run,
        })
        .await?;
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

fn parse_duration_ms(text: &str) -> Result<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit_ms = match &text[digits.len()..] {
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
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

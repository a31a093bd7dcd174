//! `strata blame KEY`: where the labels of a sample come from.

use annotation::Maker;
use anyhow::Result;

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Says who or what made each label of a sample, and which commit brought it.
#[derive(clap::Args, Debug)]
pub struct BlameArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The sample
    key: String,
    /// A branch, tag, commit, or ref~n
    #[arg(long = "ref", default_value = "main", value_name = "REF")]
    reference: String,
}

/// Prints a line for each label.
///
/// # Errors
/// When history can't be read.
pub async fn run(arguments: &BlameArguments, environment: &Environment, json: bool) -> Result<()> {
    let repository = arguments.place.repository(environment).await?;
    let commit = arguments
        .place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    let blames = repository.blame(&commit, &arguments.key).await?;
    if json {
        return print::json_line(&blames);
    }
    for blame in blames {
        let item = &blame.label.item;
        let maker = match blame
            .provenance
            .as_ref()
            .map(|provenance| &provenance.made_by)
        {
            None => "unknown".to_owned(),
            Some(Maker::Person { user }) => user.clone(),
            Some(Maker::Model { name, version }) => format!("model {name} {}", version.short()),
            Some(Maker::Import { source }) => format!("import of {source}"),
        };
        let accepted = blame
            .provenance
            .as_ref()
            .and_then(|provenance| provenance.accepted_by.as_deref());
        let accepted = accepted
            .map(|user| format!(", accepted by {user}"))
            .unwrap_or_default();
        println!(
            "{}  {}  {}/{}: {}  made by {maker}{accepted}",
            blame.commit.short(),
            print::time(blame.time_ms),
            item.layer,
            item.id,
            item.class
        );
    }
    Ok(())
}

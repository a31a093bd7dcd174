//! `strata diff`: what differs between two versions.

use anyhow::Result;
use serde_json::{Value, json};
use version_store::{DiffEvent, DiffKind, DiffStat};

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Shows what differs from A to B.
#[derive(clap::Args, Debug)]
pub struct DiffArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n
    a: String,
    /// A branch, tag, commit, or ref~n
    b: String,
    /// Only count
    #[arg(long)]
    stat: bool,
}

/// Prints events as they are found; with `--json` one a line.
///
/// # Errors
/// When a version can't be read.
pub async fn run(arguments: &DiffArguments, environment: &Environment, json: bool) -> Result<()> {
    let repository = arguments.place.repository(environment).await?;
    let a = arguments
        .place
        .resolve(environment, &repository, &arguments.a)
        .await?;
    let b = arguments
        .place
        .resolve(environment, &repository, &arguments.b)
        .await?;
    if arguments.stat {
        let stat = repository.diff_stat(&a, &b).await?;
        if json {
            return print::json_line(&json!({ "a": a, "b": b, "stat": stat }));
        }
        println!("{}", stat_line(&stat));
        return Ok(());
    }
    let mut diff = repository.diff(&a, &b).await?;
    while let Some(event) = diff.next().await? {
        if json {
            print::json_line(&event)?;
        } else {
            println!("{}", event_line(&event));
        }
    }
    Ok(())
}

/// The counts on one line.
pub fn stat_line(stat: &DiffStat) -> String {
    let part = |what: &str, added: u64, removed: u64, changed: u64| {
        format!("{what} +{added} -{removed} ~{changed}")
    };
    let samples = part(
        "samples",
        stat.samples_added,
        stat.samples_removed,
        stat.samples_changed,
    );
    let labels = part(
        "labels",
        stat.labels_added,
        stat.labels_removed,
        stat.labels_changed,
    );
    format!("{samples}, {labels}")
}

fn event_line(event: &DiffEvent) -> String {
    let class = |item: &Option<Value>| {
        item.as_ref()
            .and_then(|item| item["class"].as_str())
            .unwrap_or("none")
            .to_owned()
    };
    let text = |value: &Option<Value>| {
        value
            .as_ref()
            .map_or_else(|| "none".to_owned(), Value::to_string)
    };
    let key = &event.key;
    let name = event.name.as_deref().unwrap_or_default();
    let layer = event.layer.as_deref().unwrap_or_default();
    let item = event.item_id.as_deref().unwrap_or_default();
    match event.kind {
        DiffKind::SampleAdded => format!("+ {key}"),
        DiffKind::SampleRemoved => format!("- {key}"),
        DiffKind::FieldChanged => format!("~ {key}  field {name}"),
        DiffKind::MetadataChanged => format!(
            "~ {key}  {name}: {} -> {}",
            text(&event.old),
            text(&event.new)
        ),
        DiffKind::SplitMoved => format!(
            "~ {key}  split: {} -> {}",
            text(&event.old),
            text(&event.new)
        ),
        DiffKind::LabelAdded => format!("+ {key}  {layer}/{item}: {}", class(&event.new)),
        DiffKind::LabelRemoved => format!("- {key}  {layer}/{item}: {}", class(&event.old)),
        DiffKind::ClassChanged => {
            format!(
                "~ {key}  {layer}/{item}: {} -> {}",
                class(&event.old),
                class(&event.new)
            )
        }
        DiffKind::GeometryChanged => match event.iou {
            Some(iou) => format!("~ {key}  {layer}/{item}: moved, IoU {iou:.2}"),
            None => format!("~ {key}  {layer}/{item}: another shape"),
        },
        DiffKind::AttributesChanged => format!("~ {key}  {layer}/{item}: other attributes"),
    }
}

//! `strata export`: writes a version in the formats that others read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use dataset::columns::ColumnKinds;
use dataset::{LabelRow, Query, Sample};
use interchange::{CsvExport, JsonLinesExport, ParquetExport};
use serde_json::json;
use version_store::Version;

use super::export_croissant::{self, AboutArguments};
use super::export_shards;
use super::import_report::Bar;
use super::place::PlaceArguments;
use super::view;
use crate::configuration::Environment;

/// What an export writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One Parquet file: key, split, fields, metadata, and labels with who or what made them
    Parquet,
    /// JSON lines, which `import` reads back where samples are texts
    Jsonl,
    /// CSV, for texts with at most one class
    Csv,
    /// A folder: each field a file, and samples.jsonl beside them
    Folder,
    /// A folder: croissant.json and the Parquet files it describes
    Croissant,
    /// A folder of tar files for `webdataset`
    Webdataset,
    /// A folder of shards for `mosaicml-streaming`
    Mds,
    /// A folder for `datasets.load_dataset`
    Huggingface,
}

/// Writes a version out in a format that others read.
#[derive(clap::Args, Debug)]
pub struct ExportArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n
    #[arg(long = "ref", default_value = "main", value_name = "REF")]
    reference: String,
    /// What to write
    #[arg(long, value_enum)]
    format: ExportFormat,
    /// Only samples that match, as in: label = 'cat' AND split = 'train'
    #[arg(long = "where", default_value = "", value_name = "QUERY")]
    condition: String,
    #[command(flatten)]
    about: AboutArguments,
    /// The file, or the folder for formats that are folders; must not be there yet
    out: PathBuf,
}

/// Exports. The file appears under its name when it is whole.
///
/// # Errors
/// When the version can't be read, a sample does not fit the format, or the file can't be written.
pub async fn run(arguments: &ExportArguments, environment: &Environment, json: bool) -> Result<()> {
    let query = Query::parse(&arguments.condition).context("--where")?;
    let repository = arguments.place.repository(environment).await?;
    let commit = arguments
        .place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    let version = repository.version(&commit).await?;
    if arguments.out.exists() {
        bail!("{} is there already", arguments.out.display());
    }
    let rows = match arguments.format {
        ExportFormat::Croissant if query != Query::default() => {
            bail!("croissant describes whole versions; export parquet with --where instead")
        }
        ExportFormat::Croissant => {
            if let Some(server) = arguments.place.server_dataset(environment).await?
                && repository.view(&commit).await?.is_none()
            {
                view::build_on_server(&server, &commit).await?;
            }
            export_croissant::write(&version, &arguments.about, &arguments.out).await?
        }
        ExportFormat::Folder => {
            let mut bar = Bar::new(true);
            let place = (arguments.out.as_path(), false);
            let outcome = ingest::checkout(&version, &query, place, &mut bar).await?;
            outcome.samples
        }
        format @ (ExportFormat::Webdataset | ExportFormat::Mds | ExportFormat::Huggingface) => {
            export_shards::write(&version, &query, format, &arguments.out).await?
        }
        format => write_whole_file(&version, &query, format, &arguments.out).await?,
    };
    if query == Query::default() && rows != version.sample_count() {
        bail!(
            "{rows} samples written, the version has {}",
            version.sample_count()
        );
    }
    if json {
        println!(
            "{}",
            json!({"commit": commit, "samples": rows, "out": arguments.out})
        );
    } else {
        println!(
            "{rows} samples of {} in {}",
            commit.short(),
            arguments.out.display()
        );
    }
    Ok(())
}

/// Calls `take` for each sample of `version` that matches, in key order.
pub(super) async fn each<F>(version: &Version, query: &Query, mut take: F) -> Result<()>
where
    F: FnMut(&Sample, &[LabelRow]) -> Result<()>,
{
    let mut scan = version.scan().await?;
    while let Some((sample, labels)) = scan.next().await? {
        if query.matches(&sample, &labels) {
            take(&sample, &labels)?;
        }
    }
    Ok(())
}

/// Writes a file that appears under its name when it is whole; how many samples it has.
async fn write_whole_file(
    version: &Version,
    query: &Query,
    format: ExportFormat,
    out: &Path,
) -> Result<u64> {
    let part = partial(out);
    let written = write_file(version, query, format, &part).await;
    appear(written, &part, out)
}

/// Gives a part that is whole its name; removes one that is not.
pub(super) fn appear(written: Result<u64>, part: &Path, out: &Path) -> Result<u64> {
    let whole = written.and_then(|rows| Ok(std::fs::rename(part, out).map(|()| rows)?));
    if whole.is_err() {
        // It may not have been begun, and why the export failed matters more.
        let _ = match part.is_dir() {
            true => std::fs::remove_dir_all(part),
            false => std::fs::remove_file(part),
        };
    }
    whole
}

async fn write_file(
    version: &Version,
    query: &Query,
    format: ExportFormat,
    path: &Path,
) -> Result<u64> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let out = BufWriter::new(file);
    Ok(match format {
        ExportFormat::Parquet => {
            // The types of the columns come first.
            let mut kinds = ColumnKinds::default();
            each(version, query, |sample, _| {
                kinds.add(sample);
                Ok(())
            })
            .await?;
            let mut export = ParquetExport::new(out, &kinds.columns())?;
            let mut scan = version.scan_traced(None).await?;
            while let Some((sample, labels, provenance)) = scan.next().await? {
                if query.matches(&sample, &labels) {
                    export.add(&sample, &labels, &provenance)?;
                }
            }
            export.finish()?
        }
        ExportFormat::Csv => {
            // The header comes first, so the names must be known before the rows.
            let mut names = BTreeSet::new();
            each(version, query, |sample, _| {
                names.extend(sample.metadata.keys().cloned());
                Ok(())
            })
            .await?;
            let mut export = CsvExport::new(out, names)?;
            each(version, query, |sample, labels| {
                Ok(export.add(sample, labels)?)
            })
            .await?;
            export.finish()?
        }
        // The others are folders and were written above.
        _ => {
            let mut export = JsonLinesExport::new(out);
            each(version, query, |sample, labels| {
                Ok(export.add(sample, labels)?)
            })
            .await?;
            export.finish()?
        }
    })
}

pub(super) fn partial(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    out.with_file_name(name)
}

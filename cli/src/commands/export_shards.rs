//! Exports with the bytes of samples inside: WebDataset, MDS, Hugging Face.

use std::path::Path;

use anyhow::{Context, Result};
use dataset::{Field, LabelRow, Query, Sample};
use ids::Hash;
use interchange::{
    HuggingFaceExport, MdsExport, Overview, ShardExport, WebDatasetExport, WholeSample,
};
use version_store::Version;

use super::export::{ExportFormat, appear, each, partial};
use super::import_report::Bar;

/// What is read in one go: enough for neighbours in a pack to be read together.
const BATCH_SAMPLES: usize = 512;
const BATCH_BYTES: u64 = 32 * 1024 * 1024;

/// Writes the folder `out`, which appears under its name when it is whole; how many samples it has.
pub(super) async fn write(
    version: &Version,
    query: &Query,
    format: ExportFormat,
    out: &Path,
) -> Result<u64> {
    let part = partial(out);
    std::fs::create_dir(&part).with_context(|| part.display().to_string())?;
    let written = write_folder(version, query, format, &part).await;
    appear(written, &part, out)
}

async fn write_folder(
    version: &Version,
    query: &Query,
    format: ExportFormat,
    folder: &Path,
) -> Result<u64> {
    // What columns there are comes first.
    let (mut overview, mut samples) = (Overview::default(), 0);
    each(version, query, |sample, labels| {
        overview.add(sample, labels);
        samples += 1;
        Ok(())
    })
    .await?;
    let mut export: Box<dyn ShardExport> = match format {
        ExportFormat::Webdataset => Box::new(WebDatasetExport::new(folder, &overview)?),
        ExportFormat::Mds => Box::new(MdsExport::new(folder, &overview)?),
        _ => Box::new(HuggingFaceExport::new(folder, &overview)?),
    };
    let mut bar = Bar::new(true);
    let mut progress = ingest::Progress {
        files_total: samples,
        ..ingest::Progress::default()
    };
    let mut scan = version.scan().await?;
    loop {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_SAMPLES && bytes < BATCH_BYTES {
            let Some((sample, labels)) = scan.next().await? else {
                break;
            };
            if query.matches(&sample, &labels) {
                let blobs = sample.fields.values().filter_map(Field::blob);
                bytes += blobs.map(|blob| blob.bytes).sum::<u64>();
                batch.push((sample, labels));
            }
        }
        if batch.is_empty() {
            break;
        }
        add(version, &batch, export.as_mut()).await?;
        progress.samples += batch.len() as u64;
        progress.files_done = progress.samples;
        progress.bytes_done += bytes;
        ingest::Observer::progress(&mut bar, &progress);
    }
    Ok(export.finish()?)
}

/// Reads the blobs of some samples and hands all over.
async fn add(
    version: &Version,
    batch: &[(Sample, Vec<LabelRow>)],
    export: &mut dyn ShardExport,
) -> Result<()> {
    let hashes: Vec<Hash> = batch
        .iter()
        .flat_map(|(sample, _)| sample.fields.values().filter_map(Field::blob))
        .map(|blob| blob.hash)
        .collect();
    let read = version.store().blobs(&hashes).await?;
    let mut read = read.iter();
    for (sample, labels) in batch {
        let blobs = sample.fields.iter().filter(|(_, f)| f.blob().is_some());
        let names = blobs.map(|(name, _)| name.as_str());
        let whole = WholeSample {
            sample,
            labels,
            blobs: names.zip(read.by_ref().map(|bytes| &bytes[..])).collect(),
        };
        export.add(&whole)?;
    }
    Ok(())
}

//! A version as a folder: every field a file at its sample's key, and one file about them all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use dataset::{Field, Query, Sample};
use interchange::JsonLinesExport;
use version_store::Version;

/// The file about all samples: keys, splits, labels, metadata.
const ABOUT: &str = "samples.jsonl";

/// Writes the samples that match into the new folder `out` and says how many they are.
///
/// A sample with one blob is a file named by its key. With more fields, and for texts, the field's
/// name follows: `KEY.text.txt`.
///
/// # Errors
/// When a blob can't be read, a file can't be written, or a key can't be a path in the folder.
pub async fn write(version: &Version, query: &Query, out: &Path) -> Result<u64> {
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let about = File::create_new(out.join(ABOUT)).with_context(|| out.display().to_string())?;
    let mut about = JsonLinesExport::new(BufWriter::new(about));
    let mut scan = version.scan().await?;
    while let Some((sample, labels)) = scan.next().await? {
        if !query.matches(&sample, &labels) {
            continue;
        }
        for (name, field) in &sample.fields {
            let path = path_of(out, &sample, name, field)?;
            let bytes = match field {
                Field::Blob(blob) => version.blob(&blob.hash).await?,
                Field::Inline(serde_json::Value::String(text)) => text.clone().into(),
                Field::Inline(value) => value.to_string().into(),
            };
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
            }
            // Two keys may be one file where the file system ignores case: never overwrite.
            let mut file = File::create_new(&path).with_context(|| path.display().to_string())?;
            file.write_all(&bytes)
                .with_context(|| path.display().to_string())?;
        }
        about.add(&sample, &labels)?;
    }
    Ok(about.finish()?)
}

fn path_of(out: &Path, sample: &Sample, name: &str, field: &Field) -> Result<PathBuf> {
    let key = sample.key.as_str();
    let ending = match field {
        Field::Blob(_) if sample.fields.len() == 1 && !is_text(field) => String::new(),
        Field::Blob(_) if !is_text(field) => format!(".{name}"),
        Field::Blob(_) | Field::Inline(serde_json::Value::String(_)) => format!(".{name}.txt"),
        Field::Inline(_) => format!(".{name}.json"),
    };
    let relative = PathBuf::from(format!("{key}{ending}"));
    let plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || key.contains('\\') || relative == Path::new(ABOUT) {
        bail!("the key {key:?} can't be a path in a folder");
    }
    Ok(out.join(relative))
}

fn is_text(field: &Field) -> bool {
    field
        .blob()
        .is_some_and(|blob| blob.media_type.starts_with("text/"))
}

//! A version as Croissant: a JSON-LD description and the Parquet files that it describes.

use std::path::Path;

use anyhow::{Context, Result};
use dataset::DatasetProfile;
use version_store::Version;
use views::{About, Croissant};

use super::print;

/// The description.
const DOCUMENT: &str = "croissant.json";

/// What is said about a dataset in its description.
#[derive(clap::Args, Debug, Default)]
#[command(next_help_heading = "Croissant")]
pub struct AboutArguments {
    /// What the dataset is called [default: its name in the store]
    #[arg(long)]
    name: Option<String>,
    /// What it is
    #[arg(long)]
    description: Option<String>,
    /// A licence: a URL or an SPDX name; may be given again
    #[arg(long = "licence", alias = "license", value_name = "URL")]
    licences: Vec<String>,
    /// How to cite it, by custom in BibTeX
    #[arg(long = "cite-as", value_name = "TEXT")]
    citation: Option<String>,
    /// Where it is at home
    #[arg(long)]
    url: Option<String>,
    /// Who made it; may be given again [default: the author of the version]
    #[arg(long = "creator", value_name = "NAME")]
    creators: Vec<String>,
}

impl AboutArguments {
    fn about(&self) -> About {
        About {
            name: self.name.clone(),
            description: self.description.clone(),
            licences: self.licences.clone(),
            citation: self.citation.clone(),
            url: self.url.clone(),
            creators: self.creators.clone(),
        }
    }
}

/// Writes the new folder `out`: `croissant.json` and the files beside it. Views that the store lacks
/// are made there first. Says how many samples they hold.
///
/// # Errors
/// When the version can't be read, its views can't be made, or a file can't be written.
pub async fn write(version: &Version, about: &AboutArguments, out: &Path) -> Result<u64> {
    let view = views::build(version, views::LEVEL).await?.manifest;
    let mut profile = DatasetProfile::default();
    let mut scan = version.scan().await?;
    while let Some((sample, labels)) = scan.next().await? {
        profile.add(&sample, &labels);
    }
    let time = print::time(view.commit.time_ms);
    let date = time.split(' ').next().unwrap_or(&time);
    let croissant = Croissant::new(&view, &profile, &about.about(), date);
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    for (path, file) in &croissant.files {
        let target = out.join(path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        version.store().root().download(&file.path, &target).await?;
    }
    let document = serde_json::to_vec_pretty(&croissant.document)?;
    let target = out.join(DOCUMENT);
    std::fs::write(&target, document).with_context(|| target.display().to_string())?;
    Ok(view.commit.counts.samples)
}

//! `strata stats`: what a version holds, how large it is, and what deduplication saves.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::Result;
use dataset::{Field, Sample};
use ids::Hash;
use indicatif::HumanBytes;
use interchange::{Statistics, StatisticsBuilder};
use media::Tokenizer;
use serde::Serialize;
use version_store::Version;

use super::place::PlaceArguments;
use crate::configuration::Environment;

/// Blobs that are looked up at once.
const LOOKUP: usize = 4096;

/// Sizes, deduplication, classes, splits and, with a tokenizer, token counts of a version.
#[derive(clap::Args, Debug)]
pub struct StatsArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n
    #[arg(long = "ref", default_value = "main", value_name = "REF")]
    reference: String,
    /// Count tokens of all texts with this tokenizer.json
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
}

#[derive(Serialize)]
struct Report {
    dataset: String,
    commit: Hash,
    #[serde(flatten)]
    statistics: Statistics,
    sizes: Sizes,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Tokens>,
}

/// Bytes of the blobs of a version.
#[derive(Serialize, Default)]
struct Sizes {
    /// Different blobs.
    blobs: u64,
    /// Bytes of different blobs.
    unique_bytes: u64,
    /// The same as they lie in packs, compressed.
    stored_bytes: u64,
    /// Bytes of all fields, over what is stored.
    dedup_ratio: f64,
    /// Packs that hold a blob of the version.
    packs: u64,
    /// Bytes of the version's blobs in these packs, over the packs' bytes: the rest belongs to other versions,
    /// or is garbage.
    pack_fill: f64,
}

/// Tokens of the texts of a version.
#[derive(Serialize, Default)]
struct Tokens {
    texts: u64,
    tokens: u64,
    shortest: u64,
    longest: u64,
}

/// Counts and prints.
///
/// # Errors
/// When the version or the tokenizer can't be read.
pub async fn run(arguments: &StatsArguments, environment: &Environment, json: bool) -> Result<()> {
    let tokenizer = arguments
        .tokenizer
        .as_deref()
        .map(Tokenizer::from_file)
        .transpose()?;
    let repository = arguments.place.repository(environment).await?;
    let commit = arguments
        .place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    let version = repository.version(&commit).await?;
    let mut counting = Counting::new(&version, tokenizer);
    let mut scan = version.scan().await?;
    let mut builder = StatisticsBuilder::new();
    while let Some((sample, labels)) = scan.next().await? {
        builder.add(&sample, &labels)?;
        counting.add(&sample).await?;
    }
    let statistics = builder.finish()?;
    let (sizes, tokens) = counting.finish(statistics.blob_bytes).await?;
    let report = Report {
        dataset: repository.dataset().to_owned(),
        commit,
        statistics,
        sizes,
        tokens,
    };
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(())
}

struct Counting<'a> {
    version: &'a Version,
    tokenizer: Option<Tokenizer>,
    seen: HashSet<Hash>,
    waiting: Vec<Hash>,
    packs: HashSet<Hash>,
    sizes: Sizes,
    tokens: Tokens,
}

impl<'a> Counting<'a> {
    fn new(version: &'a Version, tokenizer: Option<Tokenizer>) -> Self {
        Self {
            version,
            tokenizer,
            seen: HashSet::new(),
            waiting: Vec::new(),
            packs: HashSet::new(),
            sizes: Sizes::default(),
            tokens: Tokens::default(),
        }
    }

    async fn add(&mut self, sample: &Sample) -> Result<()> {
        for field in sample.fields.values() {
            if let Some(blob) = field.blob()
                && self.seen.insert(blob.hash)
            {
                self.sizes.blobs += 1;
                self.sizes.unique_bytes += blob.bytes;
                self.waiting.push(blob.hash);
            }
            self.count_tokens(field).await?;
        }
        if self.waiting.len() >= LOOKUP {
            self.look_up().await
        } else {
            Ok(())
        }
    }

    async fn look_up(&mut self) -> Result<()> {
        let locations = self.version.locate_many(&self.waiting).await?;
        self.waiting.clear();
        for location in locations {
            self.sizes.stored_bytes += location.stored_len;
            self.packs.insert(location.pack);
        }
        Ok(())
    }

    async fn count_tokens(&mut self, field: &Field) -> Result<()> {
        let Some(tokenizer) = &self.tokenizer else {
            return Ok(());
        };
        let count = match field {
            Field::Inline(serde_json::Value::String(text)) => tokenizer.count(text)?,
            Field::Blob(blob) if blob.media_type == "text/plain" => {
                let bytes = self.version.blob(&blob.hash).await?;
                tokenizer.count(&String::from_utf8_lossy(&bytes))?
            }
            Field::Inline(_) | Field::Blob(_) => return Ok(()),
        } as u64;
        let first = self.tokens.texts == 0;
        self.tokens.texts += 1;
        self.tokens.tokens += count;
        self.tokens.shortest = if first {
            count
        } else {
            self.tokens.shortest.min(count)
        };
        self.tokens.longest = self.tokens.longest.max(count);
        Ok(())
    }

    #[allow(clippy::cast_precision_loss)] // A ratio of sizes is not exact anyway.
    async fn finish(mut self, all_bytes: u64) -> Result<(Sizes, Option<Tokens>)> {
        if !self.waiting.is_empty() {
            self.look_up().await?;
        }
        self.sizes.dedup_ratio = match self.sizes.stored_bytes {
            0 => 1.0,
            stored => all_bytes as f64 / stored as f64,
        };
        self.sizes.packs = self.packs.len() as u64;
        self.sizes.pack_fill = match self.version.store().pack_bytes(&self.packs).await? {
            0 => 1.0,
            bytes => self.sizes.stored_bytes as f64 / bytes as f64,
        };
        Ok((self.sizes, self.tokenizer.is_some().then_some(self.tokens)))
    }
}

fn print(report: &Report) {
    let statistics = &report.statistics;
    print_sizes(report);
    section(
        "split",
        statistics.splits.iter().map(|split| {
            let name = if split.split.is_empty() {
                "(none)"
            } else {
                &split.split
            };
            (name.to_owned(), split.count)
        }),
    );
    section(
        "class",
        statistics
            .classes
            .iter()
            .map(|class| (format!("{} / {}", class.layer, class.class), class.count)),
    );
    section(
        "image size",
        statistics
            .image_sizes
            .iter()
            .map(|size| (format!("{} x {}", size.width, size.height), size.count)),
    );
    section(
        "text length",
        statistics
            .text_lengths
            .bins
            .iter()
            .map(|bin| (format!("{} to {}", bin.from, bin.to - 1), bin.count)),
    );
    if let Some(found) = &report.tokens {
        let (tokens, texts) = (found.tokens, found.texts);
        println!(
            "{tokens} tokens in {texts} texts of {} to {}",
            found.shortest, found.longest
        );
    }
}

fn print_sizes(report: &Report) {
    let Report {
        statistics, sizes, ..
    } = report;
    println!("{} at {}", report.dataset, report.commit.short());
    println!(
        "{} samples, {} labelled, {} labels",
        statistics.samples, statistics.labelled, statistics.labels
    );
    println!(
        "{} in fields, {} in {} different blobs, {} stored: {:.2} to 1",
        HumanBytes(statistics.blob_bytes),
        HumanBytes(sizes.unique_bytes),
        sizes.blobs,
        HumanBytes(sizes.stored_bytes),
        sizes.dedup_ratio
    );
    println!(
        "{} packs, {:.0} % of their bytes are this version's",
        sizes.packs,
        sizes.pack_fill * 100.0
    );
    for (media_type, count) in &statistics.media_types {
        println!("  {media_type:<32} {count}");
    }
}

fn section(title: &str, rows: impl Iterator<Item = (String, u64)>) {
    for (number, (name, count)) in rows.enumerate() {
        if number == 0 {
            println!("by {title}:");
        }
        println!("  {name:<32} {count}");
    }
}

//! `strata bench loader`: how fast a version streams from here, and what it costs.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use loader::{
    Batch, Dataset, Decode, DecodeOptions, LoaderOptions, OpenOptions, OrderSpec, Prefetch, Resize,
    Shuffle, Values, Worker,
};
use serde::Serialize;

use super::place::PlaceArguments;
use crate::configuration::Environment;

/// Measures a part of Strata on this machine.
#[derive(clap::Subcommand, Debug, Clone)]
pub enum BenchCommand {
    /// Stream epochs of a version
    Loader(LoaderArguments),
}

/// Streams epochs of a version and says how fast that was.
#[derive(clap::Args, Debug, Clone)]
pub struct LoaderArguments {
    #[command(flatten)]
    pub place: PlaceArguments,
    /// Branch, tag or commit
    #[arg(long = "ref", value_name = "REF", default_value = "main")]
    pub reference: String,
    /// How many epochs, one after the other
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub epochs: u64,
    /// Samples in a batch
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub batch_size: u64,
    /// Only samples of this split
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Only samples that match
    #[arg(long = "where", value_name = "EXPRESSION")]
    pub filter: Option<String>,
    /// Columns, separated by commas; all fields and layers by default
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Option<Vec<String>>,
    /// The order
    #[arg(long, value_enum, default_value_t = ShuffleArgument::Block)]
    pub shuffle: ShuffleArgument,
    /// What becomes of bytes
    #[arg(long, value_enum, default_value_t = DecodeArgument::None)]
    pub decode: DecodeArgument,
    /// Bring pictures to this size, as 224x224 (width x height)
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub resize: Option<(u32, u32)>,
    /// Threads that read and decode
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub threads: usize,
}

/// The orders by name.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
pub enum ShuffleArgument {
    /// By key
    None,
    /// Random within a window
    Block,
    /// Random
    Full,
}

/// What becomes of bytes, by name.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
pub enum DecodeArgument {
    /// Bytes as they were imported
    None,
    /// Bytes of one length, stacked
    Raw,
    /// Pictures in colour
    Rgb8,
    /// Pictures in grey
    Grey8,
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let parsed = text
        .split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    parsed.ok_or_else(|| "a size is WIDTHxHEIGHT, as 224x224".to_owned())
}

/// What was measured.
#[derive(Serialize, Debug)]
struct Report {
    dataset: String,
    commit: String,
    /// Opening the version, without any bytes of samples.
    open_ms: f64,
    epochs: Vec<Epoch>,
    /// The largest amount of memory that the process held.
    peak_memory_bytes: u64,
}

/// One epoch.
#[derive(Serialize, Debug)]
struct Epoch {
    epoch: u64,
    samples: u64,
    bytes: u64,
    seconds: f64,
    samples_per_second: f64,
    megabytes_per_second: f64,
    /// From the start of the loop to the first batch.
    first_sample_ms: f64,
    cpu_seconds: f64,
    cpu_seconds_per_million_samples: f64,
}

/// Runs the measurement and prints it.
///
/// # Errors
/// When the version can't be opened or read, or holds no samples that match.
pub async fn run(command: BenchCommand, environment: &Environment, json: bool) -> Result<()> {
    let BenchCommand::Loader(arguments) = command;
    let place = OpenOptions {
        dataset: arguments.place.dataset.clone(),
        reference: arguments.reference.clone(),
        access: environment.store_access(),
        ..OpenOptions::new(&arguments.place.url(environment).await?)
    };
    // The loader blocks, as training programs do.
    let report = tokio::task::spawn_blocking(move || measure(place, &arguments)).await??;
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(())
}

fn measure(place: OpenOptions, arguments: &LoaderArguments) -> Result<Report> {
    let started = now();
    let dataset = Dataset::open(place)?;
    let open_ms = milliseconds(started.elapsed());
    let loader = dataset.loader(options(arguments))?;
    if loader.is_empty() {
        bail!("no sample of {:?} matches", dataset.name());
    }
    let epochs = (0..arguments.epochs)
        .map(|_| one_epoch(&loader))
        .collect::<Result<_>>()?;
    Ok(Report {
        dataset: dataset.name().to_owned(),
        commit: dataset.commit().to_string(),
        open_ms,
        epochs,
        peak_memory_bytes: peak_memory_bytes()?,
    })
}

fn options(arguments: &LoaderArguments) -> LoaderOptions {
    let base = LoaderOptions::new(arguments.batch_size);
    let shuffle = match arguments.shuffle {
        ShuffleArgument::None => Shuffle::None,
        ShuffleArgument::Block => Shuffle::Block,
        ShuffleArgument::Full => Shuffle::Full,
    };
    let decode = match arguments.decode {
        DecodeArgument::None => Decode::Bytes,
        DecodeArgument::Raw => Decode::Raw,
        DecodeArgument::Rgb8 => Decode::Rgb8,
        DecodeArgument::Grey8 => Decode::Grey8,
    };
    LoaderOptions {
        split: arguments.split.clone(),
        filter: arguments.filter.clone(),
        columns: arguments.columns.clone(),
        decode: DecodeOptions {
            decode,
            resize: arguments
                .resize
                .map(|(width, height)| Resize::Exact(width, height)),
            ..DecodeOptions::default()
        },
        order: OrderSpec {
            shuffle,
            ..base.order
        },
        prefetch: Prefetch {
            threads: arguments.threads,
            ..base.prefetch
        },
        ..base
    }
}

fn one_epoch(loader: &loader::Loader) -> Result<Epoch> {
    let epoch = loader.epoch();
    let (started, cpu_before) = (now(), cpu_seconds()?);
    let (mut samples, mut bytes, mut first_sample_ms) = (0, 0, None);
    for batch in loader.iterate(Worker::default())? {
        let batch = batch?;
        first_sample_ms.get_or_insert_with(|| milliseconds(started.elapsed()));
        samples += batch.len as u64;
        bytes += size_of_batch(&batch);
    }
    let (seconds, cpu_seconds) = (started.elapsed().as_secs_f64(), cpu_seconds()? - cpu_before);
    Ok(Epoch {
        epoch,
        samples,
        bytes,
        seconds,
        samples_per_second: samples as f64 / seconds,
        megabytes_per_second: bytes as f64 / 1e6 / seconds,
        first_sample_ms: first_sample_ms.unwrap_or_default(),
        cpu_seconds,
        cpu_seconds_per_million_samples: cpu_seconds * 1e6 / samples.max(1) as f64,
    })
}

/// Bytes of the values as they are handed out: pixels when pictures are decoded, encoded bytes when not.
fn size_of_batch(batch: &Batch) -> u64 {
    let sizes = batch.columns.iter().map(|(_, values)| match values {
        Values::Pixels { data, .. } => data.len(),
        Values::Pictures(pictures) => pictures.iter().map(|picture| picture.data.len()).sum(),
        Values::Bytes(values) => values.iter().flatten().map(|bytes| bytes.len()).sum(),
        Values::Texts(texts) => texts.iter().flatten().map(String::len).sum(),
        Values::Ints(values) => size_of_val(values.as_slice()),
        Values::Floats(values) => size_of_val(values.as_slice()),
        Values::Bools(values) => size_of_val(values.as_slice()),
        Values::Json(_) => 0,
        Values::Ragged {
            classes,
            regions,
            offsets,
        } => {
            let regions = regions
                .as_ref()
                .map_or(0, |regions| regions.numbers.bytes());
            size_of_val(classes.as_slice()) + regions + size_of_val(offsets.as_slice())
        }
    });
    sizes.sum::<usize>() as u64
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark is there to read the clock"
)]
fn now() -> Instant {
    Instant::now()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// User and system time of this process and its threads so far.
fn cpu_seconds() -> Result<f64> {
    // Linux counts in hundredths of a second, whatever the kernel's own clock.
    const TICKS_PER_SECOND: f64 = 100.0;
    let text =
        std::fs::read_to_string("/proc/self/stat").context("the CPU time of this process")?;
    // The name in parentheses may hold anything; utime and stime are the 14th and 15th field of all.
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<f64>);
    Ok(ticks
        .sum::<Result<f64, _>>()
        .context("the CPU time of this process")?
        / TICKS_PER_SECOND)
}

fn peak_memory_bytes() -> Result<u64> {
    let text =
        std::fs::read_to_string("/proc/self/status").context("the memory of this process")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Ok(kibibytes.context("the memory of this process")? * 1024)
}

fn print(report: &Report) {
    println!(
        "{} at {}, opened in {:.1} ms",
        report.dataset,
        &report.commit[..12],
        report.open_ms
    );
    println!("epoch   samples   samples/s      MB/s   first sample   CPU s   CPU s per million");
    for epoch in &report.epochs {
        println!(
            "{:>5} {:>9} {:>11.0} {:>9.1} {:>11.1} ms {:>7.2} {:>19.2}",
            epoch.epoch,
            epoch.samples,
            epoch.samples_per_second,
            epoch.megabytes_per_second,
            epoch.first_sample_ms,
            epoch.cpu_seconds,
            epoch.cpu_seconds_per_million_samples,
        );
    }
    println!(
        "peak memory {:.1} MB",
        report.peak_memory_bytes as f64 / 1e6
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_width_by_height() {
        assert_eq!(parse_size("224x112"), Ok((224, 112)));
        assert!(parse_size("224").is_err() && parse_size("ax1").is_err());
    }

    #[test]
    fn the_process_can_be_measured() {
        assert!(cpu_seconds().unwrap() >= 0.0);
        assert!(peak_memory_bytes().unwrap() > 1_000_000);
    }
}

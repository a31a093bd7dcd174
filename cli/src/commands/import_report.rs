//! What an import shows: a bar on stderr while it runs, and what came of it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::Result;
use ids::Hash;
use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use ingest::{Observer, Progress, Refusal};
use serde::{Deserialize, Serialize};

use super::print;

/// What came of an import. A server's job says the same, less what only the command knows.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Report {
    pub dataset: String,
    pub branch: String,
    pub commit: Option<Hash>,
    pub tree: Option<Hash>,
    pub committed: bool,
    pub samples: u64,
    pub added: u64,
    pub updated: u64,
    pub removed: u64,
    /// A mirroring import that could not read all of its source removes nothing.
    pub not_mirrored: bool,
    /// Files that were not read, because they are as they were.
    pub files_known: u64,
    pub labels_set: u64,
    pub labels_kept: u64,
    pub bytes_read: u64,
    /// None where a server stored them and does not say.
    pub bytes_stored: Option<u64>,
    pub refused: u64,
    pub refusals: Vec<Refusal>,
}

impl Report {
    /// Prints it.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn print(&self, json: bool) -> Result<()> {
        if json {
            return print::json_line(self);
        }
        let Self {
            samples,
            added,
            updated,
            removed,
            labels_set,
            refused,
            branch,
            ..
        } = self;
        println!(
            "{samples} samples: {added} new, {updated} changed, {removed} removed; {labels_set} labels set; {refused} refused"
        );
        if self.labels_kept > 0 {
            println!(
                "{} labels were kept: a person or a model made them",
                self.labels_kept
            );
        }
        if self.not_mirrored {
            println!("nothing was removed: not all of the source could be read");
        }
        let read = HumanBytes(self.bytes_read);
        match self.bytes_stored.map(HumanBytes) {
            Some(stored) => println!("{read} read, {stored} new in the store"),
            None => println!("{read} sent"),
        }
        match (&self.commit, self.committed) {
            (Some(commit), true) => println!("{branch} is at {}", commit.short()),
            (Some(commit), false) => println!("nothing new: {branch} stays at {}", commit.short()),
            (None, _) => println!("nothing to commit"),
        }
        Ok(())
    }
}

/// How often a line tells progress where no bar can be drawn.
const LINE_EVERY: Duration = Duration::from_secs(2);

/// Tells progress on stderr: a bar where that is a terminal, else a line now and then. Refusals are
/// lines there in any case.
pub(super) struct Bar {
    bar: ProgressBar,
    lines: Option<Lines>,
}

/// Progress as lines.
struct Lines {
    begun: Instant,
    told: Instant,
}

impl Bar {
    #[allow(
        clippy::disallowed_methods,
        reason = "how long it takes is shown, and nothing else made of it"
    )]
    pub fn new(json: bool) -> Self {
        let draws = !json && std::io::stderr().is_terminal();
        let target = if draws {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let now = Instant::now();
        let bar = Self {
            bar: ProgressBar::with_draw_target(None, target),
            lines: (!draws).then_some(Lines {
                begun: now,
                told: now,
            }),
        };
        bar.style("{bar:30} {msg}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left");
        bar.bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// From here on it counts steps of a job, not bytes.
    pub fn count_steps(&mut self) {
        self.style("{bar:30} {msg}");
        self.lines = None;
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }

    /// Shows that `done` of `total` bytes are done; `message` says the rest.
    pub fn show(&mut self, done: u64, total: u64, message: &str) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(message.to_owned());
        if let Some(lines) = &mut self.lines {
            lines.show(done, total, message);
        }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Lines {
    #[allow(clippy::cast_precision_loss, reason = "a rate is not exact anyway")]
    fn show(&mut self, done: u64, total: u64, message: &str) {
        if self.told.elapsed() < LINE_EVERY {
            return;
        }
        self.told += self.told.elapsed();
        let seconds = self.begun.elapsed().as_secs_f64();
        let rate = done as f64 / seconds;
        let left = (total.saturating_sub(done)) as f64 / rate.max(1.0);
        eprintln!(
            "{message}  {}/{}  {}/s  {} left",
            HumanBytes(done),
            HumanBytes(total),
            HumanBytes(rate as u64),
            HumanDuration(Duration::from_secs_f64(left.min(1e9)))
        );
    }
}

impl Observer for Bar {
    fn progress(&mut self, progress: &Progress) {
        let Progress {
            files_done,
            files_total,
            is_listed,
            ..
        } = progress;
        // More are being found meanwhile.
        let more = if *is_listed { "" } else { "+" };
        let message = format!("{files_done}/{files_total}{more} files");
        self.show(progress.bytes_done, progress.bytes_total, &message);
    }

    fn refused(&mut self, refusal: &Refusal) {
        self.bar.suspend(|| eprintln!("refused: {refusal}"));
    }
}

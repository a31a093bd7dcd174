//! What an import shows: a bar on stderr while it runs, and what came of it.

use std::time::Duration;

use anyhow::Result;
use ids::Hash;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
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
            labels_set,
            refused,
            branch,
            ..
        } = self;
        println!(
            "{samples} samples: {added} new, {updated} changed; {labels_set} labels set; {refused} refused"
        );
        if self.labels_kept > 0 {
            println!(
                "{} labels were kept: a person or a model made them",
                self.labels_kept
            );
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

/// Draws progress on stderr where that is a terminal; refusals are lines there in any case.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub fn new(json: bool) -> Self {
        let target = if json {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = Self(ProgressBar::with_draw_target(None, target));
        bar.style("{bar:30} {msg}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left");
        bar.0.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// From here on it counts steps of a job, not bytes.
    pub fn count_steps(&self) {
        self.style("{bar:30} {msg}");
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
    }

    pub fn show(&self, done: u64, total: u64, message: String) {
        self.0.set_length(total);
        self.0.set_position(done);
        self.0.set_message(message);
    }

    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Observer for Bar {
    fn progress(&mut self, progress: &Progress) {
        let Progress {
            files_done,
            files_total,
            ..
        } = progress;
        let message = format!("{files_done}/{files_total} files");
        self.show(progress.bytes_done, progress.bytes_total, message);
    }

    fn refused(&mut self, refusal: &Refusal) {
        self.0.suspend(|| eprintln!("refused: {refusal}"));
    }
}

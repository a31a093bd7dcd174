//! Work that a server goes on with as a job: its progress is shown, and Ctrl+C cancels it.

use std::io::IsTerminal;
use std::time::Duration;

use api_types::jobs::JobView;
use client::{Result, Workspace};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a job may take: as long as the server lets it run.
const LIMIT: Duration = Duration::from_secs(12 * 3600);

/// Waits for a job of the server. On a terminal there is a bar; elsewhere each new thing that the job
/// is at is a line on stderr.
///
/// # Errors
/// When the job fails or is cancelled, or the server can't be reached.
pub async fn follow(workspace: &Workspace<'_>, job: &JobView, json: bool) -> Result<JobView> {
    let id = job.id.to_string();
    if !json {
        eprintln!("strata: this takes longer; job {id} does it, Ctrl+C cancels it");
    }
    let mut shown = Shown::new(json);
    let ended = tokio::select! {
        ended = workspace.wait_for_job(&id, LIMIT, |job| shown.show(job)) => ended,
        () = interrupted() => {
            workspace.cancel_job(&id).await?;
            workspace.wait_for_job(&id, LIMIT, |job| shown.show(job)).await
        }
    };
    shown.bar.finish_and_clear();
    ended
}

/// Ready at Ctrl+C; never where that can't be listened for.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

struct Shown {
    bar: ProgressBar,
    lines: bool,
    last: String,
}

impl Shown {
    fn new(json: bool) -> Self {
        let draws = !json && std::io::stderr().is_terminal();
        let target = if draws {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}  {eta} left") {
            bar.set_style(style);
        }
        Self {
            bar,
            lines: !draws && !json,
            last: String::new(),
        }
    }

    fn show(&mut self, job: &JobView) {
        if let Some(total) = job.progress.total {
            self.bar.set_length(total);
        }
        self.bar.set_position(job.progress.done);
        self.bar.set_message(job.message.clone());
        if self.lines && job.message != self.last {
            eprintln!("strata: {}", job.message);
            self.last.clone_from(&job.message);
        }
    }
}

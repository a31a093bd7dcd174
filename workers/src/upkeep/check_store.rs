//! Job `check_store`: reads the workspace's store and says what is wrong in it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use version_store::{FsckReport, FsckRequest, FsckStep};

use crate::apart::apart;
use crate::attempt::Attempt;
use crate::failure::Result;

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(500);
/// Problems a report names; the number of all is beside them.
const PROBLEMS: usize = 200;

pub(crate) async fn run(attempt: &Attempt, fast: bool) -> Result<()> {
    let mut report = check(attempt, fast).await?;
    let found = report.problems.len();
    for problem in report.problems.iter().take(PROBLEMS) {
        let (code, detail) = (problem.code, &problem.detail);
        attempt.line("error", &format!("{code}: {detail}")).await?;
    }
    report.problems.truncate(PROBLEMS);
    let result = json!({"fast": fast, "found": found, "report": report});
    attempt.complete(attempt.database(), result).await
}

async fn check(attempt: &Attempt, fast: bool) -> Result<FsckReport> {
    let store = attempt.context.store(attempt.workspace_id()?).await?;
    let latest = Arc::new(Mutex::new(None::<FsckStep>));
    let told = Arc::clone(&latest);
    let mut checking = std::pin::pin!(apart(&attempt.stop, move || async move {
        let request = FsckRequest {
            fast,
            ..FsckRequest::default()
        };
        let tell = |step| *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(step);
        store.fsck_from(&request, tell).await
    }));
    let mut tell = tokio::time::interval(TELL_EVERY);
    loop {
        tokio::select! {
            checked = &mut checking => return Ok(checked??),
            _ = tell.tick() => {
                let step = *latest.lock().unwrap_or_else(PoisonError::into_inner);
                let (done, total) = step.map_or((0, None), |step| (step.done, Some(step.total)));
                attempt.progress(done, total, "packs read").await?;
            }
        }
    }
}

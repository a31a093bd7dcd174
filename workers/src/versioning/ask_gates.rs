//! Job `ask_gates`: asks the gates of a branch about a commit, and keeps what they say.

use db::environment::now;
use gates::GateRequest;
use ids::Hash;
use serde_json::json;
use uuid::Uuid;

use crate::asking::asking;
use crate::attempt::Attempt;
use crate::branch::head;
use crate::failure::Result;

pub(crate) async fn run(
    attempt: &Attempt,
    dataset_id: Uuid,
    branch: &str,
    commit: Hash,
) -> Result<()> {
    let dataset = attempt
        .context
        .dataset(attempt.workspace_id()?, dataset_id)
        .await?;
    let old = head(attempt.database(), &dataset.row, branch).await?;
    let text = format!("asking the gates of {branch} about {}", commit.short());
    attempt.info(&text).await?;
    let (repository, of) = (dataset.repository.clone(), branch.to_owned());
    let report = asking(attempt, branch, async move |means| {
        let request = GateRequest {
            branch: &of,
            old,
            new: commit,
            time_ms: now().timestamp_millis(),
        };
        gates::run(&repository, &request, means).await
    })
    .await?;
    let protection = dataset.repository.protection().await?;
    let (mut passed, mut failed) = (0, 0);
    for gate in protection.gates_for(branch) {
        let Some(result) = report.result(gate, branch, old) else {
            continue;
        };
        let verdict = if result.passed {
            passed += 1;
            "passed"
        } else {
            failed += 1;
            "failed"
        };
        let line = format!("{} {verdict}: {}", result.gate, result.message);
        attempt.info(&line).await?;
    }
    let result = json!({"commit": commit, "branch": branch, "passed": passed, "failed": failed});
    attempt.complete(attempt.database(), result).await
}

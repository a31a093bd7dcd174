//! Asking gates about a commit and moving a branch there.

use client::Outbound;
use ids::Hash;
use quality::gates::{Check, Gate, GateReport, GateResult, WebhookCheck};
use version_store::{RefKind, RefMove, Repository};

use crate::pass::{Named, pass};
use crate::progress::Progress;
use crate::webhook::{Question, ask};
use crate::{Error, Result};

/// About which move gates are asked.
#[derive(Debug, Clone, Copy)]
pub struct GateRequest<'a> {
    /// The branch.
    pub branch: &'a str,
    /// Where it is; none: it is not there yet.
    pub old: Option<Hash>,
    /// Where it is to go.
    pub new: Hash,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

/// With what gates are asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Means<'a> {
    /// Caller of webhooks; without it none may be asked.
    pub outbound: Option<&'a Outbound>,
    /// Where it is told how far the asking is.
    pub progress: Option<&'a Progress>,
}

impl<'a> From<Option<&'a Outbound>> for Means<'a> {
    fn from(outbound: Option<&'a Outbound>) -> Self {
        Self {
            outbound,
            progress: None,
        }
    }
}

/// Asks all gates of the branch and keeps what they say. Memory: about 34 bytes a sample where
/// duplicates are looked for, besides what a scan takes.
///
/// Dropping the future loses the answers only.
///
/// # Errors
/// [`Error::Outbound`] when a webhook may not be called, failures of the store.
pub async fn run(
    repository: &Repository,
    request: &GateRequest<'_>,
    means: Means<'_>,
) -> Result<GateReport> {
    let protection = repository.protection().await?;
    let gates = protection.gates_for(request.branch);
    ask_all(repository, request, &gates, means).await
}

/// Asks the gates of the branch that have not passed for this move yet. None: all have, or there is none.
///
/// # Errors
/// As [`run`].
async fn run_required(
    repository: &Repository,
    request: &GateRequest<'_>,
    means: Means<'_>,
) -> Result<Option<GateReport>> {
    let protection = repository.protection().await?;
    let gates = protection.gates_for(request.branch);
    if gates.is_empty() {
        return Ok(None);
    }
    let report = repository.gate_report(&request.new).await?;
    let has_passed = |gate: &&Gate| {
        let result = report.as_ref()?.result(gate, request.branch, request.old)?;
        Some(result.passed)
    };
    let open: Vec<&Gate> = gates
        .into_iter()
        .filter(|gate| has_passed(gate) != Some(true))
        .collect();
    if open.is_empty() {
        return Ok(None);
    }
    ask_all(repository, request, &open, means).await.map(Some)
}

/// Asks the gates that a move needs and makes the move: the way to move a branch in a store.
///
/// # Errors
/// As [`run`], and as [`Repository::compare_and_swap_ref`].
pub async fn move_branch(
    repository: &Repository,
    request: &RefMove<'_>,
    outbound: Option<&Outbound>,
) -> Result<()> {
    ask_before(repository, request, outbound.into()).await?;
    Ok(repository.compare_and_swap_ref(request).await?)
}

/// Asks the gates that a move needs and whether the rules let the branch make it. For those whose refs
/// are elsewhere: nothing is moved.
///
/// # Errors
/// As [`run`], and as [`Repository::check_ref_move`].
pub async fn may_move(
    repository: &Repository,
    request: &RefMove<'_>,
    means: Means<'_>,
) -> Result<()> {
    ask_before(repository, request, means).await?;
    Ok(repository.check_ref_move(request).await?)
}

async fn ask_before(
    repository: &Repository,
    request: &RefMove<'_>,
    means: Means<'_>,
) -> Result<()> {
    if let (RefKind::Branch, Some(new)) = (request.kind, request.new) {
        let asked = GateRequest {
            branch: request.name,
            old: request.old,
            new,
            time_ms: request.time_ms,
        };
        run_required(repository, &asked, means).await?;
    }
    Ok(())
}

async fn ask_all(
    repository: &Repository,
    request: &GateRequest<'_>,
    gates: &[&Gate],
    means: Means<'_>,
) -> Result<GateReport> {
    let mut results = Vec::with_capacity(gates.len());
    let (asked, looked): (Vec<&Gate>, Vec<&Gate>) = gates
        .iter()
        .partition(|gate| matches!(gate.check, Check::Webhook(_)));
    if !looked.is_empty() {
        let version = repository.version(&request.new).await?;
        let before = match &request.old {
            Some(old) => Some(repository.version(old).await?),
            None => None,
        };
        // Its own type is hidden: the compiler follows types of futures only so deep.
        let looking: std::pin::Pin<Box<dyn Future<Output = _> + Send + '_>> =
            Box::pin(pass(&version, before.as_ref(), &looked, means.progress));
        let found = looking.await?;
        results.extend(
            looked
                .iter()
                .zip(found)
                .map(|(gate, named)| result_of(gate, request, named)),
        );
    }
    for gate in asked {
        if let Check::Webhook(check) = &gate.check {
            let asked = question(repository, request, gate, check, means.outbound).await?;
            results.push(asked);
        }
    }
    Ok(repository.record_gates(&request.new, &results).await?)
}

async fn question(
    repository: &Repository,
    request: &GateRequest<'_>,
    gate: &Gate,
    check: &WebhookCheck,
    outbound: Option<&Outbound>,
) -> Result<GateResult> {
    let question = Question {
        dataset: repository.dataset(),
        branch: request.branch,
        old: request.old,
        new: request.new,
    };
    let answer = ask(outbound, check, &question).await;
    let (passed, message) = answer.map_err(|source| Error::Outbound {
        gate: gate.name.clone(),
        source,
    })?;
    Ok(GateResult {
        passed,
        checked: 1,
        failures: u64::from(!passed),
        message,
        ..blank(gate, request)
    })
}

fn result_of(gate: &Gate, request: &GateRequest<'_>, named: Named) -> GateResult {
    let Named { finding, examples } = named;
    GateResult {
        passed: finding.passed,
        checked: finding.checked,
        failures: finding.failures,
        message: finding.message,
        examples,
        ..blank(gate, request)
    }
}

fn blank(gate: &Gate, request: &GateRequest<'_>) -> GateResult {
    let of_move = gate.check.is_relative();
    GateResult {
        gate: gate.name.clone(),
        kind: gate.check.kind().to_owned(),
        rule: gate.hash(),
        branch: of_move.then(|| request.branch.to_owned()),
        against: request.old.filter(|_| of_move),
        passed: false,
        checked: 0,
        failures: 0,
        message: String::new(),
        examples: Vec::new(),
        time_ms: request.time_ms,
    }
}

//! From what the pure crates refuse to problems on the wire.

use api_types::ErrorCode;
use standard::Violation;
use workflow::Refusal;

use crate::problem::Problem;

/// So many violations are told in one problem.
const TOLD: usize = 10;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::LeaseLost => ErrorCode::LeaseLost,
            Refusal::WrongState(_) => ErrorCode::TaskState,
            Refusal::NoFreeSlot | Refusal::AlreadyAnswered | Refusal::HeldForAnother => {
                ErrorCode::TaskUnavailable
            }
            Refusal::OwnAnnotation => ErrorCode::OwnAnnotation,
            Refusal::NotPresent => ErrorCode::AnnotationNotPresent,
        };
        Self::new(code, refusal.to_string())
    }
}

/// Nothing when nothing is violated; else a problem at the place of the first violation that tells all.
pub(crate) fn require_none(code: ErrorCode, found: &[Violation]) -> Result<(), Problem> {
    let Some(first) = found.first() else {
        return Ok(());
    };
    let mut lines: Vec<String> = found
        .iter()
        .take(TOLD)
        .map(|v| format!("{} ({}): {}", v.path, v.code, v.message))
        .collect();
    if found.len() > TOLD {
        lines.push(format!("and {} more", found.len() - TOLD));
    }
    Err(Problem::new(code, lines.join("; ")).at(first.path.clone()))
}

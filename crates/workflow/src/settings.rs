//! How a project's work is done: how many answers a task needs, whether they are reviewed, how long a lease lasts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The workflow of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkflowSettings {
    /// How many people answer each task, 1 to 10.
    pub overlap: u32,
    /// Whether a reviewer must accept an answer before it counts.
    pub review: bool,
    /// How long a lease lasts without being renewed, 10 to 86,400 seconds.
    pub lease_seconds: u32,
}

impl Default for WorkflowSettings {
    fn default() -> Self {
        Self {
            overlap: 1,
            review: true,
            lease_seconds: 900,
        }
    }
}

/// Why a workflow is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Too few or too many answers per task.
    #[error("overlap is {0}; it must be from 1 to 10")]
    Overlap(u32),
    /// Too short or too long a lease.
    #[error("lease_seconds is {0}; it must be from 10 to 86400")]
    LeaseSeconds(u32),
}

impl WorkflowSettings {
    /// A returned task waits this long for the person it was returned to, then anyone may take it.
    pub const RETURN_HOLD_MS: i64 = 24 * 60 * 60 * 1000;

    /// Checks the ranges.
    ///
    /// # Errors
    /// [`SettingsError`] names the first value out of range.
    pub const fn check(&self) -> Result<(), SettingsError> {
        if self.overlap < 1 || self.overlap > 10 {
            return Err(SettingsError::Overlap(self.overlap));
        }
        if self.lease_seconds < 10 || self.lease_seconds > 86_400 {
            return Err(SettingsError::LeaseSeconds(self.lease_seconds));
        }
        Ok(())
    }

    /// The length of a lease in milliseconds.
    pub const fn lease_ms(&self) -> i64 {
        self.lease_seconds as i64 * 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_checked() {
        assert_eq!(WorkflowSettings::default().check(), Ok(()));
        assert!(
            WorkflowSettings {
                overlap: 0,
                ..Default::default()
            }
            .check()
            .is_err()
        );
        assert!(
            WorkflowSettings {
                overlap: 11,
                ..Default::default()
            }
            .check()
            .is_err()
        );
        assert!(
            WorkflowSettings {
                lease_seconds: 1,
                ..Default::default()
            }
            .check()
            .is_err()
        );
        assert!(serde_json::from_str::<WorkflowSettings>(r#"{"overlaps":2}"#).is_err());
    }
}

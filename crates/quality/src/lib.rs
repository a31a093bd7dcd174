//! Agreement between annotators, consensus of their answers, and the gates of versions.
//!
//! Agreement and consensus are pure functions of ratings: one row per rated unit (a task, or a part
//! of a task), one cell per annotator. A measure that is not defined for its input (nothing to
//! compare, or no disagreement possible by chance) answers `None`, never NaN.
//!
//! [`gates`] decides whether a version is good enough for a protected branch.
#![forbid(unsafe_code)]

mod agreement;
mod answers;
mod consensus;
pub mod gates;
mod krippendorff;
mod regions;

pub use agreement::{cohen_kappa, fleiss_kappa, percent_agreement};
pub use answers::{answer_agreement, medoid};
pub use consensus::{Consensus, majority};
pub use krippendorff::{krippendorff_alpha_nominal, krippendorff_alpha_units};
pub use regions::match_regions;

//! Agreement between annotators and consensus of their answers.
//!
//! Everything here is a pure function of ratings: one row per rated unit (a task, or a part of a
//! task), one cell per annotator. A measure that is not defined for its input (nothing to compare,
//! or no disagreement possible by chance) answers `None`, never NaN.
#![forbid(unsafe_code)]

mod agreement;
mod answers;
mod boxes;
mod consensus;
mod krippendorff;

pub use agreement::{cohen_kappa, fleiss_kappa, percent_agreement};
pub use answers::{answer_agreement, medoid};
pub use boxes::match_boxes;
pub use consensus::{Consensus, majority};
pub use krippendorff::{krippendorff_alpha_nominal, krippendorff_alpha_units};

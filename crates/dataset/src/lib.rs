//! Samples, fields, splits, label rows, and the queries over them.
#![forbid(unsafe_code)]

pub mod columns;
mod key;
mod label;
mod profile;
pub mod query;
mod sample;
mod split_rule;

pub use key::{KeyError, SampleKey};
pub use label::{LabelKey, LabelRow};
pub use profile::{DatasetProfile, LayerProfile};
pub use query::{Query, QueryError};
pub use sample::{BlobField, Field, Sample};
pub use split_rule::{SplitBucket, SplitRule, SplitRuleError};

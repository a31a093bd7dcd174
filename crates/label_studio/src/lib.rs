//! Label Studio's labelling configurations, read as standards.
//!
//! [`read_config`] makes of each control a layer, or, where it is asked of each region, an attribute of the classes of the
//! regions' layers. What can't be kept is an error with its place, and never left out in silence.
#![forbid(unsafe_code)]

mod colors;
mod config;
mod controls;
mod element;
mod error;

pub use config::{Config, read_config};
pub use error::{ConfigError, Place};

//! The manifest of a model: how it wants its pictures and what its numbers mean.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Error, Result};

/// Pre- and post-processing of a model, stored with its graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name of the model, 1 to 200 characters.
    pub name: String,
    /// What the model answers.
    pub task: ModelTask,
    /// The layer of a standard that its classes belong to.
    pub layer: String,
    /// What goes in.
    pub input: InputSpec,
    /// What comes out.
    pub output: OutputSpec,
    /// Class names in the order of the output's numbers.
    pub classes: Vec<String>,
}

/// What a model answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelTask {
    /// One class for a whole picture.
    ImageClassification,
}

/// The input tensor: float32, filled with `(pixel * scale - mean) / std`, per channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    /// Name in the graph.
    pub name: String,
    /// Width in pixels that pictures are resized to, 1 to 4096.
    pub width: u32,
    /// Height in pixels that pictures are resized to, 1 to 4096.
    pub height: u32,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// Order of the axes.
    pub layout: Layout,
    /// Factor on a pixel of 0 to 255, applied first.
    pub scale: f32,
    /// Subtracted after scaling, one number per channel; empty for 0.
    #[serde(default)]
    pub mean: Vec<f32>,
    /// Divided by last, one number per channel; empty for 1.
    #[serde(default)]
    pub std: Vec<f32>,
}

/// Order of the input's axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Batch, channels, height, width.
    Nchw,
    /// Batch, height, width, channels.
    Nhwc,
}

/// The output tensor: float32, one number per class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputSpec {
    /// Name in the graph.
    pub name: String,
    /// What is still to be done to the numbers.
    pub activation: Activation,
}

/// What turns the output's numbers into probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// The numbers are logits.
    Softmax,
    /// The numbers are probabilities already.
    None,
}

impl Manifest {
    /// Most classes a model may have.
    pub const MAX_CLASSES: usize = 100_000;

    /// Reads a manifest and checks it.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the place: not JSON, an unknown field, or a value that can't be.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let manifest: Self =
            serde_json::from_slice(json).map_err(|error| refuse("manifest", format!("{error}")))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Checks that the values can be what they claim.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the place.
    pub fn check(&self) -> Result<()> {
        name("name", &self.name)?;
        name("layer", &self.layer)?;
        name("input.name", &self.input.name)?;
        name("output.name", &self.output.name)?;
        self.input.check()?;
        if self.classes.is_empty() || self.classes.len() > Self::MAX_CLASSES {
            return Err(refuse(
                "classes",
                format!("1 to {} are needed", Self::MAX_CLASSES),
            ));
        }
        let mut seen = BTreeSet::new();
        for (number, class) in self.classes.iter().enumerate() {
            name(&format!("classes[{number}]"), class)?;
            if !seen.insert(class) {
                return Err(refuse(
                    &format!("classes[{number}]"),
                    format!("{class:?} is there twice"),
                ));
            }
        }
        Ok(())
    }
}

impl InputSpec {
    fn check(&self) -> Result<()> {
        const MAX_SIDE: u32 = 4096;
        for (field, side) in [("input.width", self.width), ("input.height", self.height)] {
            if side == 0 || side > MAX_SIDE {
                return Err(refuse(
                    field,
                    format!("{side} is not between 1 and {MAX_SIDE}"),
                ));
            }
        }
        if self.channels != 1 && self.channels != 3 {
            return Err(refuse(
                "input.channels",
                format!("{} is neither 1 nor 3", self.channels),
            ));
        }
        if !self.scale.is_finite() || self.scale == 0.0 {
            return Err(refuse(
                "input.scale",
                "must be a finite number other than 0".into(),
            ));
        }
        for (field, numbers) in [("input.mean", &self.mean), ("input.std", &self.std)] {
            if !numbers.is_empty() && numbers.len() != self.channels as usize {
                let reason = format!("{} numbers for {} channels", numbers.len(), self.channels);
                return Err(refuse(field, reason));
            }
            if numbers.iter().any(|number| !number.is_finite()) {
                return Err(refuse(field, "numbers must be finite".into()));
            }
        }
        if self.std.contains(&0.0) {
            return Err(refuse("input.std", "a divisor can't be 0".into()));
        }
        Ok(())
    }
}

fn name(field: &str, text: &str) -> Result<()> {
    if text.is_empty() || text.chars().count() > 200 {
        return Err(refuse(field, "must have 1 to 200 characters".into()));
    }
    if text.chars().any(char::is_control) {
        return Err(refuse(field, "can't hold control characters".into()));
    }
    Ok(())
}

fn refuse(field: &str, reason: String) -> Error {
    Error::Manifest {
        field: field.to_owned(),
        reason,
    }
}

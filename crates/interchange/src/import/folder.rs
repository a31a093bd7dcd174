//! What a file's place in a folder says about its sample.
use dataset::SampleKey;

use super::row::name;
use crate::Refusal;

/// Names of a first-level folder that stand for a split.
const SPLITS: [&str; 4] = ["train", "test", "val", "validation"];

/// What a file's place says about its sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile {
    /// The relative path.
    pub key: SampleKey,
    /// The first level, where it is one of train, test, val and validation.
    pub split: Option<String>,
    /// The next level, where labels are taken from folders.
    pub label: Option<String>,
}

/// What the path of a file, relative to the imported folder, says about its sample.
///
/// # Errors
/// A [`Refusal`] where the path can't be a key or its folder can't be a label.
pub fn place_file(relative: &str, label_from_folder: bool) -> Result<PlacedFile, Refusal> {
    let refuse = |(code, message): (&str, String)| Refusal::file(relative, code, message);
    let key =
        SampleKey::new(relative).map_err(|error| refuse(("key_invalid", error.to_string())))?;
    let mut folders: Vec<&str> = relative.split('/').collect();
    folders.pop();
    let split = folders
        .first()
        .filter(|first| SPLITS.contains(first))
        .map(|first| (*first).to_owned());
    let label = folders
        .get(usize::from(split.is_some()))
        .filter(|_| label_from_folder);
    if let Some(label) = label {
        name("label", "label_invalid", label, 200).map_err(refuse)?;
    }
    Ok(PlacedFile {
        key,
        split,
        label: label.map(|label| (*label).to_owned()),
    })
}

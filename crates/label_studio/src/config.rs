//! The whole of a configuration: what is shown, what is asked, and the standard that comes of both.

use std::collections::BTreeMap;

use roxmltree::Document;
use standard::{ASSIGNABLE_LETTERS, StandardContent, is_assignable};

use crate::controls::{self, Control};
use crate::element::Element;
use crate::{ConfigError, Place};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// What a configuration says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The standard.
    pub standard: StandardContent,
    /// What only concerns how things are shown and was left out, with its place.
    pub notes: Vec<String>,
}

/// What is shown to the annotator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Text,
    Image,
    Audio,
}

/// Something that is shown, and the field of the sample that it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub kind: ObjectKind,
    pub field: String,
}

/// Reads a configuration; `title` is the standard's.
///
/// # Errors
/// [`ConfigError`] with the place of what is broken or not supported.
pub fn read_config(text: &str, title: &str) -> Result<Config, ConfigError> {
    if let Some(at) = text.find("<!DOCTYPE").or_else(|| text.find("<!doctype")) {
        return Err(ConfigError::Xml {
            at: place_of(text, at),
            reason: "a document type is not allowed".to_owned(),
        });
    }
    let document = Document::parse(text).map_err(|error| {
        let at = error.pos();
        ConfigError::Xml {
            at: Place {
                line: at.row,
                column: at.col,
            },
            reason: error.to_string(),
        }
    })?;
    let mut reading = Reading::default();
    reading.look_at(Element(document.root_element()), 0)?;
    reading.finish(title)
}

fn place_of(text: &str, at: usize) -> Place {
    let before = &text[..at];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
    Place { line, column }
}

#[derive(Default)]
struct Reading<'a> {
    objects: BTreeMap<String, Object>,
    controls: Vec<Element<'a>>,
    guideline: Vec<String>,
    notes: Vec<String>,
}

impl<'a> Reading<'a> {
    fn look_at(&mut self, element: Element<'a>, depth: usize) -> Result<(), ConfigError> {
        if depth > MAX_DEPTH {
            return Err(element.invalid(format!("is nested deeper than {MAX_DEPTH}")));
        }
        if let Some(when) = element.attribute("visibleWhen") {
            let note = format!(
                "{}: visibleWhen={when:?} is not kept: it is always shown",
                element.at()
            );
            self.notes.push(note);
        }
        match element.tag().to_ascii_lowercase().as_str() {
            "view" => {
                for child in element.children() {
                    self.look_at(child, depth + 1)?;
                }
            }
            // How things look is the workbench's own.
            "style" => {}
            "header" => self.say(element, "### "),
            "text" if !is_field(element) => self.say(element, ""),
            "text" => self.object(element, ObjectKind::Text)?,
            "image" => self.object(element, ObjectKind::Image)?,
            "audio" | "audioplus" => self.object(element, ObjectKind::Audio)?,
            tag if controls::is_control(tag) => self.controls.push(element),
            _ => return Err(element.unsupported()),
        }
        Ok(())
    }

    /// A text that stands above a question belongs into the guideline.
    fn say(&mut self, element: Element<'_>, before: &str) {
        if let Some(value) = element
            .attribute("value")
            .filter(|value| !value.starts_with('$'))
        {
            self.guideline.push(format!("{before}{value}"));
        }
    }

    fn object(&mut self, element: Element<'_>, kind: ObjectKind) -> Result<(), ConfigError> {
        let name = element.needed("name")?;
        let field = match (element.attribute("value"), element.attribute("valueList")) {
            (Some(value), _) => value,
            (None, Some(_)) => return Err(element.unsupported_attribute("valueList")),
            (None, None) => return Err(element.invalid("has no attribute value")),
        };
        let field = field.strip_prefix('$').unwrap_or(field).to_owned();
        if self
            .objects
            .insert(name.to_owned(), Object { kind, field })
            .is_some()
        {
            return Err(element.invalid(format!("has the name {name:?}, as another one before")));
        }
        Ok(())
    }

    fn finish(mut self, title: &str) -> Result<Config, ConfigError> {
        let mut layers = Vec::new();
        let elements = std::mem::take(&mut self.controls);
        let controls = elements
            .iter()
            .map(|element| Control::read(*element, &self.objects))
            .collect::<Result<Vec<_>, _>>()?;
        for control in &controls {
            layers.extend(control.layers(&controls)?);
        }
        for control in controls.iter().filter(|control| control.is_per_region) {
            control.ask_of_regions(&mut layers)?;
        }
        let mut standard = StandardContent {
            title: title.to_owned(),
            layers,
            guideline: self.guideline.join("\n\n"),
        };
        give_keys(&mut standard);
        Ok(Config {
            standard,
            notes: self.notes,
        })
    }
}

/// Whether an element shows a field of the sample, and not a text of its own.
fn is_field(element: Element<'_>) -> bool {
    let value = element.attribute("value");
    value.is_none_or(|value| value.starts_with('$'))
}

/// Keeps keys that classes may have here, once each; the others get what is free, in order.
fn give_keys(standard: &mut StandardContent) {
    let mut free: Vec<String> = "1234567890"
        .chars()
        .chain(ASSIGNABLE_LETTERS.chars())
        .map(String::from)
        .collect();
    let mut classes: Vec<_> = standard
        .layers
        .iter_mut()
        .flat_map(|layer| &mut layer.classes)
        .collect();
    for class in &mut classes {
        let wanted = class.hotkey.take().filter(|key| is_assignable(key));
        if let Some(at) = wanted.and_then(|key| free.iter().position(|other| *other == key)) {
            class.hotkey = Some(free.remove(at));
        }
    }
    let mut free = free.into_iter();
    for class in classes {
        if class.hotkey.is_none() {
            class.hotkey = free.next();
        }
    }
}

//! A draft standard made from what a dataset holds.

use std::fmt::Write;

use dataset::{DatasetProfile, LayerProfile};

use crate::{Class, Layer, LayerKind, LayerRules, StandardContent, hotkeys::ASSIGNABLE_LETTERS};

/// Drafts a standard for a dataset: one layer for each label layer found (or one empty question when
/// nothing is labelled), its classes with distinct colours and hotkeys, and a guideline with the class
/// balance written in. A class that is a digit has that digit as its key; the others get 1 to 9, 0 and
/// the free letters, as far as they go. The user edits and publishes it.
#[must_use]
pub fn generate(title: &str, profile: &DatasetProfile) -> StandardContent {
    let mut used = 0;
    let mut layers: Vec<Layer> = profile
        .layers
        .iter()
        .map(|(name, found)| layer_from(name, found, profile, &mut used))
        .collect();
    if layers.is_empty() {
        layers.push(first_layer(profile, &mut used));
    }
    give_keys(&mut layers);
    let guideline = guideline(title, profile, &layers);
    StandardContent {
        title: title.to_owned(),
        layers,
        guideline,
    }
}

/// A class with the next colour and no key yet; `used` counts the colours.
fn class(name: &str, used: &mut u32) -> Class {
    *used += 1;
    Class {
        name: name.to_owned(),
        title: None,
        color: color(*used - 1),
        hotkey: None,
        description: None,
        attributes: Vec::new(),
    }
}

/// Gives each key once over all layers: digits to the classes they name, then the rest in order.
fn give_keys(layers: &mut [Layer]) {
    let mut free: Vec<char> = "1234567890"
        .chars()
        .chain(ASSIGNABLE_LETTERS.chars())
        .collect();
    let mut classes: Vec<&mut Class> = layers
        .iter_mut()
        .flat_map(|layer| &mut layer.classes)
        .collect();
    for class in &mut classes {
        let mut name = class.name.chars();
        if let (Some(digit @ '0'..='9'), None) = (name.next(), name.next())
            && let Some(at) = free.iter().position(|key| *key == digit)
        {
            class.hotkey = Some(free.remove(at).to_string());
        }
    }
    let mut free = free.into_iter();
    for class in classes {
        if class.hotkey.is_none() {
            class.hotkey = free.next().map(String::from);
        }
    }
}

/// The n-th colour: hues by the golden angle, so neighbours differ; lightness changes each time round.
fn color(n: u32) -> String {
    let hue = (f64::from(n) * 137.507_764 + 210.0) % 360.0;
    let lightness = [0.45, 0.60, 0.35][(n / 12 % 3) as usize];
    let (saturation, sector) = (0.65, hue / 60.0);
    let chroma = (1.0 - (2.0 * lightness - 1.0_f64).abs()) * saturation;
    let second = chroma * (1.0 - (sector % 2.0 - 1.0).abs());
    let (r, g, b) = match sector as u32 {
        0 => (chroma, second, 0.0),
        1 => (second, chroma, 0.0),
        2 => (0.0, chroma, second),
        3 => (0.0, second, chroma),
        4 => (second, 0.0, chroma),
        _ => (chroma, 0.0, second),
    };
    let byte = |value: f64| {
        ((value + lightness - chroma / 2.0) * 255.0)
            .round()
            .clamp(0.0, 255.0) as u8
    };
    format!("#{:02x}{:02x}{:02x}", byte(r), byte(g), byte(b))
}

fn layer_from(name: &str, found: &LayerProfile, profile: &DatasetProfile, used: &mut u32) -> Layer {
    // A layer takes one kind: regions say more than classes for the whole.
    let is_found = |kind: &LayerKind| found.kinds.contains(kind.as_str());
    let kind = LayerKind::ALL
        .into_iter()
        .skip(1)
        .find(is_found)
        .unwrap_or(LayerKind::Classification);
    let mut names: Vec<&String> = found.classes.keys().collect();
    names.sort_by_key(|name| (name.parse::<u64>().unwrap_or(u64::MAX), *name));
    Layer {
        name: name.to_owned(),
        kind,
        field: field(profile, kind),
        required: kind == LayerKind::Classification,
        multiple: false,
        classes: names.into_iter().map(|name| class(name, used)).collect(),
        rules: LayerRules::default(),
        skeleton: None,
    }
}

fn first_layer(profile: &DatasetProfile, used: &mut u32) -> Layer {
    Layer {
        name: "label".to_owned(),
        kind: LayerKind::Classification,
        field: field(profile, LayerKind::Classification),
        required: true,
        multiple: false,
        classes: vec![class("yes", used), class("no", used)],
        rules: LayerRules::default(),
        skeleton: None,
    }
}

/// The field a layer looks at: the first picture, else the first text.
fn field(profile: &DatasetProfile, kind: LayerKind) -> String {
    let (images, texts) = (profile.image_fields.iter(), profile.text_fields.iter());
    let name = match kind {
        LayerKind::Span => texts.chain(images).next(),
        _ => images.chain(texts).next(),
    };
    name.map_or_else(|| "image".to_owned(), Clone::clone)
}

fn guideline(title: &str, profile: &DatasetProfile, layers: &[Layer]) -> String {
    let mut text = format!("# {}\n\n", escape(title));
    let _ = writeln!(
        text,
        "Drafted from {} samples, {} of them labelled. Edit it, then publish it.\n",
        profile.samples, profile.labelled
    );
    for layer in layers {
        write_layer(&mut text, layer, profile.layers.get(&layer.name));
    }
    if !profile.splits.is_empty() {
        text.push_str("## Splits\n\n| split | samples |\n| --- | ---: |\n");
        for (split, count) in &profile.splits {
            let _ = writeln!(text, "| {} | {count} |", escape(split));
        }
        text.push('\n');
    }
    text.push_str("## When in doubt\n\nSkip the sample and say why.\n");
    text
}

fn write_layer(text: &mut String, layer: &Layer, found: Option<&LayerProfile>) {
    let task = match layer.kind {
        LayerKind::Classification => "Choose the one class that fits the whole sample best.",
        LayerKind::Box => "Draw a tight box around every object, as far as it can be seen.",
        LayerKind::RotatedBox => {
            "Draw a tight box around every object and turn it with the object."
        }
        LayerKind::Ellipse => "Draw a tight ellipse around every object, as far as it can be seen.",
        LayerKind::Polygon => "Outline every object corner by corner, as far as it can be seen.",
        LayerKind::Polyline => "Follow every line from its one end to the other.",
        LayerKind::Point => "Mark the middle of every object with a point.",
        LayerKind::Skeleton => {
            "Place every joint, in the order of the skeleton; say which are hidden."
        }
        LayerKind::Mask => "Paint every pixel that belongs to an object.",
        LayerKind::Span => "Mark every passage, without the spaces around it.",
        LayerKind::Interval => "Mark every part of the recording from its beginning to its end.",
        LayerKind::Relation => {
            "Join every two items that belong together, in the direction of the class."
        }
    };
    let _ = writeln!(text, "## {}\n\n{task}\n", escape(&layer.name));
    text.push_str("| class | key | labelled so far | share |\n| --- | --- | ---: | ---: |\n");
    let total: u64 = found.map_or(0, |f| f.classes.values().sum());
    for class in &layer.classes {
        let count = found
            .and_then(|f| f.classes.get(&class.name))
            .copied()
            .unwrap_or(0);
        let share = if total > 0 {
            count as f64 * 100.0 / total as f64
        } else {
            0.0
        };
        let key = class.hotkey.as_deref().unwrap_or("");
        let _ = writeln!(
            text,
            "| {} | {key} | {count} | {share:.1} % |",
            escape(&class.name)
        );
    }
    text.push('\n');
    if let Some(note) = found.and_then(balance_note) {
        let _ = writeln!(text, "{note}\n");
    }
}

/// A warning when the most frequent class has ten times the items of the rarest.
fn balance_note(found: &LayerProfile) -> Option<String> {
    let most = found.classes.iter().max_by_key(|(_, count)| **count)?;
    let least = found.classes.iter().min_by_key(|(_, count)| **count)?;
    (*most.1 >= 10 * (*least.1).max(1)).then(|| {
        format!(
            "The classes are unbalanced: {} has {} items, {} only {}.",
            escape(most.0),
            most.1,
            escape(least.0),
            least.1
        )
    })
}

/// Names come from the data: nothing in them may act as Markdown.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]()#+-!|<>~&".contains(c) {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

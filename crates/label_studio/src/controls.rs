//! The controls of a configuration: each a layer, or an attribute of what regions are.

use std::collections::BTreeMap;

use standard::{Attribute, AttributeKind, Class, Layer, LayerKind, LayerRules};

use crate::ConfigError;
use crate::colors::color;
use crate::config::{Object, ObjectKind};
use crate::element::Element;

/// The shape that a tag of labels draws, and the tag of the same shape without labels.
const SHAPES: [(&str, &str, LayerKind); 6] = [
    ("rectanglelabels", "rectangle", LayerKind::Box),
    ("polygonlabels", "polygon", LayerKind::Polygon),
    ("keypointlabels", "keypoint", LayerKind::Point),
    ("brushlabels", "brush", LayerKind::Mask),
    ("ellipselabels", "ellipse", LayerKind::Ellipse),
    ("vectorlabels", "vector", LayerKind::Polyline),
];
const OTHERS: [&str; 9] = [
    "choices",
    "labels",
    "textarea",
    "rating",
    "number",
    "datetime",
    "taxonomy",
    "pairwise",
    "relations",
];

/// Whether a tag, in lower case, asks something.
pub(crate) fn is_control(tag: &str) -> bool {
    OTHERS.contains(&tag)
        || SHAPES
            .iter()
            .any(|(with, without, _)| [*with, *without].contains(&tag))
}

/// A control and what it is about.
#[derive(Debug, Clone)]
pub(crate) struct Control<'a> {
    element: Element<'a>,
    tag: String,
    name: String,
    object: Option<Object>,
    target: String,
    pub is_per_region: bool,
}

impl<'a> Control<'a> {
    pub(crate) fn read(
        element: Element<'a>,
        objects: &BTreeMap<String, Object>,
    ) -> Result<Self, ConfigError> {
        let tag = element.tag().to_ascii_lowercase();
        if tag == "relations" {
            return Ok(Self {
                element,
                name: element.attribute("name").unwrap_or("relations").to_owned(),
                // Relations join regions of whatever is shown.
                object: objects.values().next().cloned(),
                target: String::new(),
                tag,
                is_per_region: false,
            });
        }
        let targets = element.needed("toName")?;
        let mut named = targets.split(',').map(str::trim);
        let target = named.next().unwrap_or_default().to_owned();
        for name in std::iter::once(target.as_str()).chain(named) {
            if !objects.contains_key(name) {
                return Err(element.invalid(format!("asks about {name:?}, which is not shown")));
            }
        }
        Ok(Self {
            element,
            name: element.needed("name")?.to_owned(),
            object: objects.get(&target).cloned(),
            target,
            is_per_region: element.is_true("perRegion"),
            tag,
        })
    }

    /// The layers that the control stands for; none where it is asked of each region.
    pub(crate) fn layers(&self, all: &[Self]) -> Result<Vec<Layer>, ConfigError> {
        if self.is_per_region {
            return Ok(Vec::new());
        }
        if let Some((_, without, kind)) = self.shape() {
            return self.shape_layers(all, without, kind);
        }
        let layer = match self.tag.as_str() {
            "labels" => match self.object.as_ref().map(|object| object.kind) {
                Some(ObjectKind::Text) => self.layer(LayerKind::Span, self.classes()?),
                Some(ObjectKind::Audio) => self.layer(LayerKind::Interval, self.classes()?),
                // On pictures, tools without labels of their own draw them.
                _ => return self.label_layers(all),
            },
            "choices" => {
                let layer = self.layer(LayerKind::Classification, self.classes()?);
                Layer {
                    multiple: self.is_multiple(),
                    ..layer
                }
            }
            "taxonomy" => Layer {
                multiple: true,
                ..self.layer(LayerKind::Classification, self.classes()?)
            },
            "pairwise" => self.layer(LayerKind::Classification, named(["left", "right"])),
            "rating" => self.layer(
                LayerKind::Classification,
                named(self.stars().map(|star| star.to_string())),
            ),
            "relations" => self.layer(LayerKind::Relation, self.classes()?),
            // A class that carries what is written.
            _ => {
                let mut classes = named(["answer"]);
                classes[0].attributes.push(self.attribute(true)?);
                self.layer(LayerKind::Classification, classes)
            }
        };
        if layer.classes.is_empty() {
            return Err(self.element.invalid("offers nothing to choose"));
        }
        Ok(vec![layer])
    }

    /// Makes what is asked of each region an attribute of the classes of regions on the same object.
    pub(crate) fn ask_of_regions(&self, layers: &mut [Layer]) -> Result<(), ConfigError> {
        let field = self.object.as_ref().map(|object| object.field.as_str());
        let regions = layers.iter_mut().filter(|layer| {
            !matches!(layer.kind, LayerKind::Classification | LayerKind::Relation)
                && Some(layer.field.as_str()) == field
        });
        let mut classes: Vec<&mut Class> = regions.flat_map(|layer| &mut layer.classes).collect();
        if classes.is_empty() {
            return Err(self.element.invalid(format!(
                "is asked of each region, and none is drawn on {:?}",
                self.target
            )));
        }
        let attributes = if self.is_multiple() {
            // Several choices are as many questions.
            let each = |class: Class| Attribute {
                name: format!("{}: {}", self.name, class.name),
                kind: AttributeKind::Boolean,
                values: None,
                required: false,
                default: None,
            };
            self.classes()?.into_iter().map(each).collect()
        } else {
            vec![self.attribute(self.element.is_true("required"))?]
        };
        for class in &mut classes {
            class.attributes.extend(attributes.iter().cloned());
        }
        Ok(())
    }

    /// Whether several may be chosen.
    fn is_multiple(&self) -> bool {
        let choice = self.element.attribute("choice");
        choice.is_some_and(|choice| choice.eq_ignore_ascii_case("multiple"))
    }

    fn attribute(&self, required: bool) -> Result<Attribute, ConfigError> {
        let (kind, values) = match self.tag.as_str() {
            "choices" | "taxonomy" => {
                let values = self.classes()?.into_iter().map(|class| class.name);
                (AttributeKind::Enum, Some(values.collect()))
            }
            "rating" | "number" => (AttributeKind::Number, None),
            "textarea" | "datetime" => (AttributeKind::Text, None),
            _ => return Err(self.element.unsupported_attribute("perRegion")),
        };
        Ok(Attribute {
            name: self.name.clone(),
            kind,
            values,
            required,
            default: None,
        })
    }

    fn stars(&self) -> std::ops::RangeInclusive<u32> {
        let most = self
            .element
            .attribute("maxRating")
            .and_then(|most| most.parse().ok());
        1..=most.filter(|most| (1..=100).contains(most)).unwrap_or(5)
    }

    fn shape(&self) -> Option<(&'static str, &'static str, LayerKind)> {
        let found = SHAPES
            .into_iter()
            .find(|(with, without, _)| [*with, *without].contains(&self.tag.as_str()));
        // Boxes can be turned only where it is said: most configurations never mean it.
        found.map(|(with, without, kind)| match kind {
            LayerKind::Box if self.element.is_true("canRotate") => {
                (with, without, LayerKind::RotatedBox)
            }
            kind => (with, without, kind),
        })
    }

    /// The layer of a tool: with labels its own, without any it has a class of its own name.
    fn shape_layers(
        &self,
        all: &[Self],
        without: &str,
        kind: LayerKind,
    ) -> Result<Vec<Layer>, ConfigError> {
        if self.tag != without {
            let classes = self.classes()?;
            if classes.is_empty() {
                return Err(self.element.invalid("has no labels"));
            }
            return Ok(vec![self.layer(kind, classes)]);
        }
        let has_labels = all
            .iter()
            .any(|other| other.tag == "labels" && other.target == self.target);
        if has_labels {
            return Ok(Vec::new());
        }
        Ok(vec![self.layer(kind, named([self.name.clone()]))])
    }

    /// Labels beside tools: a layer for each tool.
    fn label_layers(&self, all: &[Self]) -> Result<Vec<Layer>, ConfigError> {
        let tools: Vec<LayerKind> = all
            .iter()
            .filter(|other| other.target == self.target)
            .filter_map(|other| {
                other
                    .shape()
                    .filter(|(_, without, _)| other.tag == *without)
            })
            .map(|(_, _, kind)| kind)
            .collect();
        if tools.is_empty() {
            return Err(self
                .element
                .invalid(format!("has no tool that draws on {:?}", self.target)));
        }
        let classes = self.classes()?;
        let layers = tools.iter().map(|kind| {
            let layer = self.layer(*kind, classes.clone());
            match tools.len() {
                1 => layer,
                _ => Layer {
                    name: format!("{}_{}", self.name, kind.as_str()),
                    ..layer
                },
            }
        });
        Ok(layers.collect())
    }

    fn layer(&self, kind: LayerKind, classes: Vec<Class>) -> Layer {
        Layer {
            name: self.name.clone(),
            kind,
            field: self
                .object
                .as_ref()
                .map_or_else(|| "text".to_owned(), |object| object.field.clone()),
            required: self.element.is_true("required"),
            multiple: false,
            classes,
            rules: LayerRules::default(),
            skeleton: None,
        }
    }

    /// What can be chosen, those within others by their whole path.
    fn classes(&self) -> Result<Vec<Class>, ConfigError> {
        if let Some(name) = ["value", "apiUrl"].into_iter().find(|name| {
            self.element
                .attribute(name)
                .is_some_and(|value| *name == "apiUrl" || value.starts_with('$'))
        }) {
            return Err(self.element.unsupported_attribute(name));
        }
        let mut classes = Vec::new();
        self.collect(self.element, "", &mut classes)?;
        Ok(classes)
    }

    fn collect(
        &self,
        of: Element<'a>,
        path: &str,
        classes: &mut Vec<Class>,
    ) -> Result<(), ConfigError> {
        for child in of.children() {
            // Labels may stand in boxes that only arrange them.
            if child.is("view") {
                self.collect(child, path, classes)?;
                continue;
            }
            if child.is("style") || child.is("header") {
                continue;
            }
            if !["label", "choice", "relation"]
                .iter()
                .any(|tag| child.is(tag))
            {
                return Err(child.unsupported());
            }
            let value = child.needed("value")?;
            if value.starts_with('$') {
                return Err(child.unsupported_attribute("value"));
            }
            let name = match child.attribute("alias") {
                Some(alias) => format!("{path}{alias}"),
                None => format!("{path}{value}"),
            };
            if classes.iter().any(|class| class.name == name) {
                return Err(child.invalid(format!("stands twice: {name:?}")));
            }
            classes.push(Class {
                title: (child.attribute("alias").is_some()).then(|| standard::LocalizedText {
                    en: Some(value.to_owned()),
                    zh: None,
                }),
                color: color(child.attribute("background"), classes.len()),
                hotkey: child.attribute("hotkey").map(str::to_owned),
                description: child.attribute("hint").map(str::to_owned),
                attributes: Vec::new(),
                name: name.clone(),
            });
            self.collect(child, &format!("{name}/"), classes)?;
        }
        Ok(())
    }
}

fn named(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<Class> {
    let class = |(nth, name): (usize, String)| Class {
        name,
        title: None,
        color: color(None, nth),
        hotkey: None,
        description: None,
        attributes: Vec::new(),
    };
    names
        .into_iter()
        .map(Into::into)
        .enumerate()
        .map(class)
        .collect()
}

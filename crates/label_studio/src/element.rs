//! An element of a configuration: names and attributes are matched without case, as Label Studio does.

use roxmltree::Node;

use crate::{ConfigError, Place};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a>(pub Node<'a, 'a>);

impl<'a> Element<'a> {
    /// Its name as written.
    pub(crate) fn tag(self) -> &'a str {
        self.0.tag_name().name()
    }

    pub(crate) fn is(self, tag: &str) -> bool {
        self.tag().eq_ignore_ascii_case(tag)
    }

    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        let found = self
            .0
            .attributes()
            .find(|a| a.name().eq_ignore_ascii_case(name));
        found
            .map(|attribute| attribute.value())
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn is_true(self, name: &str) -> bool {
        self.attribute(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn needed(self, name: &str) -> Result<&'a str, ConfigError> {
        self.attribute(name)
            .ok_or_else(|| self.invalid(format!("has no attribute {name}")))
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        self.0.children().filter(Node::is_element).map(Element)
    }

    pub(crate) fn at(self) -> Place {
        let at = self.0.document().text_pos_at(self.0.range().start);
        Place {
            line: at.row,
            column: at.col,
        }
    }

    pub(crate) fn invalid(self, reason: impl Into<String>) -> ConfigError {
        ConfigError::Invalid {
            at: self.at(),
            tag: self.tag().to_owned(),
            reason: reason.into(),
        }
    }

    pub(crate) fn unsupported(self) -> ConfigError {
        ConfigError::Unsupported {
            at: self.at(),
            tag: self.tag().to_owned(),
        }
    }

    pub(crate) fn unsupported_attribute(self, name: &str) -> ConfigError {
        ConfigError::Unsupported {
            at: self.at(),
            tag: format!("{} {name}", self.tag()),
        }
    }
}

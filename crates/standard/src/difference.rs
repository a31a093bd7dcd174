//! The difference of two standards: typed changes, each with its place.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{Attribute, Class, Layer, StandardContent};

/// One change from an older to a newer standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The place, by names: `layers[label].classes[cat].color`.
    pub path: String,
    /// What happened there.
    pub kind: ChangeKind,
    /// What stood there; null when it was added.
    #[schema(value_type = Object)]
    pub old: Value,
    /// What stands there; null when it was removed.
    #[schema(value_type = Object)]
    pub new: Value,
}

/// What happened at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another value.
    Changed,
    /// The same things stand in another order; `old` and `new` are their names.
    Reordered,
}

/// All changes from `old` to `new`, in the order of the older standard, additions last.
#[must_use]
pub fn difference(old: &StandardContent, new: &StandardContent) -> Vec<Change> {
    let mut changes = Changes(Vec::new());
    changes.value("title", &json!(old.title), &json!(new.title));
    changes.value("guideline", &json!(old.guideline), &json!(new.guideline));
    changes.list("layers", &old.layers, &new.layers);
    changes.0
}

struct Changes(Vec<Change>);

impl Changes {
    fn push(&mut self, path: &str, kind: ChangeKind, old: Value, new: Value) {
        self.0.push(Change {
            path: path.to_owned(),
            kind,
            old,
            new,
        });
    }

    fn value(&mut self, path: &str, old: &Value, new: &Value) {
        let kind = match (old.is_null(), new.is_null()) {
            _ if old == new => return,
            (true, _) => ChangeKind::Added,
            (_, true) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        self.push(path, kind, old.clone(), new.clone());
    }

    fn list<T: Named>(&mut self, path: &str, old: &[T], new: &[T]) {
        let find = |list: &'_ [T], name: &str| list.iter().position(|x| x.name() == name);
        for before in old {
            let place = format!("{path}[{}]", before.name());
            match find(new, before.name()) {
                None => self.push(&place, ChangeKind::Removed, before.value(), Value::Null),
                Some(i) => before.changes_to(&new[i], &place, self),
            }
        }
        for after in new.iter().filter(|after| find(old, after.name()).is_none()) {
            let place = format!("{path}[{}]", after.name());
            self.push(&place, ChangeKind::Added, Value::Null, after.value());
        }
        let common = |a: &'_ [T], b: &'_ [T]| -> Vec<String> {
            a.iter()
                .filter(|x| find(b, x.name()).is_some())
                .map(|x| x.name().to_owned())
                .collect()
        };
        let (before, after) = (common(old, new), common(new, old));
        if before != after {
            self.push(path, ChangeKind::Reordered, json!(before), json!(after));
        }
    }
}

/// A part of a standard that is known by its name.
trait Named: Serialize {
    fn name(&self) -> &str;
    fn changes_to(&self, new: &Self, path: &str, changes: &mut Changes);

    fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

impl Named for Layer {
    fn name(&self) -> &str {
        &self.name
    }

    fn changes_to(&self, new: &Self, path: &str, changes: &mut Changes) {
        changes.value(&format!("{path}.kind"), &json!(self.kind), &json!(new.kind));
        changes.value(
            &format!("{path}.field"),
            &json!(self.field),
            &json!(new.field),
        );
        changes.value(
            &format!("{path}.required"),
            &json!(self.required),
            &json!(new.required),
        );
        changes.value(
            &format!("{path}.multiple"),
            &json!(self.multiple),
            &json!(new.multiple),
        );
        let (a, b) = (&self.rules, &new.rules);
        changes.value(
            &format!("{path}.rules.min_width"),
            &json!(a.min_width),
            &json!(b.min_width),
        );
        changes.value(
            &format!("{path}.rules.min_height"),
            &json!(a.min_height),
            &json!(b.min_height),
        );
        changes.value(
            &format!("{path}.rules.max_items"),
            &json!(a.max_items),
            &json!(b.max_items),
        );
        changes.value(
            &format!("{path}.rules.inside"),
            &json!(a.inside),
            &json!(b.inside),
        );
        changes.value(
            &format!("{path}.skeleton"),
            &json!(self.skeleton),
            &json!(new.skeleton),
        );
        changes.list(&format!("{path}.classes"), &self.classes, &new.classes);
    }
}

impl Named for Class {
    fn name(&self) -> &str {
        &self.name
    }

    fn changes_to(&self, new: &Self, path: &str, changes: &mut Changes) {
        changes.value(
            &format!("{path}.title"),
            &json!(self.title),
            &json!(new.title),
        );
        changes.value(
            &format!("{path}.color"),
            &json!(self.color),
            &json!(new.color),
        );
        changes.value(
            &format!("{path}.hotkey"),
            &json!(self.hotkey),
            &json!(new.hotkey),
        );
        changes.value(
            &format!("{path}.description"),
            &json!(self.description),
            &json!(new.description),
        );
        changes.list(
            &format!("{path}.attributes"),
            &self.attributes,
            &new.attributes,
        );
    }
}

impl Named for Attribute {
    fn name(&self) -> &str {
        &self.name
    }

    fn changes_to(&self, new: &Self, path: &str, changes: &mut Changes) {
        changes.value(&format!("{path}.kind"), &json!(self.kind), &json!(new.kind));
        changes.value(
            &format!("{path}.values"),
            &json!(self.values),
            &json!(new.values),
        );
        changes.value(
            &format!("{path}.required"),
            &json!(self.required),
            &json!(new.required),
        );
        changes.value(
            &format!("{path}.default"),
            &json!(self.default),
            &json!(new.default),
        );
    }
}

//! A column of inline values, typed by what it holds.

use roaring::RoaringBitmap;
use serde_json::Value;

use super::texts::Texts;

/// The type of a column of inline values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarType {
    /// No value at all.
    Empty,
    /// Whole numbers within 64 bits.
    Int,
    /// Numbers.
    Float,
    /// True or false.
    Bool,
    /// Texts.
    Text,
    /// Lists, objects, or values of several types: kept as JSON.
    Json,
}

impl ScalarType {
    /// The name of the type in a schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "null",
            Self::Int => "int64",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

/// One value for each row; a missing row holds a filler.
#[derive(Debug, Clone)]
enum Values {
    Empty(usize),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
    Text(Texts),
    Json(Texts),
}

/// A column of inline values.
#[derive(Debug, Clone)]
pub(crate) struct Scalars {
    values: Values,
    missing: RoaringBitmap,
}

/// A value, borrowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'a> {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
    Json(&'a str),
}

impl Default for Scalars {
    fn default() -> Self {
        Self {
            values: Values::Empty(0),
            missing: RoaringBitmap::new(),
        }
    }
}

impl Scalars {
    fn len(&self) -> usize {
        match &self.values {
            Values::Empty(rows) => *rows,
            Values::Int(values) => values.len(),
            Values::Float(values) => values.len(),
            Values::Bool(values) => values.len(),
            Values::Text(texts) | Values::Json(texts) => texts.len(),
        }
    }

    /// Appends missing values until there are `rows`.
    pub(crate) fn pad(&mut self, rows: usize) {
        for row in self.len()..rows {
            self.missing.insert(row as u32);
            match &mut self.values {
                Values::Empty(rows) => *rows += 1,
                Values::Int(values) => values.push(0),
                Values::Float(values) => values.push(f64::NAN),
                Values::Bool(values) => values.push(false),
                Values::Text(texts) => texts.push(""),
                Values::Json(texts) => texts.push("null"),
            }
        }
    }

    /// Sets the value of `row`; rows come in ascending order.
    pub(crate) fn push(&mut self, row: usize, value: &Value) {
        self.pad(row);
        if value.is_null() {
            return self.pad(row + 1);
        }
        self.make_room_for(value);
        match (&mut self.values, value) {
            (Values::Int(values), Value::Number(number)) => values.extend(number.as_i64()),
            (Values::Float(values), Value::Number(number)) => {
                values.push(number.as_f64().unwrap_or(f64::NAN))
            }
            (Values::Bool(values), Value::Bool(boolean)) => values.push(*boolean),
            (Values::Text(texts), Value::String(text)) => texts.push(text),
            (Values::Json(texts), value) => texts.push(&value.to_string()),
            _ => unreachable!("make_room_for chose a type that holds the value"),
        }
    }

    /// Widens the column's type so that `value` fits: Int to Float, everything to Json.
    fn make_room_for(&mut self, value: &Value) {
        let wanted = match value {
            Value::Number(number) if number.as_i64().is_some() => ScalarType::Int,
            Value::Number(_) => ScalarType::Float,
            Value::Bool(_) => ScalarType::Bool,
            Value::String(_) => ScalarType::Text,
            _ => ScalarType::Json,
        };
        let rows = self.len();
        match (self.scalar_type(), wanted) {
            (have, wanted) if have == wanted => {}
            (ScalarType::Float, ScalarType::Int) | (ScalarType::Json, _) => {}
            (ScalarType::Empty, wanted) => {
                self.values = empty(wanted);
                self.missing.clear();
                self.pad(rows);
            }
            (ScalarType::Int, ScalarType::Float) => {
                if let Values::Int(values) = &self.values {
                    self.values = Values::Float(values.iter().map(|value| *value as f64).collect());
                }
            }
            _ => {
                let mut texts = Texts::default();
                (0..rows).for_each(|row| texts.push(&self.json(row).to_string()));
                self.values = Values::Json(texts);
            }
        }
    }

    pub(crate) fn scalar_type(&self) -> ScalarType {
        match self.values {
            Values::Empty(_) => ScalarType::Empty,
            Values::Int(_) => ScalarType::Int,
            Values::Float(_) => ScalarType::Float,
            Values::Bool(_) => ScalarType::Bool,
            Values::Text(_) => ScalarType::Text,
            Values::Json(_) => ScalarType::Json,
        }
    }

    /// Whether any row has no value.
    pub(crate) fn has_missing(&self) -> bool {
        !self.missing.is_empty()
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<Scalar<'_>> {
        if self.missing.contains(row as u32) {
            return None;
        }
        match &self.values {
            Values::Empty(_) => None,
            Values::Int(values) => values.get(row).map(|value| Scalar::Int(*value)),
            Values::Float(values) => values.get(row).map(|value| Scalar::Float(*value)),
            Values::Bool(values) => values.get(row).map(|value| Scalar::Bool(*value)),
            Values::Text(texts) => (row < texts.len()).then(|| Scalar::Text(texts.get(row))),
            Values::Json(texts) => (row < texts.len()).then(|| Scalar::Json(texts.get(row))),
        }
    }

    /// The value of a row as JSON; null when it is missing.
    pub(crate) fn json(&self, row: usize) -> Value {
        match self.get(row) {
            None => Value::Null,
            Some(Scalar::Int(value)) => value.into(),
            Some(Scalar::Float(value)) => value.into(),
            Some(Scalar::Bool(value)) => value.into(),
            Some(Scalar::Text(text)) => text.into(),
            Some(Scalar::Json(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        }
    }
}

fn empty(scalar_type: ScalarType) -> Values {
    match scalar_type {
        ScalarType::Empty => Values::Empty(0),
        ScalarType::Int => Values::Int(Vec::new()),
        ScalarType::Float => Values::Float(Vec::new()),
        ScalarType::Bool => Values::Bool(Vec::new()),
        ScalarType::Text => Values::Text(Texts::default()),
        ScalarType::Json => Values::Json(Texts::default()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(values: &[(usize, Value)], rows: usize) -> Scalars {
        let mut column = Scalars::default();
        for (row, value) in values {
            column.push(*row, value);
        }
        column.pad(rows);
        column
    }

    #[test]
    fn a_column_takes_the_narrowest_type() {
        let ints = column(&[(1, json!(7)), (2, json!(-1))], 4);
        assert_eq!(ints.scalar_type(), ScalarType::Int);
        assert_eq!(
            [ints.get(0), ints.get(1), ints.get(3)],
            [None, Some(Scalar::Int(7)), None]
        );
        let floats = column(&[(0, json!(7)), (1, json!(0.5))], 2);
        assert_eq!(
            [floats.get(0), floats.get(1)],
            [Some(Scalar::Float(7.0)), Some(Scalar::Float(0.5))]
        );
        let mixed = column(&[(0, json!("a")), (1, Value::Null), (2, json!([1]))], 3);
        assert_eq!(mixed.scalar_type(), ScalarType::Json);
        assert_eq!(
            [mixed.json(0), mixed.json(1), mixed.json(2)],
            [json!("a"), Value::Null, json!([1])]
        );
        assert!(column(&[], 3).get(2).is_none());
    }
}

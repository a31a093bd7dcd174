//! The column of labels: for each sample a list, with what each label says and where it comes from.
use annotation::{Maker, Provenance, Shape};
use dataset::{LabelKey, LabelRow};
use polars::prelude::{
    Column, CompatLevel, IntoColumn, IntoSeries, LargeListArray, ListChunked, PlSmallStr,
    PolarsResult, StructChunked,
};

/// Members that are texts: what the label says, then where it comes from.
const TEXTS: [&str; 14] = [
    "layer",
    "item_id",
    "shape",
    "class",
    "attributes",
    "geometry",
    "made_by_kind",
    "made_by",
    "made_by_version",
    "standard",
    "made_at",
    "annotation_id",
    "prelabel_model",
    "accepted_by",
];
/// Members that are numbers.
const NUMBERS: [&str; 5] = ["x", "y", "width", "height", "prelabel_score"];

/// Labels one after another, and where those of each sample end.
#[derive(Default)]
pub(super) struct LabelBuffer {
    texts: [Vec<Option<String>>; 14],
    numbers: [Vec<Option<f64>>; 5],
    prelabel_changed: Vec<Option<bool>>,
    ends: Vec<i64>,
}

impl LabelBuffer {
    /// The labels of the next sample and what is known of where they come from, by label key.
    pub(super) fn push(&mut self, labels: &[LabelRow], provenance: &[(LabelKey, Provenance)]) {
        let mut provenance = provenance.iter().peekable();
        for row in labels {
            let key = row.key();
            while provenance.next_if(|(of, _)| *of < key).is_some() {}
            let made = provenance.next_if(|(of, _)| *of == key);
            self.push_label(row, made.map(|(_, made)| made));
        }
        self.ends.push(self.prelabel_changed.len() as i64);
    }

    fn push_label(&mut self, row: &LabelRow, made: Option<&Provenance>) {
        let item = &row.item;
        let attributes = (!item.attributes.is_empty()).then(|| {
            let object = item.attributes.clone().into_iter().collect();
            serde_json::Value::Object(object).to_string()
        });
        let prelabel = made.and_then(|made| made.prelabel.as_ref());
        let (kind, version) = match made.map(|made| &made.made_by) {
            None => (None, None),
            Some(Maker::Person { .. }) => (Some("person"), None),
            Some(Maker::Model { version, .. }) => (Some("model"), Some(version.to_string())),
            Some(Maker::Import { .. }) => (Some("import"), None),
        };
        let texts = [
            Some(item.layer.clone()),
            Some(item.id.clone()),
            Some(item.shape.kind().to_owned()),
            Some(item.class.clone()),
            attributes,
            geometry(&item.shape),
            kind.map(str::to_owned),
            made.map(|made| made.made_by.name().to_owned()),
            version,
            made.and_then(|made| made.standard)
                .map(|hash| hash.to_string()),
            made.map(|made| made.at.clone()),
            made.and_then(|made| made.annotation_id.clone()),
            prelabel.map(|prelabel| prelabel.model_version.to_string()),
            made.and_then(|made| made.accepted_by.clone()),
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
        let [x, y, width, height] = item
            .shape
            .bounds()
            .map_or([None; 4], |bounds| bounds.map(Some));
        let score = prelabel.map(|prelabel| f64::from(prelabel.score));
        for (column, number) in self.numbers.iter_mut().zip([x, y, width, height, score]) {
            column.push(number);
        }
        self.prelabel_changed
            .push(prelabel.map(|prelabel| prelabel.changed));
    }

    /// A list for each sample.
    pub(super) fn take(&mut self) -> PolarsResult<Column> {
        let count = self.prelabel_changed.len();
        let named = PlSmallStr::from_static;
        let mut members: Vec<Column> = Vec::new();
        for (name, column) in TEXTS.iter().zip(&mut self.texts) {
            members.push(Column::new(named(name), std::mem::take(column)));
        }
        for (name, column) in NUMBERS.iter().zip(&mut self.numbers) {
            members.push(Column::new(named(name), std::mem::take(column)));
        }
        let changed = std::mem::take(&mut self.prelabel_changed);
        members.push(Column::new(named("prelabel_changed"), changed));
        let labels = StructChunked::from_columns(named("item"), count, &members)?.into_series();
        let values = labels.rechunk().to_arrow(0, CompatLevel::newest());
        let mut offsets = vec![0];
        offsets.append(&mut self.ends);
        let lists = LargeListArray::try_new(
            LargeListArray::default_datatype(values.dtype().clone()),
            offsets.try_into()?,
            values,
            None,
        )?;
        Ok(ListChunked::with_chunk(named("labels"), lists).into_column())
    }
}

/// The members of a shape as JSON, where its bounds do not say all.
fn geometry(shape: &Shape) -> Option<String> {
    if matches!(shape, Shape::Classification | Shape::Box { .. }) {
        return None;
    }
    let mut members = serde_json::to_value(shape).ok()?;
    members.as_object_mut()?.remove("kind");
    Some(members.to_string())
}

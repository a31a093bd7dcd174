//! The labels of one layer, as columns joined to rows by offsets.

use annotation::{Item, Shape};

use super::texts::Interner;
use crate::regions::{RegionKind, Regions};

/// What the labels of a layer come out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// At most one class for each sample.
    Single,
    /// Any number of classes for each sample.
    Multiple,
    /// Regions of one kind, any number for each sample.
    Regions(RegionKind),
}

impl LayerKind {
    /// The name of the kind in a schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "class",
            Self::Multiple => "classes",
            Self::Regions(kind) => kind.name(),
        }
    }
}

/// One layer: the items of row `r` are `starts[r]..starts[r + 1]`.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub kind: LayerKind,
    /// Sorted by name; a class id counts in this list.
    pub classes: Vec<String>,
    starts: Vec<u32>,
    class_ids: Vec<u32>,
    /// Where each item is; only for regions.
    regions: Option<Regions>,
}

impl Layer {
    pub(crate) fn class_ids(&self, row: usize) -> &[u32] {
        &self.class_ids[self.items(row)]
    }

    /// Adds the regions of a row to those of others.
    pub(crate) fn add_regions(&self, row: usize, to: &mut Regions) {
        if let Some(regions) = &self.regions {
            to.extend(regions, self.items(row));
        }
    }

    fn items(&self, row: usize) -> std::ops::Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }
}

/// Collects one layer, row after row.
#[derive(Debug, Default)]
pub(crate) struct LayerBuilder {
    names: Interner,
    /// Where each row's items end; rows without items at the end are not there yet.
    ends: Vec<u32>,
    class_ids: Vec<u32>,
    /// From the first region on; it says what the layer holds.
    regions: Option<Regions>,
    any_multiple: bool,
}

impl LayerBuilder {
    /// Adds an item of `row`; rows come in ascending order.
    pub(crate) fn push(&mut self, row: usize, item: &Item) {
        self.any_multiple |= self.ends.len() == row + 1;
        self.pad(row + 1);
        self.class_ids.push(self.names.intern(&item.class));
        if let (None, Some(kind)) = (&self.regions, RegionKind::of(&item.shape)) {
            let mut regions = Regions::new(kind);
            // Classes that came before are nowhere.
            (1..self.class_ids.len()).for_each(|_| regions.push(&Shape::Classification));
            self.regions = Some(regions);
        }
        if let Some(regions) = &mut self.regions {
            regions.push(&item.shape);
        }
        if let Some(end) = self.ends.last_mut() {
            *end = self.class_ids.len() as u32;
        }
    }

    fn pad(&mut self, rows: usize) {
        let end = self.class_ids.len() as u32;
        self.ends.resize(rows.max(self.ends.len()), end);
    }

    pub(crate) fn finish(mut self, rows: usize) -> Layer {
        self.pad(rows);
        let (classes, renumber) = self.names.sorted();
        let kind = match (&self.regions, self.any_multiple) {
            (Some(regions), _) => LayerKind::Regions(regions.kind),
            (None, true) => LayerKind::Multiple,
            (None, false) => LayerKind::Single,
        };
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        starts.extend_from_slice(&self.ends);
        Layer {
            kind,
            classes,
            starts,
            class_ids: self
                .class_ids
                .iter()
                .map(|id| renumber[*id as usize])
                .collect(),
            regions: self.regions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_numbered_by_name() {
        let mut layer = LayerBuilder::default();
        layer.push(1, &Item::classification("c", "label", "dog"));
        layer.push(3, &Item::classification("c", "label", "cat"));
        let layer = layer.finish(5);
        assert_eq!(
            (layer.kind, layer.classes.as_slice()),
            (LayerKind::Single, &["cat".to_owned(), "dog".to_owned()][..])
        );
        let ids: Vec<&[u32]> = (0..5).map(|row| layer.class_ids(row)).collect();
        assert_eq!(ids, [&[][..], &[1], &[], &[0], &[]]);
    }

    #[test]
    fn a_second_item_makes_the_layer_multiple() {
        let mut layer = LayerBuilder::default();
        layer.push(0, &Item::classification("a", "label", "dog"));
        layer.push(0, &Item::classification("b", "label", "cat"));
        let layer = layer.finish(1);
        assert_eq!(
            (layer.kind, layer.class_ids(0)),
            (LayerKind::Multiple, &[1, 0][..])
        );
    }
}

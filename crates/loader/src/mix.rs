//! Several loaders as one: samples of several versions by weight, in an order that can be resumed.
//!
//! Each part goes through its own epochs, in the order of its own loader, as often as its weight asks for; the mixture
//! only says whose turn it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use streaming::{
    BatchPlan, EpochEnd, LoaderState, Mixture, MixtureState, OrderSpec, STATE_FORMAT, Share,
};

use crate::batches::Batches;
use crate::columns::ColumnKind;
use crate::cursor::Cursor;
use crate::part::Part;
use crate::plan::{Line, OnError, Plan, Worker};
use crate::stream::{Prefetch, Stream};
use crate::table::LayerKind;
use crate::{Error, Loader, Result, Skipped};

/// What a trainer asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct MixOptions {
    /// Of whose turn it is.
    pub seed: u64,
    /// The first epoch.
    pub epoch: u64,
    /// Samples in an epoch, over all ranks; as many as all parts have together when absent.
    pub samples: Option<u64>,
    /// Batch size and rank; those of the loaders count for nothing.
    pub share: Share,
    /// What happens to the last batch.
    pub end: EpochEnd,
    /// What becomes of samples that can't be shown.
    pub on_error: OnError,
    /// Threads and bytes ahead.
    pub prefetch: Prefetch,
}

/// Yields batches of several versions. Cheap to clone; clones share the place where they stand.
#[derive(Debug, Clone)]
pub struct Mix(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Vec<Part>,
    mixture: Mixture,
    seed: u64,
    samples: u64,
    share: Share,
    end: EpochEnd,
    on_error: OnError,
    prefetch: Prefetch,
    /// For each column with class ids their names.
    classes: BTreeMap<String, Vec<String>>,
    /// The order of each part; `epoch` is the one that it begins with.
    orders: Mutex<Vec<OrderSpec>>,
    cursor: Cursor,
}

impl Mix {
    /// Mixes loaders by weight. They must have the same columns; class ids count in the sorted names of all.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is nothing to mix, or the columns are not the same.
    pub fn new(loaders: &[(Loader, f64)], options: MixOptions) -> Result<Self> {
        let weights: Vec<f64> = loaders.iter().map(|(_, weight)| *weight).collect();
        let mixture = Mixture::new(options.seed, &weights)
            .map_err(|error| Error::Invalid(error.to_string()))?;
        let (mut parts, mut orders) = (Vec::new(), Vec::new());
        for (loader, _) in loaders {
            let (part, order) = loader.part();
            if part.len() == 0 {
                return Err(Error::Invalid(
                    "a part of a mixture has no samples".to_owned(),
                ));
            }
            parts.push(part.clone());
            orders.push(order);
        }
        let classes = rename(&mut parts)?;
        let of_all = parts.iter().map(Part::len).sum();
        let samples = options.samples.unwrap_or(of_all);
        BatchPlan::new(samples, 0, options.share, options.end)?;
        Ok(Self(Arc::new(Inner {
            parts,
            mixture,
            seed: options.seed,
            samples,
            share: options.share,
            end: options.end,
            on_error: options.on_error,
            prefetch: options.prefetch,
            classes,
            orders: Mutex::new(orders),
            cursor: Cursor::new(options.epoch),
        })))
    }

    /// The names behind the class ids of each column that has any.
    #[must_use]
    pub fn classes(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0.classes
    }

    /// Number of batches that each rank gets in a whole epoch.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.plan_from(0).map_or(0, |plan| plan.steps())
    }

    /// Whether an epoch has no batch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of samples in an epoch, over all ranks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.0.samples
    }

    /// The epoch that the next iteration yields.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.0.cursor.epoch()
    }

    /// Goes to the beginning of an epoch.
    pub fn set_epoch(&self, epoch: u64) {
        self.0.cursor.set_epoch(epoch);
    }

    /// How many samples were left out of the batches that were handed out, and the first of them by name.
    #[must_use]
    pub fn skipped(&self) -> (u64, Vec<Skipped>) {
        self.0.cursor.skipped()
    }

    /// Where the latest iteration stands, after the batches that were handed out.
    #[must_use]
    pub fn state(&self) -> MixtureState {
        let inner = &self.0;
        let orders = self.orders();
        let parts = inner.parts.iter().zip(orders.iter());
        MixtureState {
            format: STATE_FORMAT,
            parts: parts.map(|(part, order)| part.state(*order, 0)).collect(),
            counts: inner.mixture.counts().to_vec(),
            seed: inner.seed,
            samples: inner.samples,
            epoch: inner.cursor.epoch(),
            position: inner.cursor.position(),
        }
    }

    /// Takes over a state: the next iteration yields exactly what was left, on any number of ranks.
    ///
    /// # Errors
    /// [`Error::State`] when the state counts in another order.
    pub fn load_state(&self, state: &MixtureState) -> Result<()> {
        self.state().check(state)?;
        let taken_over = |(order, saved): (&mut OrderSpec, &LoaderState)| {
            order.lanes = saved.lanes;
            order.window = saved.window;
            order.epoch = saved.epoch;
        };
        self.orders()
            .iter_mut()
            .zip(&state.parts)
            .for_each(taken_over);
        self.0.cursor.load(state.epoch, state.position);
        Ok(())
    }

    /// Begins an iteration; see [`Loader::iterate`].
    ///
    /// # Errors
    /// As [`Loader::iterate`].
    pub fn iterate(&self, worker: Worker) -> Result<Batches> {
        worker.check()?;
        let inner = &self.0;
        let begun = inner.cursor.begin();
        let plan = Plan {
            parts: inner.parts.iter().map(Part::for_iteration).collect(),
            line: Line::Mixed {
                mixture: inner.mixture.clone(),
                orders: self.orders().clone(),
                first: begun.epoch.saturating_mul(inner.samples),
            },
            batches: self.plan_from(begun.start)?,
            worker,
            on_error: inner.on_error,
        };
        let stream = Stream::start(plan, inner.prefetch)?;
        Ok(Batches::new(inner.cursor.clone(), begun, stream))
    }

    fn plan_from(&self, start: u64) -> Result<BatchPlan> {
        let inner = &self.0;
        Ok(BatchPlan::new(
            inner.samples,
            start,
            inner.share,
            inner.end,
        )?)
    }

    fn orders(&self) -> MutexGuard<'_, Vec<OrderSpec>> {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Numbers the classes of each column anew, by the sorted names of all parts; the names.
fn rename(parts: &mut [Part]) -> Result<BTreeMap<String, Vec<String>>> {
    let mut classes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let Some(first) = parts.first() else {
        return Ok(BTreeMap::new());
    };
    let columns = Arc::clone(&first.columns);
    for part in parts.iter() {
        let names = |part: &[crate::columns::Column]| -> Vec<(String, Option<LayerKind>)> {
            part.iter()
                .map(|column| {
                    (
                        column.name.clone(),
                        layer_of(&column.kind).map(|(_, kind)| kind),
                    )
                })
                .collect()
        };
        if names(&part.columns) != names(&columns) {
            return Err(Error::Invalid(format!(
                "the parts of a mixture must have the same columns of the same kinds: {:?} and {:?}",
                names(&columns),
                names(&part.columns)
            )));
        }
    }
    for part in parts.iter() {
        for column in part.columns.iter() {
            let Some((layer, _)) = layer_of(&column.kind) else {
                continue;
            };
            let all = classes.entry(column.name.clone()).or_default();
            let own = part.table.layers.get(layer);
            all.extend(own.into_iter().flat_map(|layer| layer.classes.clone()));
        }
    }
    let classes: BTreeMap<String, Vec<String>> = classes
        .into_iter()
        .map(|(column, names)| (column, names.into_iter().collect()))
        .collect();
    for part in parts {
        let renamed = part.columns.iter().map(|column| {
            let (layer, _) = layer_of(&column.kind)?;
            let all = classes.get(&column.name)?;
            let own = part.table.layers.get(layer)?;
            let new = |name: &String| all.binary_search(name).map_or(-1, |at| at as i64);
            Some(own.classes.iter().map(new).collect())
        });
        part.renamed = renamed.collect();
    }
    Ok(classes)
}

fn layer_of(kind: &ColumnKind) -> Option<(&str, LayerKind)> {
    match kind {
        ColumnKind::Layer(name, kind) => Some((name, *kind)),
        _ => None,
    }
}

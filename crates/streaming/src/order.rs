//! The order of one epoch: from a position to the sample that stands there.
//!
//! A *shard* here is the unit the order is built from: a stretch of samples which lie together (about
//! one pack in a freshly imported version). Shards are permuted, their rows are laid end to end, and the
//! line is cut into lanes. Position `p` belongs to lane `p mod L`. Inside a lane rows are shuffled within
//! blocks, so that at most `window` rows have to be near at hand at any time.

use serde::{Deserialize, Serialize};

use crate::mix::{Generator, Purpose, key, shuffled};
use crate::permutation::Permutation;

/// How an epoch is shuffled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shuffle {
    /// Key order.
    None,
    /// Shards permuted, rows shuffled within a window: near random, and reads stay local.
    Block,
    /// One permutation of all rows: random everywhere, and every read is somewhere else.
    Full,
}

/// Everything an epoch's order depends on, beside the rows themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSpec {
    /// The kind of shuffle.
    pub shuffle: Shuffle,
    /// The seed of the run.
    pub seed: u64,
    /// The epoch, counted from 0.
    pub epoch: u64,
    /// Lanes of [`Shuffle::Block`], at least 1.
    pub lanes: u32,
    /// Rows that may be held at once by [`Shuffle::Block`], over all lanes, at least 1.
    pub window: u32,
}

impl OrderSpec {
    /// Lanes when nothing else is asked for.
    pub const DEFAULT_LANES: u32 = 64;
    /// Window in rows when nothing else is asked for: a block of 4,096 rows in each lane, which spans enough
    /// shards that batches of data sorted by class are nearly as mixed as random ones.
    pub const DEFAULT_WINDOW: u32 = 1 << 18;
}

/// One sample of a version: a shard and a row among its selected rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// The shard, counted in key order.
    pub shard: u32,
    /// The row among the shard's selected rows, counted in key order.
    pub row: u32,
}

/// The order of one epoch. Memory is proportional to the number of shards; making it costs one pass over them.
#[derive(Debug, Clone)]
pub struct EpochOrder {
    spec: OrderSpec,
    lanes: u64,
    block: u64,
    /// The shard that lies at each place of the line.
    placed: Vec<u32>,
    /// Where each place starts on the line, and the total at the end.
    starts: Vec<u64>,
    rows: Option<Permutation>,
}

/// The block last touched in each lane. Belongs to one [`EpochOrder`]; holds at most its window.
#[derive(Debug, Clone, Default)]
pub struct BlockCache {
    lanes: Vec<Option<(u64, Vec<u32>)>>,
}

impl EpochOrder {
    /// The order over shards with these numbers of selected rows.
    #[must_use]
    pub fn new(spec: OrderSpec, shard_rows: &[u32]) -> Self {
        let shards = shard_rows.len() as u64;
        let placed: Vec<u32> = match spec.shuffle {
            Shuffle::Block => {
                let order =
                    Permutation::new(shards, key(spec.seed, spec.epoch, Purpose::Shards, [0, 0]));
                (0..shards).map(|place| order.apply(place) as u32).collect()
            }
            Shuffle::None | Shuffle::Full => (0..shards as u32).collect(),
        };
        let mut starts = Vec::with_capacity(placed.len() + 1);
        let mut total = 0_u64;
        starts.push(0);
        for shard in &placed {
            total += u64::from(shard_rows[*shard as usize]);
            starts.push(total);
        }
        // What fits into the window is shuffled as a whole: one lane, one block, a uniform order.
        let window = u64::from(spec.window.max(1));
        let lanes = if total <= window {
            1
        } else {
            u64::from(spec.lanes.max(1))
        };
        let rows = (spec.shuffle == Shuffle::Full)
            .then(|| Permutation::new(total, key(spec.seed, spec.epoch, Purpose::Rows, [0, 0])));
        Self {
            spec,
            lanes,
            block: (window / lanes).max(1),
            placed,
            starts,
            rows,
        }
    }

    /// What this order was made from.
    #[must_use]
    pub const fn spec(&self) -> &OrderSpec {
        &self.spec
    }

    /// Rows in the epoch.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Whether the epoch holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sample at `position`, which is under [`len`](Self::len).
    #[must_use]
    pub fn at(&self, position: u64, cache: &mut BlockCache) -> Row {
        debug_assert!(position < self.len());
        let line = match (&self.rows, self.spec.shuffle) {
            (Some(rows), _) => rows.apply(position),
            (None, Shuffle::Block) => self.in_lane(position, cache),
            (None, _) => position,
        };
        let place = self.starts.partition_point(|start| *start <= line) - 1;
        Row {
            shard: self.placed[place],
            row: (line - self.starts[place]) as u32,
        }
    }

    /// The place on the line of a position of [`Shuffle::Block`].
    fn in_lane(&self, position: u64, cache: &mut BlockCache) -> u64 {
        let (lane, index) = (position % self.lanes, position / self.lanes);
        let (even, left_over) = (self.len() / self.lanes, self.len() % self.lanes);
        let lane_rows = even + u64::from(lane < left_over);
        let lane_start = lane * even + lane.min(left_over);
        let phase = self.phase(lane, lane_rows);
        // Block 0 is the part before the phase (and may be empty); the others are whole, save the last.
        let (number, first) = if index < phase {
            (0, 0)
        } else {
            let whole = (index - phase) / self.block;
            (whole + 1, phase + whole * self.block)
        };
        let end = if number == 0 {
            phase
        } else {
            (first + self.block).min(lane_rows)
        };
        let inside = cache.block(self, (lane, number), (end - first) as u32);
        lane_start + first + u64::from(inside[(index - first) as usize])
    }

    fn phase(&self, lane: u64, lane_rows: u64) -> u64 {
        if lane_rows <= self.block {
            return 0;
        }
        Generator::new(key(
            self.spec.seed,
            self.spec.epoch,
            Purpose::Phase,
            [lane, 0],
        ))
        .below(self.block)
    }
}

impl BlockCache {
    fn block(&mut self, order: &EpochOrder, (lane, number): (u64, u64), rows: u32) -> &[u32] {
        self.lanes.resize_with(order.lanes as usize, || None);
        let slot = &mut self.lanes[lane as usize];
        if slot.as_ref().is_none_or(|(held, _)| *held != number) {
            let key = key(
                order.spec.seed,
                order.spec.epoch,
                Purpose::Block,
                [lane, number],
            );
            *slot = Some((number, shuffled(rows, key)));
        }
        slot.as_ref().map_or(&[], |(_, rows)| rows.as_slice())
    }
}

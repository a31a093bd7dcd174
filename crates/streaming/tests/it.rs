//! Properties of the order: it is a bijection, ranks share it out exactly, and a resume changes nothing.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use streaming::{
    BLOCK, BatchPlan, BlockCache, Drawn, Draws, EpochEnd, EpochOrder, Mixture, MixtureCache,
    OrderSpec, Permutation, Row, Share, Shuffle, WeightError,
};

fn shuffles() -> impl Strategy<Value = Shuffle> {
    prop_oneof![
        Just(Shuffle::None),
        Just(Shuffle::Block),
        Just(Shuffle::Full)
    ]
}

fn orders() -> impl Strategy<Value = EpochOrder> {
    let spec = (shuffles(), any::<u64>(), 0..5_u64, 1..70_u32, 1..600_u32).prop_map(
        |(shuffle, seed, epoch, lanes, window)| OrderSpec {
            shuffle,
            seed,
            epoch,
            lanes,
            window,
        },
    );
    (spec, prop::collection::vec(0..90_u32, 0..40))
        .prop_map(|(spec, rows)| EpochOrder::new(spec, &rows))
}

fn whole(order: &EpochOrder) -> Vec<Row> {
    let mut cache = BlockCache::default();
    (0..order.len())
        .map(|position| order.at(position, &mut cache))
        .collect()
}

/// All ranks' batches of every step, put together in rank order.
fn by_ranks(
    order: &EpochOrder,
    start: u64,
    batch: u64,
    world_size: u64,
    end: EpochEnd,
) -> Vec<Row> {
    let plans: Vec<BatchPlan> = (0..world_size)
        .map(|rank| Share {
            global_batch: batch.max(world_size),
            rank,
            world_size,
        })
        .map(|share| BatchPlan::new(order.len(), start, share, end).unwrap())
        .collect();
    let mut caches = vec![BlockCache::default(); plans.len()];
    let mut rows = Vec::new();
    for step in 0..plans[0].steps() {
        for (plan, cache) in plans.iter().zip(&mut caches) {
            assert_eq!(plan.steps(), plans[0].steps());
            rows.extend(
                plan.positions(step)
                    .map(|position| order.at(position, cache)),
            );
        }
    }
    rows
}

proptest! {
    #[test]
    fn a_permutation_is_a_bijection(length in 1..5000_u64, key: u64) {
        let permutation = Permutation::new(length, key);
        let seen: BTreeSet<u64> = (0..length).map(|index| permutation.apply(index)).collect();
        prop_assert_eq!(seen.len() as u64, length);
        prop_assert!(seen.last().is_none_or(|last| *last < length));
        for index in 0..length.min(100) {
            prop_assert_eq!(permutation.invert(permutation.apply(index)), index);
        }
    }

    #[test]
    fn an_epoch_holds_every_row_once(order in orders()) {
        let rows: BTreeSet<Row> = whole(&order).into_iter().collect();
        prop_assert_eq!(rows.len() as u64, order.len());
    }

    #[test]
    fn ranks_share_out_the_one_order(order in orders(), batch in 1..200_u64, world_size in 1..=64_u64) {
        let expected = whole(&order);
        prop_assert_eq!(by_ranks(&order, 0, batch, world_size, EpochEnd::Partial), expected.clone());
        let global = batch.max(world_size);
        let full = (order.len() / global * global) as usize;
        prop_assert_eq!(by_ranks(&order, 0, batch, world_size, EpochEnd::Drop), expected[..full].to_vec());
        let wrapped = by_ranks(&order, 0, batch, world_size, EpochEnd::Wrap);
        prop_assert_eq!(wrapped.len() as u64 % global, 0);
        prop_assert_eq!(&wrapped[..expected.len()], &expected[..]);
    }

    #[test]
    fn a_resume_with_other_ranks_yields_the_rest(
        order in orders(),
        (batch, next_batch) in (1..200_u64, 1..200_u64),
        (world, next_world) in (1..=64_u64, 1..=64_u64),
        stop in any::<prop::sample::Index>(),
    ) {
        let expected = whole(&order);
        let share = Share { global_batch: batch.max(world), rank: world - 1, world_size: world };
        let plan = BatchPlan::new(order.len(), 0, share, EpochEnd::Partial).unwrap();
        let steps = stop.index(plan.steps() as usize + 1) as u64;
        let position = plan.position_after(steps);
        let rest = by_ranks(&order, position, next_batch, next_world, EpochEnd::Partial);
        prop_assert_eq!(&rest[..], &expected[position as usize..]);
    }

    #[test]
    fn seeking_gives_what_walking_gives(order in orders(), picks in prop::collection::vec(any::<prop::sample::Index>(), 20)) {
        let expected = whole(&order);
        let mut cache = BlockCache::default();
        for pick in picks.iter().filter(|_| !expected.is_empty()) {
            let position = pick.index(expected.len());
            prop_assert_eq!(order.at(position as u64, &mut cache), expected[position]);
        }
    }
}

fn spec(shuffle: Shuffle, seed: u64, epoch: u64) -> OrderSpec {
    OrderSpec {
        shuffle,
        seed,
        epoch,
        lanes: OrderSpec::DEFAULT_LANES,
        window: OrderSpec::DEFAULT_WINDOW,
    }
}

#[test]
fn seeds_and_epochs_change_the_order() {
    for shuffle in [Shuffle::Block, Shuffle::Full] {
        let shards = [1000_u32; 200];
        let base = whole(&EpochOrder::new(spec(shuffle, 0, 0), &shards));
        assert_eq!(base, whole(&EpochOrder::new(spec(shuffle, 0, 0), &shards)));
        assert_ne!(base, whole(&EpochOrder::new(spec(shuffle, 1, 0), &shards)));
        assert_ne!(base, whole(&EpochOrder::new(spec(shuffle, 0, 1), &shards)));
    }
}

/// On data sorted by class, a batch of 256 of 100 classes has 92.2 classes when drawn at random.
#[test]
fn batches_of_sorted_data_are_mixed() {
    let shards = [1000_u32; 1000];
    let order = EpochOrder::new(spec(Shuffle::Block, 7, 0), &shards);
    let class = |row: &Row| row.shard / 10;
    let batches = whole(&order);
    let distinct: usize = batches
        .chunks_exact(256)
        .map(|batch| batch.iter().map(class).collect::<BTreeSet<_>>().len())
        .sum();
    let mean = distinct as f64 / (batches.len() / 256) as f64;
    println!("distinct classes in a batch of 256: {mean:.1}");
    assert!(mean > 80.0, "{mean}");
}

/// A golden order: states in checkpoints stay good as long as this does not change.
#[test]
fn the_order_is_stable() {
    let order = EpochOrder::new(
        OrderSpec {
            shuffle: Shuffle::Block,
            seed: 42,
            epoch: 3,
            lanes: 4,
            window: 16,
        },
        &[5, 0, 7, 11, 3],
    );
    let rows: Vec<(u32, u32)> = whole(&order)
        .into_iter()
        .map(|row| (row.shard, row.row))
        .collect();
    #[rustfmt::skip]
    let expected = [
        (3, 0), (3, 10), (0, 4), (2, 4), (3, 4), (3, 8), (0, 3), (2, 5), (3, 3), (3, 7), (2, 2), (4, 0), (3, 2),
        (3, 9), (2, 3), (2, 6), (3, 1), (0, 0), (2, 0), (4, 1), (3, 5), (0, 2), (2, 1), (4, 2), (3, 6), (0, 1),
    ];
    assert_eq!(rows, expected);
}

/// Golden numbers: the crops of a resumed epoch are those of the first run.
#[test]
fn what_is_drawn_for_a_sample_is_stable() {
    let draw = |seed, epoch, sample| {
        let mut draws = Draws::new(seed, epoch, sample);
        [draws.unit(), draws.unit()].map(|drawn| (drawn * 1e6) as u64)
    };
    assert_eq!(draw(1, 2, 3), [355_389, 548_085]);
    assert_ne!(draw(1, 2, 3), draw(1, 2, 4));
    assert_ne!(draw(1, 2, 3), draw(1, 3, 3));
    assert_ne!(draw(1, 2, 3), draw(2, 2, 3));
}

proptest! {
    #[test]
    fn a_mixture_holds_what_its_weights_say(
        seed in any::<u64>(), weights in prop::collection::vec(0.001_f64..1000.0, 1..9), skip in 0_u64..40_000,
    ) {
        let mixture = Mixture::new(seed, &weights).unwrap();
        let total: f64 = weights.iter().sum();
        prop_assert_eq!(mixture.counts().iter().sum::<u32>(), BLOCK);
        for (weight, count) in weights.iter().zip(mixture.counts()) {
            let exact = weight / total * f64::from(BLOCK);
            let is_near = (f64::from(*count) - exact).abs() < 9.0;
            prop_assert!(*count >= 1 && is_near, "{} {}", count, exact);
        }
        // Every source in its own order, none left out, over three blocks.
        let mut cache = MixtureCache::default();
        let mut seen = vec![0; weights.len()];
        let positions = 3 * u64::from(BLOCK);
        let line: Vec<Drawn> = (0..positions).map(|position| mixture.at(position, &mut cache)).collect();
        for drawn in &line {
            prop_assert_eq!(drawn.nth, seen[drawn.source as usize]);
            seen[drawn.source as usize] += 1;
        }
        let counts: Vec<u64> = mixture.counts().iter().map(|count| u64::from(*count) * 3).collect();
        prop_assert_eq!(seen, counts);
        // Wherever one begins, the rest is the same.
        let skip = skip % positions;
        let mut cache = MixtureCache::default();
        for position in skip..positions.min(skip + 100) {
            prop_assert_eq!(mixture.at(position, &mut cache), line[position as usize]);
        }
    }
}

#[test]
fn a_mixture_is_stable_and_refuses_what_is_no_weight() {
    let mixture = Mixture::new(7, &[3.0, 1.0]).unwrap();
    assert_eq!(mixture.counts(), [3072, 1024]);
    let mut cache = MixtureCache::default();
    let sources: Vec<u32> = (0..16)
        .map(|at| mixture.at(at, &mut cache).source)
        .collect();
    assert_eq!(sources, [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0]);
    let tiny = Mixture::new(0, &[1e300, 1e-300, 1e300]).unwrap();
    assert_eq!(tiny.counts(), [2048, 1, 2047]);
    assert_eq!(Mixture::new(0, &[]).unwrap_err(), WeightError::Sources);
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(
            Mixture::new(0, &[1.0, bad]).unwrap_err(),
            WeightError::Weight { index: 1 }
        );
    }
}

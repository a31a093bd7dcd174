//! Several loaders as one: shares, ranks, restarts, class ids.

use std::collections::BTreeMap;

use loader::{
    Batch, Dataset, EpochEnd, LoaderOptions, Mix, MixOptions, Numbers, OnError, OpenOptions,
    Prefetch, Share, Shuffle, Values, Worker,
};
use proptest::prelude::*;

use crate::stores::{block_on, write};

fn loaders(dataset: &Dataset) -> Vec<(loader::Loader, f64)> {
    let part = |split: &str, shuffle, seed| {
        let mut options = LoaderOptions::new(1);
        options.split = Some(split.to_owned());
        options.columns = Some(
            ["key", "label", "tags", "objects"]
                .map(str::to_owned)
                .to_vec(),
        );
        options.order.shuffle = shuffle;
        options.order.seed = seed;
        dataset.loader(options).unwrap()
    };
    vec![
        (part("train", Shuffle::Block, 1), 1.0),
        (part("test", Shuffle::Full, 2), 2.0),
        (part("train", Shuffle::None, 3), 0.5),
    ]
}

fn mixed(dataset: &Dataset, samples: u64, (batch, rank, world_size): (u64, u64, u64)) -> Mix {
    let options = MixOptions {
        seed: 5,
        epoch: 1,
        samples: Some(samples),
        share: Share {
            global_batch: batch,
            rank,
            world_size,
        },
        end: EpochEnd::Partial,
        on_error: OnError::Fail,
        prefetch: Prefetch {
            threads: 3,
            bytes: 1 << 20,
        },
    };
    Mix::new(&loaders(dataset), options).unwrap()
}

fn run(mix: &Mix) -> Vec<Batch> {
    let batches = mix.iterate(Worker::default()).unwrap();
    batches.collect::<loader::Result<_>>().unwrap()
}

/// Every sample with all that it came with, in order.
fn samples(batches: &[Batch]) -> Vec<String> {
    let mut samples = Vec::new();
    for batch in batches {
        for at in 0..batch.len {
            let shown = batch.columns.iter().map(|(_, values)| match values {
                Values::Texts(texts) => format!("{:?}", texts[at]),
                Values::Ints(ints) => ints[at].to_string(),
                Values::Ragged {
                    classes,
                    regions,
                    offsets,
                } => {
                    let items = offsets[at] as usize..offsets[at + 1] as usize;
                    let boxes = regions.as_ref().map(|regions| match &regions.numbers {
                        Numbers::F32(numbers) => &numbers[items.start * 4..items.end * 4],
                        other => panic!("{other:?}"),
                    });
                    format!("{:?} {boxes:?}", &classes[items])
                }
                other => panic!("{other:?}"),
            });
            samples.push(shown.collect::<Vec<_>>().join(" "));
        }
    }
    samples
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn ranks_and_restarts_change_nothing(
        length in 1_u64..9000, batch in 1_u64..700, steps in 0_usize..6, world_size in 1_u64..9, later in 1_u64..300,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().to_str().unwrap();
        block_on(write(url, &Default::default()));
        let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
        let whole = samples(&run(&mixed(&dataset, length, (length, 0, 1))));
        prop_assert_eq!(whole.len() as u64, length);

        let mix = mixed(&dataset, length, (batch, 0, 1));
        let mut running = mix.iterate(Worker::default()).unwrap();
        // Not up to the end: then the next epoch would have begun.
        let steps = steps.min(mix.len() as usize);
        let begun: Vec<Batch> = running.by_ref().take(steps).map(Result::unwrap).collect();
        let state = mix.state();
        prop_assert_eq!(samples(&begun), &whole[..state.position as usize]);
        let later = later.max(world_size);
        let ranks: Vec<Vec<Batch>> = (0..world_size)
            .map(|rank| {
                let rest = mixed(&dataset, length, (later, rank, world_size));
                rest.load_state(&state).unwrap();
                run(&rest)
            })
            .collect();
        let in_order: Vec<Batch> = (0..ranks[0].len())
            .flat_map(|step| ranks.iter().map(move |rank| rank[step].clone()))
            .collect();
        prop_assert_eq!(samples(&in_order), &whole[state.position as usize..]);
    }
}

#[test]
fn every_sample_is_the_one_that_its_own_loader_yields() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().to_str().unwrap();
    block_on(write(url, &Default::default()));
    let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
    let parts = loaders(&dataset);
    let mut alone: BTreeMap<String, usize> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for (loader, _) in &parts {
        for batch in loader.iterate(Worker::default()).unwrap() {
            for sample in samples(&[batch.unwrap()]) {
                known.insert(sample, 0);
            }
        }
    }
    assert_eq!(known.len(), 100);
    for sample in samples(&run(&mixed(&dataset, 4096, (64, 0, 1)))) {
        assert!(known.contains_key(&sample), "{sample}");
        *alone.entry(sample).or_default() += 1;
    }
    assert_eq!(alone.len(), 100);
    let mix = mixed(&dataset, 4096, (64, 0, 1));
    assert_eq!(mix.classes()["label"], ["ape", "cat", "zebra"]);
    assert_eq!(mix.classes()["tags"], ["blue", "red"]);
}

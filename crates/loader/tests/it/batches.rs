//! What batches hold, and in which order.

use loader::{
    Batch, Dataset, Decode, EpochEnd, LoaderOptions, Numbers, OpenOptions, Prefetch, RegionKind,
    Share, Shuffle, Values, Worker,
};

use crate::stores::{SAMPLES, block_on, key, record, text, write};

fn opened() -> (tempfile::TempDir, Dataset) {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().to_str().unwrap();
    block_on(write(url, &Default::default()));
    let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
    (folder, dataset)
}

fn with_columns(batch_size: u64, columns: &[&str]) -> LoaderOptions {
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    LoaderOptions {
        columns: Some(columns),
        ..LoaderOptions::new(batch_size)
    }
}

fn shuffled(batch_size: u64) -> LoaderOptions {
    let mut options = with_columns(batch_size, &["key"]);
    options.order.shuffle = Shuffle::Block;
    options.order.lanes = 4;
    options.order.window = 32;
    options
}

fn column<'a>(batch: &'a Batch, name: &str) -> &'a Values {
    &batch
        .columns
        .iter()
        .find(|(column, _)| column == name)
        .unwrap()
        .1
}

fn keys(batches: impl IntoIterator<Item = Batch>) -> Vec<String> {
    let keys = batches
        .into_iter()
        .flat_map(|batch| match column(&batch, "key") {
            Values::Texts(keys) => keys.clone(),
            other => panic!("{other:?}"),
        });
    keys.map(Option::unwrap).collect()
}

fn run(loader: &loader::Loader) -> Vec<Batch> {
    loader
        .iterate(Worker::default())
        .unwrap()
        .collect::<loader::Result<_>>()
        .unwrap()
}

#[test]
fn every_column_comes_out_as_its_type() {
    let (_folder, dataset) = opened();
    let options = with_columns(
        SAMPLES as u64,
        &[
            "record",
            "text",
            "number",
            "even",
            "metadata.source",
            "split",
        ],
    );
    let batch = run(&dataset.loader(options).unwrap()).pop().unwrap();
    let records = (0..SAMPLES)
        .map(|number| Some(record(number).into()))
        .collect();
    assert_eq!(*column(&batch, "record"), Values::Bytes(records));
    let texts = (0..SAMPLES).map(|number| Some(text(number))).collect();
    assert_eq!(*column(&batch, "text"), Values::Texts(texts));
    assert_eq!(
        *column(&batch, "number"),
        Values::Ints((0..SAMPLES as i64).collect())
    );
    let Values::Floats(even) = column(&batch, "even") else {
        panic!()
    };
    assert!(even[0] == 0.0 && even[1].is_nan() && even[98] == 98.0);
    let Values::Texts(sources) = column(&batch, "metadata.source") else {
        panic!()
    };
    assert_eq!(sources[5].as_deref(), Some("cam-2"));
    let Values::Texts(splits) = column(&batch, "split") else {
        panic!()
    };
    assert_eq!(
        (splits[0].as_deref(), splits[1].as_deref()),
        (Some("test"), Some("train"))
    );
}

#[test]
fn records_of_one_length_are_stacked() {
    let (_folder, dataset) = opened();
    let mut options = with_columns(30, &["record"]);
    options.decode.decode = Decode::Raw;
    let batches = run(&dataset.loader(options).unwrap());
    let Values::Pixels { data, shape } = column(&batches[3], "record") else {
        panic!()
    };
    assert_eq!(*shape, [10, 12]);
    assert_eq!(data[..12], record(90));
}

#[test]
fn labels_come_as_ids_and_offsets() {
    let (_folder, dataset) = opened();
    let schema = dataset.schema();
    assert_eq!(
        schema["layers"]["label"]["classes"],
        serde_json::json!(["ape", "cat", "zebra"])
    );
    let kinds = ["label", "tags", "objects"]
        .map(|layer| schema["layers"][layer]["kind"].as_str().unwrap().to_owned());
    assert_eq!(kinds, ["class", "classes", "boxes"]);
    let batch = run(&dataset
        .loader(with_columns(7, &["label", "tags", "objects"]))
        .unwrap())
    .remove(0);
    assert_eq!(
        *column(&batch, "label"),
        Values::Ints(vec![2, 0, 1, -1, 0, 1, 2])
    );
    let Values::Ragged {
        classes,
        regions,
        offsets,
    } = column(&batch, "tags")
    else {
        panic!()
    };
    assert_eq!(
        (classes.as_slice(), regions),
        (&[1, 1, 0, 1, 1, 0][..], &None)
    );
    assert_eq!(*offsets, [0, 0, 1, 3, 3, 4, 6, 6]);
    let Values::Ragged {
        regions: Some(regions),
        offsets,
        ..
    } = column(&batch, "objects")
    else {
        panic!()
    };
    assert_eq!(*offsets, [0, 0, 1, 3, 6, 6, 7, 9]);
    let Numbers::F32(boxes) = &regions.numbers else {
        panic!()
    };
    assert_eq!((regions.kind, &regions.starts), (RegionKind::Boxes, &None));
    assert_eq!(boxes[8..12], [1.0, 2.0, 2.5, 3.0]);
}

#[test]
fn a_filter_takes_what_matches() {
    let (_folder, dataset) = opened();
    let options = LoaderOptions {
        split: Some("train".to_owned()),
        filter: Some(
            "label = 'cat' AND metadata.source LIKE 'cam-%' AND field.number < 50".to_owned(),
        ),
        ..with_columns(9, &["key"])
    };
    let loader = dataset.loader(options).unwrap();
    let expected: Vec<String> = (0..50)
        .filter(|n| n % 5 != 0 && n % 3 == 2 && n % 4 != 3)
        .map(key)
        .collect();
    assert_eq!(keys(run(&loader)), expected);
    assert_eq!(loader.samples(), expected.len() as u64);
}

#[test]
fn threads_and_prefetch_do_not_change_the_order() {
    let (_folder, dataset) = opened();
    let expected = keys(run(&dataset.loader(shuffled(8)).unwrap()));
    assert_ne!(expected, (0..SAMPLES).map(key).collect::<Vec<_>>());
    for (threads, bytes) in [(1, 1), (4, 1), (4, u64::MAX), (16, 100_000)] {
        let options = LoaderOptions {
            prefetch: Prefetch { threads, bytes },
            ..shuffled(8)
        };
        assert_eq!(keys(run(&dataset.loader(options).unwrap())), expected);
    }
}

#[test]
fn a_resume_yields_the_rest_on_any_number_of_ranks() {
    let (_folder, dataset) = opened();
    let expected = keys(run(&dataset.loader(shuffled(SAMPLES as u64)).unwrap()));
    let loader = dataset.loader(shuffled(8)).unwrap();
    let mut running = loader.iterate(Worker::default()).unwrap();
    for step in 0..13 {
        let state = loader.state();
        let world_size = [1, 2, 3, 64][step % 4];
        let ranks: Vec<Vec<Batch>> = (0..world_size)
            .map(|rank| {
                let share = Share {
                    global_batch: 65,
                    rank,
                    world_size,
                };
                // The saved lanes and window count, not those of the loader that takes the state over.
                let mut options = LoaderOptions {
                    share,
                    ..shuffled(1)
                };
                options.order.lanes = 9;
                let rest = dataset.loader(options).unwrap();
                rest.load_state(&state).unwrap();
                run(&rest)
            })
            .collect();
        let steps =
            (0..ranks[0].len()).flat_map(|step| ranks.iter().map(move |rank| rank[step].clone()));
        assert_eq!(keys(steps), expected[step * 8..]);
        running.by_ref().next().unwrap().unwrap();
    }
    assert!(running.by_ref().next().is_none());
    assert_eq!((loader.state().epoch, loader.state().position), (1, 0));
}

#[test]
fn a_state_taken_after_the_last_batch_yields_nothing_more() {
    let (_folder, dataset) = opened();
    for end in [EpochEnd::Drop, EpochEnd::Partial, EpochEnd::Wrap] {
        let loader = dataset
            .loader(LoaderOptions {
                end,
                ..shuffled(33)
            })
            .unwrap();
        let mut running = loader.iterate(Worker::default()).unwrap();
        for _ in 0..loader.len() {
            running.by_ref().next().unwrap().unwrap();
        }
        let rest = dataset
            .loader(LoaderOptions { end, ..shuffled(1) })
            .unwrap();
        rest.load_state(&loader.state()).unwrap();
        assert!(run(&rest).is_empty());
        assert_eq!(rest.epoch(), 1);
        assert_eq!(run(&rest).len(), SAMPLES);
    }
}

#[test]
fn rows_are_found_by_place_and_key() {
    let (_folder, dataset) = opened();
    let row = dataset.find(&key(42)).unwrap();
    assert_eq!(dataset.find("nobody"), None);
    let columns = ["key".to_owned(), "text".to_owned()];
    let batch = dataset
        .rows(&[row, 3, row], Some(&columns), Default::default())
        .unwrap();
    assert_eq!(keys([batch.clone()]), [key(42), key(3), key(42)]);
    assert_eq!(
        *column(&batch, "text"),
        Values::Texts([42, 3, 42].map(|n| Some(text(n))).to_vec())
    );
    assert_eq!(
        dataset
            .rows(&[100], None, Default::default())
            .unwrap_err()
            .code(),
        "sample_not_found"
    );
}

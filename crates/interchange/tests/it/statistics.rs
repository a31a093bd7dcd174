//! Counting in chunks gives what counting at once gives.
use dataset::{BlobField, Field};
use ids::Hash;
use interchange::{LengthBin, SplitCount, Statistics, StatisticsBuilder};

use crate::export::sample;

#[test]
fn counts_add_up_over_chunks() {
    const SAMPLES: usize = 120_000;
    let mut builder = StatisticsBuilder::new();
    for number in 0..SAMPLES {
        let (sample, labels) = sample(number);
        builder.add(&sample, &labels).unwrap();
    }
    let statistics = builder.finish().unwrap();
    assert_eq!(statistics.samples, SAMPLES as u64);
    assert_eq!(statistics.labelled, SAMPLES as u64 * 3 / 4);
    let classes: Vec<_> = statistics
        .classes
        .iter()
        .map(|c| (c.class.as_str(), c.count))
        .collect();
    assert_eq!(classes, [("odd", 60_000), ("even", 30_000)]);
    assert_eq!(
        statistics.splits,
        [
            SplitCount {
                split: String::new(),
                count: 24_000
            },
            SplitCount {
                split: "train".into(),
                count: 96_000
            }
        ]
    );
    let texts: u64 = statistics
        .text_lengths
        .bins
        .iter()
        .map(|bin| bin.count)
        .sum();
    assert_eq!(texts, SAMPLES as u64);
    // "text 7, …" has 27 code points, one more for each further digit of the number.
    let long = |number: &usize| number.to_string().len() + 26 >= 32;
    let wanted = (0..SAMPLES).filter(long).count() as u64;
    assert_eq!(
        statistics.text_lengths.bins[1],
        LengthBin {
            from: 32,
            to: 64,
            count: wanted
        }
    );
    let json = serde_json::to_string(&statistics).unwrap();
    assert_eq!(
        serde_json::from_str::<Statistics>(&json).unwrap(),
        statistics
    );
}

#[test]
fn images_count_by_size() {
    let mut builder = StatisticsBuilder::new();
    for number in 0..10u32 {
        let (mut sample, _) = sample(0);
        let blob = BlobField {
            hash: Hash::of(b"x"),
            media_type: "image/png".into(),
            bytes: 100,
            width: Some(8 + number % 2),
            height: Some(8),
        };
        sample.fields = [("image".to_owned(), Field::Blob(blob))].into();
        builder.add(&sample, &[]).unwrap();
    }
    let statistics = builder.finish().unwrap();
    let sizes: Vec<_> = statistics
        .image_sizes
        .iter()
        .map(|s| (s.width, s.height, s.count))
        .collect();
    assert_eq!(sizes, [(8, 8, 5), (9, 8, 5)]);
    assert_eq!(
        (statistics.blob_bytes, statistics.media_types["image/png"]),
        (1000, 10)
    );
    assert_eq!(
        StatisticsBuilder::new().finish().unwrap(),
        Statistics::default()
    );
}

//! Several ranges of one object: near ones are one request, and what comes back short is an error.

use std::ops::Range;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};

use crate::{Error, Result};

/// Ranges of one object that are asked for at the same time.
const PARALLEL_RANGES: usize = 8;
/// Ranges closer than this are one request.
const GAP_BYTES: u64 = 256 * 1024;

/// All of `ranges`, in the order asked for, read with `get`, which may answer with fewer bytes than asked.
///
/// # Errors
/// [`Error::ShortObject`] when bytes of a range are missing, and errors of `get`.
pub(crate) async fn read_together<F, G>(
    path: &str,
    ranges: &[Range<u64>],
    get: F,
) -> Result<Vec<Bytes>>
where
    F: Fn(Range<u64>) -> G,
    G: Future<Output = Result<Bytes>>,
{
    let fetched: Vec<(u64, Bytes)> = futures::stream::iter(coalesce(ranges))
        .map(|range| {
            let start = range.start;
            let read = (!range.is_empty()).then(|| get(range));
            async move {
                match read {
                    Some(read) => Ok((start, read.await?)),
                    None => Ok((start, Bytes::new())),
                }
            }
        })
        .buffered(PARALLEL_RANGES)
        .try_collect()
        .await?;
    ranges
        .iter()
        .map(|range| {
            let at = fetched.partition_point(|(start, _)| *start <= range.start);
            let (start, body) = &fetched[at.saturating_sub(1)];
            slice(path, body, range, *start)
        })
        .collect()
}

/// `range` of an object, out of `body`, which begins at byte `start` of the object.
pub(crate) fn slice(path: &str, body: &Bytes, range: &Range<u64>, start: u64) -> Result<Bytes> {
    let short = || Error::ShortObject {
        path: path.to_owned(),
        bytes: start + body.len() as u64,
        start: range.start,
        end: range.end,
    };
    let from =
        usize::try_from(range.start.checked_sub(start).ok_or_else(short)?).map_err(|_| short())?;
    let to =
        usize::try_from(range.end.checked_sub(start).ok_or_else(short)?).map_err(|_| short())?;
    if from > to || to > body.len() {
        return Err(short());
    }
    Ok(body.slice(from..to))
}

/// Sorted ranges that cover `ranges`, with small gaps filled.
fn coalesce(ranges: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in sorted {
        match merged.last_mut() {
            Some(last) if range.start <= last.end + GAP_BYTES => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_ranges_become_one_request() {
        assert_eq!(
            coalesce(&[10..20, 0..5, 2_000_000..2_000_001]),
            vec![0..20, 2_000_000..2_000_001]
        );
        assert_eq!(coalesce(&[]), Vec::<Range<u64>>::new());
    }

    #[test]
    fn a_short_body_is_an_error() {
        let body = Bytes::from_static(b"abcdef");
        assert_eq!(slice("p", &body, &(12..14), 10).unwrap(), "cd");
        assert!(slice("p", &body, &(12..17), 10).is_err());
        assert!(slice("p", &body, &(1..2), 10).is_err());
    }

    #[tokio::test]
    async fn a_short_answer_to_ranges_read_together_is_an_error() {
        let short = |range: Range<u64>| async move {
            let half = usize::try_from((range.end - range.start) / 2).unwrap();
            Ok(Bytes::from(vec![0; half]))
        };
        let read = read_together("p", &[0..10, 90..100], short).await;
        assert!(matches!(read, Err(Error::ShortObject { .. })), "{read:?}");
    }
}

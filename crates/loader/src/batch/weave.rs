//! Parts of one batch that come from several versions, put in the order of the mixture.

use super::{Batch, Values};
use crate::regions::Regions;
use crate::{Error, Result};

/// Samples of one version, and where in the whole batch each of them stands.
#[derive(Debug)]
pub(crate) struct Strand {
    pub batch: Batch,
    /// A place for each sample, ascending.
    pub places: Vec<usize>,
}

/// One batch of all strands. All have the same columns; places are counted before samples were left out.
///
/// # Errors
/// [`Error::Invalid`] when a column is of another type or size in another version.
pub(crate) fn weave(strands: Vec<Strand>) -> Result<Batch> {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (strand, part) in strands.iter().enumerate() {
        order.extend(part.places.iter().map(|place| (*place, strand)));
    }
    order.sort_unstable();
    let turns: Vec<usize> = order.into_iter().map(|(_, strand)| strand).collect();
    let mut skipped = Vec::new();
    let mut columns: Vec<(String, Vec<Values>)> = Vec::new();
    for strand in strands {
        skipped.extend(strand.batch.skipped);
        for (at, (name, values)) in strand.batch.columns.into_iter().enumerate() {
            match columns.get_mut(at) {
                Some((_, parts)) => parts.push(values),
                None => columns.push((name, vec![values])),
            }
        }
    }
    let woven = columns.into_iter().map(|(name, parts)| {
        let values = weave_values(&name, parts, &turns)?;
        Ok((name, values))
    });
    Ok(Batch {
        len: turns.len(),
        columns: woven.collect::<Result<_>>()?,
        skipped,
    })
}

/// Takes the values of all parts out of `$kind` and puts them in order.
macro_rules! in_turns {
    ($kind:path, $parts:expr, $turns:expr, $name:expr) => {{
        let lists = $parts.into_iter().map(|part| match part {
            $kind(values) => Ok(values.into_iter()),
            _ => Err(differs($name)),
        });
        let mut lists = lists.collect::<Result<Vec<_>>>()?;
        $kind(
            $turns
                .iter()
                .filter_map(|turn| lists[*turn].next())
                .collect(),
        )
    }};
}

fn weave_values(name: &str, parts: Vec<Values>, turns: &[usize]) -> Result<Values> {
    Ok(match parts.first() {
        None => Values::Json(Vec::new()),
        Some(Values::Pixels { .. }) => pixels(name, &parts, turns)?,
        Some(Values::Ragged { .. }) => ragged(name, &parts, turns)?,
        Some(Values::Pictures(_)) => in_turns!(Values::Pictures, parts, turns, name),
        Some(Values::Bytes(_)) => in_turns!(Values::Bytes, parts, turns, name),
        Some(Values::Texts(_)) => in_turns!(Values::Texts, parts, turns, name),
        Some(Values::Ints(_)) => in_turns!(Values::Ints, parts, turns, name),
        Some(Values::Floats(_)) => in_turns!(Values::Floats, parts, turns, name),
        Some(Values::Bools(_)) => in_turns!(Values::Bools, parts, turns, name),
        Some(Values::Json(_)) => in_turns!(Values::Json, parts, turns, name),
    })
}

fn differs(name: &str) -> Error {
    Error::Invalid(format!(
        "the column {name:?} is of another type or size in another version of the mixture; \
         pictures need resize=(height, width)"
    ))
}

fn pixels(name: &str, parts: &[Values], turns: &[usize]) -> Result<Values> {
    let mut inner: Option<&[usize]> = None;
    let mut rows = Vec::with_capacity(parts.len());
    for part in parts {
        let Values::Pixels { data, shape } = part else {
            return Err(differs(name));
        };
        if inner.is_some_and(|inner| *inner != shape[1..]) {
            return Err(differs(name));
        }
        inner = Some(&shape[1..]);
        rows.push(data.chunks_exact(shape[1..].iter().product::<usize>().max(1)));
    }
    let inner = inner.unwrap_or_default();
    let mut data = Vec::with_capacity(turns.len() * inner.iter().product::<usize>());
    for turn in turns {
        data.extend_from_slice(rows[*turn].next().unwrap_or_default());
    }
    let shape = [&[turns.len()][..], inner].concat();
    Ok(Values::Pixels { data, shape })
}

fn ragged(name: &str, parts: &[Values], turns: &[usize]) -> Result<Values> {
    let mut next = vec![0; parts.len()];
    let (mut all_classes, mut offsets) = (Vec::new(), vec![0]);
    let mut all_regions = match &parts[0] {
        Values::Ragged {
            regions: Some(regions),
            ..
        } => Some(Regions::new(regions.kind)),
        _ => None,
    };
    for turn in turns {
        let Values::Ragged {
            classes,
            regions,
            offsets: own,
        } = &parts[*turn]
        else {
            return Err(differs(name));
        };
        let at = next[*turn];
        let items = own[at] as usize..own[at + 1] as usize;
        next[*turn] += 1;
        match (&mut all_regions, regions) {
            (Some(all), Some(regions)) if all.kind == regions.kind => {
                all.extend(regions, items.clone());
            }
            (None, None) => {}
            _ => return Err(differs(name)),
        }
        all_classes.extend_from_slice(&classes[items]);
        offsets.push(all_classes.len() as i64);
    }
    Ok(Values::Ragged {
        classes: all_classes,
        regions: all_regions,
        offsets,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strand(values: Values, places: &[usize]) -> Strand {
        Strand {
            batch: Batch {
                len: places.len(),
                columns: vec![("x".to_owned(), values)],
                skipped: Vec::new(),
            },
            places: places.to_vec(),
        }
    }

    fn woven(strands: Vec<Strand>) -> Values {
        weave(strands).unwrap().columns.remove(0).1
    }

    #[test]
    fn samples_come_in_the_order_of_their_places() {
        let ints = woven(vec![
            strand(Values::Ints(vec![1, 4]), &[0, 3]),
            strand(Values::Ints(vec![2, 3, 9]), &[1, 2, 7]),
        ]);
        assert_eq!(ints, Values::Ints(vec![1, 2, 3, 4, 9]));
        let pixels = |data: &[u8]| Values::Pixels {
            data: data.to_vec(),
            shape: vec![data.len() / 2, 2],
        };
        let both = vec![
            strand(pixels(&[3, 3]), &[1]),
            strand(pixels(&[1, 1, 5, 5]), &[0, 2]),
        ];
        assert_eq!(woven(both), pixels(&[1, 1, 3, 3, 5, 5]));
        let ragged = |classes: &[i64], offsets: &[i64]| Values::Ragged {
            classes: classes.to_vec(),
            regions: None,
            offsets: offsets.to_vec(),
        };
        let both = vec![
            strand(ragged(&[1, 2], &[0, 2]), &[1]),
            strand(ragged(&[7], &[0, 0, 1]), &[0, 2]),
        ];
        assert_eq!(woven(both), ragged(&[1, 2, 7], &[0, 0, 2, 3]));
    }

    #[test]
    fn columns_that_do_not_fit_are_named() {
        let strands = vec![
            strand(Values::Ints(vec![1]), &[0]),
            strand(Values::Floats(vec![1.0]), &[1]),
        ];
        let error = weave(strands).unwrap_err();
        assert!(error.to_string().contains("\"x\""), "{error}");
    }
}

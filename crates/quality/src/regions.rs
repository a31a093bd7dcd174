//! Which regions of two answers are the same thing seen twice.

use annotation::Shape;

/// Pairs two sets of regions greedily, best overlap first, each used once; overlaps below `least` do not pair.
///
/// Answers `(index in a, index in b, intersection over union)`. Ties go to the lower indices, so the
/// answer is a function of its input alone. Shapes of different kinds, and classes, pair with nothing.
pub fn match_regions(a: &[&Shape], b: &[&Shape], least: f64) -> Vec<(usize, usize, f64)> {
    let mut candidates: Vec<(usize, usize, f64)> = a
        .iter()
        .enumerate()
        .flat_map(|(i, x)| {
            b.iter()
                .enumerate()
                .filter_map(move |(j, y)| Some((i, j, x.iou(y)?)))
        })
        .filter(|(_, _, overlap)| *overlap > 0.0 && *overlap >= least)
        .collect();
    candidates.sort_by(|x, y| y.2.total_cmp(&x.2).then(x.0.cmp(&y.0)).then(x.1.cmp(&y.1)));
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    candidates.retain(|(i, j, _)| {
        let free = !used_a[*i] && !used_b[*j];
        if free {
            used_a[*i] = true;
            used_b[*j] = true;
        }
        free
    });
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn square(x: f64) -> Shape {
        Shape::Box {
            x,
            y: 0.0,
            width: 10.0,
            height: 10.0,
        }
    }

    #[test]
    fn the_best_pairs_are_made_first() {
        let (near, far) = (square(4.0), square(0.0));
        let a = [&far, &near];
        assert_eq!(match_regions(&a, &[&near], 0.1), vec![(1, 0, 1.0)]);
        assert!(match_regions(&a, &[], 0.1).is_empty());
        assert!(match_regions(&a, &[&Shape::Classification], 0.1).is_empty());
    }
}

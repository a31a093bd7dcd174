//! Which part of a picture is shown, and how large it comes out.

use media::Area;
use streaming::Draws;

/// Places that are tried for a random part before the middle is taken.
const TRIES: usize = 10;

/// What size pictures are brought to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resize {
    /// Exactly (width, height).
    Exact(u32, u32),
    /// The shorter side to this many pixels, the longer one in proportion.
    Short(u32),
}

/// Which part of a picture fills the size that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Crop {
    /// All of it, squeezed where its shape is another.
    #[default]
    Whole,
    /// The largest part of the right shape in the middle, or a `share` (0 to 1) of its sides.
    Center {
        /// Of the sides of the largest part, over 0 and at most 1.
        share: f64,
    },
    /// A part of that size and shape, anywhere.
    Random {
        /// Of the sides of the largest part, over 0 and at most 1.
        share: f64,
    },
    /// A part of random size and shape, anywhere, squeezed.
    RandomResized {
        /// Least and greatest share of the picture's area.
        scale: (f64, f64),
        /// Least and greatest width for each unit of height.
        ratio: (f64, f64),
    },
}

impl Resize {
    /// The size (width, height) that a picture of `size` comes out with.
    pub(crate) fn of(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::Exact(width, height) => (width, height),
            Self::Short(side) => {
                let shorter = f64::from(width.min(height).max(1));
                let scaled =
                    |long: u32| (f64::from(long) * f64::from(side) / shorter).round() as u32;
                match width <= height {
                    true => (side, scaled(height).max(1)),
                    false => (scaled(width).max(1), side),
                }
            }
        }
    }
}

impl Crop {
    /// What is wrong with the numbers, if anything is.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let is_share = |share: f64| share > 0.0 && share <= 1.0;
        match *self {
            Self::Whole => None,
            Self::Center { share } | Self::Random { share } => {
                (!is_share(share)).then_some("the share of a crop is over 0 and at most 1")
            }
            Self::RandomResized { scale, ratio } => {
                if !is_share(scale.0) || !is_share(scale.1) || scale.0 > scale.1 {
                    return Some(
                        "the scale of a crop is two numbers over 0 and at most 1, ascending",
                    );
                }
                let is_ratio = ratio.0 > 0.0 && ratio.1 <= 100.0 && ratio.0 <= ratio.1;
                (!is_ratio).then_some(
                    "the ratio of a crop is two numbers over 0 and at most 100, ascending",
                )
            }
        }
    }

    /// The part of a picture of `size` that is brought to `wanted`.
    pub(crate) fn area(&self, size: (u32, u32), wanted: (u32, u32), draws: &mut Draws) -> Area {
        match *self {
            Self::Whole => Area::whole(size),
            Self::Center { share } => {
                place(size, largest(size, ratio_of(wanted), share), (0.5, 0.5))
            }
            Self::Random { share } => {
                let part = largest(size, ratio_of(wanted), share);
                place(size, part, (draws.unit(), draws.unit()))
            }
            Self::RandomResized { scale, ratio } => random_resized(size, scale, ratio, draws),
        }
    }
}

fn ratio_of((width, height): (u32, u32)) -> f64 {
    f64::from(width) / f64::from(height)
}

/// Width and height of the largest part of a picture that has so much width for each unit of height.
fn largest(size: (u32, u32), ratio: f64, share: f64) -> (f64, f64) {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let (width, height) = match width / height > ratio {
        true => (height * ratio, height),
        false => (width, width / ratio),
    };
    (width * share, height * share)
}

/// A part at a place, from 0 (left, top) to 1 (right, bottom).
fn place(size: (u32, u32), (width, height): (f64, f64), at: (f64, f64)) -> Area {
    Area {
        x: (f64::from(size.0) - width).max(0.0) * at.0,
        y: (f64::from(size.1) - height).max(0.0) * at.1,
        width,
        height,
    }
}

fn random_resized(
    size: (u32, u32),
    scale: (f64, f64),
    ratio: (f64, f64),
    draws: &mut Draws,
) -> Area {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    for _ in 0..TRIES {
        let area = width * height * (scale.0 + draws.unit() * (scale.1 - scale.0));
        // Even over the logarithm, so that flat parts are as likely as tall ones.
        let (low, high) = (ratio.0.ln(), ratio.1.ln());
        let shape = (low + draws.unit() * (high - low)).exp();
        let part = ((area * shape).sqrt(), (area / shape).sqrt());
        let at = (draws.unit(), draws.unit());
        if part.0 >= 1.0 && part.1 >= 1.0 && part.0 <= width && part.1 <= height {
            return place(size, part, at);
        }
    }
    let shape = (width / height).clamp(ratio.0, ratio.1);
    place(size, largest(size, shape, 1.0), (0.5, 0.5))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_part_lies_within_its_picture(
            width in 1_u32..5000, height in 1_u32..5000, wanted in (1_u32..600, 1_u32..600),
            share in 0.01_f64..=1.0, seed in any::<u64>(),
        ) {
            let size = (width, height);
            let ratio = (3.0 / 4.0, 4.0 / 3.0);
            for crop in [
                Crop::Whole,
                Crop::Center { share },
                Crop::Random { share },
                Crop::RandomResized { scale: (0.08, 1.0), ratio },
            ] {
                prop_assert_eq!(crop.fault(), None);
                let mut draws = Draws::new(seed, 3, 4);
                let area = crop.area(size, wanted, &mut draws);
                prop_assert!(area.x >= 0.0 && area.y >= 0.0 && area.width > 0.0 && area.height > 0.0);
                prop_assert!(area.x + area.width <= f64::from(width) + 1e-6, "{:?}", area);
                prop_assert!(area.y + area.height <= f64::from(height) + 1e-6, "{:?}", area);
                if let Crop::Center { .. } | Crop::Random { .. } = crop {
                    prop_assert!((area.width / area.height / ratio_of(wanted) - 1.0).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_shorter_side_is_what_was_asked_for() {
        assert_eq!(Resize::Short(256).of((640, 480)), (341, 256));
        assert_eq!(Resize::Short(256).of((480, 640)), (256, 341));
        assert_eq!(Resize::Short(10).of((7, 7)), (10, 10));
        assert_eq!(Resize::Exact(3, 4).of((7, 7)), (3, 4));
    }

    #[test]
    fn the_middle_is_the_middle() {
        let area = Crop::Center { share: 0.5 }.area((100, 60), (30, 30), &mut Draws::new(0, 0, 0));
        assert_eq!(
            (area.x, area.y, area.width, area.height),
            (35.0, 15.0, 30.0, 30.0)
        );
    }

    #[test]
    fn numbers_that_make_no_sense_are_named() {
        for crop in [
            Crop::Center { share: 0.0 },
            Crop::Random { share: f64::NAN },
            Crop::RandomResized {
                scale: (0.5, 0.2),
                ratio: (1.0, 1.0),
            },
            Crop::RandomResized {
                scale: (0.5, 1.0),
                ratio: (0.0, 1.0),
            },
        ] {
            assert!(crop.fault().is_some(), "{crop:?}");
        }
    }
}

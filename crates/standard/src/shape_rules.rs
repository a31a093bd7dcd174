//! The check of an item's shape: that it is one, that it lies where it may, and that it is large enough.

use annotation::{Item, Shape};

use crate::{Layer, SampleFacts, Violation};

/// Shapes may cross the picture's edge by this much, in source pixels: what a zoomed drag leaves behind.
const EDGE_TOLERANCE_PX: f64 = 1e-3;

/// Everything that is wrong with the shape of an item whose kind is its layer's.
pub(crate) fn check_shape(
    item: &Item,
    layer: &Layer,
    facts: &SampleFacts,
    path: &str,
    found: &mut Vec<Violation>,
) {
    let before = found.len();
    check_form(&item.shape, layer, path, found);
    // What is no shape has no place either.
    if found.len() > before {
        return;
    }
    if let Shape::Span { end, .. } = item.shape {
        check_text(end, layer, facts, path, found);
    }
    if layer.kind.is_on_picture() {
        check_size(&item.shape, layer, path, found);
        check_place(&item.shape, layer, facts, path, found);
    }
}

fn check_form(shape: &Shape, layer: &Layer, path: &str, found: &mut Vec<Violation>) {
    let mut numbers = Numbers { path, found };
    match shape {
        Shape::Classification | Shape::Relation { .. } => {}
        Shape::Box {
            x,
            y,
            width,
            height,
        } => {
            numbers.finite(&[("x", *x), ("y", *y)]);
            numbers.extents(&[("width", *width), ("height", *height)]);
        }
        Shape::RotatedBox {
            cx,
            cy,
            width,
            height,
            angle,
        } => {
            numbers.finite(&[("cx", *cx), ("cy", *cy)]);
            numbers.extents(&[("width", *width), ("height", *height)]);
            numbers.angle(*angle);
        }
        Shape::Ellipse {
            cx,
            cy,
            rx,
            ry,
            angle,
        } => {
            numbers.finite(&[("cx", *cx), ("cy", *cy)]);
            numbers.extents(&[("rx", *rx), ("ry", *ry)]);
            numbers.angle(*angle);
        }
        Shape::Polygon { points } => numbers.points(points, 3),
        Shape::Polyline { points } => numbers.points(points, 2),
        Shape::Point { x, y } => numbers.finite(&[("x", *x), ("y", *y)]),
        Shape::Skeleton { joints } => numbers.joints(joints, layer),
        Shape::Mask {
            width,
            height,
            counts,
            ..
        } => numbers.mask(u64::from(*width) * u64::from(*height), counts),
        Shape::Span { start, end } => {
            if start >= end {
                let message = format!("the span ends at {end}, not after its start at {start}");
                numbers.say("end", "empty_span", message);
            }
        }
        Shape::Interval { start, end } => {
            numbers.finite(&[("start", *start), ("end", *end)]);
            if *start < 0.0 || start >= end {
                let message = format!("from {start} s to {end} s is no part of a recording");
                numbers.say("end", "empty_span", message);
            }
        }
    }
}

/// The checks of single members, and where what they find goes.
struct Numbers<'a> {
    path: &'a str,
    found: &'a mut Vec<Violation>,
}

impl Numbers<'_> {
    fn say(&mut self, member: &str, code: &str, message: impl Into<String>) {
        let place = format!("{}.{member}", self.path);
        self.found.push(Violation::new(place, code, message));
    }

    fn finite(&mut self, members: &[(&str, f64)]) {
        for (name, value) in members {
            if !value.is_finite() {
                self.say(name, "not_finite", format!("{name} is not a finite number"));
            }
        }
    }

    fn extents(&mut self, members: &[(&str, f64)]) {
        self.finite(members);
        for (name, value) in members {
            if *value <= 0.0 {
                let message = format!("{name} is {value}; it must be above zero");
                self.say(name, "empty_box", message);
            }
        }
    }

    fn angle(&mut self, angle: f64) {
        if !(0.0..360.0).contains(&angle) {
            let message = format!("the angle is {angle}; it must be 0 to below 360 degrees");
            self.say("angle", "invalid_angle", message);
        }
    }

    fn points(&mut self, points: &[[f64; 2]], least: usize) {
        let most = Shape::MAX_POINTS;
        if points.len() < least {
            let message = format!("{} points are too few; it takes {least}", points.len());
            self.say("points", "too_few_points", message);
        } else if points.len() > most {
            let message = format!("{} points are too many; the most are {most}", points.len());
            self.say("points", "too_many_points", message);
        }
        if let Some(at) = points
            .iter()
            .position(|point| !point.iter().all(|number| number.is_finite()))
        {
            let message = "a coordinate is not a finite number";
            self.say(&format!("points[{at}]"), "not_finite", message);
        }
    }

    fn joints(&mut self, joints: &[[f64; 3]], layer: &Layer) {
        let expected = layer.skeleton.as_ref().map_or(0, |s| s.points.len());
        if joints.len() != expected {
            let message = format!(
                "the skeleton of layer `{}` has {expected} joints, not {}",
                layer.name,
                joints.len()
            );
            self.say("joints", "wrong_joints", message);
        }
        for (at, [x, y, seen]) in joints.iter().enumerate() {
            if !x.is_finite() || !y.is_finite() {
                let message = "a coordinate is not a finite number";
                self.say(&format!("joints[{at}]"), "not_finite", message);
            } else if ![0.0, 1.0, 2.0].contains(seen) {
                let message = format!("{seen} is not 0 (not there), 1 (hidden) or 2 (seen)");
                self.say(&format!("joints[{at}]"), "wrong_joints", message);
            }
        }
        if joints.iter().all(|joint| joint[2] == 0.0) {
            self.say("joints", "empty_shape", "no joint of the skeleton is there");
        }
    }

    fn mask(&mut self, pixels: u64, counts: &[u32]) {
        let sum: u64 = counts.iter().copied().map(u64::from).sum();
        if sum != pixels {
            let message =
                format!("the runs sum to {sum}, the mask's rectangle has {pixels} pixels");
            self.say("counts", "invalid_mask", message);
        } else if counts.iter().skip(1).any(|count| *count == 0) {
            let message = "only the first run may be empty";
            self.say("counts", "invalid_mask", message);
        } else if counts.len() < 2 {
            self.say("counts", "empty_shape", "the mask has no pixel");
        }
    }
}

fn check_text(
    end: u32,
    layer: &Layer,
    facts: &SampleFacts,
    path: &str,
    found: &mut Vec<Violation>,
) {
    let length = facts.fields.get(&layer.field).and_then(|f| f.characters);
    let Some(length) = length else {
        let message = format!("the sample has no text `{}` to mark", layer.field);
        found.push(Violation::new(path, "no_text", message));
        return;
    };
    if u64::from(end) > length {
        let message = format!("the span ends at {end}, the text has {length} characters");
        found.push(Violation::new(path, "outside_text", message));
    }
}

fn check_size(shape: &Shape, layer: &Layer, path: &str, found: &mut Vec<Violation>) {
    let Some([_, _, width, height]) = shape.bounds().filter(|_| layer.kind.has_surface()) else {
        return;
    };
    let sides = [
        ("width", width, layer.rules.min_width),
        ("height", height, layer.rules.min_height),
    ];
    for (name, value, least) in sides {
        if let Some(least) = least.filter(|least| value < *least) {
            let message = format!("{name} is {value}; the least is {least}");
            let place = format!("{path}.{name}");
            found.push(Violation::new(place, "too_small", message));
        }
    }
}

fn check_place(
    shape: &Shape,
    layer: &Layer,
    facts: &SampleFacts,
    path: &str,
    found: &mut Vec<Violation>,
) {
    let Some((across, down)) = facts.fields.get(&layer.field).and_then(|field| field.size) else {
        let message = format!("the sample has no picture `{}` to draw on", layer.field);
        found.push(Violation::new(path, "no_picture", message));
        return;
    };
    let Some([x, y, width, height]) = shape.bounds() else {
        return;
    };
    let (across, down) = (f64::from(across), f64::from(down));
    let within = |start: f64, length: f64, limit: f64| {
        if layer.rules.inside {
            start >= -EDGE_TOLERANCE_PX && start + length <= limit + EDGE_TOLERANCE_PX
        } else {
            start < limit && start + length > 0.0
        }
    };
    if !within(x, width, across) || !within(y, height, down) {
        let kind = layer.kind.as_str().replace('_', " ");
        let message = format!(
            "the {kind} ({x}, {y}, {width}, {height}) is outside the picture of {across} x {down} pixels"
        );
        found.push(Violation::new(path, "outside_picture", message));
    }
}

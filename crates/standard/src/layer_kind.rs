//! The kinds of layers: one for each shape.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The shape of a layer's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LayerKind {
    /// A class for the whole sample.
    Classification,
    /// Upright rectangles in source pixels.
    Box,
    /// Rectangles turned around their centre.
    RotatedBox,
    /// Ellipses, turned or not.
    Ellipse,
    /// Closed rings of points.
    Polygon,
    /// Open lines.
    Polyline,
    /// Single places.
    Point,
    /// Joints with names, and the lines between them.
    Skeleton,
    /// Sets of pixels.
    Mask,
    /// Parts of a text.
    Span,
    /// Parts of a recording.
    Interval,
    /// Relations between two items.
    Relation,
}

impl LayerKind {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [Self; 12] = [
        Self::Classification,
        Self::Box,
        Self::RotatedBox,
        Self::Ellipse,
        Self::Polygon,
        Self::Polyline,
        Self::Point,
        Self::Skeleton,
        Self::Mask,
        Self::Span,
        Self::Interval,
        Self::Relation,
    ];

    /// The name of the kind, as on the wire and in items.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Box => "box",
            Self::RotatedBox => "rotated_box",
            Self::Ellipse => "ellipse",
            Self::Polygon => "polygon",
            Self::Polyline => "polyline",
            Self::Point => "point",
            Self::Skeleton => "skeleton",
            Self::Mask => "mask",
            Self::Span => "span",
            Self::Interval => "interval",
            Self::Relation => "relation",
        }
    }

    /// Whether its items have a surface, and with it a width and a height.
    #[must_use]
    pub const fn has_surface(self) -> bool {
        matches!(
            self,
            Self::Box | Self::RotatedBox | Self::Ellipse | Self::Polygon | Self::Mask
        )
    }

    /// Whether its items are drawn on a picture.
    #[must_use]
    pub const fn is_on_picture(self) -> bool {
        self.has_surface() || matches!(self, Self::Polyline | Self::Point | Self::Skeleton)
    }
}

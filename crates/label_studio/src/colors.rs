//! Colours: as configurations write them, and for classes that have none.

/// Names of CSS that configurations use.
const NAMED: [(&str, &str); 24] = [
    ("aqua", "#00ffff"),
    ("black", "#000000"),
    ("blue", "#0000ff"),
    ("brown", "#a52a2a"),
    ("coral", "#ff7f50"),
    ("cyan", "#00ffff"),
    ("darkgreen", "#006400"),
    ("darkorange", "#ff8c00"),
    ("fuchsia", "#ff00ff"),
    ("gold", "#ffd700"),
    ("gray", "#808080"),
    ("green", "#008000"),
    ("grey", "#808080"),
    ("lime", "#00ff00"),
    ("magenta", "#ff00ff"),
    ("maroon", "#800000"),
    ("navy", "#000080"),
    ("olive", "#808000"),
    ("orange", "#ffa500"),
    ("pink", "#ffc0cb"),
    ("purple", "#800080"),
    ("red", "#ff0000"),
    ("teal", "#008080"),
    ("yellow", "#ffff00"),
];

/// For classes without a colour that is known: neighbours differ.
const PALETTE: [&str; 10] = [
    "#2f7fb8", "#d9822b", "#3b9a5f", "#c2456b", "#7a5fc0", "#9a7b2c", "#2b9a95", "#b8563a",
    "#5b7083", "#8aa11f",
];

/// `#rrggbb` for a colour of a configuration; for others the `nth` of a palette.
pub(crate) fn color(written: Option<&str>, nth: usize) -> String {
    written
        .and_then(known)
        .unwrap_or_else(|| PALETTE[nth % PALETTE.len()].to_owned())
}

fn known(written: &str) -> Option<String> {
    let text = written.trim().to_ascii_lowercase();
    if let Some((_, hex)) = NAMED.iter().find(|(name, _)| *name == text) {
        return Some((*hex).to_owned());
    }
    if let Some(numbers) = text
        .strip_prefix("rgb")
        .and_then(|rest| rest.split_once('('))
    {
        let mut parts = numbers.1.trim_end_matches(')').split(',').map(str::trim);
        let mut byte = || parts.next()?.parse::<u8>().ok();
        let (red, green, blue) = (byte()?, byte()?, byte()?);
        return Some(format!("#{red:02x}{green:02x}{blue:02x}"));
    }
    let hex = text
        .strip_prefix('#')
        .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    match hex.len() {
        3 => Some(
            hex.chars()
                .fold("#".to_owned(), |out, digit| format!("{out}{digit}{digit}")),
        ),
        6 => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_digits() {
        assert_eq!(color(Some("Red"), 0), "#ff0000");
        assert_eq!(color(Some("#f6a"), 0), "#ff66aa");
        assert_eq!(color(Some("rgba(255, 0, 16, 0.3)"), 0), "#ff0010");
        assert_eq!(color(Some("chartreuse-ish"), 1), PALETTE[1]);
        assert_eq!(color(None, 11), PALETTE[1]);
    }
}

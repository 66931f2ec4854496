//! The colours of charts, on a light and on a dark ground.
//!
//! Five levels cannot differ from each other as much as from the ground: neighbours have a gap between them, and
//! numbers in a colour that can be read on them. A test computes all contrasts.

/// The colours on one ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The ground.
    pub ground: &'static str,
    /// Texts and lines.
    pub ink: &'static str,
    /// The lines of what is hidden, and the outline of who did not answer.
    pub hatch: &'static str,
    /// Areas, from the lowest level to the highest, each with the colour of numbers on it.
    pub levels: [(&'static str, &'static str); 5],
}

/// On white.
pub const LIGHT: Palette = Palette {
    ground: "#ffffff",
    ink: "#12171c",
    hatch: "#6b7280",
    levels: [
        ("#a79139", "#000000"),
        ("#158561", "#ffffff"),
        ("#0c6373", "#ffffff"),
        ("#014377", "#ffffff"),
        ("#281c5d", "#ffffff"),
    ],
};

/// On the dark ground of pages.
pub const DARK: Palette = Palette {
    ground: "#12171c",
    ink: "#e8ecf0",
    hatch: "#8b95a1",
    levels: [
        ("#615da3", "#ffffff"),
        ("#4883be", "#12171c"),
        ("#2daac4", "#12171c"),
        ("#6ecfa7", "#12171c"),
        ("#f9e28b", "#12171c"),
    ],
};

/// Which of the five levels so many options have, as far from each other as can be.
pub(super) fn spread(options: usize) -> &'static [usize] {
    match options {
        0 => &[],
        1 => &[2],
        2 => &[1, 4],
        3 => &[0, 2, 4],
        4 => &[0, 1, 3, 4],
        _ => &[0, 1, 2, 3, 4],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours (WCAG 2.2).
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let part = |at: usize| {
                let value = f64::from(u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn everything_can_be_told_from_its_ground() {
        for palette in [LIGHT, DARK] {
            assert!(contrast(palette.ink, palette.ground) >= 7.0, "texts");
            assert!(contrast(palette.hatch, palette.ground) >= 4.5, "hatching");
            for (area, number) in palette.levels {
                assert!(contrast(area, palette.ground) >= 3.0, "{area} on {}", palette.ground);
                assert!(contrast(number, area) >= 4.5, "{number} on {area}");
            }
        }
    }

    #[test]
    fn levels_are_in_order_of_their_contrast() {
        for palette in [LIGHT, DARK] {
            let from_ground = palette.levels.map(|(area, _)| contrast(area, palette.ground));
            assert!(from_ground.windows(2).all(|pair| pair[1] / pair[0] >= 1.4), "{from_ground:?}");
        }
    }
}

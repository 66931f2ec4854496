//! The elements of a chart: texts, areas, hatching.
//!
//! Colours stand twice: as attributes, which are those of the light ground and need no style sheet, and as classes for
//! the style sheet with the dark ones. Without script, links, or anything that is loaded from elsewhere.

use std::fmt::Write as _;

use super::palette::{DARK, LIGHT};

/// The width of a chart; on a narrow screen its texts are still large enough to be read.
pub(super) const WIDTH: u32 = 480;
/// Around everything.
pub(super) const MARGIN: u32 = 12;
/// The height of letters, and of a line.
pub(super) const LETTERS: u32 = 16;
pub(super) const LINE: u32 = 21;

/// The style sheet of every chart: the dark ground, and the colours of readers who have their own.
pub fn style() -> String {
    let mut style = String::from("@media (prefers-color-scheme:dark){");
    let _ = write!(style, ".g{{fill:{}}}.i{{fill:{}}}", DARK.ground, DARK.ink);
    let _ = write!(style, ".h{{stroke:{}}}.o{{fill:{};stroke:{}}}", DARK.hatch, DARK.ground, DARK.hatch);
    for (level, (area, number)) in DARK.levels.iter().enumerate() {
        let _ = write!(style, ".a{level}{{fill:{area}}}.n{level}{{fill:{number}}}");
    }
    style.push_str("}@media (forced-colors:active){rect{stroke:CanvasText}text{fill:CanvasText}}");
    style
}

/// What an area is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// An option, by its level.
    Level(usize),
    /// Who did not answer, or was not asked.
    Outline,
    /// What is hidden, together.
    Hatched,
}

/// A chart that is drawn from top to bottom.
pub(super) struct Drawing {
    /// What its parts are named after.
    name: String,
    body: String,
    /// Down to where it is drawn.
    pub y: u32,
}

impl Drawing {
    pub fn new(name: String) -> Self {
        Self { name, body: String::new(), y: MARGIN }
    }

    /// A text in lines of so many characters, the last one shortened.
    pub fn paragraph(&mut self, text: &str, is_bold: bool, (width, lines): (usize, usize)) {
        for line in wrapped(text, width, lines) {
            self.y += LINE;
            let weight = if is_bold { " font-weight=\"bold\"" } else { "" };
            self.text((MARGIN, self.y - 5), &format!("class=\"i\" fill=\"{}\"{weight}", LIGHT.ink), &line);
        }
    }

    /// A text at a place, in the colour of texts.
    pub fn label(&mut self, place: (u32, u32), text: &str) {
        self.text(place, &format!("class=\"i\" fill=\"{}\"", LIGHT.ink), text);
    }

    /// A number in the middle of an area of a level.
    pub fn number(&mut self, place: (u32, u32), level: usize, text: &str) {
        let colour = LIGHT.levels.get(level).map_or(LIGHT.ink, |(_, number)| number);
        self.text(place, &format!("class=\"n{level}\" fill=\"{colour}\" text-anchor=\"middle\""), text);
    }

    fn text(&mut self, (x, y): (u32, u32), attributes: &str, text: &str) {
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" {attributes}>{}</text>", escaped(text));
    }

    /// An area; place and size are in tenths.
    pub fn area(&mut self, area: Area, (x, width): (u32, u32), height: u32) {
        let fill = match area {
            Area::Level(level) => {
                let colour = LIGHT.levels.get(level).map_or(LIGHT.ink, |(area, _)| area);
                format!("class=\"a{level}\" fill=\"{colour}\"")
            }
            Area::Outline => format!("class=\"o\" fill=\"{}\" stroke=\"{}\"", LIGHT.ground, LIGHT.hatch),
            Area::Hatched => format!("class=\"h\" fill=\"url(#{}-hatch)\" stroke=\"{}\"", self.name, LIGHT.hatch),
        };
        let y = self.y;
        let (x, width) = (tenths(x), tenths(width));
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {fill}/>");
    }

    /// The whole chart.
    pub fn finish(self, language: &str, title: &str, description: &str) -> String {
        let (name, height) = (&self.name, self.y + MARGIN);
        let mut svg = String::new();
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" lang=\"{}\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\" \
             aria-labelledby=\"{name}-title {name}-desc\" font-family=\"system-ui, sans-serif\" \
             font-size=\"{LETTERS}\">",
            escaped(language),
        );
        let _ = writeln!(svg, "<title id=\"{name}-title\">{}</title>", escaped(title));
        let _ = writeln!(svg, "<desc id=\"{name}-desc\">{}</desc>", escaped(description));
        let _ = writeln!(svg, "<style>{}</style>", style());
        let _ = writeln!(
            svg,
            "<defs><pattern id=\"{name}-hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><path class=\"h\" d=\"M1 0V7\" stroke=\"{}\" stroke-width=\"2\"/>\
             </pattern></defs>",
            LIGHT.hatch,
        );
        let _ = writeln!(svg, "<rect class=\"g\" width=\"{WIDTH}\" height=\"{height}\" fill=\"{}\"/>", LIGHT.ground);
        svg.push_str(&self.body);
        svg.push_str("</svg>\n");
        svg
    }
}

/// A length in tenths.
fn tenths(length: u32) -> String {
    if length.is_multiple_of(10) { (length / 10).to_string() } else { format!("{}.{}", length / 10, length % 10) }
}

/// A text in lines at its blanks; what does not fit is left out.
fn wrapped(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let is_cut = lines.len() > most;
    lines.truncate(most);
    let last = lines.len().saturating_sub(1);
    for (number, line) in lines.iter_mut().enumerate() {
        if line.chars().count() > width || (is_cut && number == last) {
            *line = line.chars().take(width.saturating_sub(1)).collect::<String>() + "…";
        }
    }
    lines
}

/// A text of an element or an attribute, without the characters that XML does not have.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_broken_at_its_blanks_and_cut_at_its_end() {
        assert_eq!(wrapped("one two three", 7, 3), ["one two", "three"]);
        assert_eq!(wrapped("one two three four", 7, 2), ["one two", "three…"]);
        assert_eq!(wrapped("Rechtsgrundlagen", 7, 2), ["Rechts…"]);
        assert!(wrapped(" ", 7, 2).is_empty());
    }

    #[test]
    fn a_text_is_no_element() {
        assert_eq!(escaped("<b> & \"\u{0}\u{ffff}\n"), "&lt;b&gt; &amp; &quot; ");
    }
}

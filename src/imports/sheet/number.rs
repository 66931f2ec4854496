//! Whole numbers as their cell displays them: with the plus, the zeros and the blanks that belong to the number format
//! and not to the value (ECMA-376, part 1, 18.8.31). So `221338000505` in the format `"+"0` is `+221338000505`, and 505
//! in `00000` is `00505`.
//!
//! Only the parts of formats that telephone numbers and codes need are supported: digits, literals, conditions. An
//! amount (a decimal point, separators of thousands, a percentage, a power) is read as the plain number.
//!
//! A format may also display nothing, as `;;;` does, for numbers, for texts, or for both: the value of such a cell is
//! invisible.

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A digit: `0` fills up with zeros, `#` with nothing, `?` with blanks.
    Digit(char),
    /// A character that is always displayed.
    Literal(char),
}

/// Whole numbers that a cell stores without loss are smaller (2^53 is a little more).
const LARGEST: f64 = 1e15;

/// A format, parsed once for all cells that have it.
#[derive(Debug)]
pub(super) struct Format {
    sections: Vec<Section>,
    shows_texts: bool,
}

/// A section of a format.
#[derive(Debug)]
struct Section {
    /// The numbers to which it applies, if it has a condition.
    condition: Option<(Sign, f64)>,
    /// Its parts; none if it is an amount, a date or a text.
    tokens: Option<Vec<Token>>,
    /// Whether it displays anything of a number.
    is_seen: bool,
}

/// The comparison of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Below,
    UpTo,
    Above,
    From,
    Equal,
    Other,
}

/// How a number is displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// As this text.
    As(String),
    /// In an unsupported way.
    Plain,
    /// Not at all.
    Nothing,
}

impl Format {
    /// Parses a format.
    pub(super) fn of(code: &str) -> Self {
        let codes = sections(code);
        // The fourth section is for texts.
        let shows_texts = codes.get(3).is_none_or(|section| shows(section, |c| c == '@'));
        let is_general = code.is_empty();
        let section = |code: &String| Section {
            condition: condition(code),
            tokens: tokens(code),
            is_seen: is_general || shows(code, |c| matches!(c, '0' | '#' | '?' | '@')),
        };
        Self { sections: codes.iter().map(section).collect(), shows_texts }
    }

    /// Whether texts are displayed.
    pub(super) const fn shows_texts(&self) -> bool {
        self.shows_texts
    }

    /// A number in this format.
    pub(super) fn number(&self, number: f64) -> NumberFormat {
        let Some((section, has_own_sign)) = self.section_for(number) else { return NumberFormat::Plain };
        if !section.is_seen {
            return NumberFormat::Nothing;
        }
        let is_whole = number.fract() == 0.0 && number.abs() < LARGEST;
        let tokens = section.tokens.as_deref().filter(|_| is_whole);
        tokens.and_then(|tokens| shown(number, tokens, has_own_sign)).map_or(NumberFormat::Plain, NumberFormat::As)
    }

    /// The section for a number, and whether it displays a negative sign itself.
    fn section_for(&self, number: f64) -> Option<(&Section, bool)> {
        if self.sections.iter().any(|section| section.condition.is_some()) {
            let is_for = |section: &&Section| section.condition.is_none_or(|(sign, bound)| sign.holds(number, bound));
            return self.sections.iter().find(is_for).map(|section| (section, false));
        }
        let place = match self.sections.len() {
            2.. if number < 0.0 => 1,
            3.. if number == 0.0 => 2,
            _ => 0,
        };
        self.sections.get(place).map(|section| (section, place == 1))
    }
}

impl Sign {
    fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::Below => number < bound,
            Self::UpTo => number <= bound,
            Self::Above => number > bound,
            Self::From => number >= bound,
            Self::Equal => (number - bound).abs() < 0.5,
            Self::Other => (number - bound).abs() >= 0.5,
        }
    }
}

/// A whole number by the tokens of its section; none if these have no digit.
fn shown(number: f64, tokens: &[Token], has_own_sign: bool) -> Option<String> {
    let places = tokens.iter().filter(|token| matches!(token, Token::Digit(_))).count();
    if places == 0 {
        return None;
    }
    let digits = format!("{:.0}", number.abs());
    let digits: Vec<char> = digits.trim_start_matches('0').chars().collect();
    // Excess digits are displayed before the first placeholder.
    let beyond = digits.len().saturating_sub(places);
    let missing = places.saturating_sub(digits.len());
    let mut text = String::new();
    if number < 0.0 && !has_own_sign {
        text.push('-');
    }
    let (mut place, mut rest) = (0_usize, digits.iter().copied());
    for token in tokens {
        match token {
            Token::Literal(literal) => text.push(*literal),
            Token::Digit(kind) => {
                if place == 0 {
                    text.extend(rest.by_ref().take(beyond));
                }
                match kind {
                    _ if place >= missing => text.extend(rest.next()),
                    '0' => text.push('0'),
                    '?' => text.push(' '),
                    _ => {}
                }
                place += 1;
            }
        }
    }
    Some(text.trim().to_owned())
}

/// The sections of a format: for numbers above zero, below zero, zero, and texts; or each with its condition.
fn sections(code: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in code.chars() {
        let ends = c == ';' && !quoted && !escaped;
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped && !quoted;
        if ends {
            sections.push(String::new());
        } else if let Some(section) = sections.last_mut() {
            section.push(c);
        }
    }
    sections
}

/// The condition of a section, as in `[<=9999999]`.
fn condition(section: &str) -> Option<(Sign, f64)> {
    let pieces = section.split('[').skip(1).filter_map(|piece| piece.split_once(']')).map(|(inside, _)| inside);
    pieces.filter(|inside| inside.starts_with(['<', '>', '='])).find_map(|inside| {
        let (sign, bound) = inside.split_at(inside.len() - inside.trim_start_matches(['<', '>', '=']).len());
        let sign = match sign {
            "<" => Sign::Below,
            "<=" => Sign::UpTo,
            ">" => Sign::Above,
            ">=" => Sign::From,
            "<>" => Sign::Other,
            _ => Sign::Equal,
        };
        Some((sign, bound.parse().ok()?))
    })
}

/// Whether a section displays anything of the cell: a placeholder, or a letter with a meaning, as in `General` and
/// `yyyy`.
fn shows(section: &str, is_placeholder: impl Fn(char) -> bool) -> bool {
    let mut letters = section.chars();
    while let Some(c) = letters.next() {
        match c {
            '"' => while letters.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => {
                // Elapsed hours, `[h]`, are displayed; colours, conditions and currencies do not display the cell.
                let inside: String = letters.by_ref().take_while(|&c| c != ']').collect();
                if !inside.is_empty() && inside.chars().all(|c| "hmsHMS".contains(c)) {
                    return true;
                }
            }
            _ if is_placeholder(c) || c.is_alphabetic() => return true,
            _ => {}
        }
    }
    false
}

/// The parts of a section; none if it is an amount, a date or a text.
fn tokens(section: &str) -> Option<Vec<Token>> {
    let (mut tokens, mut letters) = (Vec::new(), section.chars());
    while let Some(c) = letters.next() {
        match c {
            '0' | '#' | '?' => tokens.push(Token::Digit(c)),
            '"' => tokens.extend(letters.by_ref().take_while(|&c| c != '"').map(Token::Literal)),
            '\\' => tokens.extend(letters.next().map(Token::Literal)),
            // A blank as wide as the next character, and one that fills the cell.
            '_' => {
                letters.next();
                tokens.push(Token::Literal(' '));
            }
            '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|&c| c != ']').collect();
                // A currency is before a dash, a language after it; the rest are colours and conditions.
                if let Some(named) = inside.strip_prefix('$') {
                    let currency = named.split('-').next().unwrap_or_default();
                    tokens.extend(currency.chars().map(Token::Literal));
                }
            }
            '.' | ',' | '%' | '/' | '@' => return None,
            _ if c.is_alphanumeric() => return None,
            _ => tokens.push(Token::Literal(c)),
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(number: f64, code: &str) -> NumberFormat {
        Format::of(code).number(number)
    }

    #[test]
    fn a_number_has_what_its_format_adds() {
        for (whole, code, text) in [
            (221_338_000_505.0, "\"+\"0", "+221338000505"),
            (221_338_000_505.0, "+0", "+221338000505"),
            (221_338_000_505.0, "\\+000\\ 00\\ 000\\ 00\\ 00", "+221 33 800 05 05"),
            (338_000_505.0, "0000000000", "0338000505"),
            (612_345_678.0, "0#\" \"##\" \"##\" \"##\" \"##", "06 12 34 56 78"),
            (5_550_100.0, "[<=9999999]###-####;(###) ###-####", "555-0100"),
            (2_025_550_100.0, "[<=9999999]###-####;(###) ###-####", "(202) 555-0100"),
            (505.0, "[Red]00000", "00505"),
            (0.0, "000", "000"),
            (-5.0, "0", "-5"),
            (7.0, "_(0_)", "7"),
        ] {
            assert_eq!(number(whole, code), NumberFormat::As(text.to_owned()), "{whole} {code}");
        }
    }

    #[test]
    fn an_amount_is_no_number_to_be_dialled() {
        for code in ["General", "#,##0", "0.00", "0%", "0.00E+00", "# ?/?", "@", "dd/mm/yyyy", "[h]:mm", ""] {
            assert_eq!(number(221_338_000_505.0, code), NumberFormat::Plain, "{code}");
        }
        assert_eq!(number(1.5, "0"), NumberFormat::Plain);
        assert_eq!(number(f64::NAN, "0"), NumberFormat::Plain);
        assert_eq!(number(1e20, "0"), NumberFormat::Plain);
    }

    #[test]
    fn a_format_may_show_nothing_of_numbers_or_of_texts() {
        for (code, above, below, texts) in [
            (";;;", false, false, false),
            (";;", false, false, true),
            ("0;;;@", true, false, true),
            ("0;0;0;", true, true, false),
            (";;;@", false, false, true),
            ("\"x 0\"", false, false, true),
            ("[White];[Red];_0;* ", false, false, false),
            ("General", true, true, true),
            ("[<0];0", true, false, true),
            ("", true, true, true),
        ] {
            let format = Format::of(code);
            let is_seen = |number| format.number(number) != NumberFormat::Nothing;
            assert_eq!((is_seen(5.0), is_seen(-5.5), format.shows_texts()), (above, below, texts), "{code}");
        }
    }

    proptest! {
        #[test]
        fn no_format_makes_it_panic_or_loses_a_digit(number in 0_u32.., code in "[0#?\\[\\]<>=;\"\\\\_*+() $-]{0,20}") {
            if let NumberFormat::As(text) = Format::of(&code).number(f64::from(number)) {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                prop_assert!(digits.len() >= number.to_string().trim_start_matches('0').len());
            }
        }
    }
}

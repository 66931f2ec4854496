//! Texts of third parties: replies of mail servers and of webhook receivers, and messages from strangers; what of them
//! is stored, shown, logged and used in decisions.
//!
//! Such texts quote. A reply to a mail of the portal quotes its link, which is still valid, and anybody who reads the
//! reply could use it: so stored and shown texts have no secrets ([`without_secrets`]). A refusal names the recipient,
//! which must not appear in logs and metrics ([`loggable`]). And an address or a URL may contain any words, chosen by
//! its owner: decisions ignore them ([`words_alone`]). An
//! address in a text is found in any spelling ([`AddressSearch`]).
//!
//! A secret is recognised by what precedes it in links of the portal, or by its length: 256 bits in base64url, or more.
//! A quoted link is wrapped, quoted, marked up and encoded, so the text is read as a sequence of signs from which all
//! that is removed (`signs`). If a link is wrapped and quoted by an unknown mark, words of eight letters and more are
//! also removed from the three lines after it. Left out: a secret that somebody has typed with blanks in it, and one
//! that a mail system has encrypted or turned into a picture.

mod mentions;
mod signs;

pub use mentions::AddressSearch;
use signs::{Sign, signs};

/// Replaces a secret.
const HIDDEN: &str = "***";
/// Precedes a secret in links of the portal, in lower case.
const BEFORE: [&str; 3] = ["token=", "/unsubscribe/", "/subscriptions/"];
/// Minimum length of a row of signs that is a secret without a preceding mark: the portal's have 43 and more.
const SECRET: usize = 32;
/// Minimum letters and digits of it: a line of hyphens is no secret.
const LETTERS: usize = 24;
/// Number of signs after which a secret does not continue in the next line.
const MOST: usize = 200;
/// Signs of a complete secret: 256 bits.
const WHOLE: usize = 43;
/// In how many lines after an incomplete secret its pieces are searched, and the minimum signs of a piece.
const LINES: usize = 3;
const PIECE: usize = 8;
/// Maximum signs of an unknown mark of quotation.
const LEAD: usize = 24;
/// How often a text is read at most.
const PASSES: usize = 4;
/// Maximum bytes that are read of a text of which some hundred characters are kept.
const MOST_MASKED: usize = 4_096;

/// A text in which each secret is replaced by three asterisks. A text without secrets is unchanged.
///
/// This takes time in proportion to the text, whatever it contains: signs that are hidden are not read again. Where
/// something was masked, the rest is read once more, since a mark may be recognised only now.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    let mut shown = masked(text);
    for _ in 1..PASSES {
        let again = masked(&shown);
        if again == shown {
            break;
        }
        shown = again;
    }
    shown
}

fn masked(text: &str) -> String {
    let signs = signs(text);
    let mut hidden = vec![Hidden::No; signs.len()];
    let ends = hide_marked(&signs, &mut hidden);
    for end in ends {
        hide_following(&signs, &mut hidden, end);
    }
    hide_long(&signs, &mut hidden);
    let (mut shown, mut copied, mut hiding) = (String::with_capacity(text.len()), 0, false);
    for (sign, hidden) in signs.iter().zip(hidden) {
        let is_hidden = hidden != Hidden::No;
        if is_hidden && (!hiding || hidden == Hidden::Anew) {
            shown.push_str(text.get(copied..sign.from).unwrap_or_default());
            shown.push_str(HIDDEN);
        }
        if is_hidden {
            copied = sign.to;
        }
        hiding = is_hidden;
    }
    shown.push_str(text.get(copied..).unwrap_or_default());
    shown
}

/// The part of a text that is masked if only some hundred characters of it are kept: its first four kilobytes, without
/// a word that is cut there, since half a secret may be too short to be recognised.
#[must_use]
pub fn head(text: &str) -> &str {
    let head = text.get(..text.floor_char_boundary(MOST_MASKED)).unwrap_or(text);
    if head.len() == text.len() {
        return text;
    }
    head.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether a sign is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    No,
    /// It is hidden, with everything between it and a hidden one before it.
    Yes,
    /// It begins a hidden part: what is between it and a hidden one before it is shown, such as a line end.
    Anew,
}

/// Hides the signs after the marks of the portal's links. Returns the ends of those that had less than a complete
/// secret in their first line: they may continue after a quotation mark.
fn hide_marked(signs: &[Sign], hidden: &mut [Hidden]) -> Vec<usize> {
    let (mut ends, mut hidden_to) = (Vec::new(), 0);
    for at in 0..signs.len() {
        for begin in BEFORE.iter().filter_map(|mark| behind(signs, at, mark)) {
            // Within a hidden part, only what follows it is read.
            let end = run_from(signs, begin, begin.max(hidden_to));
            hide(hidden, begin.max(hidden_to), end);
            hidden_to = hidden_to.max(end);
            let is_broken = signs.iter().take(end + 1).skip(begin).take(WHOLE).any(|sign| sign.joined);
            // Nothing continues after an empty line.
            let may_go_on = is_broken && signs.get(end).is_some_and(|next| next.read != '\n');
            if may_go_on && ends.last() != Some(&end) {
                ends.push(end);
            }
        }
    }
    ends
}

/// Hides rows that are long enough to be a secret.
fn hide_long(signs: &[Sign], hidden: &mut [Hidden]) {
    let mut at = 0;
    while at < signs.len() {
        if is_hidden(hidden, at) {
            at += 1;
            continue;
        }
        let row = run(signs, at) - at;
        // Up to the next hidden sign, and up to the end of the line.
        let row = hidden.iter().skip(at).take(row).take_while(|hidden| **hidden == Hidden::No).count();
        let row = signs.get(at..at + row).unwrap_or_default();
        let line = row.iter().skip(1).position(|sign| sign.joined).map_or(row.len(), |end| end + 1);
        let end = at + if is_id(row.get(..line).unwrap_or_default()) { line } else { row.len() };
        if is_secret(row) && end == at + row.len() && !is_id(row) {
            hide(hidden, at, end);
        }
        at = end.max(at + 1);
    }
}

/// Hides pieces of a secret in the lines that follow it, after an unknown quotation mark.
fn hide_following(signs: &[Sign], hidden: &mut [Hidden], from: usize) {
    let mut at = from;
    for _ in 0..LINES {
        let rest = signs.get(at + 1..).unwrap_or_default();
        let stop =
            rest.iter().position(|sign| sign.joined || sign.read == '\n').map_or(signs.len(), |end| at + 1 + end);
        let line = signs.get(..stop).unwrap_or_default();
        while at < stop {
            let row = if is_hidden(hidden, at) { 0 } else { run(line, at) - at };
            let row = hidden.iter().skip(at).take(row).take_while(|hidden| **hidden == Hidden::No).count();
            if row >= PIECE {
                hide(hidden, at, at + row);
                hidden.iter_mut().skip(at).take(1).for_each(|first| *first = Hidden::Anew);
            }
            at += row.max(1);
        }
        // Nothing continues after an empty line.
        if signs.get(stop).is_none_or(|next| !next.joined) {
            break;
        }
    }
}

fn is_hidden(hidden: &[Hidden], at: usize) -> bool {
    hidden.get(at).is_some_and(|hidden| *hidden != Hidden::No)
}

fn hide(hidden: &mut [Hidden], from: usize, to: usize) {
    hidden.iter_mut().take(to).skip(from).for_each(|each| *each = Hidden::Yes);
}

/// A text for logs and metrics: one line without secrets, and without words that contain an address.
#[must_use]
pub fn loggable(text: &str) -> String {
    let shown = without_secrets(text);
    let words = shown.split(|c: char| c.is_whitespace() || c.is_control());
    words.map(|word| if names_somebody(word) { HIDDEN } else { word }).collect::<Vec<_>>().join(" ")
}

/// A text for decisions: its words with single spaces between them, without addresses and URLs.
#[must_use]
pub fn words_alone(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !names_somebody(word) && !word.contains("://"));
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a word contains an address, also encoded as in a URL, in HTML or in quoted-printable, or in other signs.
fn names_somebody(word: &str) -> bool {
    let is_coded = || word.split("=40").skip(1).any(|domain| domain.starts_with(char::is_alphabetic));
    word.contains('@') || is_coded() || signs(word).iter().any(|sign| sign.read == '@')
}

/// Whether an equals sign is a soft line break (RFC 2045, 6.7).
fn is_soft_break(signs: &[Sign], at: usize) -> bool {
    signs.get(at).is_some_and(|sign| sign.read == '=') && signs.get(at + 1).is_some_and(|next| next.joined)
}

/// The end of a mark that begins here: in one line, or in several, of which each further one begins with equally many
/// signs of quotation.
fn behind(signs: &[Sign], at: usize, mark: &str) -> Option<usize> {
    let reached = match behind_led(signs, at, mark, 0) {
        Ok(end) => return Some(end),
        Err(reached) => reached,
    };
    let has_line_end = signs.iter().take(reached + 1).skip(at + 1).any(|sign| sign.joined);
    if has_line_end { (1..=LEAD).find_map(|lead| behind_led(signs, at, mark, lead).ok()) } else { None }
}

/// The same behind so many signs in each further line; otherwise how far it goes.
fn behind_led(signs: &[Sign], at: usize, mark: &str, lead: usize) -> Result<usize, usize> {
    let mut next = at;
    for wanted in mark.chars() {
        if wanted != '=' && is_soft_break(signs, next) {
            next += 1;
        }
        if next > at && signs.get(next).is_some_and(|sign| sign.joined) {
            let quotation = signs.get(next + 1..next + 1 + lead).ok_or(next)?;
            if quotation.iter().any(|sign| sign.joined || sign.read == '\n') {
                return Err(next);
            }
            next += lead;
        }
        if signs.get(next).is_none_or(|sign| sign.read.to_ascii_lowercase() != wanted) {
            return Err(next);
        }
        next += 1;
    }
    Ok(next)
}

/// The end of the row of signs that begins here and that a secret may consist of; `at` itself if there is none.
fn run(signs: &[Sign], at: usize) -> usize {
    run_from(signs, at, at)
}

/// The same for a row that is known to continue up to `end`.
fn run_from(signs: &[Sign], at: usize, end: usize) -> usize {
    let read = |at: usize| signs.get(at).map(|sign| sign.read.to_ascii_uppercase());
    let mut end = end;
    while let Some(sign) = signs.get(end) {
        let is_too_far = sign.joined && end - at >= MOST;
        // Hyphen and underscore, as quoted-printable may encode them.
        let is_quoted = || matches!((read(end + 1), read(end + 2)), (Some('2'), Some('D')) | (Some('5'), Some('F')));
        let is_part = match sign.read {
            '-' | '_' => true,
            '=' => end > at && (is_soft_break(signs, end) || is_quoted()),
            read => read.is_ascii_alphanumeric(),
        };
        if is_too_far || !is_part {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a row is long enough to be a secret. Over several lines it must have a digit, which words have not.
fn is_secret(run: &[Sign]) -> bool {
    let letters = run.iter().filter(|sign| sign.read.is_ascii_alphanumeric()).count();
    let is_one_line = !run.iter().skip(1).any(|sign| sign.joined);
    run.len() >= SECRET && letters >= LETTERS && (is_one_line || run.iter().any(|sign| sign.read.is_ascii_digit()))
}

/// Whether it is an id (RFC 9562, 4), which is no secret.
fn is_id(run: &[Sign]) -> bool {
    let hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let mut signs = run.iter().enumerate();
    run.len() == 36 && signs.all(|(at, sign)| if hyphen(at) { sign.read == '-' } else { sign.read.is_ascii_hexdigit() })
}

#[cfg(test)]
mod tests;

//! Replies of a relay: a code, perhaps an enhanced status, and words (RFC 5321, 4.2; RFC 3463; RFC 2034).

/// Maximum length of a line: RFC 5321, 4.5.3.1.5 allows 512 octets; some relays write more.
pub(super) const MAX_LINE: usize = 4_096;
/// Maximum lines of one reply.
const MAX_LINES: usize = 100;
/// Maximum length of a reply's text that is kept.
const MAX_WORDS: usize = 500;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct Reply {
    /// Its three digits.
    pub(in crate::mail) code: u16,
    /// Its enhanced status: `5.1.1`.
    pub(in crate::mail) status: Option<String>,
    /// Its words, without the status, lines joined by blanks.
    pub(in crate::mail) words: String,
    /// Its lines unchanged, for the answer to EHLO.
    pub(super) lines: Vec<String>,
}

/// Parses a reply line by line.
#[derive(Default)]
pub(super) struct Reader {
    lines: Vec<String>,
}

impl Reader {
    /// Takes the next line, without its end; returns the reply after its last line.
    ///
    /// # Errors
    /// A message if it is no SMTP.
    pub(super) fn take(&mut self, line: &str) -> Result<Option<Reply>, String> {
        let no_smtp = || format!("no SMTP reply: {}", line.escape_debug().take(80).collect::<String>());
        let code = line.get(..3).and_then(|digits| digits.parse::<u16>().ok()).ok_or_else(no_smtp)?;
        if !(200..600).contains(&code) || self.lines.len() >= MAX_LINES {
            return Err(no_smtp());
        }
        let is_last = match line.as_bytes().get(3) {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return Err(no_smtp()),
        };
        self.lines.push(line.get(4..).unwrap_or_default().trim().to_owned());
        Ok(is_last.then(|| Reply::new(code, std::mem::take(&mut self.lines))))
    }
}

impl Reply {
    fn new(code: u16, lines: Vec<String>) -> Self {
        let mut status = None;
        let mut words = String::new();
        for line in &lines {
            let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
            let is_status = is_status(first, code);
            if is_status && status.is_none() {
                status = Some(first.to_owned());
            }
            let said = if is_status { rest } else { line };
            if !words.is_empty() && !said.is_empty() {
                words.push(' ');
            }
            words.push_str(said);
        }
        // Words of a third party are shown and stored: only as much as is useful, and without control characters.
        let words = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_WORDS).collect();
        Self { code, status, words, lines }
    }

    /// Whether it is one of the 200s, or the 354 that asks for the text.
    pub(super) fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// Whether it is one of the 500s.
    pub(in crate::mail) fn is_permanent(&self) -> bool {
        self.code >= 500
    }
}

/// Whether a word is an enhanced status that fits the code: `class.subject.detail`.
fn is_status(word: &str, code: u16) -> bool {
    let mut parts = word.split('.');
    let number = |part: Option<&str>, most: usize| {
        part.is_some_and(|p| !p.is_empty() && p.len() <= most && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let class = parts.next();
    class.is_some_and(|class| class.parse() == Ok(code / 100))
        && number(parts.next(), 3)
        && number(parts.next(), 3)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reply(text: &str) -> Reply {
        let mut reader = Reader::default();
        text.lines().find_map(|line| reader.take(line).unwrap()).unwrap()
    }

    #[test]
    fn a_reply_of_several_lines_is_one() {
        let refused = reply("550-5.1.1 No such user\n550-5.1.1 see\n550 5.1.1 https://x.example");
        assert_eq!((refused.code, refused.status.as_deref()), (550, Some("5.1.1")));
        assert_eq!(refused.words, "No such user see https://x.example");
        assert!(refused.is_permanent());
        assert_eq!(reply("250").words, "");
        // A number that is no status of this class is a word.
        assert_eq!(reply("250 5.1.1 fine").status, None);
    }

    proptest! {
        #[test]
        fn nothing_that_a_stranger_says_breaks_the_reader(lines in prop::collection::vec("\\PC{0,60}", 0..8)) {
            let mut reader = Reader::default();
            for line in &lines {
                let _ = reader.take(line);
            }
        }
    }
}

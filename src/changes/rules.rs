//! Where a reader of the feed stands, and the token it travels as.

use crate::error::Error;
use crate::secrets::Mac;

/// How far a reader has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the last change that was read.
    after: i64,
    /// The newest number when the reader began: of what was gone by then it need not hear.
    began: i64,
}

/// What a token turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The place of this reader.
    Good(Place),
    /// One of ours, made for somebody who may see something else: the reader starts anew.
    Stale,
    /// None of ours.
    Foreign,
}

impl Place {
    /// Before everything, at this revision.
    pub(super) const fn beginning(revision: i64) -> Self {
        Self { after: 0, began: revision }
    }

    /// The same reader after the change of this number.
    pub(super) const fn at(self, after: i64) -> Self {
        Self { after, ..self }
    }

    /// The place of whoever knows everything up to this number.
    pub(super) const fn known(revision: i64) -> Self {
        Self { after: revision, began: revision }
    }

    /// The same reader where no more follows for now. `newest` is the last change that it hears of: what comes after that is
    /// not for it, and does not show in the place.
    #[must_use]
    pub fn at_end(self, newest: Option<i64>) -> Self {
        // All there was at the beginning has been read by now.
        Self { after: self.after.max(self.began).max(newest.unwrap_or_default()), ..self }
    }

    /// The number after which to read.
    pub(super) const fn after(self) -> i64 {
        self.after
    }

    /// The number up to which what is gone is of no interest.
    pub(super) const fn began(self) -> i64 {
        self.began
    }

    /// Refuses a reader who may have missed that something is gone.
    pub(super) fn check(self, horizon: i64) -> Result<(), Error> {
        if self.after.max(self.began) < horizon { Err(start_anew()) } else { Ok(()) }
    }

    /// A text that is another after each change.
    #[must_use]
    pub fn tag(self, sight: &str) -> String {
        format!("{}-{sight}", self.after)
    }

    /// Whether the reader has read nothing yet, or not all of what there was at the beginning.
    #[must_use]
    pub const fn is_first_reading(self) -> bool {
        self.after < self.began
    }

    /// The place as a token, for whoever has this sight: a text that is the same as long as the same can be seen.
    #[must_use]
    pub fn seal(self, key: &Mac, sight: &str) -> String {
        key.token(&[b"changes"], format!("{}.{}.{sight}", self.after, self.began).as_bytes())
    }

    /// What a token says to whoever has this sight.
    #[must_use]
    pub fn open(key: &Mac, sight: &str, token: &str) -> Token {
        let payload = key.open(&[b"changes"], token).and_then(|payload| String::from_utf8(payload).ok());
        let Some(payload) = payload else { return Token::Foreign };
        let mut parts = payload.splitn(3, '.');
        let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
        match (number(), number(), parts.next()) {
            (Some(after), Some(began), Some(known)) if known == sight => Token::Good(Self { after, began }),
            _ => Token::Stale,
        }
    }
}

/// 410: what this reader knows can't be brought up to date.
#[must_use]
pub fn start_anew() -> Error {
    Error::gone("changes_forgotten")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secrets::tests_mac;

    proptest! {
        #[test]
        fn a_place_comes_back_to_whom_it_was_made_for(after in 0_i64.., began in 0_i64.., sight in "[a-z0-9.]*") {
            let (key, place) = (tests_mac(), Place { after, began });
            let token = place.seal(&key, &sight);
            prop_assert_eq!(Place::open(&key, &sight, &token), Token::Good(place));
            prop_assert_eq!(Place::open(&key, "another", &token), Token::Stale);
        }

        #[test]
        fn no_text_is_a_place(text in ".*") {
            prop_assert_eq!(Place::open(&tests_mac(), "", &text), Token::Foreign);
        }
    }

    #[test]
    fn a_place_moves_for_what_is_heard_alone() {
        let (first, later) = (Place::beginning(50), Place { after: 60, began: 50 });
        assert_eq!(first.at_end(None), Place::known(50));
        assert_eq!(first.at_end(Some(40)), Place::known(50));
        assert_eq!(first.at_end(Some(55)), Place { after: 55, began: 50 });
        assert_eq!(later.at_end(None), later);
        assert_eq!(later.at_end(Some(62)), Place { after: 62, began: 50 });
        assert!(first.is_first_reading() && !first.at_end(None).is_first_reading());
    }

    #[test]
    fn who_began_after_the_horizon_missed_nothing() {
        for (after, began, horizon, whole) in
            [(0, 50, 40, true), (60, 50, 55, true), (45, 50, 55, false), (9, 9, 10, false)]
        {
            assert_eq!(Place { after, began }.check(horizon).is_ok(), whole, "{after} {began} {horizon}");
        }
    }
}

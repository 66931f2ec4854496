//! The position of a reader of changes, and its token.

use crate::error::{Error, ProblemCode};
use crate::secrets::TokenKey;
use crate::time::Timestamp;

/// The position of a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedPosition {
    /// The number of the last change that was read.
    after: i64,
    /// The newest number that everybody saw when the reader began; subjects that were gone by then do not concern it.
    began: i64,
}

/// An opened token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The position of this reader.
    Good(FeedPosition),
    /// A token for other rights: the reader must read everything again.
    Stale,
    /// Not a token of this portal.
    Foreign,
}

impl FeedPosition {
    /// Before all changes; `newest` is the newest number that everybody sees.
    pub(super) const fn beginning(newest: i64) -> Self {
        Self { after: 0, began: newest }
    }

    /// The same reader after the change with this number.
    pub(super) const fn at(self, after: i64) -> Self {
        Self { after, ..self }
    }

    /// The position of a reader that knows everything up to this number.
    pub(super) const fn known(revision: i64) -> Self {
        Self { after: revision, began: revision }
    }

    /// The same reader at the end of the changes. `newest` is the last change that it may see: later numbers do not
    /// show in its position.
    #[must_use]
    pub fn at_end(self, newest: Option<i64>) -> Self {
        // Everything up to `began` has been read by now.
        Self { after: self.after.max(self.began).max(newest.unwrap_or_default()), ..self }
    }

    /// The number after which to read.
    pub(super) const fn after(self) -> i64 {
        self.after
    }

    /// The number up to which subjects that are gone are skipped.
    pub(super) const fn began(self) -> i64 {
        self.began
    }

    /// Refuses a reader that may have missed that a subject is gone.
    pub(super) fn check(self, horizon: i64) -> Result<(), Error> {
        if self.after.max(self.began) < horizon { Err(start_anew()) } else { Ok(()) }
    }

    /// A tag that differs after each visible change; it does not reveal how many numbers are in between.
    #[must_use]
    pub fn tag(self, key: &TokenKey, sight: &str) -> String {
        key.tag(&[b"changes", sight.as_bytes()], &self.after.to_be_bytes())
    }

    /// Whether the reader has not yet read everything that there was when it began.
    #[must_use]
    pub const fn is_first_reading(self) -> bool {
        self.after < self.began
    }

    /// The position as a token for readers with this sight, a text that identifies their rights. Tokens have the same
    /// length whatever the numbers.
    pub fn seal(self, key: &TokenKey, sight: &str) -> Result<String, Error> {
        let numbers = [self.after.to_be_bytes(), self.began.to_be_bytes()].concat();
        key.token(&[b"changes"], &[numbers.as_slice(), sight.as_bytes()].concat())
    }

    /// Opens a token for a reader with this sight.
    #[must_use]
    pub fn open(key: &TokenKey, sight: &str, token: &str) -> Token {
        let Some(payload) = key.open(&[b"changes"], token) else { return Token::Foreign };
        let parts = payload.split_first_chunk::<8>().and_then(|(after, rest)| {
            let (began, known) = rest.split_first_chunk::<8>()?;
            Some((i64::from_be_bytes(*after), i64::from_be_bytes(*began), known))
        });
        match parts {
            Some((after, began, known)) if known == sight.as_bytes() => Token::Good(Self { after, began }),
            _ => Token::Stale,
        }
    }
}

/// How many numbers the original may have given since the backup, at least, where the clock says less.
const LEAP: i64 = 1_000_000_000;

/// The number after which a restored database continues. The time makes it another one for each restoration of the same
/// backup, and no portal makes a change each microsecond.
pub(super) fn after_restore(newest: i64, now: Timestamp) -> i64 {
    newest.saturating_add(LEAP).max(now.as_micros())
}

/// 410: the copy of this reader can't be updated.
#[must_use]
pub fn start_anew() -> Error {
    Error::gone(ProblemCode::ChangesForgotten)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secrets::tests_tokens;

    proptest! {
        #[test]
        fn a_place_comes_back_to_whom_it_was_made_for(after in 0_i64.., began in 0_i64.., sight in "[a-z0-9.]*") {
            let (key, place) = (tests_tokens(), FeedPosition { after, began });
            let token = place.seal(&key, &sight).unwrap();
            prop_assert_eq!(FeedPosition::open(&key, &sight, &token), Token::Good(place));
            prop_assert_eq!(FeedPosition::open(&key, "another", &token), Token::Stale);
        }

        #[test]
        fn no_text_is_a_place(text in ".*") {
            prop_assert_eq!(FeedPosition::open(&tests_tokens(), "", &text), Token::Foreign);
        }
    }

    #[test]
    fn a_place_moves_for_what_is_heard_alone() {
        let (first, later) = (FeedPosition::beginning(50), FeedPosition { after: 60, began: 50 });
        assert_eq!(first.at_end(None), FeedPosition::known(50));
        assert_eq!(first.at_end(Some(40)), FeedPosition::known(50));
        assert_eq!(first.at_end(Some(55)), FeedPosition { after: 55, began: 50 });
        assert_eq!(later.at_end(None), later);
        assert_eq!(later.at_end(Some(62)), FeedPosition { after: 62, began: 50 });
        assert!(first.is_first_reading() && !first.at_end(None).is_first_reading());
    }

    #[test]
    fn each_restoration_continues_at_a_number_of_its_own() {
        let [first, second] = [1_770_000_000_000_000, 1_770_000_001_000_000].map(Timestamp::from_micros);
        assert_eq!(after_restore(900, first), first.as_micros());
        // Of the same backup, and of one of the restored database.
        assert!(after_restore(900, second) > after_restore(900, first) + 101);
        assert!(after_restore(first.as_micros() + 101, second) > second.as_micros());
        assert_eq!(after_restore(900, Timestamp::from_micros(0)), 1_000_000_900, "the clock is wrong");
    }

    #[test]
    fn who_began_after_the_horizon_missed_nothing() {
        for (after, began, horizon, whole) in
            [(0, 50, 40, true), (60, 50, 55, true), (45, 50, 55, false), (9, 9, 10, false)]
        {
            assert_eq!(FeedPosition { after, began }.check(horizon).is_ok(), whole, "{after} {began} {horizon}");
        }
    }
}

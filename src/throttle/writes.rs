//! Writes of people on their own behalf, and by the links in their mails. Each leaves a permanent entry in the audit
//! log, and some cause webhook events.
//!
//! A meter limits them to a burst and a daily rate: a person who has used it up continues slowly, and the answer says
//! when. A coordinator, whose work is with others, has a larger budget. Answers to surveys have one of their own: a
//! form that saves itself after each pause in typing writes often, and leaves rows in a history instead of the audit
//! log. The Secretariat has no limit; the caller does not charge it.

use super::{Bucket, Causer, Throttle};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode, Rejection};

/// What is written, for the budget that it is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Answers to surveys.
    Answers,
    /// All else.
    Usual,
}

impl Throttle {
    /// Charges a write of a person on the own behalf.
    ///
    /// # Errors
    /// 429 `too_many_changes` with the seconds until the next one is admitted.
    pub fn charge_write(&self, conn: &mut Conn, by: Causer, kind: WriteKind) -> Result<(), Error> {
        self.charge(conn, budget(by, kind), &by.id().to_string()).map(|_| ()).map_err(in_words)
    }

    /// Refuses a write that is known to have to wait, without a query.
    ///
    /// # Errors
    /// As [`Throttle::charge_write`].
    pub fn check_write(&self, by: Causer, kind: WriteKind) -> Result<(), Error> {
        self.check(budget(by, kind), &by.id().to_string()).map_err(in_words)
    }

    /// Refuses a change by the link of a mail that is known to have to wait, without a query.
    ///
    /// # Errors
    /// As [`Throttle::charge_link`].
    pub fn check_link(&self, mail: Id) -> Result<(), Error> {
        self.check(Bucket::WriteLink, &mail.to_string()).map_err(in_words)
    }

    /// Charges a change by the link of a mail, which anyone with the mail can make.
    ///
    /// # Errors
    /// 429 `too_many_changes` with the seconds until the end of the day.
    pub fn charge_link(&self, conn: &mut Conn, mail: Id) -> Result<(), Error> {
        self.charge(conn, Bucket::WriteLink, &mail.to_string()).map(|_| ()).map_err(in_words)
    }
}

const fn budget(by: Causer, kind: WriteKind) -> Bucket {
    match (kind, by) {
        (WriteKind::Answers, _) => Bucket::WriteAnswers,
        (WriteKind::Usual, Causer::Person(_)) => Bucket::WritePerson,
        (WriteKind::Usual, Causer::Officer(_)) => Bucket::WriteOfficer,
    }
}

/// The throttle's refusal, worded for changes.
pub(super) fn in_words(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == ProblemCode::TooManyAttempts => {
            let minutes = refusal.retry_after.unwrap_or_default().div_ceil(60);
            let (unit, wait) = if minutes < 120 { ("minutes", minutes) } else { ("hours", minutes.div_ceil(60)) };
            let refusal = Rejection { code: ProblemCode::TooManyChanges, ..*refusal };
            Error::Refused(Box::new(refusal)).with("unit", unit).with("wait", wait)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_wait_is_told_in_minutes_or_hours() {
        for (seconds, unit, wait) in
            [(1, "minutes", "1"), (86, "minutes", "2"), (7_200, "hours", "2"), (86_400, "hours", "24")]
        {
            let Error::Refused(told) = in_words(Error::too_many(Duration::from_secs(seconds))) else {
                panic!("a refusal stays one")
            };
            assert_eq!((told.code, told.retry_after.map(u64::from)), (ProblemCode::TooManyChanges, Some(seconds)));
            for said in [("unit", unit.to_owned()), ("wait", wait.to_owned())] {
                assert!(told.args.contains(&said), "{seconds}: {:?}", told.args);
            }
        }
    }
}

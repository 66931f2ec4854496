//! Mails that somebody causes to somebody else: each has its price, whatever it is about.
//!
//! Whoever does something that mails others is charged for each of them, and for each once more in a budget of the two
//! alone: so nobody fills one mailbox, nor many. What is over the budget is refused as a whole (429), before any mail is
//! written. Officers have a larger budget, since their work is with others; what the clock does costs nobody.
//!
//! A notice of an application is another thing: an officer must not lose it, and must not be buried in them, and it is a
//! stranger who causes it. Of one application there is one in six hours, however often it is taken back and made again;
//! and of all together so many in an hour. What comes on top is left out: it stands in the list of what waits, and in the
//! reminder that the timetable sends.

use super::{Bucket, Throttle};
use crate::db::{Conn, Id};
use crate::error::Error;

/// Who causes mails to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Causer {
    /// Somebody in one's own case.
    Person(Id),
    /// Somebody who acts for an organisation, or for the portal.
    Officer(Id),
}

impl Causer {
    /// Who it is.
    #[must_use]
    pub const fn id(self) -> Id {
        match self {
            Self::Person(id) | Self::Officer(id) => id,
        }
    }

    const fn bucket(self) -> Bucket {
        match self {
            Self::Person(_) => Bucket::MailPerson,
            Self::Officer(_) => Bucket::MailOfficer,
        }
    }
}

impl Throttle {
    /// Charges a mail that somebody causes to a person. What one is told of one's own deeds costs nothing.
    ///
    /// # Errors
    /// 429 where the budget of the sender, or of the two, is used up.
    pub fn charge_mail(&self, conn: &mut Conn, by: Causer, to: Id) -> Result<(), Error> {
        if by.id() == to {
            return Ok(());
        }
        self.charge_mail_out(conn, by)?;
        self.charge(conn, Bucket::MailPair, &format!("{} {to}", by.id())).map(|_| ())
    }

    /// Charges a mail that somebody causes to an address which has a budget of its own.
    ///
    /// # Errors
    /// 429 where the budget of the sender is used up.
    pub fn charge_mail_out(&self, conn: &mut Conn, by: Causer) -> Result<(), Error> {
        self.charge(conn, by.bucket(), &by.id().to_string()).map(|_| ())
    }

    /// Whether an officer is to be mailed of an application, which is known by its `seat`: who applies where for what.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn admits_notice(&self, conn: &mut Conn, seat: &str, officer: Id) -> Result<bool, Error> {
        Ok(self.admits(conn, Bucket::NoticeOnce, &format!("{seat} {officer}"))?
            && self.admits(conn, Bucket::NoticeOfficer, &officer.to_string())?)
    }
}

//! Mails that one person causes to another, each charged to a budget.
//!
//! Each mail is charged to the budget of its sender, and to a budget of sender and recipient, so that no mailbox can be
//! flooded. A request over the budget is refused as a whole (429), before any mail is written. Officers have a larger
//! budget, since their work is with others; mails of background jobs are not charged. Openings of rounds of surveys and
//! reminders are deeds of officers for whole communities: how often is charged (`SurveyCall`), and not the mails. Where
//! the deed matters more than its mail, the mail is left out instead: an answer to a survey is stored, a response
//! submitted, and an application or a resignation accepted all the same.
//!
//! Notifications of applications are different: strangers cause them, and an officer must neither miss one nor be
//! flooded. There is one in six hours for an application, however often it is withdrawn and made again, and a number in
//! an hour for all applications together. Further ones are left out: the application is in the list of open tasks, and
//! in the reminder of the appointments' timetable.

use super::{Bucket, Throttle, admitted};
use crate::db::{Conn, Id};
use crate::error::Error;

/// The sender of mails to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Causer {
    /// A person in the own case.
    Person(Id),
    /// An officer who acts for an organisation, or for the portal.
    Officer(Id),
}

impl Causer {
    /// The id of the person.
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
    /// Charges a mail to a person. Mails to the sender cost nothing.
    ///
    /// # Errors
    /// 429 if the budget of the sender, or of sender and recipient, is used up.
    pub fn charge_mail(&self, conn: &mut Conn, by: Causer, to: Id) -> Result<(), Error> {
        if by.id() == to {
            return Ok(());
        }
        self.charge_mail_out(conn, by)?;
        self.charge_pair(conn, by, to)
    }

    /// Charges a mail to each of these people, each of whom is named once. Mails to the sender cost nothing.
    ///
    /// # Errors
    /// 429 if the budget of the sender, or of sender and a recipient, does not allow all of them.
    pub fn charge_mails(&self, conn: &mut Conn, by: Causer, to: &[Id]) -> Result<(), Error> {
        let others: Vec<Id> = to.iter().copied().filter(|person| *person != by.id()).collect();
        if others.is_empty() {
            return Ok(());
        }
        let count = u32::try_from(others.len()).unwrap_or(u32::MAX);
        self.charge_amount(conn, by.bucket(), &by.id().to_string(), count)?;
        others.iter().try_for_each(|person| self.charge_pair(conn, by, *person))
    }

    /// Charges a mail to a person; returns whether the budgets allow it. For mails that are left out otherwise.
    ///
    /// # Errors
    /// Those of the database.
    pub fn admits_mail(&self, conn: &mut Conn, by: Causer, to: Id) -> Result<bool, Error> {
        admitted(self.charge_mail(conn, by, to))
    }

    fn charge_pair(&self, conn: &mut Conn, by: Causer, to: Id) -> Result<(), Error> {
        self.charge(conn, Bucket::MailPair, &format!("{} {to}", by.id())).map(|_| ())
    }

    /// Charges a mail to an address that has a budget of its own.
    ///
    /// # Errors
    /// 429 if the budget of the sender is used up.
    pub fn charge_mail_out(&self, conn: &mut Conn, by: Causer) -> Result<(), Error> {
        self.charge(conn, by.bucket(), &by.id().to_string()).map(|_| ())
    }

    /// Whether to notify an officer of an application. `seat` identifies it: applicant, organisation and role.
    pub fn admits_notice(&self, conn: &mut Conn, seat: &str, officer: Id) -> Result<bool, Error> {
        Ok(self.admits(conn, Bucket::NoticeOnce, &format!("{seat} {officer}"))?
            && self.admits(conn, Bucket::NoticeOfficer, &officer.to_string())?)
    }
}

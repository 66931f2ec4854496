//! Returned mail that is not about addresses: receivers refuse the text or the sender of an announcement, or the route
//! is broken.
//!
//! Where a tenth of the sent mails come back so, or all that went to one domain, the announcement is paused until
//! somebody resumes or cancels it, and the Secretariat gets a mail, once for each announcement. Where all mails have
//! left there is nothing to pause, and the mail says that.
//!
//! A batch is checked when more of it has come back than at the last check.

use super::cause::{Cause, Why};
use super::mails::AnnouncementTurnedBack;
use super::notifications::LIFE;
use super::store::Asked;
use super::types::AnnouncementStatus;
use super::{Announcements, rules, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::batches;
use crate::service::UnitOfWork;

impl UnitOfWork<Announcements> {
    /// Checks the returned mails of an announcement; returns whether it warned. One that was resumed after a pause is
    /// not paused again.
    pub(super) fn check_returns(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let announcement = store::ask_for(conn, id)?;
        if matches!(announcement, Asked::Taken) {
            return Ok(false);
        }
        let Some(back) = batches::weigh(conn, id)? else { return Ok(false) };
        let Asked::Mine(row) = announcement else { return Ok(false) };
        let domain = batches::closed_domain(conn, id, rules::WORTH_A_DOMAIN)?;
        if domain.is_none() && !rules::is_turned_back(back.sent, back.mails) {
            return Ok(false);
        }
        batches::set_warned(conn, id, self.now)?;
        let halts = row.status == AnnouncementStatus::Sending && back.waiting > 0 && !row.is_overruled();
        if halts {
            self.pause(conn, id, None, Why::Found(Cause::ManyTurnedBack))?;
        }
        self.warn(conn, id, &back, domain, halts)?;
        Ok(true)
    }

    /// Mails the Secretariat how many came back.
    fn warn(
        &self,
        conn: &mut Conn,
        id: Id,
        back: &batches::TurnedBack,
        domain: Option<String>,
        halted: bool,
    ) -> Result<(), Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let title = store::variants(conn, id)?.remove(&row.default_language).map(|text| text.subject);
        let mail = AnnouncementTurnedBack {
            title: title.unwrap_or_default(),
            mails: back.mails,
            sent: back.sent,
            one: domain.is_some(),
            domain: domain.unwrap_or_default(),
            halted,
            id: id.to_string(),
        };
        for officer in identity::secretariat(conn)? {
            self.outbox.post(conn, &officer.recipient(), &mail, LIFE)?;
        }
        Ok(())
    }
}

//! Links of invitations, and the mails that carry them.
//!
//! The mail of one invitation is rendered in the unit of work that makes the invitation. Those of an import are
//! rendered before ([`ReadyLink`]): a unit of work blocks every other write, and rendering takes a thousand times as
//! long as inserting a row.

use std::collections::HashMap;

use super::store;
use super::types::{InvitationVerdict, Invitee};
use super::{LIFE, rules};
use crate::appointments::{self, Appointment, Event, Role};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::life_cycle::mails::{Invitation, InvitationReminder};
use crate::life_cycle::{LifeCycle, Transition};
use crate::mail::{Recipient, SystemMail, WrittenMail};
use crate::policy::{Principal, Worth};
use crate::secrets::fingerprint;
use crate::service::UnitOfWork;
use crate::time::Timestamp;

/// The office of the inviter, and the names of the organisations.
#[derive(Debug)]
pub struct Hosts {
    inviter: Role,
    /// In English and French.
    names: HashMap<Id, (String, String)>,
}

impl Hosts {
    /// Reads them.
    pub fn of(conn: &mut Conn, officer: Id, organisations: &[Id]) -> Result<Self, Error> {
        let inviter = rules::office(&appointments::of_user(conn, officer)?);
        Ok(Self { inviter, names: store::organisation_names(conn, organisations)? })
    }
}

/// A link with its rendered mail, which the database does not know yet.
pub struct ReadyLink {
    hash: Vec<u8>,
    to: Recipient,
    written: WrittenMail,
}

/// The content of the mail of a link.
struct LinkText<'a> {
    /// Whether it takes the place of one that was not answered.
    is_reminder: bool,
    email: &'a str,
    /// None if unknown.
    language: Option<Language>,
    inviter: Role,
    /// As what the person is invited.
    role: Role,
    /// The organisation in English and French.
    names: (&'a str, &'a str),
    until: Timestamp,
    secret: &'a str,
}

impl UnitOfWork<LifeCycle> {
    /// Makes a link and renders its mail, which takes time: to be called outside of a unit of work.
    pub fn ready_link(&self, hosts: &Hosts, invitee: &Invitee, verdict: InvitationVerdict) -> Result<ReadyLink, Error> {
        let names = hosts.names.get(&verdict.organisation).ok_or_else(|| Error::internal("an organisation is gone"))?;
        let secret = self.random.secret();
        let (to, mail) = self.link_mail(&LinkText {
            is_reminder: false,
            email: invitee.email.as_str(),
            language: invitee.language,
            inviter: hosts.inviter,
            role: invitee.role,
            names: (names.0.as_str(), names.1.as_str()),
            until: self.now.plus(LIFE),
            secret: &secret,
        });
        let letters = self.outbox.letters();
        let written = match invitee.language {
            Some(_) => letters.write(&to, mail.as_ref())?,
            None => letters.write_bilingual(&to, mail.as_ref())?,
        };
        Ok(ReadyLink { hash: fingerprint(&secret), to, written })
    }

    /// Invites a person whom `judge` admits by a rendered link. The caller has locked the organisation and charged the
    /// mail.
    ///
    /// # Errors
    /// 422 where there is nothing to replace.
    pub fn invite_ready(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        invitee: &Invitee,
        verdict: InvitationVerdict,
        ready: &ReadyLink,
    ) -> Result<Appointment, Error> {
        let row = self.make_invitation(conn, principal, invitee, verdict)?;
        store::set_token(conn, row.id, &ready.hash)?;
        self.outbox.enqueue(conn, &ready.to, &ready.written, LIFE, None)?;
        Ok(row)
    }

    /// Mails a new link of an invitation, which replaces an older one.
    pub(super) fn mail_link(&self, conn: &mut Conn, row: &Appointment, is_reminder: bool) -> Result<(), Error> {
        let invitation = store::find(conn, row.id)?.ok_or_else(Error::not_found)?;
        let secret = self.random.secret();
        store::set_token(conn, row.id, &fingerprint(&secret))?;
        let names = super::super::store::names(conn, row)?;
        let (to, mail) = self.link_mail(&LinkText {
            is_reminder,
            email: &invitation.email,
            language: invitation.language,
            inviter: rules::office(&appointments::of_user(conn, invitation.invited_by)?),
            role: row.role,
            names: (names.organisation(Language::En), names.organisation(Language::Fr)),
            until: invitation.expires_at,
            secret: &secret,
        });
        if invitation.language.is_some() {
            self.outbox.post(conn, &to, mail.as_ref(), LIFE)
        } else {
            self.outbox.post_bilingual(conn, &to, mail.as_ref(), LIFE)
        }
    }

    fn link_mail(&self, words: &LinkText<'_>) -> (Recipient, Box<dyn SystemMail>) {
        let to = Recipient {
            user_id: None,
            address: words.email.to_owned(),
            // Address and name are not verified.
            name: String::new(),
            language: words.language.unwrap_or(Language::En),
        };
        let (inviter, day, days) = (words.inviter, words.until.last_day(), self.service.kept.as_secs() / 86_400);
        let (organisation_en, organisation_fr) = (words.names.0.into(), words.names.1.into());
        let (role, token) = (words.role, words.secret.to_owned());
        let mail: Box<dyn SystemMail> = if words.is_reminder {
            Box::new(InvitationReminder { inviter, role, organisation_en, organisation_fr, day, days, token })
        } else {
            Box::new(Invitation { inviter, role, organisation_en, organisation_fr, day, days, token })
        };
        (to, mail)
    }

    /// Mails a reminder with a new link, since only the hash of the first is stored.
    pub(in crate::life_cycle) fn remind_invited(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let invitation = store::find(conn, row.id)?.ok_or_else(Error::not_found)?;
        if Self::worth(conn, row, &invitation.granted())?.1 == Worth::Nothing {
            return self.carry_out(conn, row, Transition::timed(Event::Withdraw)).map(|_| ());
        }
        self.mail_link(conn, row, true)
    }
}

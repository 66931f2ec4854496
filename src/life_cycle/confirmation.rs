//! Confirmation of a contact by one click in a mail, without a login.
//!
//! The link holds the appointment and a MAC over it, the day on which its confirmation is due, and the holder's
//! address. It proves access to the mailbox of the contact and allows the confirmation alone. It becomes invalid with
//! the next confirmation, which sets another day, and with a change of the address. Links are not stored; a second
//! click gets the answer that the contact is confirmed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;

use super::{AppointmentView, AskedEntry, LifeCycle, Transition, rules};
use crate::appointments::{self, Actor, Appointment, AppointmentStatus, Event};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::identity;
use crate::secrets::{Mac, MasterKey};
use crate::service::UnitOfWork;
use crate::time::Timestamp;

/// Makes and reads the links.
#[derive(Clone)]
pub struct ConfirmLinks(Arc<Mac>);

impl ConfirmLinks {
    /// Links under a key of their own.
    pub fn new(master: &MasterKey) -> Result<Self, Error> {
        Ok(Self(Arc::new(master.mac("confirm contact")?)))
    }

    /// What the link holds that asks the holder at this address.
    #[must_use]
    pub fn token(&self, appointment: &Appointment, address: &str) -> String {
        let of = stands(appointment);
        let mac = self.0.sign(&parts(appointment.id, of, address).each_ref().map(Vec::as_slice));
        let token = [appointment.id.as_bytes().as_slice(), &of, &mac].concat();
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether the portal made a link, for the holder at this address.
    fn is_ours(&self, appointment: &Appointment, address: &str, link: &Link) -> bool {
        let of = link.of.unwrap_or_else(|| stands(appointment));
        self.0.verify(&parts(appointment.id, of, address).each_ref().map(Vec::as_slice), &link.mac)
    }

    /// Parses a link; its MAC is not verified yet.
    fn parse(token: &str) -> Option<Link> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let id = Id::from_bytes(*id);
        // Links of earlier versions have only the id and a MAC.
        Some(match rest.split_first_chunk::<STANDS>() {
            Some((of, mac)) if mac.len() > STANDS => Link { id, of: Some(*of), mac: mac.to_vec() },
            _ => Link { id, of: None, mac: rest.to_vec() },
        })
    }
}

/// A parsed link, whose MAC is not verified yet.
struct Link {
    id: Id,
    /// The state that it is bound to; none in old links.
    of: Option<[u8; STANDS]>,
    mac: Vec<u8>,
}

impl Link {
    /// Whether the appointment is as it was when the link was made.
    fn is_current(&self, appointment: &Appointment) -> bool {
        self.of.is_none_or(|of| of == stands(appointment))
    }
}

/// Bytes that [`stands`] returns.
const STANDS: usize = 16;

/// The day on which a confirmation is due, and since when the appointment has its state: both change when the contact
/// is confirmed or its state changes.
fn stands(appointment: &Appointment) -> [u8; STANDS] {
    let due = i128::from(appointment.confirm_by.map_or(0, Timestamp::as_micros));
    let since = i128::from(appointment.status_since.as_micros());
    // Two numbers of eight bytes behind each other.
    ((due << 64) | (since & i128::from(u64::MAX))).to_be_bytes()
}

/// The input of a MAC.
fn parts(appointment: Id, of: [u8; STANDS], address: &str) -> [Vec<u8>; 4] {
    let (due, since) = of.split_at(STANDS / 2);
    [appointment.as_bytes().to_vec(), due.to_vec(), since.to_vec(), address.to_lowercase().into_bytes()]
}

impl UnitOfWork<LifeCycle> {
    /// The entry that a link confirms; refuses a forged or spent link. Changes nothing.
    ///
    /// # Errors
    /// 410.
    pub fn look_at_confirmation(&self, conn: &mut Conn, token: &str) -> Result<AskedEntry, Error> {
        let link = ConfirmLinks::parse(token).ok_or_else(Error::link_spent)?;
        let row = appointments::find(conn, link.id)?.ok_or_else(Error::link_spent)?;
        self.check_link(conn, &row, &link)?;
        let names = super::store::names(conn, &row)?;
        Ok(AskedEntry::new(row.role, [Language::En, Language::Fr].map(|language| names.organisation(language))))
    }

    /// Whether a spent link is genuine and its contact is confirmed since, by this link or otherwise: links are not
    /// stored, and every member sees in the directory that a contact is confirmed.
    pub fn is_confirmed_since(&self, conn: &mut Conn, token: &str) -> Result<bool, Error> {
        let Some(link) = ConfirmLinks::parse(token) else { return Ok(false) };
        let Some(row) = appointments::find(conn, link.id)? else { return Ok(false) };
        let Some(user) = row.user_id else { return Ok(false) };
        let holder = identity::get_user(conn, user)?;
        let is_own = self.service.links.is_ours(&row, &holder.email, &link) && !holder.is_closed();
        Ok(is_own && !link.is_current(&row) && row.status == AppointmentStatus::Active)
    }

    /// The holder whose link it is.
    fn check_link(&self, conn: &mut Conn, row: &Appointment, link: &Link) -> Result<Id, Error> {
        let holder = identity::get_user(conn, row.user_id.ok_or_else(Error::link_spent)?)?;
        if !link.is_current(row) || !self.service.links.is_ours(row, &holder.email, link) || holder.is_closed() {
            return Err(Error::link_spent());
        }
        rules::check_capacity(row, Event::Confirm, Actor::Holder).map_err(|_over| Error::link_spent())?;
        Ok(holder.id)
    }

    /// The contact of a good link, where it was confirmed a moment ago, so that the link would change nothing.
    ///
    /// # Errors
    /// 410 where the link is spent or forged.
    pub fn confirmed_already(&self, conn: &mut Conn, token: &str) -> Result<Option<AppointmentView>, Error> {
        let link = ConfirmLinks::parse(token).ok_or_else(Error::link_spent)?;
        let row = appointments::find(conn, link.id)?.ok_or_else(Error::link_spent)?;
        self.check_link(conn, &row, &link)?;
        let is_done = rules::is_confirmed_already(&row, Event::Confirm, self.now);
        is_done.then(|| super::store::own_view(conn, row)).transpose()
    }

    /// Confirms by a mailed link, which proves access to the holder's mailbox.
    ///
    /// # Errors
    /// 410 where the link is spent or forged.
    pub fn confirm_by_link(&self, conn: &mut Conn, token: &str) -> Result<AppointmentView, Error> {
        let link = ConfirmLinks::parse(token).ok_or_else(Error::link_spent)?;
        let row = self.lock_for_update(conn, link.id).map_err(|_unknown| Error::link_spent())?;
        let holder = self.check_link(conn, &row, &link)?;
        let next = self.carry_out(conn, &row, Transition::by(Event::Confirm, holder, None))?;
        super::store::own_view(conn, next)
    }
}

//! Confirming a contact by one click in a mail, without logging in.
//!
//! The link holds the appointment and a MAC over it, the day on which its confirmation is due, and the holder's address. It
//! proves that its bearer reads the mailbox of the contact, allows nothing but to say that the contact is still right, and is
//! worthless once anybody has said so, since then another day is due, and once the holder has another address. Nothing of it
//! is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;

use super::{AppointmentView, Desk, Doing, rules};
use crate::appointments::{self, Actor, Appointment, Event};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::secrets::{Mac, MasterKey};
use crate::time::Timestamp;

/// Makes and reads the links.
#[derive(Clone)]
pub struct ConfirmLinks(Arc<Mac>);

impl ConfirmLinks {
    /// Links under a key of their own.
    ///
    /// # Errors
    /// None that is expected.
    pub fn new(master: &MasterKey) -> Result<Self, Error> {
        Ok(Self(Arc::new(master.mac("confirm contact")?)))
    }

    /// The path of the page that asks the holder at this address.
    #[must_use]
    pub fn path(&self, appointment: &Appointment, address: &str) -> String {
        let mac = self.0.sign(&parts(appointment, address).each_ref().map(Vec::as_slice));
        let token = [appointment.id.as_bytes().as_slice(), &mac].concat();
        format!("/confirm-contact?token={}", URL_SAFE_NO_PAD.encode(token))
    }

    fn made(&self, appointment: &Appointment, address: &str, mac: &[u8]) -> bool {
        self.0.verify(&parts(appointment, address).each_ref().map(Vec::as_slice), mac)
    }

    /// The appointment that a link names, and the MAC that it claims.
    fn parse(token: &str) -> Option<(Id, Vec<u8>)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, mac) = bytes.split_first_chunk::<16>()?;
        Some((Id::from_bytes(*id), mac.to_vec()))
    }
}

/// What a link is bound to: once the contact is confirmed, or its state another, all of it is different.
fn parts(appointment: &Appointment, address: &str) -> [Vec<u8>; 4] {
    let due = appointment.confirm_by.map_or(0, Timestamp::as_micros);
    [
        appointment.id.as_bytes().to_vec(),
        due.to_be_bytes().to_vec(),
        appointment.status_since.as_micros().to_be_bytes().to_vec(),
        address.to_lowercase().into_bytes(),
    ]
}

impl Desk {
    /// Refuses a link that we did not make, or that is spent. Changes nothing.
    ///
    /// # Errors
    /// 410.
    pub fn look_at_confirmation(&self, conn: &mut Conn, token: &str) -> Result<(), Error> {
        let (id, mac) = ConfirmLinks::parse(token).ok_or_else(Error::link_spent)?;
        let row = appointments::find(conn, id)?.ok_or_else(Error::link_spent)?;
        self.check_link(conn, &row, &mac).map(|_| ())
    }

    /// Whose link it is.
    fn check_link(&self, conn: &mut Conn, row: &Appointment, mac: &[u8]) -> Result<Id, Error> {
        let holder = identity::get_user(conn, row.user_id.ok_or_else(Error::link_spent)?)?;
        if !self.links.made(row, &holder.email, mac) || holder.is_closed() {
            return Err(Error::link_spent());
        }
        rules::check_capacity(row, Event::Confirm, Actor::Holder).map_err(|_over| Error::link_spent())?;
        Ok(holder.id)
    }

    /// Confirms by a mailed link. Whose it is, is what the mailbox proves.
    ///
    /// # Errors
    /// 410 where the link is spent or forged.
    pub fn confirm_by_link(&self, conn: &mut Conn, token: &str) -> Result<AppointmentView, Error> {
        let (id, mac) = ConfirmLinks::parse(token).ok_or_else(Error::link_spent)?;
        let row = self.hold(conn, id).map_err(|_unknown| Error::link_spent())?;
        let holder = self.check_link(conn, &row, &mac)?;
        let next = self.carry_out(conn, &row, Doing::by(Event::Confirm, holder, None))?;
        super::store::own_view(conn, next)
    }
}

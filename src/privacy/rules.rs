//! Retention periods, the events that end appointments, and the archive of an export.

use std::io::{Cursor, Write as _};
use std::time::Duration;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::appointments::{AppointmentStatus, Event};
use crate::config;
use crate::error::{Error, OrInternal as _};

/// Retention periods.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// From the request for erasure to the erasure.
    pub grace: Duration,
    /// Names and addresses of invitations that expired.
    pub invitations: Duration,
    /// Applications that were rejected, lapsed or withdrawn.
    pub applications: Duration,
    /// Contacts whose appointments ended.
    pub contacts: Duration,
    /// Letters of appointments that ended.
    pub letters: Duration,
    /// Networks of sessions.
    pub networks: Duration,
    /// Recipients of mails.
    pub mails: Duration,
}

impl From<&config::Privacy> for Periods {
    fn from(settings: &config::Privacy) -> Self {
        let days = |days: u64| Duration::from_hours(24 * days);
        Self {
            grace: days(settings.erasure_days),
            invitations: days(settings.invitation_days),
            applications: days(settings.application_days),
            contacts: days(settings.contact_days),
            letters: days(settings.letter_days),
            networks: days(settings.network_days),
            mails: days(settings.mail_days),
        }
    }
}

/// The event that ends an appointment which is not over.
pub(super) const fn ending_event(status: AppointmentStatus) -> Event {
    match status {
        AppointmentStatus::Invited | AppointmentStatus::Incomplete | AppointmentStatus::Pending => Event::Withdraw,
        _ => Event::Resign,
    }
}

/// Packs files into a ZIP. Letters are compressed already, and are stored as they are.
pub(super) fn archive(files: impl Iterator<Item = (String, Vec<u8>)>) -> Result<Vec<u8>, Error> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let letter = name.starts_with("letters/");
        let method = if letter { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).or_internal()?;
        writer.write_all(&content).or_internal()?;
    }
    Ok(writer.finish().or_internal()?.into_inner())
}

//! How long things are kept, how somebody gets out, and what a file of one's own data is.

use std::io::{Cursor, Write as _};
use std::time::Duration;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::appointments::{AppointmentStatus, Event};
use crate::config;
use crate::error::{Error, OrInternal as _};

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// From the wish to be erased to its being done.
    pub grace: Duration,
    /// Names and addresses of invitations that ran out.
    pub invitations: Duration,
    /// Applications that came to nothing.
    pub applications: Duration,
    /// Contacts whose appointments ended.
    pub contacts: Duration,
    /// Letters of appointments that ended.
    pub letters: Duration,
    /// Where a session came from.
    pub networks: Duration,
    /// To whom a mail went.
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

/// What ends an appointment that is not over.
pub(super) const fn way_out(status: AppointmentStatus) -> Event {
    match status {
        AppointmentStatus::Invited | AppointmentStatus::Incomplete | AppointmentStatus::Pending => Event::Withdraw,
        _ => Event::Resign,
    }
}

/// Files in one, each under its name. Letters are compressed already and are stored as they are.
///
/// # Errors
/// None that is expected.
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
